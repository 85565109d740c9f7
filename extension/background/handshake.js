// The mutual proof of the link (docs/protocol.md): neither side hands anything over before the other has shown that
// it holds the key. The key itself never travels and can't be read back from the browser.

const NONCE_BYTES = 32;
const encoder = new TextEncoder();

/** @param {Uint8Array} bytes @returns {string} base64url without padding */
export function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text base64url @returns {Uint8Array<ArrayBuffer>} throws a DOMException for anything else */
export function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

/** @returns {string} 32 random bytes */
export const newNonce = () => base64url(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));

/**
 * Takes the link key in, so that scripts can use it but never read it.
 *
 * @param {string} text 32 bytes, base64url
 * @returns {Promise<CryptoKey>}
 */
export function importKey(text) {
  return crypto.subtle.importKey("raw", bytesOf(text), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/**
 * @param {CryptoKey} key
 * @param {"agent" | "extension"} role
 * @param {{cid: string, port: number, nonce_e: string, nonce_a: string}} words
 * @returns {Promise<string>} HMAC-SHA256, base64url
 */
export async function mac(key, role, { cid, port, nonce_e, nonce_a }) {
  const text = `piecework 1 ${role}\n${cid}\n${port}\n${nonce_e}\n${nonce_a}`;
  return base64url(new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text))));
}

/** Compares in constant time for texts of one length. @param {string} left @param {string} right */
export function same(left, right) {
  let differ = left.length ^ right.length;
  for (let at = 0; at < left.length; at++) differ |= left.charCodeAt(at) ^ right.charCodeAt(at % (right.length || 1));
  return differ === 0;
}
