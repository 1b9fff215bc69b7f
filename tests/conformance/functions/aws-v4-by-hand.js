// SigV4 without the SDK.
const crypto = require("crypto");
const hmac = (key, text, encoding) => crypto.createHmac("sha256", key).update(text, "utf8").digest(encoding);
const sha = (text) => crypto.createHash("sha256").update(text, "utf8").digest("hex");

async function onTrack(event) {
  const date = "20150830T123600Z";
  const day = date.slice(0, 8);
  const request = [
    "GET",
    "/",
    "Action=ListUsers&Version=2010-05-08",
    "content-type:application/x-www-form-urlencoded; charset=utf-8",
    "host:iam.amazonaws.com",
    `x-amz-date:${date}`,
    "",
    "content-type;host;x-amz-date",
    sha(""),
  ].join("\n");
  const scope = `${day}/us-east-1/iam/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha(request)].join("\n");
  const key = [day, "us-east-1", "iam", "aws4_request"].reduce(
    (key, part) => hmac(key, part),
    "AWS4" + event.properties.secret,
  );
  return hmac(key, toSign, "hex");
}
