// One function for several kinds of events.
const handlers = {
  "Order Completed": ({ properties: { products = [], total } }) => ({ items: products.map((p) => p.sku), total }),
  "Signed Up": () => ({ lead: true }),
};

async function onTrack(event) {
  const handler = handlers[event.event];
  if (!handler) throw new EventNotSupported(`${event.event} is not supported`);
  return handler(event);
}
async function onPage(event) {
  return onTrack({ ...event, event: "Signed Up" });
}
