// Failures that the host tells, as the errors that Node's sockets and parser end with.

const numbers = {
  ECONNREFUSED: -111,
  ECONNRESET: -104,
  ECONNABORTED: -103,
  ETIMEDOUT: -110,
  EPIPE: -32,
  EHOSTUNREACH: -113,
  ENETUNREACH: -101,
  EADDRNOTAVAIL: -99,
  EACCES: -13,
  ENOTFOUND: -3008,
  EAI_AGAIN: -3001,
};

/** An error with Node's code, and its number if it is one of the system's. */
function errorOf(message, code, number = undefined) {
  const error = new Error(message);
  if (number !== undefined) error.errno = number;
  error.code = code;
  return error;
}

/** The error for the contract's `failure`, with what Node says beside the message. */
export function failureError({ reason, code }) {
  // The host tells it as Node 12 did, which names the host twice.
  const lookup = /^(getaddrinfo) (\w+) (\S+) \S+$/.exec(reason);
  const [, syscall] = /^(connect|read|write|getaddrinfo) [A-Z]/.exec(reason) ?? [];
  const number = syscall === undefined ? undefined : numbers[code];
  const error = errorOf(lookup === null ? reason : `getaddrinfo ${code} ${lookup[3]}`, code, number);
  if (code.startsWith("HPE_")) error.reason = reason.replace("Parse Error: ", "");
  if (syscall === undefined) return error;
  error.syscall = syscall;
  if (lookup !== null) error.hostname = lookup[3];
  const address = /^connect \w+ (.*):(\d+)$/.exec(reason);
  if (address !== null) {
    error.address = address[1];
    error.port = Number(address[2]);
  }
  return error;
}

export function hangUp() {
  return errorOf("socket hang up", "ECONNRESET");
}

export function abortedAnswer() {
  return errorOf("aborted", "ECONNRESET");
}
