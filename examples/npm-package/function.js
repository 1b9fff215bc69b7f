// A message made from a template, with a package from npm, a file of this folder, and JSON. Nothing is bundled: what the
// function imports is loaded while it is built.

import Mustache from "mustache";
import { money } from "./money.js";
import templates from "./templates.json";

export async function onTrack(event, settings) {
  const template = templates[event.event];
  if (template === undefined) throw new EventNotSupported(`${event.event} has no template`);
  const { total, currency, products = [] } = event.properties;
  const text = Mustache.render(template, { user: event.userId, total: money(total, currency), products });
  const response = await fetch(settings.endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text }),
  });
  if (!response.ok) throw new Error(`the chat answered ${response.status}`);
  return text;
}
