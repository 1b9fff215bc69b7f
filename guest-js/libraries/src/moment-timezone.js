// `moment`: Moment with the zones of moment-timezone. Its locales are units of their own; see moment-locales.mjs.

import moment from "moment-timezone";

export default moment;
export { moment as "module.exports" };
