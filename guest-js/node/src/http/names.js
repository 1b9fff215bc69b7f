// What HTTP calls things: methods and statuses, as Node lists them.

export const METHODS = (
  "ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY " +
  "OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK " +
  "UNLOCK UNSUBSCRIBE"
).split(" ");

/** The words for each status that has some, from the one list that the platform keeps. */
export function statusCodes(textOf) {
  const codes = {};
  for (let status = 100; status < 600; status++) {
    const text = textOf(status);
    if (text !== "") codes[status] = text;
  }
  return codes;
}
