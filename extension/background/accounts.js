// Whose sign-in a fact belongs to: salted hashes, the first one claimed, every further one asked about. Pure but for
// the hash itself.

/**
 * @typedef {"claimed" | "asks" | "released"} State
 * @typedef {object} Accounts
 * @property {string} salt names are hashed with it; the agent's own once paired
 * @property {string[]} salts older ones, newest first
 * @property {Record<string, Record<string, State>>} known platform to hash to state
 *
 * @typedef {{platform: string, account: string, kind: "account" | "claim" | "release", body: object}} AccountFact
 * @typedef {{accounts: Accounts, account: string, state: State, fact: AccountFact | null}} Answer
 */

const OLD_SALTS = 5;
const HASH_DIGITS = 16;
const encoder = new TextEncoder();

/** @param {string} salt @returns {Accounts} */
export const newAccounts = (salt) => ({ salt, salts: [], known: {} });

/**
 * SHA-256 over salt, platform and name, first 16 hex digits.
 *
 * @param {string} salt @param {string} platform @param {string} name as the page shows it
 * @returns {Promise<string>}
 */
export async function hashOf(salt, platform, name) {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${salt}\n${platform}\n${name}`));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, HASH_DIGITS);
}

/**
 * Finds the account a page shows. A name seen for the first time comes with the fact that says so.
 *
 * @param {Accounts} accounts
 * @param {string} platform
 * @param {string} who the shown name; "-" where none is shown, "" where it is not known yet
 * @returns {Promise<Answer>}
 */
export async function identify(accounts, platform, who) {
  const name = who.trim();
  if (name === "" || name === "-") return { accounts, account: name, state: "claimed", fact: null };
  const account = await hashOf(accounts.salt, platform, name);
  const known = accounts.known[platform] ?? {};
  if (account in known) return { accounts, account, state: known[account], fact: null };
  const was = await olderHash(accounts, platform, name);
  const { [was]: before, ...others } = known;
  const state = before ?? (Object.keys(known).length === 0 ? "claimed" : "asks");
  const body = { state: state === "asks" ? "asks" : "seen", ...(was ? { was } : {}) };
  return {
    accounts: { ...accounts, known: { ...accounts.known, [platform]: { ...others, [account]: state } } },
    account,
    state,
    fact: { platform, account, kind: "account", body },
  };
}

/**
 * The person's own word: this account is mine, or no longer.
 *
 * @param {Accounts} accounts @param {string} platform @param {string} account
 * @param {"claimed" | "released"} state
 * @returns {{accounts: Accounts, fact: AccountFact}}
 */
export function decide(accounts, platform, account, state) {
  const known = { ...accounts.known[platform], [account]: state };
  /** @type {AccountFact} */
  const fact = { platform, account, kind: state === "claimed" ? "claim" : "release", body: { state: "seen" } };
  return { accounts: { ...accounts, known: { ...accounts.known, [platform]: known } }, fact };
}

/**
 * What the agent knows wins over what this profile thought.
 *
 * @param {Accounts} accounts
 * @param {{platform: string, account: string, state: State}[]} told
 * @returns {Accounts}
 */
export function merge(accounts, told) {
  const known = { ...accounts.known };
  for (const { platform, account, state } of told) {
    if (account && account !== "-") known[platform] = { ...known[platform], [account]: state };
  }
  return { ...accounts, known };
}

/** @param {Accounts} accounts @param {string} salt the agent's @returns {Accounts} names get their new hash when seen again */
export function resalt(accounts, salt) {
  if (salt === accounts.salt || !salt) return accounts;
  return { ...accounts, salt, salts: [accounts.salt, ...accounts.salts].slice(0, OLD_SALTS) };
}

/** @param {Accounts} accounts @param {string} platform @returns {string[]} hashes the person has not decided about */
export const asking = (accounts, platform) =>
  Object.entries(accounts.known[platform] ?? {}).flatMap(([account, state]) => (state === "asks" ? [account] : []));

/** @param {Accounts} accounts @param {string} platform @param {string} name @returns {Promise<string>} */
async function olderHash(accounts, platform, name) {
  for (const salt of accounts.salts) {
    const hash = await hashOf(salt, platform, name);
    if (hash in (accounts.known[platform] ?? {})) return hash;
  }
  return "";
}
