"""Puts the extension's own reader and the judge into a blank page of a real browser and asks it about pages.

A page is parsed as a document of its own: its scripts never run, nothing of it is fetched, open shadow roots are made.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.scripts import scripts
from piecework.resources import extension_root

if TYPE_CHECKING:
    from piecework.drive import Tab

HERE = Path(__file__).parent
LISTED = "https://site.example/board"
OTHER = "https://site.example/pages/7"
FIELDS = {name: f"[data-gtf={name}]" for name in ("title", "reward", "time", "requester", "slots")}
OPEN = """(html) => {
  const page = Document.parseHTMLUnsafe(html);
  globalThis.opened = page;
  globalThis.judge = judgeOf(page);
  globalThis.changes = changesOf(page);
}"""


def sources() -> str:
    """The files of DETECT_FILES as the extension runs them, and the judge, as one expression."""
    files = [(extension_root() / name).read_text(encoding="utf-8") for name in scripts("DETECT_FILES")]
    files += [(HERE / name).read_text(encoding="utf-8") for name in ("judge.js", "changes.js", "cpu.js")]
    return "(() => {\n" + "\n".join(files) + f"\nglobalThis.openPage = {OPEN};\nreturn 1;\n}})()"


class Reader:
    """One tab with the reader in it."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    async def begin(self) -> None:
        """Loads the scripts."""
        await self.tab.eval(sources())

    async def open(self, html: str) -> None:
        """Takes a page in."""
        await self.tab.eval(f"openPage({json.dumps(html)})")

    async def asked(self, html: str, record: str, fields: dict[str, str], address: str) -> dict[str, Any]:
        """What the reader finds on a page, judged by its labels; see judge.js."""
        await self.open(html)
        told: dict[str, Any] = await self.tab.eval(
            f"judge.page({json.dumps(record)}, {json.dumps(fields)}, {json.dumps(address)})"
        )
        return told

    async def changed(self, html: str, kind: str) -> dict[str, Any]:
        """What a definition made on a page reads after that page was changed."""
        await self.open(html)
        told: dict[str, Any] = await self.tab.eval(f"judge.change({json.dumps(kind)}, {json.dumps(LISTED)}, changes)")
        return told
