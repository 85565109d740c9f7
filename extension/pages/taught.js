/** Options: what the person taught or loaded: whether it still fits, its versions, as a file, taken back, removed. */

import { age } from "../lib/money_view.js";
import { ask, byId, element } from "./common.js";

/** @typedef {(key: string, params?: Record<string, string | number>) => string} Words */
/** @typedef {{version: string, at_us: number, why: string}} Version */
/** @typedef {{id: string, name: string, carried: boolean, confirmed_us: number, loads_us: number, versions: Version[]}} Entry */

const MOST_BYTES = 200_000;

/** @param {number} at_us @param {string} language */
const ago = (at_us, language) => age((Date.now() - at_us / 1000) / 1000, language);

/**
 * @param {Words} t
 * @param {Entry} entry
 * @param {string} language
 */
function item(t, entry, language) {
  const last = entry.versions.at(-1);
  const state = entry.confirmed_us ? t("options.taught_confirmed", { when: ago(entry.confirmed_us, language) }) : t("options.taught_unconfirmed");
  const about = [t(`options.taught_why_${last?.why}`), t("options.taught_versions", { n: entry.versions.length }), state].join(" · ");
  const press = (/** @type {string} */ key, /** @type {() => Promise<unknown>} */ act) => {
    const button = element("button", { text: t(key) });
    button.setAttribute("aria-label", t("options.taught_named", { action: t(key), name: entry.name }));
    button.addEventListener("click", () => act().then(() => showTaught(t, language)));
    return button;
  };
  return element("li", {}, [
    element("p", {}, [element("strong", { text: entry.name }), " ", element("span", { class: "soft", text: about })]),
    element("p", { class: "press" }, [
      press("options.taught_share", () => share(entry.id)),
      ...(entry.versions.length > 1 || entry.carried ? [press("options.taught_back", () => ask({ do: "book-back", id: entry.id }))] : []),
      press("options.taught_remove", () => ask({ do: "book-remove", id: entry.id })),
    ]),
  ]);
}

/** @param {string} id */
async function share(id) {
  const { ok, file } = await ask({ do: "book-share", id });
  if (!ok) return;
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: "application/json" }));
  link.download = `${id}.piecework.json`;
  link.click();
}

/**
 * @param {Words} t
 * @param {string} language
 */
export async function showTaught(t, language) {
  const { taught } = /** @type {{taught: Entry[]}} */ (await ask({ do: "book" }));
  byId("taught-none").hidden = taught.length > 0;
  byId("taught").replaceChildren(...taught.map((entry) => item(t, entry, language)));
}

/**
 * @param {Words} t
 * @param {string} language
 */
export function listenTaught(t, language) {
  const input = /** @type {HTMLInputElement} */ (byId("taught-file"));
  input.addEventListener("change", async () => {
    const [file] = input.files ?? [];
    if (!file) return;
    const said = byId("taught-result");
    const document = file.size <= MOST_BYTES ? await file.text().then(JSON.parse).catch(() => null) : null;
    const answer = await ask({ do: "book-open", document });
    input.value = "";
    said.textContent = answer?.ok
      ? t("options.taught_opened", { name: document?.definition?.name ?? document?.name ?? answer.id })
      : t("options.taught_refused", { cause: answer?.cause ?? "" });
    if (answer?.ok) await showTaught(t, language);
  });
}
