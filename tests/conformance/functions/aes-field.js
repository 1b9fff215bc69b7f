// A field encrypted for the other side.
async function onIdentify(event, settings) {
  const key = crypto.scryptSync(settings.secret, "salt", 32);
  const iv = Buffer.alloc(12, 1);
  const cipher = crypto.createCipheriv("aes-256-gcm", key, iv);
  const sealed = Buffer.concat([cipher.update(event.traits.email, "utf8"), cipher.final()]);
  const tag = cipher.getAuthTag();
  const decipher = crypto.createDecipheriv("aes-256-gcm", key, iv);
  decipher.setAuthTag(tag);
  return [
    sealed.toString("base64"),
    tag.toString("hex"),
    decipher.update(sealed, undefined, "utf8") + decipher.final("utf8"),
  ];
}
