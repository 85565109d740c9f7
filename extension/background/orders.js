// What the agent may say once the link is open. It has proved its key; what it hands on still comes from pages.
import { api, watchIdleness } from "../lib/browser.js";
import { merge } from "./accounts.js";
import { forget } from "./forget.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {(core: Core, message: any) => void | Promise<unknown>} Order */

/** @type {Record<string, Order>} */
const ORDERS = {
  alert: (core, message) => core.notify.alert(message),
  withdraw: (core, message) => core.notify.withdraw([String(message.alert)]),
  lease,
  settings,
  definitions: (core, message) => core.taught.offered(Array.isArray(message.taught) ? message.taught : []),
  state: (core, message) => core.state.heard(message),
  open,
  forget: (core, { platform, account, before_us, everything }) => forget(core, { platform, account, before_us, everything }),
};

/** @param {Core} core @param {any} message @returns {Promise<void>} unknown ones are for newer extensions */
export async function hear(core, message) {
  await ORDERS[message?.t]?.(core, message);
}

/** You may look at this list now. Reading an open tab once more costs the site nothing. @param {Core} core @param {any} message @returns {Promise<void>} */
async function lease(core, message) {
  const { lease: id, platform, list, how = "reread" } = message;
  if (how !== "reread") return core.leases.take(message);
  const tabs = await core.sites.tabsOf(platform);
  const order = { do: "reread", platform, list };
  const heard = await Promise.allSettled(tabs.map((tab) => api.tabs.sendMessage(tab, order)));
  const cause = heard.some((one) => one.status === "fulfilled") ? "" : "no_tab";
  if (id) await core.change((plan) => plan.make("lease_done", nowUs(), { platform, body: { lease: id, list, cause } }));
}

/** @param {Core} core @param {any} message @returns {Promise<void>} */
async function settings(core, message) {
  await core.settings.hear(message);
  await watchIdleness(core.settings.idle_s);
  const told = Array.isArray(message.accounts) ? message.accounts : [];
  const accounts = merge(core.accounts, told);
  if (JSON.stringify(accounts) !== JSON.stringify(core.accounts)) await core.change((plan) => core.setAccounts(plan, accounts));
  await core.notify.release("quiet");
  core.state.changed();
}

/** A one-time address of the dashboard, asked for by a press in the popup. @param {Core} core @param {any} message @returns {Promise<void>} */
async function open(core, { url }) {
  const asked = core.state.takeOpen();
  const { protocol, hostname, port } = new URL(url);
  const own = protocol === "http:" && ["127.0.0.1", "localhost"].includes(hostname) && Number(port) === core.link.state.port;
  if (asked && own) await api.tabs.create({ url });
}
