// The package node-fetch, which the platform's `fetch` behaves like.

const { fetch } = require("fnhost:platform/fetch");
const { AbortError, FetchError } = require("fnhost:platform/errors");
const { Headers } = require("fnhost:platform/headers");
const { Request } = require("fnhost:platform/request");
const { Response } = require("fnhost:platform/response");

// Whoever imports it changes its members perhaps, not the platform's.
const nodeFetch = (...args) => fetch(...args);
const isRedirect = (status) => [301, 302, 303, 307, 308].includes(status);
module.exports = Object.assign(nodeFetch, { default: nodeFetch, AbortError, FetchError, Headers, Request, Response, isRedirect });
Object.defineProperty(nodeFetch, "__esModule", { value: true });
