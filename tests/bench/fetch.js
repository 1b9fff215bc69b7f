//! The transform of `transform.js`, and one request with what it makes. A check in `run.mjs` keeps the two alike.

function payloadFor(event, settings) {
  const properties = event.properties || {};
  const products = (properties.products || []).map((product, index) => ({
    item_id: product.product_id,
    item_name: product.name,
    item_category: product.category || 'none',
    price: Number(product.price),
    quantity: product.quantity || 1,
    position: index + 1
  }));
  const payload = {
    id: event.messageId,
    name: event.event.toLowerCase().replace(/\s+/g, '_'),
    time: event.timestamp,
    user: { id: event.userId, anonymous_id: event.anonymousId, locale: event.context.locale },
    page: event.context.page.path,
    order: {
      id: properties.order_id,
      revenue: properties.revenue,
      tax: properties.tax || 0,
      currency: properties.currency || settings.currency,
      items: products,
      items_total: products.reduce((total, item) => total + item.price * item.quantity, 0)
    },
    source: settings.source
  };
  if (properties.coupon) payload.order.coupon = properties.coupon;
  return payload;
}

async function onTrack(event, settings) {
  const payload = payloadFor(event, settings);
  const res = await fetch(settings.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload)
  });
  return await res.json();
}
