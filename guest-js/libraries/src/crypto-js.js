// `cryptojslib.cryptojs`: hashes and ciphers in JavaScript. Those of `crypto` are faster.

const library = require("crypto-js");

export default library;
export { library as "module.exports" };
