// `xml`: objects to XML.

import xml from "xml";

export default xml;
export { xml as "module.exports" };
