/** Options: which platforms are read, lineage, alerts, language, the raw events as CSV, the pairing. */

import { ask, byId, element, follow, TONE, words } from "./common.js";
import { csvOf } from "./csv.js";
import { listenSites, showSites } from "./sites.js";
import { listenTaught, showTaught } from "./taught.js";

/** @typedef {import("./common.js").PopupState} PopupState */

const LINEAGE = { permissions: ["webNavigation"] };

/** @param {Awaited<ReturnType<typeof words>>["t"]} t */
async function showLineage(t) {
  const on = await browser.permissions.contains(LINEAGE);
  byId("lineage-state").textContent = t(on ? "options.lineage_on" : "options.lineage_off");
  byId("lineage").textContent = t(on ? "options.off" : "options.on");
  byId("lineage").setAttribute("aria-label", `${t(on ? "options.off" : "options.on")}: ${t("options.lineage")}`);
}

/**
 * @param {Awaited<ReturnType<typeof words>>["t"]} t
 * @param {PopupState} state
 */
function show(t, state) {
  showSites(t, state);
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
  listenSites(t);
  listenTaught(t, language);
  await showTaught(t, language);
  await showLineage(t);
  show(t, first);
  follow((state) => show(t, state));
}

start();
