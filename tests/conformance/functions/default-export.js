// A module that exports its handler as a whole.
import { webcrypto } from "node:crypto";

export default async function onTrack(event) {
  const bytes = await webcrypto.subtle.digest("SHA-256", new TextEncoder().encode(event.userId));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
