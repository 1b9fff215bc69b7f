// Nobody listens: the error has Node's words and code.
async function onTrack() {
  try {
    await fetch("http://127.0.0.1:1/");
  } catch (error) {
    return [error.name, error.type, error.code, error.message];
  }
}
