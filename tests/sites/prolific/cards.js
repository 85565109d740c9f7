// Draws studies as the published capture of December 2024 has them. Elements are made one by one: its `li` inside
// `div.tags` inside `li` would not survive parsing as HTML.

/**
 * @param {string} tag @param {Record<string, string>} attributes @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An element with a test id. */
export const t = (tag, id, ...children) => h(tag, { "data-testid": id }, ...children);

const SIGNS = { USD: "$", GBP: "£", EUR: "€" };

/** Minor units as the page writes them; what is no number stays as it is. */
export function money(told) {
  if (!told) return "";
  const sign = SIGNS[told.currency] ?? `${told.currency} `;
  return typeof told.amount === "number" ? sign + (told.amount / 100).toFixed(2) : sign + told.amount;
}

const tag = (child) => h("li", { class: "tag-container tag" }, h("div", { class: "tag" }, h("span", { class: "label" }, child)));

function tags(study) {
  const left = Math.max(0, study.total_available_places - study.places_taken);
  const amount = h("span", { class: "reward" },
    h("span", { class: "amount", "data-testid": "study-tag-reward" }, money(study.study_reward)), " • ",
    h("span", { class: "amount", "data-testid": "study-tag-reward-per-hour" },
      `${money(study.study_average_reward_per_hour)}/hr`));
  const minutes = study.estimated_completion_time;
  return h("div", { class: "tags" }, tag(amount),
    minutes === null ? null : tag(h("span", { class: "time", "data-testid": "study-tag-completion-time" }, `${minutes} min${minutes === 1 ? "" : "s"}`)),
    tag(t("span", "study-tag-places", `${left} place${left === 1 ? "" : "s"}`)),
    tag("Survey"));
}

function host(study, tagName) {
  const id = `host-name-${study.id}`;
  return h(tagName, { class: "host", "data-testid": "host" }, h("span", {}, h("span", { id }, "By"), " ",
    h("span", { "aria-labelledby": id }, study.researcher.name)));
}

/** One card of the list. */
export function card(study) {
  return h("li", { class: "list-item", "data-testid": `study-${study.id}` },
    h("div", { class: "base-card", "data-testid": "base-card" },
      h("div", { class: "study-content", "data-testid": "base-card-content" },
        h("div", { class: "details-group" }, t("div", "icon"),
          h("div", { class: "details" },
            h("h2", { class: "title", "data-testid": "title" }, h("a", { href: "#" }, study.name)),
            host(study, "div"))),
        tags(study),
        h("div", { class: "devices", "data-testid": "devices" },
          ...study.device_compatibility.map((device) => h("span", { class: "device-icon", "data-testid": `supported-device-${device}` }))))));
}

/** The same card in a shape nobody has seen. */
export const unknown = (study) => h("div", { class: "v9-tile" }, h("b", {}, study.name), h("i", {}, money(study.study_reward)));

/** The pane beside the list; `actions` are the buttons under it. */
export function details(study, ...actions) {
  return h("div", { class: "study-details", "data-testid": "study-details" },
    h("div", { class: "selected-study", "data-testid": "selected-study" },
      h("div", { class: "details-group", "data-testid": "details-group" },
        h("div", { class: "details" }, h("h3", { class: "title", "data-testid": "title" }, study.name), host(study, "span")),
        tags(study),
        h("div", { class: "description", "data-testid": "description" }, study.description)),
      h("div", { class: "actions", "data-testid": "actions" }, ...actions)));
}

const SVG = "http://www.w3.org/2000/svg";

/** A tree [tag, attributes, children…] of a recorded page as elements. */
export function grown(tree, space = null) {
  if (typeof tree === "string") return document.createTextNode(tree);
  const [tagName, attributes, ...children] = tree;
  const inner = tagName === "svg" ? SVG : space;
  const element = inner ? document.createElementNS(inner, tagName) : document.createElement(tagName);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value ?? "");
  element.append(...children.map((child) => grown(child, inner)));
  return element;
}
