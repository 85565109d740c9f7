/**
 * Runs in the page's own world, on platforms that allow it. Keeps the page's last 30 JSON answers unread, says which
 * addresses they came from, and reads one only when asked for it by its number. It must never be felt by the page:
 * the page's own calls go through untouched, and nothing here may throw into them.
 */
(() => {
  const NAME = "piecework";
  const KEPT = 30;
  const MOST_BYTES = 4 << 20;
  const world = /** @type {any} */ (window);
  if (world[Symbol.for(NAME)]) return;
  Object.defineProperty(world, Symbol.for(NAME), { value: true });

  const nativeFetch = window.fetch;
  const nativeSend = XMLHttpRequest.prototype.send;
  const nativeOpen = window.open;
  const { origin } = location;

  /** @type {{n: number, url: string, status: number, wait: string, read: () => Promise<string>, drop: () => void}[]} */
  const answers = [];
  let count = 0;

  /** @param {object} message */
  function tell(message) {
    try {
      window.postMessage({ [NAME]: message }, origin);
    } catch {
      // A page without an origin of its own: nothing of it is read.
    }
  }

  /** @param {string | null} type @returns {boolean} */
  const isJson = (type) => /\bjson\b/i.test(type ?? "");

  /** @param {{n: number, url: string, status: number, wait: string}} answer */
  const announce = ({ n, url, status, wait }) => tell({ answer: { n, url, status, wait } });

  /** @param {Omit<(typeof answers)[number], "n">} answer */
  function keep(answer) {
    count += 1;
    /** @type {Promise<string> | undefined} */
    let text;
    const kept = { n: count, ...answer, read: () => (text ??= answer.read()) };
    answers.push(kept);
    if (answers.length > KEPT) answers.shift()?.drop();
    announce(kept);
  }

  /** @param {Response} copy @returns {Promise<string>} empty where it is too large */
  async function bodyOf(copy) {
    const reader = copy.body?.getReader();
    if (!reader) return "";
    const decoder = new TextDecoder();
    let [text, bytes] = ["", 0];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > MOST_BYTES) {
        void reader.cancel().catch(() => {});
        return "";
      }
      text += decoder.decode(value, { stream: true });
    }
  }

  /** @param {Response} response */
  function fetched(response) {
    try {
      if (!isJson(response.headers.get("content-type"))) return;
      if (Number(response.headers.get("content-length") ?? 0) > MOST_BYTES) return;
      const copy = response.clone();
      const drop = () => void copy.body?.cancel().catch(() => {});
      const wait = response.headers.get("retry-after") ?? "";
      keep({ url: response.url, status: response.status, wait, read: () => bodyOf(copy), drop });
    } catch {
      // A body the page has locked already, or a response it made itself: the page is none the wiser.
    }
  }

  window.fetch = function fetch(/** @type {RequestInfo | URL} */ _input) {
    const promise = Reflect.apply(nativeFetch, this, arguments);
    if (promise instanceof Promise) promise.then(fetched, () => {});
    return promise;
  };

  /**
   * The text of a finished request that has not been used for another one since.
   * @param {XMLHttpRequest} request
   * @param {string} url
   */
  async function textOf(request, url) {
    if (request.readyState !== XMLHttpRequest.DONE || request.responseURL !== url) return "";
    const text = request.responseType === "json" ? JSON.stringify(request.response) : request.responseText;
    return text.length > MOST_BYTES ? "" : text;
  }

  /** @param {XMLHttpRequest} request */
  function loaded(request) {
    try {
      const { responseURL: url, responseType, status } = request;
      if (!isJson(request.getResponseHeader("content-type")) || !["", "text", "json"].includes(responseType)) return;
      const wait = request.getResponseHeader("retry-after") ?? "";
      keep({ url, status, wait, read: () => textOf(request, url), drop: () => {} });
    } catch {
      // A request the page has taken up again.
    }
  }

  /** Before `load`, whose listeners may draw what came: the answer is named first. @this {XMLHttpRequest} */
  function changed() {
    if (this.readyState !== XMLHttpRequest.DONE) return;
    this.removeEventListener("readystatechange", changed);
    loaded(this);
  }

  XMLHttpRequest.prototype.send = function send() {
    try {
      this.addEventListener("readystatechange", changed);
    } catch {
      // Not a request: the real send says so.
    }
    return Reflect.apply(nativeSend, this, arguments);
  };

  window.open = function open() {
    tell({ opened: true });
    return Reflect.apply(nativeOpen, this, arguments);
  };

  window.addEventListener("message", (event) => {
    const asked = event.source === window && event.data?.[NAME];
    if (asked?.again) {
      answers.forEach(announce);
      tell({ all: true });
    }
    if (typeof asked?.read !== "number") return;
    const answer = answers.find((one) => one.n === asked.read);
    answer?.read().then(
      (text) => tell({ body: { n: asked.read, text } }),
      () => {},
    );
  });
})();
