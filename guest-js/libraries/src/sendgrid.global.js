// The global `sendgrid`, whose members are packages. One that a source does not name is not loaded.

import { unitMembers } from "./narrowed/members.js";

const sendgrid = unitMembers("sendgrid", { client: "fnhost:lib/sendgrid-client", mail: "fnhost:lib/sendgrid-mail" });

export default sendgrid;
export { sendgrid as "module.exports" };
