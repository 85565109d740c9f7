"""Pages, command line and popup tell one story: the same states, causes, ages and counts, whatever has happened."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec
import pytest
import pytest_asyncio

from piecework import figures
from piecework.now import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from piecework.protocol.messages import State
from piecework.resources import locales_dir
from piecework.settings import Paths
from tests.agent.cli_rig import AgentThread, Cli
from tests.agent.panel import put
from tests.integration import rig

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Iterator

    from piecework.control import Services
    from piecework.link.client import LinkClient

HERE = Path(__file__).parent
HERS = "here"
"""The list's browser is the one that is connected; any other is away."""
SITUATIONS: dict[str, dict[str, Any]] = {
    "just-read": {"tasks": 3},
    "says-it-is-empty": {"state": "empty"},
    "drifted": {"cause": "drifted", "tasks": 1},
    "not-heard-of": {"ago": HOUR_US, "tasks": 2},
    "fell-silent": {"ago": 7 * MINUTE_US, "every_us": 30 * SECOND_US, "steady": 10, "tasks": 2},
    "keeps-its-rhythm": {"ago": 2 * MINUTE_US, "every_us": 30 * SECOND_US, "steady": 10, "tasks": 2},
    "looked-at-by-us": {"ago": 20 * MINUTE_US, "due": 10 * MINUTE_US, "tasks": 4},
    "our-look-is-late": {"ago": 20 * MINUTE_US, "due": -2 * MINUTE_US},
    "signed-out": {"state": "signed_out", "cause": "address", "ago": HOUR_US},
    "challenge": {"state": "challenge", "cause": "marker"},
    "slow-down": {"state": "rate_limited", "cause": "backing_off", "due": 4 * MINUTE_US},
    "new-shape": {"state": "changed_shape", "cause": "no_list"},
    "unknown-shape": {"state": "changed_shape", "cause": "shape_unknown"},
    "asleep": {"state": "tab_asleep", "cause": "discarded"},
    "frozen": {"state": "tab_asleep", "cause": "frozen"},
    "closed": {"state": "resting", "cause": "no_tab"},
    "no-network": {"state": "offline", "cause": "no_network"},
    "second-account": {"state": "account_asks", "cause": "asks"},
    "other-browser-away": {"cid": "c-away", "tasks": 2},
}
ALERTS: list[dict[str, Any]] = [
    {"id": "new-shown", "reason": "new", "deliveries": [("extension", "shown", "")]},
    {"id": "new-gone", "reason": "reopened", "gone": True, "deliveries": [("extension", "gone", "")]},
    {"id": "held", "reason": "new", "deliveries": [("extension", "held", "work")]},
    {"id": "failed", "reason": "pay", "deliveries": [("desktop", "failed", "unavailable"), ("phone", "queued", "")]},
    {"id": "silent", "reason": "health", "deliveries": [("extension", "shown", "")]},
    {"id": "day", "reason": "digest", "rule": "default", "deliveries": [("extension", "shown", "")]},
    {"id": "first-look", "reason": "digest", "rule": ""},
    {"id": "try", "reason": "test", "deliveries": [("extension", "shown", "")]},
]
TOLD = {"new-shown", "new-gone", "held", "failed", "silent", "day"}


def fill(conn: sqlite3.Connection, cid: str, now_us: int) -> None:
    """Every situation of a list, and every fate of an alert."""
    for name, about in SITUATIONS.items():
        more = {one: about[one] for one in ("cause", "tasks", "every_us", "steady") if one in about}
        seen_us = now_us - about.get("ago", 10 * SECOND_US)
        good = about.get("state", "watching") in {"watching", "empty"}
        put(
            conn,
            "list_state",
            platform="site",
            list=name,
            account="-",
            state=about.get("state", "watching"),
            since_us=seen_us,
            last_look_us=seen_us,
            last_good_us=seen_us if good else seen_us - DAY_US,
            next_look_us=now_us + about["due"] if "due" in about else None,
            cid=about.get("cid", cid),
            **more,
        )
    for place, about in enumerate(ALERTS):
        at_us = now_us - place * MINUTE_US
        put(
            conn,
            "alert",
            id=about["id"],
            platform="site",
            system="",
            task=about["id"],
            account="-",
            reason=about["reason"],
            rule=about.get("rule", "default"),
            episode=1,
            title=f"Title of {about['id']}",
            text="",
            cid=cid,
            at_us=at_us,
            stored_us=at_us,
            gone_us=at_us + 1 if about.get("gone") else None,
        )
        for channel, state, cause in about.get("deliveries", []):
            put(conn, "delivery", alert=about["id"], channel=channel, state=state, cause=cause, at_us=at_us)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[AgentThread]:
    """An agent with a loop of its own, so that commands can be called beside it."""
    with AgentThread(Paths(tmp_path / "data").data) as running:
        yield running


@pytest_asyncio.fixture
async def person(served: AgentThread) -> AsyncIterator[aiohttp.ClientSession]:
    """A signed-in dashboard."""
    base = f"http://127.0.0.1:{served.agent.port}"
    async with aiohttp.ClientSession(base, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(served.agent.url) as answer:
            assert 200 == answer.status
        yield session


async def text_of(person: aiohttp.ClientSession, path: str, language: str) -> str:
    """A page, in a language."""
    async with person.get(path, headers={"Accept-Language": language}) as answer:
        assert 200 == answer.status
        return await answer.text()


def cut(text: str, before: str, end: str) -> str:
    """One element of a page, as text with its moments."""
    found = re.search(rf'id="{re.escape(before)}".*?{end}', text, re.DOTALL)
    assert found, before
    return found[0]


def plain(markup: str) -> str:
    """What a reader sees."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def popup(state: State, now_us: int, words: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What the popup shows of each list, by the extension's own code; the browser itself has seen nothing later."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed: the extension's code can't be run")
    told = [json.loads(msgspec.json.encode(one)) for one in state.lists]
    own = {"state": "watching", "cause": "", "tasks": 0, "last_look_us": 0, "last_good_us": 0}
    asked = {"lists": [{"own": own, "told": one} for one in told], "now_us": now_us, "words": words}
    done = subprocess.run(
        ["node", HERE / "list_words.mjs"], input=json.dumps(asked).encode(), capture_output=True, check=True
    )
    return dict(zip([one.list for one in state.lists], json.loads(done.stdout), strict=True))


async def test_every_list_is_the_same_everywhere(served: AgentThread, person: aiohttp.ClientSession) -> None:
    """State, cause, ages and counts of `health --json` are those of Board, Platforms and popup, in both languages."""
    services = served.agent.services
    cid, key = served.run(rig.issue(served.agent))
    client = served.run(rig.connect(served.agent, (cid, key)))
    now_us = services.clock.now_us()
    served.run(services.store.write(lambda conn: fill(conn, cid, now_us)))
    rows = {row["list"]: row for row in Cli(services.paths.data).json("health")}
    state = served.run(next_state(services, client, len(SITUATIONS)))

    assert set(SITUATIONS) == set(rows)
    assert ("offline", "no_browser") == story(rows["other-browser-away"])
    assert ("not_refreshing", "overdue") == story(rows["fell-silent"])
    for language in ("en", "fr"):
        words = json.loads((locales_dir() / f"{language}.json").read_text(encoding="utf-8"))
        shown = popup(state, services.clock.now_us(), words)
        for path in ("/", "/platforms"):
            page = await text_of(person, path, language)
            for name, row in rows.items():
                item = cut(page, f"list-site-{name}-{row['account']}", "</li>")
                told = [part for part in (shown[name]["title"], shown[name]["why"], shown[name]["remedy"]) if part]
                # A browser that is away is no news to itself: its popup is shown when it is there.
                if name != "other-browser-away":
                    assert story(row) == (shown[name]["state"], shown[name]["cause"]), name
                    assert all(part in plain(item) for part in told), (path, name, told)
                assert words[f"list.{row['state']}"] in plain(item) or words[f"list.{row['cause']}"] in plain(item)
                assert row["last_good_us"] == shown[name]["last_good_us"]
                moments = [row["last_good_us"], *([row["next_look_us"]] if row["next_look_us"] else [])]
                assert [figures.iso(one) for one in moments] == re.findall(r'datetime="([^"]+)"', item)[: len(moments)]
                if row["state"] == "watching" and not row["cause"]:
                    assert words["dash.tasks_other"].replace("{n}", str(row["tasks"])) in plain(item)
                    assert row["tasks"] == shown[name]["tasks"]
    served.run(client.close())


async def next_state(services: Services, client: LinkClient, count: int) -> State:
    """The first state that knows of so many lists."""
    services.hub.push_state()
    while len((state := await client.next(State)).lists) < count:
        pass
    return state


def story(row: dict[str, Any]) -> tuple[str, str]:
    """State and cause."""
    return row["state"], row["cause"]


async def test_every_alert_is_the_same_everywhere(served: AgentThread, person: aiohttp.ClientSession) -> None:
    """`alerts --json` and the page name the same alerts in the same order, with what each channel did."""
    services = served.agent.services
    now_us = services.clock.now_us()
    served.run(services.store.write(lambda conn: fill(conn, "c1", now_us)))
    rows = Cli(services.paths.data).json("alerts")
    words = json.loads((locales_dir() / "en.json").read_text(encoding="utf-8"))
    page = await text_of(person, "/alerts", "en")

    assert TOLD == {row["id"] for row in rows}
    assert [row["id"] for row in rows] == re.findall(r'<tr id="alert-([^"]+)"', page)
    for row in rows:
        item = cut(page, f"alert-{row['id']}", "</tr>")
        assert figures.iso(row["at_us"]) in item
        assert len(row["deliveries"]) == item.count('class="step"')
        for step in row["deliveries"]:
            assert words[f"dash.came_{step['state']}"] in plain(item)
    held = re.findall(r'id="held-([^"]+)"', await text_of(person, "/", "en"))
    assert [row["id"] for row in rows if any(step["state"] == "held" for step in row["deliveries"])] == held


async def test_without_an_agent_nothing_is_watched(tmp_path: Path) -> None:
    """The command alone says so of every list that was well, and keeps what barred the others."""
    data = tmp_path / "data"
    with AgentThread(data) as served:
        now_us = served.agent.services.clock.now_us()
        served.run(served.agent.services.store.write(lambda conn: fill(conn, "c1", now_us)))
    rows = {row["list"]: row for row in Cli(data).json("health")}

    assert ("agent_off", "") == story(rows["just-read"])
    assert ("challenge", "marker") == story(rows["challenge"])
    assert not [row for row in rows.values() if row["state"] in {"watching", "empty"}]
