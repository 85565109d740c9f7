// What a page, a content script or another extension can try against a program on this computer. Every attempt ends:
// a browser that neither lets one through nor refuses it (it asks the person) counts as having held it back.
globalThis.attack = (() => {
  const LIMIT_MS = 2_500;

  const within = (attempt, otherwise) =>
    Promise.race([attempt, new Promise((done) => setTimeout(() => done(otherwise()), LIMIT_MS))]);

  /** Opens a socket and says `words` once it is open; tells what was heard, and how it was closed. */
  function socket(url, words = []) {
    const told = { url, opened: false, heard: [], code: 0, reason: "" };
    const attempt = new Promise((done) => {
      let made;
      try {
        made = new WebSocket(url);
      } catch (cause) {
        done({ ...told, reason: String(cause) });
        return;
      }
      made.onopen = () => {
        told.opened = true;
        for (const word of words) made.send(word);
      };
      made.onmessage = ({ data }) => told.heard.push(data);
      made.onclose = ({ code, reason }) => done(Object.assign(told, { code, reason }));
      // Where a policy blocks it, no close follows the error.
      made.onerror = () => setTimeout(() => done(told), 300);
    });
    return within(attempt, () => told);
  }

  const sockets = (urls, words) => Promise.all(urls.map((url) => socket(url, words)));

  /** Asks for an address as script; tells what of the answer can be read. */
  function get(url, options) {
    const attempt = fetch(url, options).then(
      async (answer) => ({ url, type: answer.type, status: answer.status, text: await answer.text() }),
      (cause) => ({ url, error: String(cause) }),
    );
    return within(attempt, () => ({ url, error: "held" }));
  }

  const gets = (urls, options = { credentials: "include" }) => Promise.all(urls.map((url) => get(url, options)));

  const simple = { method: "POST", mode: "no-cors", credentials: "include" };
  const json = { method: "POST", credentials: "include", headers: { "content-type": "application/json" }, body: "{}" };

  /** The POSTs a browser sends without asking first, and one that it asks about; with fields a form would carry. */
  function posts(urls, fields) {
    const form = new URLSearchParams(fields);
    const each = (url) => [get(url, { ...simple, body: form }), get(url, { ...simple, body: "x" }), get(url, json)];
    return Promise.all(urls.flatMap(each));
  }

  /** Has the browser load an address as part of this page; tells whether that worked. */
  function embed(name, url) {
    const element = document.createElement(name);
    const attempt = new Promise((done) => {
      element.onload = () => done({ url, loaded: true });
      element.onerror = () => done({ url, loaded: false });
    });
    element.src = url;
    document.documentElement.append(element);
    return within(attempt, () => ({ url, loaded: false }));
  }

  /** Whether a framed address shows a document of ours: its own origin can't be touched, an error page's neither. */
  const embeds = (name, urls) => Promise.all(urls.map((url) => embed(name, url)));

  return { socket, sockets, get, gets, posts, embeds };
})();
