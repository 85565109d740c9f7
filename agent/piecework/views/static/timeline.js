/** The timeline of a day: edges that are moved by mouse and by keyboard. Without it the table's forms do the same. */
import { bounds, clock, dragged, place, pressed } from "./edges.js";

/** @typedef {import("./edges.js").Side} Side */
/** @typedef {{edge: SVGRectElement, side: Side, at_us: number}} Change */

/** What is moved and not yet kept. @type {Change | null} */
let change = null;
/** Id of the edge that has the focus while the page is renewed. */
let focused = "";
/** The edge that a pointer holds. @type {SVGRectElement | null} */
let held = null;
/** What happened last, for eyes and for screen readers. @type {HTMLElement | null} */
let told = null;

const picture = () => /** @type {SVGSVGElement | null} */ (document.querySelector("svg#timeline"));
const language = document.documentElement.lang || "en";

/** @param {Element} one @param {string} name */
const number = (one, name) => Number(one.getAttribute(`data-${name}`));
/** @param {SVGSVGElement} svg */
const axisOf = (svg) => ({ start: number(svg, "start"), end: number(svg, "end"), now: number(svg, "now") });
/** @param {Element} edge */
const stretchOf = (edge) => /** @type {SVGGElement} */ (edge.closest(".stretch"));
/** @param {Element} edge */
const sideOf = (edge) => /** @type {Side} */ (edge.getAttribute("data-side"));
/** @param {EventTarget | null} target */
const edgeAt = (target) => /** @type {SVGRectElement | null} */ (target instanceof Element ? target.closest("#timeline .edge") : null);

/** @param {Element} edge @returns {import("./edges.js").Range} */
function rangeOf(edge) {
  const stretch = stretchOf(edge);
  return { start: number(stretch, "start"), end: number(stretch, "end") };
}

/** Makes each edge something that can be focused, moved and heard. Doing it again changes nothing. */
function upgrade() {
  const svg = picture();
  if (!svg) return;
  for (const edge of svg.querySelectorAll(".edge")) tell(edge, rangeOf(edge)[sideOf(edge)]);
}

/** @param {Element} edge @param {number} at_us what a screen reader is told of it */
function tell(edge, at_us) {
  const svg = /** @type {SVGSVGElement} */ (picture());
  const axis = axisOf(svg);
  const within = bounds(sideOf(edge), rangeOf(edge), axis);
  const minutes = (/** @type {number} */ us) => String(Math.round((us - axis.start) / 60_000_000));
  const [start, end] = (svg.getAttribute("data-words") ?? "|").split("|");
  const label = (sideOf(edge) === "start" ? start : end).replace("{name}", stretchOf(edge).getAttribute("data-name") ?? "");
  const said = {
    role: "slider",
    tabindex: "0",
    "aria-label": label,
    "aria-valuemin": minutes(within.start),
    "aria-valuemax": minutes(within.end),
    "aria-valuenow": minutes(at_us),
    "aria-valuetext": clock(at_us, svg.getAttribute("data-zone") ?? "", language),
  };
  for (const [name, value] of Object.entries(said)) if (edge.getAttribute(name) !== value) edge.setAttribute(name, value);
}

/** Draws an edge where it would be. The picture is not renewed meanwhile. @param {SVGRectElement} edge @param {number} at_us */
function shift(edge, at_us) {
  const svg = /** @type {SVGSVGElement} */ (picture());
  svg.setAttribute("hx-morph-skip", "");
  change = { edge, side: sideOf(edge), at_us };
  const range = { ...rangeOf(edge), [change.side]: at_us };
  const bar = /** @type {SVGRectElement} */ (stretchOf(edge).querySelector(".block"));
  const [x, end] = [place(range.start, axisOf(svg)), place(range.end, axisOf(svg))];
  bar.setAttribute("x", String(x));
  bar.setAttribute("width", String(Math.max(end - x, 3)));
  edge.setAttribute("x", String((change.side === "start" ? x : end) - 5));
  edge.classList.add("moved");
  tell(edge, at_us);
}

/** Puts a moved edge back. */
function cancel() {
  if (!change) return;
  const { edge, side } = change;
  shift(edge, rangeOf(edge)[side]);
  edge.classList.remove("moved");
  picture()?.removeAttribute("hx-morph-skip");
  change = null;
}

/** Keeps what was moved, as a correction that can be undone. */
async function keep() {
  if (!change) return;
  const { edge, side, at_us } = change;
  if (at_us === rangeOf(edge)[side]) return cancel();
  change = null;
  const day = picture()?.getAttribute("data-day") ?? "";
  const ids = stretchOf(edge).getAttribute("data-ids") ?? "";
  await send("/time/edit", { action: "move", ids, day, [side]: String(at_us) }, { side, at_us });
}

/**
 * Asks for a correction and shows the day as it is then; the focus stays on the edge that was moved.
 *
 * @param {string} path
 * @param {Record<string, string>} fields
 * @param {{side: Side, at_us: number} | null} then
 */
async function send(path, fields, then) {
  const csrf = /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=csrf]"))?.value ?? "";
  const inside = edgeAt(document.activeElement) !== null;
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams({ ...fields, csrf }) }).catch(() => null);
  if (!answer?.ok) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [live, fresh] = [document.getElementById("live"), page.getElementById("live")];
  if (!live || !fresh) return location.reload();
  live.replaceChildren(...fresh.childNodes);
  upgrade();
  say(page.querySelector("main > .notice:not(#lost)"));
  if (inside) moved(then)?.focus();
}

/** @param {{side: Side, at_us: number} | null} then @returns {SVGElement | null} the edge that stands there now */
function moved(then) {
  const edges = [...document.querySelectorAll("#timeline .edge")];
  const same = then && edges.find((one) => sideOf(one) === then.side && rangeOf(one)[then.side] === then.at_us);
  return /** @type {SVGElement | null} */ (same ?? edges[0] ?? null);
}

/** @param {Element | null} notice of the answer's page */
function say(notice) {
  if (!notice) return;
  if (!told) {
    told = document.createElement("p");
    told.setAttribute("role", "status");
    document.querySelector("main h1")?.before(told);
  }
  told.className = notice.className;
  const text = notice.textContent?.trim() ?? "";
  // Said again even where the words are the same as before.
  told.replaceChildren();
  requestAnimationFrame(() => told?.replaceChildren(text));
}

document.addEventListener("pointerdown", (event) => {
  const edge = edgeAt(event.target);
  if (!edge || event.button !== 0) return;
  event.preventDefault();
  edge.focus();
  held = edge;
  shift(edge, rangeOf(edge)[sideOf(edge)]);
});
document.addEventListener("pointermove", (event) => {
  const svg = picture();
  const matrix = svg?.getScreenCTM();
  if (!svg || !matrix || !held) return;
  const { x } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  shift(held, dragged(x, axisOf(svg), bounds(sideOf(held), rangeOf(held), axisOf(svg))));
});
document.addEventListener("pointerup", () => {
  if (held) void keep();
  held = null;
});
document.addEventListener("pointercancel", () => {
  held = null;
  cancel();
});

/** Drops what is being moved, else takes back the last correction. */
function takeBack() {
  if (change) return cancel();
  const last = /** @type {HTMLInputElement | null} */ (document.querySelector("#undo-last [name=edit]"));
  if (last) void send("/time/undo", { edit: last.value }, null);
}

/** @param {EventTarget | null} target whether something is written there, with an undo of its own */
const writes = (target) => target instanceof Element && target.closest("input, select, textarea") !== null;

document.addEventListener("keydown", (event) => {
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !writes(event.target)) {
    event.preventDefault();
    return takeBack();
  }
  const [edge, svg] = [edgeAt(event.target), picture()];
  if (!edge || !svg) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter") return void keep();
  if (event.key === "Escape") return cancel();
  const at_us = change?.edge === edge ? change.at_us : rangeOf(edge)[sideOf(edge)];
  const next = pressed(event.key, at_us, bounds(sideOf(edge), rangeOf(edge), axisOf(svg)));
  if (next === null) return;
  event.preventDefault();
  shift(edge, next);
});
document.addEventListener("focusout", (event) => {
  // Leaving an edge that keys have moved keeps it; a pointer's is kept when it is let go.
  if (!held && change && edgeAt(event.target) === change.edge) void keep();
});
// A renewal of the page may take the focus from an edge: it gets it back.
document.addEventListener("htmx:before:swap", () => { focused = edgeAt(document.activeElement)?.id ?? ""; });
document.addEventListener("htmx:after:swap", () => {
  upgrade();
  if (focused && !edgeAt(document.activeElement)) document.getElementById(focused)?.focus();
});
document.documentElement.classList.add("scripted");
upgrade();
