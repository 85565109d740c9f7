/** Eleven ways in which a site changes under a reader. Records carry data-gt, their fields data-gtf. */
globalThis.changesOf = (document) => {
  const records = () => piecework.dom.all(document, "[data-gt]", true);
  const everything = (selector) => piecework.dom.all(document, selector, true);
  const sum = (text) => [...text].reduce((number, one) => (number * 31 + one.charCodeAt(0)) % 99_991, 7);
  const renamed = (name) => `x${sum(name)}`;
  const classes = (change) => everything("[class]").forEach((one) => one.setAttribute("class", one.getAttribute("class").split(/\s+/).map(change).join(" ")));
  const retagged = (element, tag) => {
    const made = document.createElement(tag);
    for (const { name, value } of element.attributes) made.setAttribute(name, value);
    made.append(...element.childNodes);
    element.replaceWith(made);
  };
  const parts = { TR: 1, DT: 1, DD: 1 };
  const changes = {
    none() {},
    rename_30: () => classes((name) => (sum(name) % 10 < 3 ? `${name}-v2` : name)),
    rename_all: () => classes(renamed),
    wrap_list() {
      const [row] = records();
      const list = row.closest("ul, ol, dl, table, main > div, section") ?? row.parentElement ?? row.getRootNode().host;
      const [outer, inner] = [document.createElement("div"), document.createElement("div")];
      outer.className = "wrapped";
      outer.append(inner);
      list.replaceWith(outer);
      inner.append(list);
    },
    wrap_record() {
      for (const row of records()) {
        if (parts[row.tagName] || row.shadowRoot) continue;
        const inner = document.createElement("div");
        inner.className = "inner";
        inner.append(...row.childNodes);
        row.append(inner);
      }
    },
    reorder() {
      for (const row of records()) if (row.children.length > 1) row.append(row.children[0]);
      const head = document.querySelector("thead tr");
      if (head && records()[0]?.tagName === "TR") head.append(head.children[0]);
    },
    banner() {
      const banner = document.createElement("div");
      banner.innerHTML = "<p>New! Invite friends and earn $5.00 for each</p>";
      document.body.prepend(banner);
      document.querySelector("main")?.prepend(banner.cloneNode(true));
    },
    tags() {
      document.querySelectorAll("main span").forEach((one) => retagged(one, "b"));
      document.querySelectorAll("main div").forEach((one) => retagged(one, "section"));
    },
    no_ids: () => everything("[id]").forEach((one) => one.removeAttribute("id")),
    fewer() {
      const rows = records();
      for (const row of rows.slice(0, Math.floor(rows.length * 0.7))) {
        for (let next = row.nextElementSibling; next && !next.hasAttribute("data-gt") && parts[next.tagName]; next = row.nextElementSibling) next.remove();
        row.remove();
      }
    },
    redesign() {
      changes.rename_all();
      changes.wrap_list();
      changes.reorder();
      changes.tags();
    },
  };
  return changes;
};
