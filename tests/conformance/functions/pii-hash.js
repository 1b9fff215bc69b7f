// Advertising APIs want normalised, hashed identifiers.
async function onIdentify(event) {
  const hashed = (value) =>
    value ? crypto.createHash("sha256").update(value.trim().toLowerCase()).digest("hex") : undefined;
  const { email, phone, name = "" } = event.traits;
  const [first, ...rest] = name.split(" ");
  return {
    em: [hashed(email)],
    ph: hashed(phone?.replace(/\D/g, "")),
    fn: hashed(first),
    ln: hashed(rest.join(" ")),
    none: hashed(null),
  };
}
