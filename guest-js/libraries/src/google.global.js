// The global `google`, whose `cloud` has packages as members. Those that speak gRPC are not here.

import { unavailable, unitMembers } from "./narrowed/members.js";

const cloud = unitMembers("google.cloud", {
  bigquery: "fnhost:lib/google-bigquery",
  storage: "fnhost:lib/google-storage",
});
const needGrpc = ["automl", "datastore", "firestore", "functions", "pubsub", "tasks"];
unavailable(cloud, "google.cloud", needGrpc, "it needs gRPC, and functions have HTTP only; use its REST API with `fetch`");
const google = { cloud };

export default google;
export { google as "module.exports" };
