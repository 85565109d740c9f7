"""The extension as the person would find it on its first day, and what it asked the browser to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from piecework.demo.browser import ask, until

if TYPE_CHECKING:
    from piecework.drive import Browser, Tab

# Everything the extension keeps, in the browser's stores; the background is ended right after it.
_WIPE = """(async () => {
  for (const area of [browser.storage.local, browser.storage.session]) await area.clear();
  for (const id of Object.keys(await browser.notifications.getAll())) await browser.notifications.clear(id);
  const opened = indexedDB.open("piecework");
  const db = await new Promise((done, failed) => {
    opened.onsuccess = () => done(opened.result);
    opened.onerror = () => failed(opened.error);
  });
  await new Promise((done, failed) => {
    const all = db.transaction([...db.objectStoreNames], "readwrite");
    for (const name of db.objectStoreNames) all.objectStore(name).clear();
    all.oncomplete = done;
    all.onabort = () => failed(all.error);
  });
  db.close();
})()"""
# Calls go through; what is kept is that they were made.
_SPY = """(() => {
  globalThis.calls = [];
  const spy = (object, name, keep) => {
    const real = object[name];
    const heard = function (...args) {
      const what = keep(...args);
      if (what) calls.push([...what]);
      return Reflect.apply(real, this, args);
    };
    Object.defineProperty(object, name, { value: heard, configurable: true, writable: true });
  };
  spy(browser.notifications, "create", (id, { title, message }) => ["notification", id, title, message]);
  spy(browser.runtime, "sendMessage", (message) => message?.do === "sound" && ["sound", message.sound]);
  spy(browser.tabs, "create", (what) => ["tab", what.url]);
  spy(browser.tabs, "update", (id, what) => what.active && ["tab in front", id]);
  spy(browser.windows, "update", (id, what) => what.focused && ["window in front", id]);
  if (globalThis.AudioContext) spy(AudioContext.prototype, "resume", () => ["sound", "here"]);
})()"""


async def renew(browser: Browser) -> Tab:
    """Closes every tab but one that is empty, takes every permission back, forgets everything; returns that tab."""
    empty = await browser.new_tab()
    for tab in await browser.tabs():
        if tab.id != empty.id:
            await tab.close()
    # What the closed pages handed over last must not be written again; nor may a background that wakes meanwhile find
    # that its lists are shown in no tab any more: without permissions it looks for none.
    await browser.stop_background()
    held = await browser.background_eval("browser.permissions.getAll()")
    wanted = [*held.get("origins", []), *(name for name in held["permissions"] if name == "webNavigation")]
    wanted += held.get("data_collection", [])
    if wanted:
        await browser.revoke(wanted)
        await browser.stop_background()
    await browser.background_eval(_WIPE)
    await browser.stop_background()
    return empty


class Calls:
    """What the extension asked the browser to show, sound or open since `watch`; lost when the background ends."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def watch(self) -> None:
        """Begins to listen in the background that runs now."""
        await self._browser.background_eval(_SPY)

    async def all(self) -> list[list[Any]]:
        """[what, …] in the order they were made: notification (id, title, text), sound, tab, tab or window in front."""
        told: list[list[Any]] = await self._browser.background_eval("globalThis.calls ?? []")
        return told

    async def of(self, what: str) -> list[list[Any]]:
        """Those of one sort."""
        return [rest for name, *rest in await self.all() if name == what]

    async def notified(self, text: str) -> list[Any]:
        """Waits for a notification that says `text`; returns (id, title, text)."""

        async def look() -> list[Any] | None:
            return next((one for one in await self.of("notification") if text in f"{one[1]}\n{one[2]}"), None)

        found: list[Any] = await until(look, f"a notification says {text!r}")
        return found

    async def heard(self, times: int) -> None:
        """Waits until so many sounds were asked for; more than that fail."""

        async def look() -> bool:
            sounds = len(await self.of("sound"))
            assert sounds <= times
            return sounds == times

        await until(look, f"{times} sounds are heard")


async def kept(browser: Browser, store: str) -> list[dict[str, Any]]:
    """Every record of one of the background's own stores."""
    js = """(async () => {
      const opened = indexedDB.open("piecework");
      const db = await new Promise((done) => { opened.onsuccess = () => done(opened.result); });
      const asked = db.transaction(STORE, "readonly").objectStore(STORE).getAll();
      const all = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
      db.close();
      return all;
    })()"""
    records: list[dict[str, Any]] = await browser.background_eval(js.replace("STORE", json.dumps(store)))
    return records


async def stand_in(browser: Browser, **what: object) -> None:
    """The documented test message: ports, idle, granted, focus, shifted clocks."""
    answer = await ask(browser, {"do": "test", "set": what})
    assert answer["ok"], answer
