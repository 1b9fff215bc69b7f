// A token from the library, read back.
async function onTrack(event, settings) {
  const token = jsonwebtoken.sign({ sub: event.userId, n: 1 }, settings.secret, { expiresIn: "1h", issuer: "me" });
  const { sub, iss } = jsonwebtoken.verify(token, settings.secret);
  let message;
  try {
    jsonwebtoken.verify(token, "other");
  } catch (error) {
    message = `${error.name}: ${error.message}`;
  }
  return [sub, iss, message, token.split(".")[0]];
}
