//! Hashes a million bytes, or characters, `settings.times` times: what a hash costs from inside a function.

const { createHash } = require('node:crypto');
const inputs = { bytes: Buffer.alloc(1e6, 'fnhost '), text: 'fnhost '.repeat(142857) };

async function onTrack(event, settings) {
  const { times, algorithm, input } = settings;
  let last = '';
  for (let n = 0; n < times; n++) last = createHash(algorithm).update(inputs[input]).digest('hex');
  return last;
}
