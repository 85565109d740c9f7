// The small window that some survey sites open their work in. Loaded before the page is drawn, so that a press
// can't come too early.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-testid=partner-popup]");
  if (button) window.open(button.dataset.href, "partner", "width=520,height=640");
});
