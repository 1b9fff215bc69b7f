// A request signed as OAuth 1.0a has it.
async function onTrack(event, settings) {
  const params = {
    oauth_consumer_key: "ck",
    oauth_nonce: "nonce",
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: "1318622958",
    oauth_token: "tk",
    oauth_version: "1.0",
    status: "Hello Ladies + Gentlemen!",
  };
  const escape = (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = Object.keys(params)
    .sort()
    .map((key) => `${escape(key)}=${escape(params[key])}`)
    .join("&");
  const base = ["POST", escape("https://api.example.com/1/update.json"), escape(pairs)].join("&");
  return crypto.createHmac("sha1", "cs&ts").update(base).digest("base64");
}
