// The global `clickHouseClient`, whose member `clickHouseClient` is the package.

import library from "fnhost:lib/clickhouse";

const global = { clickHouseClient: library };

export default global;
export { global as "module.exports" };
