// `xml2js`: XML to objects and back.

import xml2js from "xml2js";

export default xml2js;
export { xml2js as "module.exports" };
