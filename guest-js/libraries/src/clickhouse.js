// `clickHouseClient.clickHouseClient`: tables in ClickHouse.

const library = require("@clickhouse/client");

export default library;
export { library as "module.exports" };
