// What the pipeline does with each order. It sends nothing, so that the example runs anywhere; a real one would `fetch`.

const currencies = { EUR: 1, USD: 0.92 }; // euros

async function onTrack(event, settings) {
  if (event.event !== "Order Placed") {
    throw new EventNotSupported(`${event.event} is no order`);
  }
  const { total, currency } = event.properties;
  if (typeof total !== "number") {
    throw new InvalidEventPayload("total is required");
  }
  if (total < settings.minimumTotal) {
    throw new DropEvent(`${total} ${currency} is too little to report`);
  }
  const rate = currencies[currency];
  if (rate === undefined) {
    throw new RetryError(`no exchange rate for ${currency} yet`);
  }
  return { user: event.userId, euros: Math.round(total * rate * 100) / 100 };
}
