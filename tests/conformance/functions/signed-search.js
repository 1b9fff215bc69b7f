// A request to a search domain, signed with the SDK's own signer and sent with its client.
async function onTrack(event, settings) {
  const endpoint = new AWS.Endpoint(settings.endpoint);
  const request = new AWS.HttpRequest(endpoint, "us-east-1");
  request.method = "PUT";
  request.path += `echo/orders/${event.properties.order_id}`;
  request.headers = { host: "search.example.com", "Content-Type": "application/json" };
  request.body = JSON.stringify({ total: event.properties.total });
  const signer = new AWS.Signers.V4(request, "es");
  signer.addAuthorization(new AWS.Credentials("AKIDEXAMPLE", "secret"), new Date(event.timestamp));
  const text = await new Promise((resolve, reject) => {
    new AWS.HttpClient().handleRequest(
      request,
      null,
      (response) => {
        let text = "";
        response.on("data", (piece) => (text += piece));
        response.on("end", () => resolve(text));
      },
      reject,
    );
  });
  const { method, path, headers, body } = JSON.parse(text);
  return [method, path, body, headers["x-amz-date"], headers.authorization.split("Signature=")[1].length];
}
