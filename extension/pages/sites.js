/** The options' list of platforms: found by any of their names, switched on and off one by one. */

import { ask, byId, element } from "./common.js";

/** @typedef {import("./common.js").PopupState} PopupState */
/** @typedef {import("./common.js").PlatformState} PlatformState */
/** @typedef {Awaited<ReturnType<typeof import("./common.js").words>>["t"]} Words */

/** From so many platforms on they are looked for instead of read through. */
const MANY = 8;
const PRACTICE = "practice";

/**
 * Switches a platform on or off. The permission is asked for in this very press, for this platform's origins only.
 * @param {PlatformState} platform
 */
async function toggle(platform) {
  if (!platform.on && !(await browser.permissions.request({ origins: platform.origins }))) return;
  await ask({ do: "platform", id: platform.id, on: !platform.on });
  if (platform.on) await browser.permissions.remove({ origins: platform.origins }).catch(() => false);
}

/** What a person should know before the press. @param {Words} t @param {PlatformState} platform @returns {HTMLElement[]} */
function remarks(t, platform) {
  const told = [];
  if (platform.route === "generic" && platform.on) told.push(element("p", { class: "soft", text: t("options.not_verified") }));
  if (platform.life !== "live") told.push(element("p", { class: "soft", text: t(`options.life_${platform.life.replace(" ", "_")}`) }));
  if (platform.forbids) {
    const { quote, source, date } = platform.forbids;
    const rule = element("span", { lang: "en" }, [element("q", { text: quote }), ` ${source}`]);
    told.push(element("p", { class: "remark" }, [element("strong", { text: t("options.forbidden") }), " ", rule, ` (${date})`]));
  }
  return told;
}

/** Lists the person may have kept open in a tab. @param {Words} t @param {PlatformState} platform @returns {HTMLElement[]} */
function keeping(t, platform) {
  const lists = platform.on && platform.id !== PRACTICE ? (platform.watchable ?? []) : [];
  return lists.map(({ list, name, kept }) => {
    const box = element("input");
    Object.assign(box, { type: "checkbox", checked: kept });
    box.addEventListener("change", () => ask({ do: "watch-tab", platform: platform.id, list, on: box.checked }));
    return element("p", { class: "soft" }, [element("label", {}, [box, ` ${t("options.keep_open", { list: name })}`])]);
  });
}

/** @param {Words} t @param {PlatformState} platform */
function item(t, platform) {
  const button = element("button", { text: t(platform.on ? "options.off" : "options.on") });
  button.setAttribute("aria-label", t(platform.on ? "options.off_named" : "options.on_named", { name: platform.name }));
  button.dataset.platform = platform.id;
  button.addEventListener("click", () => toggle(platform));
  const hosts = platform.origins.map((origin) => origin.replace(/\/\*$/, ""));
  const names = [platform.name, platform.aliases.length ? ` (${platform.aliases.join(", ")})` : ""];
  const row = element("li", {}, [
    element("div", { class: "site" }, [
      element("div", {}, [element("strong", { text: names[0] }), names[1], " ", element("span", { class: "soft", text: hosts.join(", ") })]),
      button,
    ]),
    ...remarks(t, platform),
    ...keeping(t, platform),
  ]);
  row.dataset.words = [platform.id, ...names, ...hosts].join(" ").toLowerCase();
  return row;
}

/** Those that are on first, then the practice site, then the rest by name. @param {PlatformState} platform */
const order = (platform) => `${platform.on ? 0 : 1}${platform.id === PRACTICE ? 0 : 1}${platform.name.toLowerCase()}`;

/** Shows the rows that hold what is looked for, and says how many. @param {Words} t */
function narrow(t) {
  const wanted = /** @type {HTMLInputElement} */ (byId("find")).value.trim().toLowerCase();
  const rows = /** @type {HTMLElement[]} */ ([...byId("sites").querySelectorAll("li")]);
  for (const row of rows) row.hidden = !row.dataset.words?.includes(wanted);
  const n = rows.filter((row) => !row.hidden).length;
  const more = /** @type {HTMLDetailsElement} */ (byId("more"));
  more.open = wanted === "" ? more.open : rows.some((row) => !row.hidden && more.contains(row));
  byId("found").textContent = wanted === "" ? "" : t("options.found", { n });
}

/** @param {Words} t */
export function listenSites(t) {
  byId("find").addEventListener("input", () => narrow(t));
}

/**
 * Puts the rows anew only where they changed, so that the focus stays where it is.
 * @param {Words} t
 * @param {PopupState} state
 */
export function showSites(t, state) {
  const readable = state.platforms.filter(({ origins, life, on }) => origins.length && (life !== "closed" || on));
  const key = JSON.stringify(readable.map(({ id, on }) => [id, on]));
  const list = byId("sites");
  if (list.dataset.key === key) return;
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.platform : undefined;
  readable.sort((one, other) => order(one).localeCompare(order(other)));
  const unverified = readable.filter(({ on, route }) => route === "generic" && !on);
  byId("known").replaceChildren(...readable.filter((one) => !unverified.includes(one)).map((one) => item(t, one)));
  byId("unverified").replaceChildren(...unverified.map((one) => item(t, one)));
  byId("more-title").textContent = t("options.more", { n: unverified.length });
  byId("more").hidden = unverified.length === 0;
  list.dataset.key = key;
  byId("finder").hidden = readable.length <= MANY;
  narrow(t);
  if (focused) /** @type {HTMLElement | null} */ (document.querySelector(`button[data-platform="${focused}"]`))?.focus();
}
