// Stage machinery for the rebuilt sites, no part of any of them. It keeps an open page fresh as the stage says
// (data-refresh: live, every, on-load) and puts text into it that HTML can't carry.
(() => {
  const { list, key, refresh, everyS, version } = document.currentScript.dataset;

  /** Text with NUL or half a surrogate pair, as pairs of selector and text. */
  function late(/** @type {ParentNode} */ root) {
    const told = root.querySelector("script#late");
    if (!told) return;
    for (const [selector, text] of JSON.parse(told.textContent)) {
      const element = root.querySelector(selector);
      if (element) element.textContent = text;
    }
  }

  async function renew() {
    const url = new URL(location.href);
    const upto = document.querySelector(list)?.dataset.upto;
    if (upto) url.searchParams.set("upto", upto);
    const answer = await fetch(url, { cache: "no-store" });
    if (answer.redirected || !answer.ok) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    late(fresh);
    const [here, there] = [document.querySelector(list), fresh.querySelector(list)];
    if (!here || !there) return location.reload();
    const known = new Map([...here.children].map((one) => [one.getAttribute(key) ?? one.outerHTML, one]));
    const rows = [...there.children].map((one) => {
      const old = known.get(one.getAttribute(key) ?? one.outerHTML);
      return old?.isEqualNode(one) ? old : document.importNode(one, true);
    });
    rows.forEach((row, at) => {
      if (here.children[at] !== row) here.insertBefore(row, here.children[at] ?? null);
    });
    while (here.children.length > rows.length) here.lastElementChild.remove();
  }

  late(document);
  if (refresh === "every") setTimeout(() => location.reload(), everyS * 1000);
  if (refresh !== "live") return;
  const stream = new EventSource(`/-/events?after=${version}`);
  let turn = Promise.resolve();
  stream.onmessage = () => {
    turn = turn.then(renew, renew);
  };
  addEventListener("pagehide", () => stream.close());
})();
