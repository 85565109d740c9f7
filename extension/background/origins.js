// Which addresses a platform may be read at, and the scripts that read them. Pure.

/**
 * @typedef {object} Scripts the files of the content side, from the extension's root (scripts.js)
 * @property {readonly string[]} content in the order they run
 * @property {readonly string[]} page_world what runs in the page's own world
 */

/**
 * Whether a match pattern of a definition ("https://site.test/*") covers an address. Any port, like the browsers.
 *
 * @param {string} origin
 * @param {string | undefined} address
 * @returns {boolean}
 */
export function covers(origin, address) {
  const [, scheme, host] = /^(https?):\/\/([a-z0-9.-]+)\/\*$/.exec(origin) ?? [];
  if (!scheme || !address || !URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === `${scheme}:` && url.hostname === host;
}

/**
 * Whether a platform is read from answers its pages fetch, and the site lets its page's world be entered.
 *
 * @param {any} definition
 * @returns {boolean}
 */
export function entersPage(definition) {
  if (definition.manners?.page_world !== "allowed") return false;
  const { listings = [], work, earnings = [] } = definition;
  return [...listings, ...(work?.signals ?? []), ...earnings].some((one) => one.answers?.length > 0);
}

/**
 * What `scripting.registerContentScripts` takes for one platform.
 *
 * @param {any} definition
 * @param {Scripts} scripts
 * @returns {{id: string, matches: string[], js: string[], runAt: string, world?: string, allFrames: boolean,
 *   persistAcrossSessions: boolean}[]}
 */
export function registrations(definition, scripts) {
  const shared = { matches: [...definition.origins], runAt: "document_start", allFrames: false, persistAcrossSessions: true };
  const own = { ...shared, id: `piecework-${definition.id}`, js: [...scripts.content] };
  if (!entersPage(definition)) return [own];
  return [own, { ...shared, id: `piecework-${definition.id}-page`, js: [...scripts.page_world], world: "MAIN" }];
}

/**
 * The address to open for a task: its own where that lies on the platform, else the first list's page.
 *
 * @param {any} definition
 * @param {string} url from a page: it may be anything
 * @returns {string} "" where there is nowhere to go
 */
export function addressOf(definition, url) {
  if (definition.origins.some((/** @type {string} */ origin) => covers(origin, url))) return url;
  const pages = [definition.home, ...definition.listings.flatMap((/** @type {any} */ one) => one.urls ?? [])];
  return pages.find((page) => typeof page === "string" && !/[*{]/.test(page)) ?? "";
}
