/** Options: which platforms are read, lineage, alerts, language, the raw events as CSV, the pairing. */

import { ask, byId, element, follow, TONE, words } from "./common.js";
import { csvOf } from "./csv.js";
import { listenTaught, showTaught } from "./taught.js";

/** @typedef {import("./common.js").PopupState} PopupState */
/** @typedef {import("./common.js").PlatformState} PlatformState */

const LINEAGE = { permissions: ["webNavigation"] };

/**
 * Switches a platform on or off. The permission is asked for in this very press, for this platform's origins only.
 * @param {PlatformState} platform
 */
async function toggle(platform) {
  if (!platform.on && !(await browser.permissions.request({ origins: platform.origins }))) return;
  await ask({ do: "platform", id: platform.id, on: !platform.on });
  if (platform.on) await browser.permissions.remove({ origins: platform.origins }).catch(() => false);
}

/**
 * @param {(key: string, params?: Record<string, string | number>) => string} t
 * @param {PlatformState} platform
 */
function siteItem(t, platform) {
  const button = element("button", { text: t(platform.on ? "options.off" : "options.on") });
  button.setAttribute("aria-label", t(platform.on ? "options.off_named" : "options.on_named", { name: platform.name }));
  button.dataset.platform = platform.id;
  button.addEventListener("click", () => toggle(platform));
  const where = platform.origins.map((origin) => origin.replace(/\/\*$/, "")).join(", ");
  return element("li", {}, [
    element("div", { class: "row" }, [
      element("span", {}, [element("strong", { text: platform.name }), " ", element("span", { class: "soft", text: where })]),
      button,
    ]),
  ]);
}

/** @param {Awaited<ReturnType<typeof words>>["t"]} t */
async function showLineage(t) {
  const on = await browser.permissions.contains(LINEAGE);
  byId("lineage-state").textContent = t(on ? "options.lineage_on" : "options.lineage_off");
  byId("lineage").textContent = t(on ? "options.off" : "options.on");
  byId("lineage").setAttribute("aria-label", `${t(on ? "options.off" : "options.on")}: ${t("options.lineage")}`);
}

/**
 * Puts a platform's row anew only where it changed, so that the focus stays where it is.
 * @param {Awaited<ReturnType<typeof words>>["t"]} t
 * @param {PopupState} state
 */
function show(t, state) {
  const readable = state.platforms.filter((platform) => platform.origins.length);
  const key = JSON.stringify(readable.map(({ id, on }) => [id, on]));
  if (byId("sites").dataset.key !== key) {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.platform : undefined;
    byId("sites").replaceChildren(...readable.map((platform) => siteItem(t, platform)));
    byId("sites").dataset.key = key;
    if (focused) /** @type {HTMLElement | null} */ (document.querySelector(`button[data-platform="${focused}"]`))?.focus();
  }
  byId("agent").className = `state ${TONE[state.agent.state] ?? "warn"}`;
  byId("agent").textContent = t(`agent.${state.agent.state}`);
  byId("unpair").hidden = !["connected", "connecting", "not_running", "blocked", "too_old"].includes(state.agent.state);
  byId("held").textContent = t("options.unsent", { n: state.unsent });
}

/** @param {Awaited<ReturnType<typeof words>>["t"]} t */
function listen(t) {
  byId("lineage").addEventListener("click", async () => {
    if (await browser.permissions.contains(LINEAGE)) await browser.permissions.remove(LINEAGE);
    else await browser.permissions.request(LINEAGE);
    await showLineage(t);
  });
  byId("volume").addEventListener("change", (event) => ask({ do: "settings", set: { volume: Number(/** @type {HTMLInputElement} */ (event.target).value) } }));
  byId("language").addEventListener("change", async (event) => {
    await ask({ do: "settings", set: { language: /** @type {HTMLSelectElement} */ (event.target).value } });
    location.reload();
  });
  byId("test-alert").addEventListener("click", async () => {
    const answer = await ask({ do: "test-alert" });
    byId("test-result").textContent = t(answer?.ok === false ? "options.test_failed" : "options.test_sent", { cause: answer?.cause ?? "" });
  });
  byId("unpair").addEventListener("click", () => ask({ do: "unpair" }));
  byId("csv").addEventListener("click", async () => {
    const { text, rows } = await csvOf();
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "piecework-events.csv";
    link.click();
    byId("csv-result").textContent = t("options.csv_done", { n: rows });
  });
}

async function start() {
  const first = await ask({ do: "state" });
  const { t, language } = await words(first.language);
  document.title = t("options.title");
  /** @type {HTMLSelectElement} */ (byId("language")).value = first.language ?? "";
  /** @type {HTMLInputElement} */ (byId("volume")).value = String(first.volume ?? 80);
  listen(t);
  listenTaught(t, language);
  await showTaught(t, language);
  await showLineage(t);
  show(t, first);
  follow((state) => show(t, state));
}

start();
