/** The popup: what the agent, the platforms, the clock and today's money are at this moment. */

import { age, duration, money } from "../lib/money_view.js";
import { worded } from "../lib/present.js";
import { ask, byId, element, follow, pairInPress, TONE, words } from "./common.js";
import { showRepairs, teachInPress } from "./teach.js";

/** @typedef {import("./common.js").PopupState} PopupState */
/** @typedef {import("./common.js").PlatformState} PlatformState */
/** @typedef {Awaited<ReturnType<typeof words>>} Words */

/** Minutes are shown, no seconds: nothing here is a stopwatch. */
const TICK_MS = 15_000;
/** Which remedy a state of the agent has: the action its button takes. */
const REMEDY = /** @type {Record<string, string>} */ ({
  not_paired: "pair", revoked: "pair", alone: "pair", not_running: "how", blocked: "how", too_old: "how",
});

/** Causes that a press on "open again" ends. */
const REOPENED = new Set(["tab_closed", "crashed"]);

/** @type {PopupState | null} */
let shown = null;
let shownAt = 0;

/**
 * @param {Words} use
 * @param {PopupState} state
 */
function showAgent({ t }, state) {
  const { state: name, cause, code } = state.agent;
  const line = byId("agent");
  line.className = `state ${TONE[name] ?? "warn"}`;
  line.textContent = t(`agent.${name}`);
  byId("agent-help").textContent = [t(`agent.${name}_help`), cause ? t(`cause.${cause}`) : ""].filter(Boolean).join(" ");
  byId("code").hidden = byId("cancel-pair").hidden = name !== "pairing";
  byId("code").textContent = code ?? "";
  const action = /** @type {HTMLButtonElement} */ (byId("agent-action"));
  action.hidden = !(name in REMEDY);
  action.dataset.action = REMEDY[name] ?? "";
  action.textContent = t(`popup.${REMEDY[name] ?? "pair"}`);
  byId("dashboard").hidden = name !== "connected";
}

/**
 * @param {Words} use
 * @param {PopupState} state
 */
function showToday({ t, language }, state) {
  byId("earned").textContent = state.today.earned.map((amount) => money(amount, language)).join(" + ") || "—";
  byId("active").textContent = duration(state.today.active_s);
  byId("source").textContent = t(`popup.source_${state.today.source}`);
  byId("held").hidden = !state.held;
  byId("held").textContent = t("popup.held", { n: state.held });
  byId("running").hidden = !state.running;
  if (state.running) byId("running-task").textContent = state.running.title || t("popup.untitled");
}

/**
 * What one platform shows now.
 * @param {Words} use
 * @param {PlatformState} platform
 * @returns {HTMLElement[]}
 */
function platformLines({ t, language }, platform) {
  const lines = [];
  if (!platform.granted) lines.push(element("p", { class: "state bad", text: t("popup.permission_lost") }));
  else if (!platform.lists.length) lines.push(element("p", { class: "soft", text: t(platform.route === "generic" ? "popup.not_taught" : "popup.no_look") }));
  for (const list of platform.lists) {
    const seconds = list.last_good_us ? Date.now() / 1000 - list.last_good_us / 1_000_000 : NaN;
    const when = Number.isNaN(seconds) ? t("popup.never") : age(seconds, language);
    const { title, own, why, remedy } = worded(t, list);
    lines.push(element("p", { class: "list" }, [
      element("span", { class: `state ${(!own && TONE[list.state]) || "warn"}`, text: title }),
      ` ${[...(platform.lists.length > 1 ? [list.name] : []), t("popup.tasks", { n: list.tasks }), t("popup.last_good", { when })].join(" · ")}`,
    ]));
    const says = [why, remedy].filter(Boolean).join(" ");
    if (says) lines.push(element("p", { class: "soft", text: says }));
  }
  return lines;
}

/**
 * News comes many times a minute: a platform keeps its place, and a question stays the same element while it is asked,
 * or a press on it would go astray.
 * @param {Words} use
 * @param {PlatformState[]} platforms
 */
function showPlatforms(use, platforms) {
  const all = byId("platforms");
  const key = platforms.map(({ id }) => id).join();
  if (all.dataset.key !== key) {
    const parts = () => [element("div", { class: "lines" }), element("div", { class: "asks" })];
    all.replaceChildren(...platforms.map(({ name }) => element("li", {}, [element("strong", { text: name }), ...parts()])));
    all.dataset.key = key;
  }
  platforms.forEach((platform, at) => {
    const [, lines, asks] = /** @type {HTMLElement[]} */ ([...all.children[at].children]);
    lines.replaceChildren(...platformLines(use, platform));
    const closed = platform.lists.filter(({ cause }) => REOPENED.has(cause));
    const asked = [...platform.asks, ...closed.map(({ list, cause }) => `${list} ${cause}`)].join();
    if ((asks.dataset.key ?? "") === asked) return;
    asks.dataset.key = asked;
    const questions = platform.asks.map((account) => accountQuestion(use.t, platform, account));
    asks.replaceChildren(...questions, ...closed.map((list) => reopening(use.t, platform, list)));
  });
}

/** One press opens a watch tab again that was closed, or loads one that has crashed. @param {Words["t"]} t @param {PlatformState} platform @param {{list: string, name: string}} list */
function reopening(t, platform, { list, name }) {
  const button = element("button", { text: t("popup.reopen", { list: name }) });
  button.addEventListener("click", () => ask({ do: "watch-open", platform: platform.id, list }));
  return element("p", { class: "row" }, [button]);
}

/**
 * @param {Words["t"]} t
 * @param {PlatformState} platform
 * @param {string} account
 */
function accountQuestion(t, platform, account) {
  const yes = element("button", { text: t("popup.claim") });
  yes.addEventListener("click", () => ask({ do: "claim", platform: platform.id, account }));
  const no = element("button", { text: t("popup.release") });
  no.addEventListener("click", () => ask({ do: "release", platform: platform.id, account }));
  return element("div", { class: "ask card" }, [element("p", { text: t("popup.second_account") }), element("p", { class: "row" }, [yes, no])]);
}

/**
 * @param {Words} use
 * @param {PopupState} state
 */
function show(use, state) {
  shown = state;
  shownAt = Date.now();
  showAgent(use, state);
  showToday(use, state);
  const on = state.platforms.filter((platform) => platform.on);
  byId("no-platforms").hidden = on.length > 0;
  showPlatforms(use, on);
  showRepairs(use.t, state.repairs);
  tick();
}

/** The running task's minutes go on between two states while its page is in front; behind another tab they stand. */
function tick() {
  if (!shown?.running) return;
  const { active_s, going } = shown.running;
  byId("running-time").textContent = duration(active_s + (going ? (Date.now() - shownAt) / 1000 : 0));
}

async function start() {
  const first = await ask({ do: "state" });
  const use = await words(first.language);
  byId("agent-action").addEventListener("click", () => {
    if (byId("agent-action").dataset.action === "pair") return pairInPress();
    return browser.tabs.create({ url: browser.runtime.getURL("extension/pages/welcome.html#agent") });
  });
  byId("cancel-pair").addEventListener("click", () => ask({ do: "cancel-pair" }));
  byId("dashboard").addEventListener("click", () => ask({ do: "open", path: "/" }).then(() => window.close()));
  byId("options").addEventListener("click", () => browser.runtime.openOptionsPage());
  byId("practice").addEventListener("click", () => browser.tabs.create({ url: browser.runtime.getURL("extension/pages/practice.html") }));
  byId("teach").addEventListener("click", () => teachInPress(use.t));
  show(use, first);
  follow((state) => show(use, state));
  setInterval(tick, TICK_MS);
}

start();
