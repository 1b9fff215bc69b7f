// The global `fetchretrylib`, whose member `fetchretry` is the package.

import fetchretry from "fnhost:lib/fetch-retry";

const fetchretrylib = { fetchretry };

export default fetchretrylib;
export { fetchretrylib as "module.exports" };
