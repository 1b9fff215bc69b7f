// A query with variables, and its errors.
const query = `mutation Add($input: Input!) { add(input: $input) { id } }`;

async function onTrack(event, settings) {
  const response = await fetch(`${settings.endpoint}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables: { input: { name: event.event } } }),
  });
  const { errors } = await response.json();
  if (errors?.length) throw new ValidationError(errors.map(({ message }) => message).join(", "));
}
