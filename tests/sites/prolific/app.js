// The rebuilt app: asks the API as the real page does, draws what it answers, follows its own links.
import { card, details, grown, h, money, t, unknown } from "./cards.js";

const API = "https://internal-api.prolific.com";
const STUDIES = "/api/v1/participant/studies/";
const SUBMISSIONS = "/api/v1/participant/submissions/";
let boot = JSON.parse(document.querySelector("#boot").textContent);

const roads = {
  fetch: async (url) => {
    const answer = await fetch(url, { credentials: "include" });
    return [answer.status, await answer.text()];
  },
  xhr: (url) =>
    new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("GET", url);
      request.withCredentials = true;
      request.onload = () => done([request.status, request.responseText]);
      request.onerror = failed;
      request.send();
    }),
  worker: (url) =>
    new Promise((done) => {
      const text = `fetch(${JSON.stringify(url)}).then(async (a) => postMessage([a.status, await a.text()]))`;
      const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
      worker.onmessage = (event) => {
        worker.terminate();
        done(event.data);
      };
    }),
};

/** Ask the API the way the stage says; signed out leads to the sign-in form. */
async function ask(path) {
  const { via } = boot.face;
  const [status, text] = via === "page" ? await roads.fetch(`/-/page${path}`) : await roads[via](API + path);
  if (status === 401) location.assign("https://auth.prolific.com/u/login");
  const told = status === 403 ? {} : JSON.parse(text);
  return { status, told, rows: told.results ?? told.data?.items ?? [] };
}

async function tell(path, body) {
  const answer = await fetch(API + path, {
    method: "POST",
    credentials: "include",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { ok: answer.ok, told: await answer.json() };
}

function nav() {
  const link = (href, text) => h("a", { href, class: "nav-link" }, h("span", {}, text));
  const balance = h("a", { href: "/balance-hub", class: "nav-link", "data-testid": "balance-hub-link" },
    h("div", { class: "main-balance" }, h("p", { class: "balance-title" }, "Balance"), h("p", { class: "balance-value" }, boot.balance)),
    h("div", { class: "pending-balance", "data-testid": "pending-balance" },
      h("p", { class: "balance-title-pending" }, "Pending"), h("p", { class: "balance-value" }, boot.pending)));
  const said = boot.unread ? `You have ${boot.unread} unread messages.` : "You have no unread messages.";
  const messages = h("a", { href: "/messages/inbox", class: "nav-link", "data-testid": "messages-link" }, "Messages ",
    h("sup", { class: "indicator indicator--intent-danger is-dot message-count", "aria-label": said }, String(boot.unread)));
  return h("nav", { class: "nav-main", "data-testid": "navbar" },
    h("div", { class: "links-wrapper", "data-testid": "main-links" }, link("/studies", "Studies"), link("/submissions", "Submissions"), messages),
    balance,
    t("div", "account-menu", h("p", { class: "ds-menu__title", "data-testid": "ds-menu-title" }, boot.account)));
}

const counted = (n) => `${n}/${n} ${n === 1 ? "study" : "studies"}`;

function list(rows, note) {
  const changed = boot.face.look === "changed";
  return h("div", { class: "studies-list" }, h("div", { class: "studies-container" },
    h("div", changed ? { class: "v9-board" } : { class: "study-list", "data-testid": "studies-list" },
      h("section", { class: "available-studies-section" },
        h("h1", changed ? {} : { id: "available-studies-label", class: "title", "data-testid": "study-list-title" }, "Available studies"),
        changed ? null : h("div", { "aria-label": "Number of available studies", class: "available-studies-number" }, counted(rows.length)),
        note ? t("p", "list-error", note) : null,
        h("ul", changed ? {} : { class: "list", "aria-labelledby": "available-studies-label" }, ...rows.map(changed ? unknown : card),
          changed ? null : h("div", { class: "base-card" }, h("h1", { class: "mug-title", "data-testid": "mug-title" }, "Looking for more studies?")))))));
}

function opener(work) {
  const start = () => tell(`/api/v1/submissions/${work.id}/transition/`, { action: "START" });
  const url = work.study_url;
  const text = "Open study in new window";
  const rel = { link: {}, opener: { rel: "opener" }, noopener: { rel: "noopener noreferrer" } }[boot.face.opens];
  const element = rel ? h("a", { href: url, target: "_blank", ...rel }, text) : h("button", { type: "button" }, text);
  element.dataset.testid = "open-study";
  element.addEventListener("click", () => {
    start();
    if (!rel) open(url, "study", "width=700,height=800");
  });
  return element;
}

function actions(study, work) {
  const button = (id, text, press) => {
    const element = h("button", { type: "button", class: "button", "data-testid": id }, text);
    element.addEventListener("click", press);
    return element;
  };
  if (!work) {
    return [button("reserve", "Take part in this study", async () => {
      const { ok, told } = await tell("/api/v1/submissions/reserve/", { study_id: study.id, participant_id: boot.participant });
      if (ok) await draw();
      else document.querySelector("[data-testid=actions]").append(t("p", "reserve-error", told.error.detail));
    }), button("not-interested", "Not interested", () => go("/studies"))];
  }
  return [t("p", "submission-status", work.status), opener(work), button("return", "Cancel participation", async () => {
    await tell(`/api/v1/submissions/${work.id}/transition/`, { action: "RETURN" });
    await go("/studies");
  })];
}

const open_ = (work) => ["RESERVED", "ACTIVE"].includes(work.status);

async function studies(id) {
  const asked = await ask(STUDIES);
  const note = asked.status === 200 ? "" : asked.told.error?.detail ?? "Something went wrong.";
  const drawn = [list(asked.rows, note)];
  document.title = asked.rows.length ? `(${asked.rows.length}) Prolific` : "Prolific";
  if (id) {
    const mine = (await ask(SUBMISSIONS)).rows.find((one) => one.study_id === id && open_(one));
    const study = asked.rows.find((one) => one.id === id) ?? (mine && {
      ...mine.study, study_reward: mine.submission_reward, device_compatibility: [], description: "",
    });
    if (study) drawn.push(details(study, ...actions(study, mine)));
    else drawn.push(t("p", "study-gone", "This study is no longer available."));
  }
  return drawn;
}

async function submissions() {
  const { rows } = await ask(SUBMISSIONS);
  return [t("ul", "submissions-list", ...rows.map((one) => t("li", `submission-${one.id}`,
    t("b", "title", one.study.name), " ", t("span", "status", one.status), " ", t("span", "reward", money(one.submission_reward)))))];
}

async function complete() {
  const cc = new URLSearchParams(location.search).get("cc") ?? "";
  const found = await fetch(`/-/code?cc=${encodeURIComponent(cc)}`);
  if (!found.ok) return [t("p", "complete-error", "We do not know this completion code.")];
  const work = await found.json();
  if (work.open) await tell(`/api/v1/submissions/${work.id}/transition/`, { action: "COMPLETE", completion_code: cc });
  return [t("p", "submission-complete", "Thank you, your submission is complete."), h("a", { href: "/submissions" }, "See your submissions")];
}

/** The recorded list a test handed in takes the place of ours, without a reload. */
async function recorded(drawn) {
  const tree = await (await fetch("/-/fragment")).json();
  drawn[0].querySelector("[data-testid=studies-list]").replaceWith(grown(tree));
  return drawn;
}

const keyed = (node, at) => node.dataset?.testid ?? `${at} ${node.nodeName}`;

/** Make `here` like `there`, touching only what differs, as the real page's framework does. */
function morph(here, there) {
  if (here.isEqualNode(there)) return here;
  const alike = here.nodeType === 1 && here.nodeName === there.nodeName && here.cloneNode().isEqualNode(there.cloneNode());
  if (!alike || here.dataset.testid === "study-details") {
    here.replaceWith(there);
    return there;
  }
  const known = new Map([...here.childNodes].map((node, at) => [keyed(node, at), node]));
  const wanted = [...there.childNodes].map((node, at) => {
    const old = known.get(keyed(node, at));
    return old ? morph(old, node) : node;
  });
  for (const node of [...here.childNodes]) if (!wanted.includes(node)) node.remove();
  wanted.forEach((node, at) => {
    if (here.childNodes[at] !== node) here.insertBefore(node, here.childNodes[at] ?? null);
  });
  return here;
}

async function draw() {
  const [, first, second] = location.pathname.split("/");
  boot = await (await fetch("/-/boot")).json();
  let drawn = [];
  if (first === "submissions") drawn = await (second === "complete" ? complete() : submissions());
  else if (first === "balance-hub") drawn = [t("main", "balance-hub", h("p", {}, boot.balance), h("p", {}, boot.pending))];
  else drawn = await studies(second);
  if (boot.fragment && drawn[0].className === "studies-list") drawn = await recorded(drawn);
  const layout = h("div", { class: "layout participant", "data-testid": "participant-layout" }, nav(), h("div", { class: "content-wrap" }, ...drawn));
  const app = document.querySelector("#app");
  if (app.firstElementChild) morph(app.firstElementChild, layout);
  else app.append(layout);
}

async function go(path) {
  history.pushState(null, "", path);
  await draw();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/'], [data-testid=title] a");
  if (!link || link.target) return;
  event.preventDefault();
  const study = link.closest("li[data-testid^='study-']")?.dataset.testid.slice("study-".length);
  go(study ? `/studies/${study}` : link.getAttribute("href"));
});
addEventListener("popstate", draw);

let turn = draw();
if (boot.face.refresh === "every") setInterval(() => draw(), boot.face.every_s * 1000);
if (boot.face.refresh === "live") {
  const stream = new EventSource(`/-/events?after=${boot.version}`);
  stream.onmessage = () => {
    if (!location.pathname.startsWith("/submissions/complete")) turn = turn.then(draw, draw);
  };
  addEventListener("pagehide", () => stream.close());
}
