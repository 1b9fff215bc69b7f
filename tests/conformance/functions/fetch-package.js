// The packages behind the globals, by their own names.
const nodeFetch = require("node-fetch");
const { Headers: PackageHeaders, FetchError } = nodeFetch;
const decode = require("atob");
const encode = require("btoa");

exports.onTrack = async (event, settings) => {
  const response = await nodeFetch(`${settings.endpoint}/echo`, {
    headers: new PackageHeaders({ "X-User": encode(event.userId) }),
  });
  const { headers } = await response.json();
  const failure = await nodeFetch("http://127.0.0.1:1/").catch((error) => error);
  return [decode(headers["x-user"]), failure instanceof FetchError, failure.code, nodeFetch.isRedirect(301)];
};
