/** The first page a person sees: try it, switch platforms on, pair with the agent. */

import { ask, byId, follow, pairInPress, TONE, words } from "./common.js";

/**
 * @param {(key: string) => string} t
 * @param {import("./common.js").PopupState} state
 */
function show(t, state) {
  const { state: name, code } = state.agent;
  byId("agent-state").className = `state ${TONE[name] ?? "warn"}`;
  byId("agent-state").textContent = t(`agent.${name}`);
  byId("code").hidden = byId("code-help").hidden = name !== "pairing" || !code;
  byId("code").textContent = code ?? "";
  byId("pair").hidden = ["connected", "pairing"].includes(name);
}

async function start() {
  const first = await ask({ do: "state" });
  const { t } = await words(first.language);
  document.title = t("welcome.title");
  byId("practice").addEventListener("click", () => browser.tabs.create({ url: browser.runtime.getURL("extension/pages/practice.html") }));
  byId("options").addEventListener("click", () => browser.runtime.openOptionsPage());
  byId("pair").addEventListener("click", () => pairInPress());
  show(t, first);
  follow((state) => show(t, state));
}

start();
