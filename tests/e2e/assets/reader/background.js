// Stands in for the background: answers what content scripts ask, and keeps what they say for the test.
if (typeof importScripts === "function") importScripts("definitions.js");

globalThis.said = [];
globalThis.memory = {};
globalThis.refusing = 0;

globalThis.forget = () => {
  said.length = 0;
  memory = {};
  refusing = 0;
  return true;
};

globalThis.tell = async (message) => {
  for (const tab of await browser.tabs.query({})) await browser.tabs.sendMessage(tab.id, message).catch(() => null);
  return true;
};

/** Injects the content scripts into every tab once more, as a newly given permission does. */
globalThis.inject = async () => {
  const { js } = browser.runtime.getManifest().content_scripts[1];
  const tabs = (await browser.tabs.query({})).filter((tab) => tab.url?.startsWith("http"));
  await Promise.all(tabs.map((tab) => browser.scripting.executeScript({ target: { tabId: tab.id }, files: js })));
  return tabs.length;
};

const covers = (origin, url) => url.startsWith(origin.slice(0, -1)) || new RegExp(`^${origin.slice(0, -2)}(:\\d+)?/`).test(url);

browser.runtime.onMessage.addListener((message, sender, answer) => {
  const tab = sender.tab?.id;
  if (message.do === "hello") {
    const platforms = Object.values(carried).filter((one) => one.origins.some((origin) => covers(origin, message.url)));
    answer({ platforms, lang: "en", pending: memory[tab] });
  } else if (message.do === "store") {
    if (refusing > 0) {
      refusing -= 1;
      answer({ stored: false, cause: "QuotaExceededError" });
      return;
    }
    const known = new Set(said.map((one) => one.id));
    for (const fact of message.facts) if (!known.has(fact.id)) said.push({ do: "fact", tab, stored_us: Date.now() * 1000, ...fact });
    answer({ stored: true });
  } else if (message.do === "pending") {
    memory[tab] = message.memory;
    answer({});
  } else {
    said.push({ ...message, tab });
    answer({});
  }
});
