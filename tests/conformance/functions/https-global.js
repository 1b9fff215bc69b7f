// The module that is a global of Segment's.
async function onTrack() {
  const agent = new https.Agent({ keepAlive: true });
  return [typeof https.request, typeof https.get, agent.options.keepAlive, https.globalAgent.protocol];
}
