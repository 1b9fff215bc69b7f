// The web platform tests that Node's own sources carry, run inside functions. Node's sources come with a system's packages,
// not with ours: `--node-source DIR` says where they are.

import { casesUnder } from "../lib/wpt.mjs";

const parts = {
  "wpt-url": ["url"],
  "wpt-encoding": ["encoding"],
  "wpt-streams": ["streams"],
  "wpt-dom-events": ["dom/events"],
  "wpt-dom-abort": ["dom/abort"],
  "wpt-fileapi": ["FileAPI"],
  "wpt-html": ["html/webappapis"],
  "wpt-hr-time": ["hr-time"],
  "wpt-user-timing": ["user-timing", "performance-timeline"],
  "wpt-console": ["console"],
  "wpt-webmessaging": ["webmessaging"],
  "wpt-webidl": ["webidl"],
  "wpt-webcrypto": ["WebCryptoAPI"],
};

const hint = "need Node's sources, as `apt-get source nodejs` gives them: `--node-source DIR`";

function suiteOf(folders) {
  return (context) => {
    if (context.nodeSource === undefined) return [{ name: folders.join(" "), skipped: hint }];
    // A file runs as a whole, whichever of its cases is asked for.
    const files = (context.only ?? []).map((part) => part.split(/[?:]/)[0]);
    return casesUnder(folders, context, (path) => files.length === 0 || files.some((file) => path.includes(file)));
  };
}

export const suites = Object.fromEntries(Object.entries(parts).map(([name, folders]) => [name, suiteOf(folders)]));
