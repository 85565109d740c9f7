/** The popup's way into teaching: the permission for this one site is asked for in the press that begins it. */

import { ask, byId, element } from "./common.js";

/** @typedef {(key: string, params?: Record<string, string | number>) => string} Words */

/**
 * The tab to be taught: the one the popup was opened over, or the one its address names.
 * @returns {Promise<{id: number, url: string} | null>} null where its address may not be seen: no web page
 */
async function target() {
  const named = Number(new URLSearchParams(location.search).get("tab"));
  const [tab] = named ? [await browser.tabs.get(named)] : await browser.tabs.query({ active: true, currentWindow: true });
  return tab?.id && tab.url ? { id: tab.id, url: tab.url } : null;
}

/** Found beforehand: a press may ask for a permission only before anything is awaited. */
const found = target().catch(() => null);
/** @type {Awaited<typeof found>} */
let tab = null;
found.then((one) => (tab = one));

/** @param {string} url @returns {string} the one origin to be read, "" where it is none that can be */
function originOf(url) {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || hostname === "practice.localhost" ? `${protocol}//${hostname}/*` : "";
}

/** @param {Words} t */
export async function teachInPress(t) {
  const say = (/** @type {string} */ text) => (byId("teach-result").textContent = text);
  const origin = tab ? originOf(tab.url) : "";
  if (!tab || !origin) return say(t("popup.teach_no_site"));
  const given = await browser.permissions.request({ origins: [origin] }).catch(() => false);
  if (!given) return say(t("popup.teach_no_permission"));
  const answer = await ask({ do: "teach", tab: tab.id, url: tab.url });
  if (answer?.ok) return window.close();
  return say(t("popup.teach_failed", { cause: answer?.cause ?? "" }));
}

/**
 * Repairs that wait for a word of the person's. A question stays the same element while it is asked.
 * @param {Words} t
 * @param {{id: string, name: string}[]} repairs
 */
export function showRepairs(t, repairs = []) {
  const all = byId("repairs");
  const key = repairs.map(({ id }) => id).join();
  if ((all.dataset.key ?? "") === key) return;
  all.dataset.key = key;
  all.replaceChildren(...repairs.map(({ id, name }) => {
    const press = (/** @type {string} */ text, /** @type {boolean} */ take) => {
      const button = element("button", { text });
      button.addEventListener("click", () => ask({ do: "book-repair", id, take }));
      return button;
    };
    const buttons = element("p", { class: "row" }, [press(t("popup.repair_take"), true), press(t("popup.repair_leave"), false)]);
    return element("div", { class: "ask card" }, [element("p", { text: t("popup.repair", { name }) }), buttons]);
  }));
}
