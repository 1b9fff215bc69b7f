// Failed requests as errors of Node's.

/** The numbers that Node gives system errors on Linux. */
export const errorNumbers = {
  EPIPE: -32,
  ECONNABORTED: -103,
  ECONNRESET: -104,
  ETIMEDOUT: -110,
  ECONNREFUSED: -111,
  EHOSTUNREACH: -113,
  ENETUNREACH: -101,
  EAI_AGAIN: -3001,
  ENOTFOUND: -3008,
};

/** The error for the contract's `failure`, as a request of Node's `http` has it. */
export function systemError({ reason, code }) {
  const error = new Error(reason);
  error.code = code;
  const number = errorNumbers[code];
  if (number === undefined) return error;
  error.errno = number;
  const [syscall] = /^(?:connect|read|write|getaddrinfo)\b/.exec(reason) ?? [];
  if (syscall !== undefined) error.syscall = syscall;
  const address = /^connect \w+ (.*):(\d+)$/.exec(reason);
  if (address !== null) [error.address, error.port] = [address[1], Number(address[2])];
  const name = /^getaddrinfo \w+ (\S+)/.exec(reason);
  if (name !== null) error.hostname = name[1];
  return error;
}
