// What the constructor of regular expressions remembers.
async function onTrack(event) {
  const found = [];
  if (/^(\d{4})-(\d\d)/.test(event.timestamp)) found.push(RegExp.$1, RegExp.$2, RegExp.$3, RegExp.rightContext.length);
  event.event.replace(/O(r)d/, "");
  found.push(RegExp.$1, RegExp.lastMatch, RegExp["$`"]);
  /nothing/.test(event.event);
  return [...found, RegExp.$1];
}
