// `fetch-retry`: wraps a `fetch` so that it tries again.

import fetchretry from "fetch-retry";

export default fetchretry;
export { fetchretry as "module.exports" };
