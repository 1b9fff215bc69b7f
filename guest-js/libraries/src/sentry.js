// `sentrylib.sentry`: errors to Sentry.

const library = require("@sentry/node");

export default library;
export { library as "module.exports" };
