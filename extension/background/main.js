// Every listener is registered here, synchronously, before anything is awaited: a browser that wakes the background for
// an event only finds listeners that are there at once.
import "../lib/ids.js";
import { api } from "../lib/browser.js";
import { boot } from "./core.js";
import { isOurs, route } from "./router.js";
import { forgetTab } from "./tabs.js";

/** @typedef {import("./core.js").Core} Core */

const FLOOR = "floor";

const ready = boot();
ready.then((core) => core.start()).catch((cause) => {
  // Without its store nothing works, and the person has to see it; the next life tries again.
  console.error("Piecework could not start", cause);
  api.action.setBadgeText({ text: "!" });
  api.action.setTitle({ title: `Piecework: ${cause}` });
});

/**
 * Does something once the background is ready; what fails is said once and ends there.
 *
 * @param {(core: Core) => unknown} act
 */
function then(act) {
  ready.then(act).catch((cause) => console.error("Piecework:", cause));
}

api.runtime.onMessage.addListener((/** @type {any} */ message, /** @type {any} */ sender, /** @type {(answer: any) => void} */ answer) => {
  if (!isOurs(message)) return false;
  route(ready, message, sender).then(
    (value) => answer(value ?? { ok: true }),
    (cause) => {
      console.error(`Piecework: "${message.do}" failed`, cause);
      answer({ ok: false, stored: false, cause: String(cause?.name ?? cause) });
    },
  );
  return true;
});
api.runtime.onConnect.addListener((/** @type {any} */ port) => port.name === "state" && then((core) => core.state.follow(port)));

api.runtime.onInstalled.addListener((/** @type {{reason: string}} */ { reason }) => then((core) => core.installed(reason)));
// A browser that starts begins a life (core.js): watch tabs are opened by it.
api.runtime.onStartup.addListener(() => then((core) => core.tick()));
api.alarms.onAlarm.addListener(() => then((core) => core.tick()));
api.idle?.onStateChanged.addListener(() => then((core) => core.clock.look()));

api.tabs.onActivated.addListener(() => then((core) => core.clock.look()));
api.tabs.onUpdated.addListener((/** @type {number} */ _, /** @type {any} */ change) => "audible" in change && then((core) => core.clock.look()));
api.tabs.onRemoved.addListener((/** @type {number} */ tab) => {
  forgetTab(tab);
  then((core) => core.clock.closed(tab));
});
api.tabs.onCreated.addListener((/** @type {any} */ tab) => then((core) => core.clock.created(tab.id, tab.openerTabId ?? null)));
api.windows?.onFocusChanged.addListener(() => then((core) => core.clock.look()));

api.notifications.onClicked.addListener((/** @type {string} */ id) => then((core) => core.notify.clicked(id)));
api.notifications.onClosed.addListener((/** @type {string} */ id, /** @type {boolean} */ by) => then((core) => core.notify.closed(id, by === true)));

// The optional permission: its events exist only where it is given. Their addresses are not read.
const lineage = (/** @type {{sourceTabId: number, tabId: number}} */ { sourceTabId, tabId }) => then((core) => core.clock.linked(sourceTabId, tabId));
const listen = () => api.webNavigation && !api.webNavigation.onCreatedNavigationTarget.hasListener(lineage) && api.webNavigation.onCreatedNavigationTarget.addListener(lineage);
listen();
const permissions = () => {
  listen();
  then((core) => core.sites.permissionsChanged());
};
api.permissions.onAdded.addListener(permissions);
api.permissions.onRemoved.addListener(permissions);

// An alarm brings the background back when it was ended with work to do; a timer (core.js) is finer while it lives.
api.alarms.create(FLOOR, { periodInMinutes: 0.5 });

/**
 * For drivers: what a page of the extension may ask, asked from here. Refused in a copy from a store.
 *
 * @param {any} message `tab` = the tab it comes from, where that matters
 */
async function pieceworkTest(message) {
  if (!(await ready).development) throw new Error("This copy of Piecework was not loaded for development");
  return route(ready, message, { url: api.runtime.getURL("test"), tab: { id: message.tab } });
}
Object.assign(globalThis, { pieceworkTest });
