// Globals of Segment's that cannot be here. They are there to say why.

import { unavailable } from "./narrowed/members.js";

const sockets = "it needs sockets, and functions have HTTP only";
const unpackaged = "it is not packaged; use its REST API with `fetch`";

export const azure = unavailable({}, "azure", ["identity", "synapse"], unpackaged);
unavailable(azure, "azure", ["eventHubs"], sockets);
export const jsftp = unavailable({}, "jsftp", ["jsftp"], sockets);
export const akeylessLabs = unavailable({}, "akeylessLabs", ["akeyless", "akeylessCloudId"], unpackaged);
export const oneSignal = unavailable({}, "oneSignal", ["oneSignal"], unpackaged);
export const pg = unavailable({}, "pg", ["pg"], sockets);
export const snowflakesdk = unavailable({}, "snowflakesdk", ["snowflakesdk"], unpackaged);
export const hubspotlib = unavailable(
  {},
  "hubspotlib",
  ["hubspot"],
  "it needs more memory than a function has; use HubSpot's REST API with `fetch`",
);
