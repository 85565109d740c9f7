// The only file that knows which browser this is. Everything else asks here for what differs.
import { playChime } from "./chime.js";

/** The WebExtension API, promises throughout. Undefined where this runs outside a browser, as in unit tests. */
export const api = globalThis.browser;

/** Only Gecko tells its name this way. */
const gecko = typeof api?.runtime?.getBrowserInfo === "function";

/** Handing page contents to another program counts as transmission under Mozilla's policies: it takes a consent. */
const CONSENTS = ["websiteContent", "websiteActivity", "browsingActivity", "financialAndPaymentInfo"];
const ICON = "extension/icons/128.png";
const SOUND_PAGE = "extension/pages/offscreen.html";

/** Whether a new popup window comes without an opener: Gecko names the true source of tabs, but none of windows. */
export const strayWindows = gecko;

/** Whether the end of a notification says truly if the person put it away: Gecko says so of every end. */
export const knowsWhoClosed = !gecko;

/** @returns {Promise<string>} "Firefox 153.0 on linux": how the person knows this browser */
export async function browserName() {
  const { os } = await api.runtime.getPlatformInfo();
  if (gecko) {
    const { name, version } = await api.runtime.getBrowserInfo();
    return `${name} ${version} on ${os}`;
  }
  const brands = /** @type {{brand: string, version: string}[]} */ (/** @type {any} */ (navigator).userAgentData?.brands ?? []);
  const real = brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand.replace(/[^a-z.]/gi, ".")));
  const named = real.find(({ brand }) => brand !== "Chromium") ?? real[0];
  return `${named?.brand ?? "Chromium"} ${named?.version ?? ""} on ${os}`.replace("  ", " ");
}

/** @returns {Promise<boolean>} whether the person has agreed to hand page contents to the agent */
export async function consented() {
  if (!gecko) return true;
  const { data_collection = [] } = await api.permissions.getAll();
  return CONSENTS.every((name) => data_collection.includes(name));
}

/** @returns {Promise<boolean>} whether this copy was loaded for development, not installed from a store */
export async function isDevelopment() {
  return (await api.management.getSelf()).installType === "development";
}

/** Any call of the API is a sign of life: it is what keeps a background that has work to do from being ended. */
export const stayAlive = () => api.runtime.getPlatformInfo();

/**
 * Shows a notification. Its sound is made by `playSound`: not every browser makes one, and none at a chosen volume.
 *
 * @param {string} id
 * @param {{title: string, message: string, sticky?: boolean}} words plain text
 * @returns {Promise<void>} rejects where the browser refuses
 */
export async function showNotification(id, { title, message, sticky = false }) {
  const options = { type: "basic", iconUrl: api.runtime.getURL(ICON), title, message };
  // Gecko takes none of these two: it throws.
  await api.notifications.create(id, gecko ? options : { ...options, silent: true, requireInteraction: sticky });
}

/** @param {string} sound @param {number} volume 0 to 100 @returns {Promise<void>} */
export async function playSound(sound, volume) {
  if (volume <= 0 || sound === "none") return;
  // An event page can sound by itself; a service worker has no ears and no voice, and needs a page.
  if (!api.offscreen) return playChime(sound, volume);
  try {
    await api.offscreen.createDocument({ url: SOUND_PAGE, reasons: ["AUDIO_PLAYBACK"], justification: "The sound of an alert" });
  } catch {
    // It is there already: there can be only one.
  }
  const { ok, cause } = await api.runtime.sendMessage({ do: "sound", sound, volume });
  if (!ok) throw new Error(cause);
}

/**
 * What is in front of the person now.
 *
 * @returns {Promise<{tab: number | null, audible: boolean}>} null where no window of the browser has the focus
 */
export async function focusedTab() {
  try {
    // On a phone there are no windows: the active tab is in front.
    const { id, focused } = api.windows ? await api.windows.getLastFocused() : { id: undefined, focused: true };
    if (!focused) return { tab: null, audible: false };
    const [tab] = await api.tabs.query(id === undefined ? { active: true } : { active: true, windowId: id });
    return { tab: tab?.id ?? null, audible: tab?.audible === true && tab.mutedInfo?.muted !== true };
  } catch {
    return { tab: null, audible: false };
  }
}

/** Pins and mutes a tab, and keeps the browser from putting it to sleep where it can be told. @param {number} tab @returns {Promise<void>} */
export async function keepTab(tab) {
  const kept = { pinned: true, muted: true };
  try {
    await api.tabs.update(tab, { ...kept, autoDiscardable: false });
  } catch {
    await api.tabs.update(tab, kept);
  }
}

/** @returns {boolean} whether this machine has a network, as far as the browser says */
export const online = () => navigator.onLine !== false;

/** @param {number} threshold_s at least 15 @returns {Promise<"active" | "idle" | "locked">} where the browser can tell */
export const idleState = async (threshold_s) => (api.idle ? api.idle.queryState(threshold_s) : "active");

/** From now on the browser says when there has been no input for so long. @param {number} threshold_s */
export const watchIdleness = (threshold_s) => api.idle?.setDetectionInterval(threshold_s);

