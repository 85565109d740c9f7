globalThis.heard = [];
chrome.permissions.onAdded.addListener((added) => heard.push(added));
globalThis.failLater = () => setTimeout(() => { throw new Error("uncaught here"); });
chrome.runtime.onMessage.addListener((message, _sender, answer) => answer({ heard: message }));
