// Types are taken away.
interface Order {
  order_id: string;
  total?: number;
}
enum Kind {
  Small = "small",
  Large = "large",
}
const kindOf = (order: Order): Kind => ((order.total ?? 0) > 100 ? Kind.Large : Kind.Small);

export async function onTrack(event: { properties: Order }): Promise<[string, Kind]> {
  const order = event.properties satisfies Order;
  return [order.order_id!, kindOf(order)];
}
