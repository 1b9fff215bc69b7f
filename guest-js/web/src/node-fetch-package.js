// Unit `fnhost:web/node-fetch-package`: what `require("node-fetch")` gives. The platform's `fetch` behaves like it.

import { AbortError, FetchError } from "fnhost:platform/errors";
import { fetch } from "fnhost:platform/fetch";
import { Headers } from "fnhost:platform/headers";
import { Request } from "fnhost:platform/request";
import { Response } from "fnhost:platform/response";

const redirects = [301, 302, 303, 307, 308];

export const isRedirect = (status) => redirects.includes(status);

// Whoever requires it changes its members perhaps, not the platform's.
const nodeFetch = (...args) => fetch(...args);
Object.assign(nodeFetch, { default: nodeFetch, AbortError, FetchError, Headers, Request, Response, isRedirect });
Object.defineProperty(nodeFetch, "__esModule", { value: true });

export { AbortError, FetchError, Headers, Request, Response };
export default nodeFetch;
export { nodeFetch as "module.exports" };
