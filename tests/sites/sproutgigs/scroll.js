// Rebuilt: rows load while one scrolls (seen by public userscripts that scroll for them); how the site does it
// is not published.
(() => {
  const list = document.querySelector("div.jobs__items");
  const pages = Number(document.currentScript.dataset.pages);
  let shown = 1;
  let busy = false;

  addEventListener("scroll", async () => {
    const left = document.documentElement.scrollHeight - scrollY - innerHeight;
    if (!list || busy || shown >= pages || left > 200) return;
    busy = true;
    const answer = await fetch(`/jobs.php?page=${shown + 1}`);
    const more = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.append(...[...more.querySelectorAll("a.jobs__item")].map((row) => document.importNode(row, true)));
    shown += 1;
    list.dataset.upto = String(shown);
    busy = false;
  });
})();
