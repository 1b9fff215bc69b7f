// Unit `fnhost:web/form-submit`: the method `submit` of forms, over Node's `http`.

import http from "node:http";
import https from "node:https";
import { URL } from "fnhost:platform/url";

/** Sends `form` to `params`, a URL or the options of `http.request`; gives the request. */
export function submitForm(form, params, callback) {
  let options;
  if (typeof params === "string") {
    const { protocol, hostname, port, pathname, search } = new URL(params);
    options = { method: "post", protocol, host: hostname, port, path: pathname + search };
  } else {
    options = { method: "post", ...params };
    options.port ||= options.protocol === "https:" ? 443 : 80;
  }
  if (!options.port) delete options.port;
  options.headers = form.getHeaders(options.headers);
  const request = (options.protocol === "https:" ? https : http).request(options);
  form.getLength((error, length) => {
    if (error && error !== "Unknown stream") {
      form.emit("error", error);
      return;
    }
    if (length) request.setHeader("Content-Length", length);
    form.pipe(request);
    if (typeof callback !== "function") return;
    let isCalled = false;
    const settle = (...args) => {
      if (isCalled) return;
      isCalled = true;
      Reflect.apply(callback, form, args);
    };
    request.on("error", (failure) => settle(failure));
    request.on("response", (response) => settle(null, response));
  });
  return request;
}
