/**
 * A practice site inside the extension: no network, no account, no agent. Its list has the shape of the practice
 * platform's, and is read by the same scripts that read a real site's.
 */

import { ask, byId, element, words } from "./common.js";

const FIRST_MS = 20_000;
const ADDRESS = "http://practice.localhost/tasks";
const TASKS = [
  { title: "Sort 12 photos of clouds", pay: "$0.80", hourly: "$14.85/hr", minutes: "3 min", places: "640 places" },
  { title: "Which of two texts is kinder?", pay: "$0.12", hourly: "$7.20/hr", minutes: "1 min", places: "25 places" },
  { title: "Draw a box around each bicycle", pay: "$0.05", hourly: "$6.00/hr", minutes: "1 min", places: "1200 places" },
];
let made = 0;

/** Puts one more task on the list, as a site does while nobody presses F5. */
function publish() {
  const task = TASKS[made % TASKS.length];
  const id = `inside-${Date.now().toString(36)}-${made}`;
  made += 1;
  const link = element("a", { text: task.title });
  link.href = `${ADDRESS}/${id}`;
  link.addEventListener("click", (event) => event.preventDefault());
  const title = element("h3", {}, [link]);
  title.dataset.testid = "title";
  const facts = element("p", { class: "facts" }, [
    part("requester", "Cloud Atlas Rehearsal"), part("pay", task.pay), part("hourly", task.hourly), part("minutes", task.minutes), part("places", task.places),
  ]);
  const card = element("li", {}, [title, facts]);
  card.dataset.testid = "task";
  card.dataset.taskId = id;
  byId("tasks").append(card);
  byId("empty").hidden = true;
}

/** @param {string} name @param {string} text */
function part(name, text) {
  const made = element("span", { text });
  made.dataset.testid = name;
  return made;
}

function vanish() {
  byId("tasks").firstElementChild?.remove();
  byId("empty").hidden = byId("tasks").childElementCount > 0;
}

async function start() {
  const { language } = await ask({ do: "state" });
  const { t } = await words(language);
  document.title = t("practice.title");
  const { platforms, lang } = await ask({ do: "hello", url: ADDRESS });
  /** @type {any} */ (globalThis).piecework.start({ platforms, lang, pending: [], address: () => ADDRESS });
  byId("now").addEventListener("click", publish);
  byId("gone").addEventListener("click", vanish);
  const due = Date.now() + FIRST_MS;
  const clock = setInterval(() => {
    const left = Math.ceil((due - Date.now()) / 1000);
    byId("wait").textContent = left > 0 ? t("practice.wait", { n: left }) : t("practice.came");
    if (left > 0) return;
    clearInterval(clock);
    if (made === 0) publish();
  }, 1000);
}

start();
