// Items of a table, through the document client.
async function onTrack(event, settings) {
  const documents = new AWS.DynamoDB.DocumentClient({
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "secret",
    region: "us-east-1",
    endpoint: `${settings.endpoint}/dynamo`,
    convertEmptyValues: true,
  });
  const { order_id, total, products } = event.properties;
  const skus = documents.createSet(products.map(({ sku }) => sku));
  const Item = { id: order_id, total, skus, paid: true, note: "", products };
  await documents.put({ TableName: "orders", Item }).promise();
  const { Item: kept } = await documents.get({ TableName: "orders", Key: { id: order_id } }).promise();
  return [kept.total, kept.skus.values, kept.paid, kept.note, kept.products];
}
