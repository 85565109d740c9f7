// Keeps the open list in step with the site: at once, every so often, or not at all, as the page says.

const area = document.querySelector("[data-testid=task-area]");
const list = area.querySelector("[data-testid=task-list]");
const query = area.dataset.query ? `?${area.dataset.query}` : "";
let look = "normal";

/** @param {string} html one card @returns {Element} */
function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

/** Cards that did not change stay the same elements, so that focus and readers are not disturbed. */
function show(/** @type {{look: string, shown: string, order: string[], cards: Record<string, string>}} */ told) {
  if (told.look !== look && !["normal", "empty"].includes(told.look)) return location.reload();
  look = told.look;
  const there = new Map([...list.children].map((one) => [one.dataset.taskId, one]));
  for (const [id, element] of there) if (!(id in told.cards)) element.remove();
  told.order.forEach((id, at) => {
    let element = there.get(id);
    const fresh = made(told.cards[id]);
    if (!element) element = fresh;
    else if (!element.isEqualNode(fresh)) {
      element.replaceWith(fresh);
      element = fresh;
    }
    if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
  });
  area.querySelector("[data-testid=shown]").textContent = told.shown;
  const messages = document.querySelector("[data-testid=messages]");
  if (messages.textContent !== told.unread) messages.textContent = told.unread;
  area.querySelector("[data-testid=empty]").hidden = told.order.length > 0;
  document.title = document.title.replace(/^\(\d+\)/, `(${told.order.length})`);
}

async function poll() {
  try {
    const answer = await fetch(`/tasks/-/cards${query}`);
    if (answer.redirected || !answer.ok) return location.reload();
    show(await answer.json());
  } catch {
    // The site is away: the next round tries again.
  }
  setTimeout(poll, area.dataset.everyS * 1000);
}

if (area.dataset.refresh === "live") {
  const stream = new EventSource(`/tasks/-/stream${query}`);
  stream.onmessage = (event) => show(JSON.parse(event.data));
  addEventListener("pagehide", () => stream.close());
} else if (area.dataset.refresh === "every") {
  setTimeout(poll, area.dataset.everyS * 1000);
}
