"""Ledger, Reconcile and Statement: what is overdue, corrected, disputed and earned, in words, without scripts."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest_asyncio

from piecework.control.typed import state, stated
from piecework.now import DAY_US, FixedClock
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.rates import add_own, read_own
from piecework.settings import Paths, save_setting
from piecework.store import Store
from tests.agent import panel as p
from tests.agent.panel import Panel, panel
from tests.agent.visitor import read, send, signed_in


@pytest_asyncio.fixture
async def house(paths: Paths, store: Store, clock: FixedClock) -> AsyncIterator[Panel]:
    """A served dashboard over an empty store, with a platform that decides within a week."""
    async with panel(paths, store, clock) as served:
        known = served.services.platforms["practice"]
        money = msgspec.structs.replace(known.money, approval_days=7)
        quick = msgspec.structs.replace(known, id="quick", name="Quick", money=money)
        served.services.platforms = {**served.services.platforms, "quick": quick}
        yield served


@pytest_asyncio.fixture
async def person(house: Panel) -> AsyncIterator[aiohttp.ClientSession]:
    """A signed-in browser."""
    async with signed_in(house) as browser:
        yield browser


async def seen(house: Panel, kind: str, body: Any, days_ago: int = 0) -> None:  # noqa: ANN401 - a body
    """A fact as a page of that platform told it."""
    at_us = house.services.clock.now_us() - days_ago * DAY_US
    fact = stated(house.services, kind, body, platform="quick", account="me", at_us=at_us)
    await state(house.services, [fact], source="page")


def work(**said: Any) -> bodies.Work:  # noqa: ANN401 - fields of bodies.Work
    """One attempt for half a dollar."""
    pay = bodies.PayText(raw="$0.50", currency="USD")
    return bodies.Work(**{"task": "t", "assignment": "A", "title": p.HOSTILE, "requester": "A lab", "pay": pay, **said})


def plain(text: str) -> str:
    """With the apostrophe of a keyboard."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def own(house: Panel) -> str:
    """The id of the only attempt."""
    with house.services.store.read() as conn:
        return str(conn.execute("SELECT id FROM assignment").fetchone()[0])


async def test_overdue_work_is_listed_with_its_rule(house: Panel, person: aiohttp.ClientSession) -> None:
    """How long ago, what the rule was, and what the requester still owes."""
    await seen(house, Kind.SUBMITTED, work(), 41)
    await seen(house, Kind.SUBMITTED, work(task="u", assignment="B", title="Young"), 1)
    page = await read(person, "/ledger")

    assert "1 submission should have been decided by the site's own rule." in plain(page.text)
    assert "Submitted 41 days ago; the site's rule was 7 days." in plain(page.text)
    assert "A lab Quick : $0.50 overdue (1 submission), $1.00 in all (2 submissions)" in page.text
    assert 2 == page.text.count("submitted expected by ")
    assert "submitted expected by 27 Nov 2026" in page.text


async def test_a_pending_sum_says_what_of_it_is_more_than_pending(house: Panel, person: aiohttp.ClientSession) -> None:
    """Past the rule, and gone from the site's pages: nothing of it can be taken for money that is on its way."""
    await seen(house, Kind.SUBMITTED, work(), 41)
    await seen(house, Kind.SUBMITTED, work(task="u", assignment="B"), 1)
    await seen(house, Kind.SUBMITTED, work(task="v", assignment="C"), 60)
    await seen(house, Kind.LEFT_WINDOW, work(task="v", assignment="C"), 2)

    said = plain((await read(person, "/ledger")).text)

    assert "$1.50 1 overdue · $0.50 1 gone from the site's pages, unknown · $0.50" in said
    today = plain((await read(person, "/today")).text)
    assert "2 submissions are overdue, gone from the site's pages or waiting for long. Ledger" in today


async def test_work_that_waits_without_a_rule_is_not_called_pending_for_ever(
    house: Panel, person: aiohttp.ClientSession
) -> None:
    """No page said how long it may take: after thirty days it is listed with its age, unknown pay too."""
    quick = house.services.platforms["quick"]
    ruled = msgspec.structs.replace(quick.money, approval_days=None)
    house.services.platforms = {
        **house.services.platforms,
        "quick": msgspec.structs.replace(quick, money=ruled),
    }
    await seen(house, Kind.SUBMITTED, work(title="Old"), 31)
    await seen(house, Kind.SUBMITTED, work(task="u", assignment="B", pay=None), 78)
    await seen(house, Kind.SUBMITTED, work(task="v", assignment="C"), 29)
    said = (await read(person, "/ledger")).text

    assert "$1.00 1 waits for more than 30 days, no rule known · $0.50" in said
    assert "Submitted 78 days ago; no page of the site says how long it may take." in said
    assert "Submitted 29 days ago" not in said
    assert "should have been decided" not in said


async def test_points_stand_by_themselves(house: Panel, person: aiohttp.ClientSession) -> None:
    """With what the site says of them as a fact; a total at home leaves them out by name, also of a kind called PTS."""
    quick = house.services.platforms["quick"]
    money = msgspec.structs.replace(quick.money, points="1,000 points are 1 dollar")
    quick = msgspec.structs.replace(quick, money=money)
    house.services.platforms = {**house.services.platforms, "quick": quick}
    for number, code in enumerate(("PTS", "PTS-QUICK", "USD")):
        pay = bodies.PayText(raw="500", micro=500_000_000, currency=code)
        await seen(house, Kind.SUBMITTED, work(task=code, assignment=code, pay=pay), number)
    await house.services.store.write(lambda conn: save_setting(conn, "home", "EUR"))
    rows = "day,currency,rate,per\n2025-11-20,USD,2,EUR\n2025-11-20,PTS,2,EUR\n"
    await house.services.store.write(lambda conn: add_own(conn, read_own(rows)))
    page = await read(person, "/ledger")

    assert 2 == page.text.count("1,000 points are 1 dollar")
    assert "Without PTS, PTS-QUICK: no rate is known." in page.text
    assert "€250.00" in page.text


async def test_a_payout_says_what_it_pays(house: Panel, person: aiohttp.ClientSession) -> None:
    """Where it went, its fee, the approvals it covers, and what no approval stands behind."""
    await seen(house, Kind.SUBMITTED, work(), 9)
    await seen(house, Kind.APPROVED, work(), 8)
    amounts = {"amount": bodies.PayText(raw="$0.75"), "fee": bodies.PayText(raw="$0.05")}
    await seen(house, Kind.PAYOUT, bodies.Payout(id="p", to=p.HOSTILE, **amounts), 2)
    said = (await read(person, "/ledger")).text

    assert "Paid out" in said
    assert "Pays what was approved: Fri 13 Nov 2026" in said
    assert "More than the books know as approved: $0.25 $0.75 Fees $0.05" in said


async def test_nothing_overdue_says_nothing(house: Panel, person: aiohttp.ClientSession) -> None:
    """No empty heading."""
    await seen(house, Kind.SUBMITTED, work(), 6)

    assert "h-late" not in (await read(person, "/ledger")).ids


async def test_an_attempt_is_corrected_by_a_form_and_back(house: Panel, person: aiohttp.ClientSession) -> None:
    """Without scripts: a link opens the form, the correction stands in the history with its undo."""
    await seen(house, Kind.SUBMITTED, work(), 2)
    attempt = own(house)
    page = await read(person, f"/ledger?edit={attempt}")
    assert f"edit-{attempt}" in page.ids

    said = await send(
        person, "/ledger/edit", assignment=attempt, pay="$0.75", state="paid", title="Mine", requester="A lab", on=""
    )
    assert "Corrected. The original stays in the history" in said.text
    page = await read(person, "/ledger")
    assert "$0.75" in page.text
    assert "Mine" in page.text

    with house.services.store.read() as conn:
        event = conn.execute("SELECT id FROM event WHERE kind = 'edit'").fetchone()[0]
    await send(person, "/ledger/undo", event=event)
    page = await read(person, "/ledger")
    assert "taken back" in page.text
    assert "submitted expected by 26 Nov 2026, 12:00 19 Nov 2026, 12:00 - $0.50" in page.text


async def test_a_correction_that_can_not_be_says_why(house: Panel, person: aiohttp.ClientSession) -> None:
    """In the words of the command."""
    await seen(house, Kind.SUBMITTED, work(title="T"), 2)
    said = await send(person, "/ledger/edit", assignment=own(house), pay="much", title="T", requester="A lab")

    assert "can't be read as pay" in plain(said.text)


async def test_theirs_ours_and_the_difference(house: Panel, person: aiohttp.ClientSession) -> None:
    """At a glance, by state, with three ways to settle; the one chosen can be taken back on the same page."""
    await seen(house, Kind.SUBMITTED, work(), 2)
    totals = [bodies.Total("pending", bodies.PayText(raw="$0.80", currency="USD"))]
    await seen(house, Kind.STATEMENT, bodies.Statement("l", "", totals), 1)
    await seen(house, Kind.STATEMENT, bodies.Statement("l", p.HOSTILE[:40], totals), 1)
    page = await read(person, "/reconcile")

    assert "1 statement differs from the books" in page.text
    assert "Pending $0.80 $0.50 + $0.30" in page.text
    assert "can't be compared" in plain(page.text)
    assert "Take theirs over Keep ours, disputed Ask again at the next reading" in page.text

    said = await send(
        person, "/reconcile/settle", platform="quick", account="me", period="", currency="USD", how="kept", reason="no"
    )
    assert "Settled. It can be taken back below." in said.text
    page = await read(person, "/reconcile")
    assert "disputed, ours kept no" in page.text
    assert "0 statements differ from the books" in page.text
    assert "h-settled" in page.ids

    said = await send(person, "/reconcile/settle", platform="quick", period="", currency="USD", how="sideways")
    assert "Settled" not in said.text


async def test_a_page_without_statements_says_what_to_do(person: aiohttp.ClientSession) -> None:
    """Nothing was read yet."""
    assert "earnings page once in your browser" in (await read(person, "/reconcile")).text


async def test_the_statement_of_a_period(house: Panel, person: aiohttp.ClientSession) -> None:
    """Earned and received by platform and month; days that no calendar has are taken for none."""
    await seen(house, Kind.SUBMITTED, work(), 5)
    await seen(house, Kind.PAID, work(), 4)
    page = await read(person, "/statement")
    assert "Quick 1 $0.50 $0.50 $0.00" in page.text
    assert "Nov 2026 1 $0.50 $0.50 $0.00 " in page.text
    assert "all of them read from the sites" in page.text

    assert "No money is in the books" in (await read(person, "/statement?from=2001-01-01&to=2001-02-01")).text
    assert "Quick" in (await read(person, "/statement?from=2026-99-99&to=x")).text


async def test_french(house: Panel, person: aiohttp.ClientSession) -> None:
    """The same pages in French."""
    await seen(house, Kind.SUBMITTED, work(), 41)
    page = await read(person, "/ledger", **{"Accept-Language": "fr"})

    assert "Envoyé il y a 41 jours ; la règle du site était de 7 jours." in page.text
    assert "Rapprochement" in (await read(person, "/reconcile", **{"Accept-Language": "fr"})).text
