"""Corrections, undo, settling and reading anew, as the command line and the dashboard ask for them."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from piecework.control import offline, run
from piecework.control.services import Services
from piecework.control.typed import state, stated
from piecework.control.windows import close_windows
from piecework.errors import BadUsage
from piecework.ledger import reparse
from piecework.ledger.amounts import Reading
from piecework.ledger.overdue import count_overdue, overdue, owed
from piecework.ledger.reconcile import Asked, reckon
from piecework.ledger.replay import verify
from piecework.now import DAY_US
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.settings import Paths

Row = dict[str, Any]


@pytest.fixture
async def services(paths: Paths) -> AsyncIterator[Services]:
    """A folder in use, without an agent."""
    async with offline(paths) as opened:
        six = msgspec.structs.replace(opened.platforms["practice"].money, approval_days=6)
        window = msgspec.structs.replace(opened.platforms["practice"].money, history_days=45)
        opened.platforms = {
            **opened.platforms,
            "quick": msgspec.structs.replace(opened.platforms["practice"], id="quick", name="Quick", money=six),
            "short": msgspec.structs.replace(opened.platforms["practice"], id="short", name="Short", money=window),
        }
        yield opened


def rows(services: Services, query: str = "SELECT * FROM assignment", *values: object) -> list[Row]:
    """Rows of the store."""
    with services.store.read() as conn:
        return [dict(row) for row in conn.execute(query, values)]


async def seen(services: Services, kind: str, body: Any, ago_us: int = 0, platform: str = "practice") -> str:  # noqa: ANN401
    """A fact as a page tells it; returns its id."""
    at_us = services.clock.now_us() - ago_us
    event = stated(services, kind, body, platform=platform, account="me", at_us=at_us)
    await state(services, [event], source="page")
    return event.id


def pay(text: str) -> bodies.PayText:
    """Dollars."""
    return bodies.PayText(raw=text, currency="USD")


async def test_every_field_can_be_corrected_and_taken_back(services: Services) -> None:
    """Pay, state, title and requester in one event, that says what stood there before; undo restores exactly."""
    await seen(services, Kind.SUBMITTED, bodies.Work(task="t", title="Old", requester="R", pay=pay("1")), DAY_US)
    (before,) = rows(services)
    asked = {"pay": "2.50 EUR", "state": "paid", "title": " New  title ", "requester": "S", "reason": "so it was"}
    done = await run(services, "edit", {"assignment": before["id"], **asked})
    (after,) = rows(services)

    assert ("paid", "New title", "S", 2_500_000, "EUR") == tuple(
        after[name] for name in ("state", "title", "requester", "pay_micro", "pay_currency")
    )

    await run(services, "undo", {"event": done["event"]})
    assert [before] == rows(services)
    with pytest.raises(BadUsage, match="taken back already"):
        await run(services, "undo", {"event": done["event"]})


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Nothing is different"),
        ({"title": "Old"}, "Nothing is different"),
        ({"pay": "$1"}, "Nothing is different"),
        ({"pay": "some"}, "can't be read as pay"),
        ({"pay": "up to $3"}, "can't be read as pay"),
        ({"state": "lost"}, "is no state"),
        ({"state": "paid", "on": "soon"}, "is no day"),
        ({"state": "paid", "on": "9999-01-01"}, "day to come"),
        ({"state": "paid", "on": "2001-01-01"}, "happened to it on"),
        ({"assignment": "nobody", "title": "x"}, "no assignment"),
    ],
)
async def test_what_can_not_be_corrected_is_said(services: Services, asked: Row, said: str) -> None:
    """Nothing is written then."""
    await seen(services, Kind.SUBMITTED, bodies.Work(task="t", title="Old", pay=pay("1")), DAY_US)
    with pytest.raises(BadUsage, match=said):
        await run(services, "edit", {"assignment": rows(services)[0]["id"], **asked})

    assert [] == rows(services, "SELECT id FROM event WHERE kind = 'edit'")


async def test_a_state_has_its_own_day(services: Services) -> None:
    """Money that came last week is booked last week."""
    await seen(services, Kind.SUBMITTED, bodies.Work(task="t", pay=pay("1")), 20 * DAY_US)
    then = rows(services, "SELECT date(?, 'unixepoch') AS day", (services.clock.now_us() - 7 * DAY_US) // 1_000_000)
    await run(services, "edit", {"assignment": rows(services)[0]["id"], "state": "paid", "on": then[0]["day"]})

    assert [then[0]["day"]] == [row["day"] for row in rows(services, "SELECT day FROM sum_day WHERE state = 'paid'")]


async def test_what_a_page_said_is_corrected_not_undone(services: Services) -> None:
    """Undo is for one's own; an entry that was typed goes as a whole."""
    fact = await seen(services, Kind.SUBMITTED, bodies.Work(task="t", pay=pay("1")), DAY_US)
    with pytest.raises(BadUsage, match="A page said so"):
        await run(services, "undo", {"event": fact})
    with pytest.raises(BadUsage, match="nothing by the id"):
        await run(services, "undo", {"event": rows(services)[0]["id"]})
    added = await run(services, "add", {"platform": "practice", "pay": "$3", "state": "paid"})
    done = await run(services, "undo", {"event": added["assignment"]})

    assert 3 == len(done["undoes"])
    assert [1_000_000] == [row["pay_micro"] for row in rows(services)]


async def test_overdue_by_the_rule_of_that_time(services: Services) -> None:
    """Submitted 41 days ago; the site's rule was 6. Each requester with what is still owed."""
    work = bodies.Work(task="t", requester="R", title="T", pay=pay("0.50"))
    await seen(services, Kind.SUBMITTED, work, 41 * DAY_US, platform="quick")
    await seen(services, Kind.SUBMITTED, bodies.Work(task="u", requester="R", pay=pay("2")), DAY_US, "quick")
    await seen(services, Kind.SUBMITTED, bodies.Work(task="v", requester="Q", pay=pay("4")), 99 * DAY_US)
    now_us = services.clock.now_us()
    with services.store.read() as conn:
        (late,) = overdue(conn, now_us)
        requesters = owed(conn, now_us)
        assert 1 == count_overdue(conn, now_us)

    assert ("R", 41, 6, 500_000) == (late["requester"], late["days"], late["rule_days"], late["pay_micro"])
    assert [("R", 2, 2_500_000, 1, 500_000), ("Q", 1, 4_000_000, 0, 0)] == [
        (row["requester"], row["waiting"], row["micro"], row["overdue"], row["overdue_micro"]) for row in requesters
    ]


async def test_what_left_the_sites_window_is_unknown(services: Services) -> None:
    """Undecided for longer than the site shows: a state of its own, by a rule, once; it is no longer just pending."""
    await seen(services, Kind.SUBMITTED, bodies.Work(task="t", pay=pay("1")), 46 * DAY_US, platform="short")
    await seen(services, Kind.SUBMITTED, bodies.Work(task="u", pay=pay("1")), 44 * DAY_US, platform="short")
    await seen(services, Kind.SUBMITTED, bodies.Work(task="v", pay=pay("1")), 99 * DAY_US)

    assert 1 == await close_windows(services)
    assert 0 == await close_windows(services)
    assert ["left_window", "submitted", "submitted"] == sorted(row["state"] for row in rows(services))
    assert [("rule", True)] == [
        (row["source"], "Short shows 45 days" in row["body"])
        for row in rows(services, "SELECT source, body FROM event WHERE kind = 'left_window'")
    ]


async def statement(services: Services, period: str = "", ago_us: int = 0, **totals: str) -> None:
    """An earnings page as it was read."""
    found = [bodies.Total(name, pay(text)) for name, text in totals.items()]  # type: ignore[arg-type]
    await seen(services, Kind.STATEMENT, bodies.Statement("l", period, found), ago_us)


def states(services: Services, period: str = "") -> list[str]:
    """How the statements of a period stand."""
    with services.store.read() as conn:
        return [one.state for one in reckon(conn, Asked("practice", "me", period, 0), services.platforms)]


@pytest.mark.parametrize(
    "totals",
    [
        {"pending": "0", "available": "3.25"},
        {"submitted": "4", "approved": "3.50", "rejected": "0.25", "pending": "0.25", "bonus": "0.10", "fee": "0.01"},
        {"balance": "0.10"},
        {"paid": "7", "available": "1", "pending": "2"},
    ],
)
async def test_the_platforms_figures_are_taken_over(services: Services, totals: dict[str, str]) -> None:
    """Typed amounts with the statement's id make the books agree; taking them back opens the difference again."""
    await seen(services, Kind.SUBMITTED, bodies.Work(task="t", pay=pay("1")), DAY_US)
    await statement(services, **totals)
    assert ["differs"] == states(services)
    done = await run(services, "reconcile.settle", {"platform": "practice", "how": "accepted", "reason": "theirs"})

    assert ["agrees"] == states(services)
    assert set(done["events"]) == {row["id"] for row in rows(services, "SELECT id FROM event WHERE kind = 'adjust'")}
    with services.store.read() as conn:
        assert [] == verify(conn)["differences"]
    with pytest.raises(BadUsage, match="Nothing differs"):
        await run(services, "reconcile.settle", {"platform": "practice", "how": "kept"})
    for own in done["events"]:
        await run(services, "undo", {"event": own})
    assert ["differs"] == states(services)


async def test_a_period_is_settled_within_itself(services: Services) -> None:
    """The amount is dated by the day it is about, not by the day of the decision."""
    day = rows(services, "SELECT date(?, 'unixepoch') AS day", (services.clock.now_us() - 9 * DAY_US) // 1_000_000)[0][
        "day"
    ]
    await statement(services, day, submitted="2", approved="1", pending="1")
    await run(services, "reconcile.settle", {"platform": "practice", "period": day, "how": "accepted"})

    assert ["agrees"] == states(services, day)
    assert {day} == {row["day_platform"] for row in rows(services, "SELECT day_platform FROM posting")}


async def test_ours_are_kept_until_the_difference_changes(services: Services) -> None:
    """The same difference at the next reading is not asked about again; another one is."""
    await statement(services, ago_us=5 * DAY_US, pending="2")
    done = await run(services, "reconcile.settle", {"platform": "practice", "how": "kept", "reason": "they are wrong"})
    assert ["kept"] == states(services)

    await statement(services, ago_us=3 * DAY_US, pending="2")
    assert ["kept"] == states(services)

    await statement(services, ago_us=DAY_US, pending="3")
    assert ["differs"] == states(services)

    await run(services, "undo", {"event": done["events"][0]})
    await statement(services, pending="2")
    assert ["differs"] == states(services)


async def test_waiting_ends_with_the_next_reading(services: Services) -> None:
    """Put off until the platform is read again."""
    await statement(services, ago_us=2 * DAY_US, pending="2")
    await run(services, "reconcile.settle", {"platform": "practice", "how": "waiting"})
    assert ["waiting"] == states(services)

    await statement(services, pending="2")
    assert ["differs"] == states(services)


async def test_a_newer_parser_appends_and_never_rewrites(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it reads differently is a correction with both readings; a dry run only tells."""
    await seen(services, Kind.SUBMITTED, bodies.Work(task="t", pay=bodies.PayText(raw="one dollar")), DAY_US)
    await statement(services, pending="1")
    before = rows(services, "SELECT * FROM event")
    monkeypatch.setattr(reparse, "PARSER_VERSION", 1000)
    monkeypatch.setattr(reparse, "read", lambda text, _: text and Reading("stated", 1_000_000, 1_000_000, "USD"))

    told = await run(services, "reparse", {"dry_run": True})
    assert (1, "unreadable", "stated") == (
        told["corrections"],
        told["changes"][0]["before"]["pay"]["state"],
        told["changes"][0]["after"]["pay"]["state"],
    )
    assert before == rows(services, "SELECT * FROM event")

    await run(services, "reparse", {})
    assert before == rows(services, "SELECT * FROM event WHERE kind <> 'correction'")
    assert [1_000_000] == [row["pay_micro"] for row in rows(services)]
    assert 0 == (await run(services, "reparse", {}))["corrections"]
    with services.store.read() as conn:
        assert [] == verify(conn)["differences"]
