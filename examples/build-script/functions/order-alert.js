// A message for every large order.
async function onTrack(event, settings) {
  if (event.event !== "Order Placed") {
    throw new EventNotSupported(`${event.event} is no order`);
  }
  const { total, currency } = event.properties;
  console.log(`${event.userId} ordered for ${total} ${currency}`);
  return { text: total >= settings.largeTotal ? `A large order: ${total} ${currency}` : null };
}
