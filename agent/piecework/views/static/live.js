/** Says so when the agent no longer answers: what the page shows then is as old as its last word. */

const lost = /** @type {HTMLElement} */ (document.getElementById("lost"));

document.addEventListener("htmx:sse:error", () => { lost.hidden = false; });
document.addEventListener("htmx:sse:after:connection", () => { lost.hidden = true; });
