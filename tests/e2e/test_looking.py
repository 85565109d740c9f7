"""Lists that are kept open, and lists that are looked at by leases, in the person's own tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from piecework.control import run
from piecework.demo.browser import ask
from piecework.now import SECOND_US
from piecework.practice import pages, render
from piecework.views import reports
from piecework.watch.health import Moment

if TYPE_CHECKING:
    import sqlite3

    import pytest
    from aiohttp import web

    from piecework.drive import Tab
    from piecework.practice.stage import Face
    from tests.e2e.harness import Rig

NOW = Moment(0)


def load_anew(rig: Rig) -> None:
    """The practice list, as if nobody knew that its page may be asked for."""
    known = rig.agent.services.platforms
    listings = [msgspec.structs.replace(one, looking=msgspec.UNSET) for one in known["practice"].listings]
    rig.agent.services.platforms = {**known, "practice": msgspec.structs.replace(known["practice"], listings=listings)}


async def begin(rig: Rig) -> Tab:
    """A list that is read when it is loaded and never again, in a tab; looking is switched on."""
    there = rig.practice.stage
    there.show(refresh="on-load")
    there.world.publish(title="It was there before")
    await rig.pair()
    await rig.on("practice")
    return await rig.watch("practice", "watching")


async def switch_on(rig: Rig) -> None:
    """The person's choice."""
    await run(rig.agent.services, "look.budget", {"looks": 600})
    await run(rig.agent.services, "look.choose", {"platform": "practice", "on": True})


async def test_a_list_is_loaded_anew_where_the_person_allowed_it(rig: Rig) -> None:
    """Nobody loads the page: the agent allows a look, the tab is loaded anew, the task is told, the lease ends."""
    await begin(rig)
    load_anew(rig)
    await rig.browser.new_tab("about:blank")
    fresh = rig.practice.stage.world.publish(title="It came while nobody looked")
    await switch_on(rig)

    await rig.alerted(fresh.id)
    await rig.told_agent("lease_done")
    row = await rig.health("practice", "watching")
    assert row["next_look_us"] is not None
    assert ["It came while nobody looked"] == [alert["title"] for alert in rig.now(reports.alerts)]


async def test_a_list_is_asked_for_by_its_own_tab(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """One request with the person's session: the tab stays as it is, even in front. Sign-in stops it, 429 is kept."""
    there, asked = rig.practice.stage, []
    face_of = render.face_of

    def note(request: web.Request) -> Face:
        if request.path == "/tasks":
            asked.append((request.cookies.get("who"), request.headers.get("Sec-Fetch-Dest")))
        return face_of(request)

    tab = await begin(rig)
    monkeypatch.setattr(pages, "face_of", note)
    await tab.eval("void (document.cookie = 'who=me')")
    await tab.eval("void (document.title = 'It is the same page')")
    fresh = there.world.publish(title="It came while nobody looked")
    await switch_on(rig)
    await rig.alerted(fresh.id)
    assert "It is the same page" == await tab.eval("document.title")
    assert {("me", "empty")} == set(asked)

    there.show(look="signed-out")
    row = await rig.health("practice", "signed_out")
    assert "redirected" == row["cause"]
    await rig.read(lambda conn: reports.health(conn, NOW)[0]["next_look_us"] is None, "the host waits for the person")
    before = len(asked)

    there.show(look="normal")
    await tab.goto(rig.list_url("practice"))
    await rig.health("practice", "watching")
    there.show(look="rate-limited", retry_after_s=120)
    row = await rig.health("practice", "rate_limited")
    assert before + 2 <= len(asked)
    until_us = row["last_look_us"] + 118 * SECOND_US

    def waits(conn: sqlite3.Connection) -> bool:
        return int(reports.health(conn, NOW)[0]["next_look_us"] or 0) >= int(until_us)

    await rig.read(waits, "the next look is two minutes away")


async def test_a_list_is_kept_open(rig: Rig) -> None:
    """Chosen in the options: its tab opens, pinned and muted, and is read; closed it is said, and a press opens it."""
    await rig.on("prolific")
    await ask(rig.browser, {"do": "watch-tab", "platform": "prolific", "list": "studies", "on": True})
    await rig.health("prolific", "empty")
    found = "browser.tabs.query({ pinned: true, muted: true }).then((all) => all.map(({ id }) => id))"
    [tab] = await rig.browser.background_eval(found)

    await rig.browser.background_eval(
        f"browser.tabs.remove({tab}).then(() => pieceworkTest({{ do: 'test', set: {{}} }}))"
    )
    row = await rig.health("prolific", "resting")
    assert "tab_closed" == row["cause"]
    await ask(rig.browser, {"do": "watch-open", "platform": "prolific", "list": "studies"})
    await rig.health("prolific", "empty")
    assert 1 == len(await rig.browser.background_eval(found))
