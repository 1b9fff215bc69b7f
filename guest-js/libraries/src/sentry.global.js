// The global `sentrylib`, whose member `sentry` is the package.

import library from "fnhost:lib/sentry";

const global = { sentry: library };

export default global;
export { global as "module.exports" };
