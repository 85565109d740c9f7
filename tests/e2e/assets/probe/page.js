const said = document.querySelector("#said");
globalThis.keys = [];
document.querySelector("#press").addEventListener("click", (event) => {
  said.textContent = `${event.isTrusted} ${event.button} ${document.visibilityState}`;
});
document.querySelector("#ask").addEventListener("click", async () => {
  said.textContent = String(await chrome.permissions.request({ origins: ["https://asked.test/*"] }));
});
document.querySelector("#open").addEventListener("click", () => {
  window.open("page.html?popup", "", "popup,noopener,width=300,height=200");
});
document.addEventListener("keydown", (event) => {
  keys.push(`${event.key} ${event.code} ${event.ctrlKey} ${event.shiftKey} ${event.isTrusted}`);
});
const inner = document.createElement("button");
inner.textContent = "Inside";
inner.addEventListener("click", () => { said.textContent = "inside"; });
document.querySelector("#host").attachShadow({ mode: "open" }).append(inner);
