// Who may ask the background what. A page of a site may hand over what it shows, and of its own platforms only; the
// extension's own pages may press every button.
import { api } from "../lib/browser.js";
import { decide } from "./accounts.js";
import { PRACTICE } from "./sites.js";
import { recall, remember } from "./tabs.js";
import { UNPAID } from "./sessions.js";
import { beginTeaching, takeTaught } from "./teach.js";
import { standIn } from "./testing.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {{tab: number | null, url: string, own: boolean}} From */
/** @typedef {(core: Core, message: any, from: From) => unknown} Handler */

/** What pages of sites say, and the practice page in their place. @type {Record<string, Handler>} */
const FROM_PAGES = {
  hello,
  pending: (_, { memory }, from) => remember(from, memory),
  store: (core, { facts }, from) => core.intake.store(facts, { tab: from.tab, allows: (id) => allows(core, id, from) }),
  taught: (core, message, from) => takeTaught(core, message, from),
  press: (core, _, { tab }) => (tab === null ? undefined : core.clock.press(tab)),
  spot: (core, { spot }, from) => spotted(core, spot, from),
  "task-page": (core, message, from) =>
    from.tab !== null && allows(core, message.platform, from) ? core.clock.page(message, from.tab) : undefined,
};

/** What the person presses in popup, options and welcome. @type {Record<string, Handler>} */
const FROM_OWN = {
  state: (core) => {
    core.link.connect();
    return core.state.now();
  },
  pair: (core) => core.pairing.begin(),
  "cancel-pair": (core) => core.pairing.cancel(),
  unpair: (core) => core.pairing.unpair(),
  platform: (core, { id, on }) => core.sites.turn(String(id), on === true),
  "watch-tab": (core, { platform, list, on }) => core.kept.choose(String(platform), String(list), on === true),
  "watch-open": (core, { platform, list }) => core.kept.reopen(String(platform), String(list)),
  claim: (core, message) => account(core, message, "claimed"),
  release: (core, message) => account(core, message, "released"),
  open: (core, { path }) => core.state.ask(String(path ?? "/")),
  teach: (core, { tab, url }) => beginTeaching(core, { tab: Number(tab), url: String(url) }),
  book: (core) => core.taught.list(),
  "book-open": (core, { document }) => core.taught.open(document),
  "book-share": (core, { id }) => core.taught.exportOf(String(id)),
  "book-back": (core, { id }) => core.taught.rollBack(String(id)),
  "book-remove": (core, { id }) => core.taught.remove(String(id)),
  "book-repair": (core, { id, take }) => core.taught.answer(String(id), take === true),
  settings,
  "test-alert": (core) => core.notify.test(),
  test: (core, { set }) => standIn(core, set ?? {}),
  "press-notification": (core, { id }) => (core.development ? core.notify.clicked(String(id)) : undefined),
};

/**
 * @param {Promise<Core>} ready
 * @param {any} message
 * @param {any} sender
 * @returns {Promise<unknown>}
 */
export async function route(ready, message, sender) {
  const url = String(sender?.url ?? "");
  const own = url.startsWith(api.runtime.getURL(""));
  const from = { tab: sender?.tab?.id ?? null, url, own };
  const name = String(message?.do);
  const handler = Object.hasOwn(FROM_PAGES, name) ? FROM_PAGES[name] : own && Object.hasOwn(FROM_OWN, name) ? FROM_OWN[name] : null;
  return handler ? handler(await ready, message, from) : { ok: false, cause: "unknown_message" };
}

/** @param {any} message @returns {boolean} whether it is for the background at all */
export const isOurs = (message) => typeof message?.do === "string" && message.do !== "sound";

/** @type {Handler} */
async function hello(core, _, from) {
  const platforms = from.own ? [core.sites.all.get(PRACTICE)].filter(Boolean) : core.sites.at(from.url);
  return { platforms, lang: core.settings.language, pending: await recall(from) };
}

/** @param {Core} core @param {any} spot what the tab's page is for, null for nothing that counts @param {From} from */
function spotted(core, spot, from) {
  if (from.tab === null) return undefined;
  const known = spot && allows(core, String(spot.platform), from) && UNPAID.has(spot.work);
  return core.clock.spot(known ? spot : null, from.tab);
}

/** @param {Core} core @param {string} platform @param {From} from */
function allows(core, platform, { url, own }) {
  return own ? platform === PRACTICE : core.sites.at(url).some((one) => one.id === platform);
}

/** @param {Core} core @param {any} message @param {"claimed" | "released"} state */
async function account(core, { platform, account: hash }, state) {
  await core.change((plan) => {
    const { accounts, fact } = decide(core.accounts, String(platform), String(hash), state);
    core.setAccounts(plan, accounts);
    plan.make(fact.kind, nowUs(), fact);
  });
  return { ok: true };
}

/** @type {Handler} */
async function settings(core, { set }) {
  await core.settings.choose(set ?? {});
  await core.notify.release("quiet");
  core.state.changed();
  return { ok: true };
}
