// Several requests at once; one that fails does not stop the rest.
async function onTrack(event, settings) {
  const codes = [200, 404, 503, 201];
  const outcomes = await Promise.allSettled(
    codes.map(async (code) => {
      const response = await fetch(`${settings.endpoint}/status/${code}`);
      if (!response.ok) throw new Error(`${code} ${response.statusText}`);
      return response.status;
    }),
  );
  return outcomes.map(({ value, reason }) => value ?? reason.message);
}
