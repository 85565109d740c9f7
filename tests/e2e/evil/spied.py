"""A copy of the extension that writes down every notification it asks for, on disk, so that no kill forgets one."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

from piecework.resources import extension_root

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.drive import Browser

_SPY = """import { api } from "../lib/browser.js";
const opened = indexedDB.open("spy", 1);
opened.onupgradeneeded = () => opened.result.createObjectStore("asked", { autoIncrement: true });
const ready = new Promise((done) => { opened.onsuccess = () => done(opened.result); });
const real = api.notifications.create;
// Which notices a notification stands for at this moment: one that folds several grows with them.
const standsFor = async (id) => {
  const opening = indexedDB.open("piecework");
  const db = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
  const asking = db.transaction("notices", "readonly").objectStore("notices").get(id);
  const found = await new Promise((done) => { asking.onsuccess = () => done(asking.result); });
  db.close();
  return found?.folds ?? [id];
};
const value = async (id, options) => {
  const all = await standsFor(id);
  const writing = (await ready).transaction("asked", "readwrite", { durability: "strict" });
  writing.objectStore("asked").add(all);
  await new Promise((done) => { writing.oncomplete = done; });
  return Reflect.apply(real, api.notifications, [id, options]);
};
Object.defineProperty(api.notifications, "create", { value, configurable: true, writable: true });
"""
_READ = """(async () => {
  const all = async (name, store) => {
    const opened = indexedDB.open(name);
    const db = await new Promise((done) => { opened.onsuccess = () => done(opened.result); });
    const asked = db.transaction(store, "readonly").objectStore(store).getAll();
    const found = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
    db.close();
    return found;
  };
  return { asked: await all("spy", "asked"), notices: await all("piecework", "notices") };
})()"""


def spied_copy(folder: Path) -> Path:
    """Writes the copy, which is the same extension to the browser; returns its root."""
    root = extension_root()
    for name in ("extension", "shared"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "manifest.json", folder)
    background = folder / "extension" / "background"
    (background / "spy.js").write_text(_SPY, encoding="utf-8")
    main = background / "main.js"
    main.write_text('import "./spy.js";\n' + main.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


class Told:
    """What the person was told, and what the extension believes so; both by "system:task" key.

    `times` counts how often a task was news: a notification may stand for several tasks, and take in those that were
    told before, as long as one of them was not. `marked` are the notices kept as told.
    """

    def __init__(self, found: dict[str, Any]) -> None:
        notices = {one["id"]: one for one in found["notices"]}
        self.times: Counter[str] = Counter()
        for ids in found["asked"]:
            keys = {notices[one]["key"] for one in ids}
            self.times.update(keys - self.times.keys() or keys)
        self.marked = Counter(one["key"] for one in notices.values() if one["state"] != "held" and "folds" not in one)

    @classmethod
    async def by(cls, browser: Browser) -> Told:
        """Reads what the copy has written down."""
        return cls(await browser.background_eval(_READ))
