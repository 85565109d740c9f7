"""What the tests of reading share: the content scripts in a plain page, and as an extension that only listens."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.scripts import scripts
from piecework.money import parse_pay, parse_places, parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from piecework.drive import Browser, Tab

ROOT = Path(__file__).parents[2]
CALLS = Path(__file__).parent / "assets" / "reader"
PLATFORMS = sorted(path.parent.name for path in (ROOT / "tests/sites").glob("*/expected.json"))
Json = dict[str, Any]


def content_source() -> str:
    """All content scripts as one expression for a page."""
    texts = [(ROOT / name).read_text("utf-8") for name in scripts("CONTENT_FILES")]
    return "(() => {" + "\n;".join(texts) + "\n; return true; })()"


def definition(platform: str) -> Json:
    """A carried definition."""
    loaded: Json = json.loads((ROOT / f"shared/platforms/{platform}.json").read_text("utf-8"))
    return loaded


def origins() -> list[str]:
    """Every origin the carried definitions ask for."""
    return [origin for platform in PLATFORMS for origin in definition(platform)["origins"]]


def build_reader(folder: Path) -> Path:
    """Writes an extension that runs the content scripts and keeps what they say, for the driver to ask."""
    for name in ("lib", "content"):
        shutil.copytree(ROOT / "extension" / name, folder / "extension" / name)
    shutil.copytree(CALLS, folder, dirs_exist_ok=True)
    definitions = {platform: definition(platform) for platform in PLATFORMS}
    (folder / "definitions.js").write_text(f"globalThis.carried = {json.dumps(definitions)};\n", "utf-8")
    hosts = origins()
    fetched = [one for name in PLATFORMS if _fetches(definitions[name]) for one in definitions[name]["origins"]]
    manifest = {
        "manifest_version": 3,
        "name": "Reader",
        "version": "1",
        "browser_specific_settings": {"gecko": {"id": "reader@piecework.test"}},
        "background": {"service_worker": "background.js", "scripts": ["definitions.js", "background.js"]},
        "permissions": ["scripting"],
        "host_permissions": hosts,
        "content_scripts": [
            {
                "matches": fetched,
                "js": ["extension/content/page_world.js"],
                "run_at": "document_start",
                "world": "MAIN",
            },
            {"matches": hosts, "js": scripts("CONTENT_FILES"), "run_at": "document_start"},
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2), "utf-8")
    return folder


def _fetches(told: Json) -> bool:
    return any(one["reader"] == "page-json" for one in told["listings"])


class Reader:
    """What the content scripts of one browser have said since the last `clear`."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def clear(self) -> None:
        """Forget everything, and what tabs remember."""
        await self.browser.background_eval("forget()")

    async def said(self) -> list[Json]:
        """Facts and messages, oldest first; a fact is `{do: "fact", kind, platform, who, body, …}`."""
        told: list[Json] = await self.browser.background_eval("said")
        return told

    async def facts(self, *kinds: str) -> list[Json]:
        """The facts of some kinds, oldest first."""
        return [one for one in await self.said() if one["do"] == "fact" and one["kind"] in kinds]

    async def until(self, found: Callable[[list[Json]], Any], what: str, timeout_s: float = 10.0) -> Any:  # noqa: ANN401 - whatever `found` gives
        """Waits until `found` gives something for what was said."""
        deadline = time.monotonic() + timeout_s
        while True:
            said = await self.said()
            if result := found(said):
                return result
            assert time.monotonic() < deadline, f"{what} was not said within {timeout_s:g} s: {short(said)}"
            await asyncio.sleep(0.05)

    async def fact(self, kind: str, timeout_s: float = 10.0, **body: object) -> Json:
        """Waits for a fact whose body holds these values."""

        def wanted(said: list[Json]) -> Json | None:
            fits = (one for one in said if one.get("kind") == kind and _holds(one["body"], body))
            return next(fits, None)

        told: Json = await self.until(wanted, f"{kind} {body}", timeout_s)
        return told

    async def message(self, do: str, timeout_s: float = 10.0, **told: object) -> Json:
        """Waits for a message that is no fact."""

        def wanted(said: list[Json]) -> Json | None:
            return next((one for one in said if one["do"] == do and _holds(one, told)), None)

        found: Json = await self.until(wanted, f"{do} {told}", timeout_s)
        return found

    async def row(self, task: str, timeout_s: float = 10.0) -> Json:
        """Waits for the first look that says a row in full."""

        def wanted(said: list[Json]) -> Json | None:
            looks = (one["body"] for one in said if one.get("kind") == "look")
            return next((row for look in looks for row in look["rows"] if row["id"] == task), None)

        found: Json = await self.until(wanted, f"row {task}", timeout_s)
        return found


def _holds(body: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    return all(body.get(name) == value for name, value in wanted.items())


def short(said: Sequence[Json]) -> str:
    """What was said, for a failure's text."""
    lines = [
        f"{one['do']} {one.get('kind', '')} {json.dumps(one.get('body', {}), ensure_ascii=False)[:300]}"
        for one in said[-25:]
    ]
    return "\n" + "\n".join(lines)


def pay_of(pay: Json | None) -> Json | None:
    """A pay of a row as the agent understands it."""
    if pay is None:
        return None
    if "micro" in pay:
        return {"state": "stated", "micro": pay["micro"], "currency": pay["currency"], "per": pay.get("per", "task")}
    read = parse_pay(pay["raw"], lang=pay.get("lang", "en"), currency=pay.get("currency"))
    per = pay.get("per") or read.per
    return {"state": read.state, "micro": read.micro, "currency": read.currency, "per": per}


def understood(row: Json) -> Json:
    """A row as the agent understands it, in the form of the sites' expectations."""
    spent = parse_time(row["minutes_raw"], unit="minutes").min_s if "minutes_raw" in row else None
    return {
        "id": row["id"],
        "system": row["system"],
        "title": row["title"],
        "requester": row["requester"] or None,
        "pay": pay_of(row.get("pay")),
        "hourly": pay_of(row.get("hourly")),
        "minutes": None if spent is None else spent // 60,
        "places_left": parse_places(row["places_raw"]).left if "places_raw" in row else None,
        "url": row.get("url"),
    }


def understood_as(expected: list[Json], told: list[Json]) -> list[Json]:
    """Rows as the agent understands them; a made id, which is a hash, stands as `h-` where that is expected."""
    rows = [understood(row) for row in told]
    for row, wanted in zip(rows, expected, strict=False):
        if wanted["id"] == "h-" and re.fullmatch(r"h-[0-9a-f]{16}", row["id"]):
            row["id"] = "h-"
    return rows


async def tab_at(browser: Browser, url: str, *, background: bool = False) -> Tab:
    """A tab that shows an address."""
    return await browser.new_tab(url, background=background)
