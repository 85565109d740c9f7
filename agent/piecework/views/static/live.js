/** Says so when the agent no longer answers: what the page shows then is as old as its last word. */

const lost = /** @type {HTMLElement} */ (document.getElementById("lost"));

document.addEventListener("htmx:sse:error", () => { lost.hidden = false; });
document.addEventListener("htmx:sse:after:connection", () => { lost.hidden = true; });

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  const text = button?.parentElement?.querySelector("textarea");
  if (!text) return;
  text.select();
  await navigator.clipboard?.writeText(text.value).catch(() => undefined);
});
document.documentElement.classList.add("scripted");
