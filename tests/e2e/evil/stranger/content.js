// Lets a test try the same from a content script: the page carries the order in and the outcome out.
document.addEventListener("strike", async ({ detail }) => {
  const outcome = await attack.sockets(JSON.parse(detail));
  document.documentElement.dataset.struck = JSON.stringify(outcome);
});
