// `winstonlib.winston`: a log.

const library = require("winston");

export default library;
export { library as "module.exports" };
