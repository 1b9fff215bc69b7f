"use strict";
// The directive is not the first statement where functions are pasted, so it says nothing.
async function onTrack(event) {
  return [fill(event.properties.products), typeof products];
}
function fill(list) {
  products = {};
  list.forEach((item) => {
    products[item.sku] = (function () {
      return this === undefined;
    })();
  });
  return products;
}
