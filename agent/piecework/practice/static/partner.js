// The small window that some survey sites open their work in.

const button = document.querySelector("[data-testid=partner-popup]");
button.addEventListener("click", () => window.open(button.dataset.href, "partner", "width=520,height=640"));
