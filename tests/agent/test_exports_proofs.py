"""What a platform states of a period, proven or refused by hledger, ledger and beancount from the lines alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from piecework.control import offline, run
from piecework.control.typed import state
from piecework.control.typed import stated as typed
from piecework.ledger.proofs import proofs
from piecework.now import DAY_US
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.views.exports import export
from tests.agent.books import DAY, NOON, S, event, memory, take, usd, work
from tests.agent.exported import books
from tests.agent.test_exports_balances import CHECKS, judged, stated

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from piecework.control.services import Services
    from piecework.settings import Paths

WAYS = {"accepted": "taken over", "kept": "you kept yours", "waiting": "you wait for the next reading"}


@pytest.fixture
async def services(paths: Paths) -> AsyncIterator[Services]:
    """A folder in use, without an agent."""
    async with offline(paths) as opened:
        yield opened


async def seen(services: Services, kind: str, body: object, ago_us: int) -> None:
    """A fact as a page tells it."""
    at_us = services.clock.now_us() - ago_us
    await state(services, [typed(services, kind, body, platform="practice", account="me", at_us=at_us)], source="page")


@pytest.mark.parametrize("form", CHECKS)
def test_paid_fees_and_what_is_available_of_a_period(tmp_path: Path, form: str) -> None:
    """Payouts and fees on their own day, what was approved by the day of the work; a millionth more is refused."""
    conn = books()
    stated(conn, NOON + 5 * DAY, "2025-11-25", paid="0.495", fee="0.1")
    stated(conn, NOON + 5 * DAY, "2025-11-21", available="0.495", balance="0.495")
    found = {(one.last, one.name, one.micro) for one in proofs(conn, {})}
    text = export(conn, form)
    mark = "Fee  0.10 ~ 0 USD" if form == "beancount" else "fee]  0 USD = 0.10 USD"

    assert {
        ("2025-11-25", "paid", 495_000),
        ("2025-11-25", "fee", 100_000),
        ("2025-11-21", "available", 495_000),
        ("2025-11-21", "balance", 495_000),
    } == found
    assert 1 == text.count(mark)
    assert 0 == judged(tmp_path, form, text)
    assert 0 != judged(tmp_path, form, text.replace(mark, mark.replace("0.10", "0.100001")))


def test_amounts_by_themselves_count_on_their_day() -> None:
    """A bonus of a day and a typed amount are part of what the day's work came to."""
    conn = books()
    take(conn, event(Kind.BONUS, NOON + DAY, bodies.Bonus(pay=usd("0.25"), period="2025-11-22")))
    adjust = bodies.Adjust(micro=1_000_000, currency="USD", state="approved")
    take(conn, event(Kind.ADJUST, NOON + DAY + S, adjust))
    stated(conn, NOON + 5 * DAY, "2025-11-22", available="1.25", submitted="1.005", pending="0.005")
    stated(conn, NOON + 6 * DAY, "2025-11-22", bonus="0.25")

    assert [("bonus", 250_000), ("pending", 5_000), ("submitted", 1_005_000)] == sorted(
        (one.name, one.micro) for one in proofs(conn, {})
    )


def test_a_week_and_a_month_hold_their_days() -> None:
    """The statement's own period decides which work is added up."""
    conn = books()
    stated(conn, NOON + 9 * DAY, "2025-11", submitted="2.5", paid="0.495")
    stated(conn, NOON + 9 * DAY, "2025-W48", submitted="0.00", fee="0.1")

    assert [
        ("2025-11-01", "2025-11-30", "paid", 495_000),
        ("2025-11-01", "2025-11-30", "submitted", 2_500_000),
        ("2025-11-24", "2025-11-30", "fee", 100_000),
        ("2025-11-24", "2025-11-30", "submitted", 0),
    ] == sorted((one.first, one.last, one.name, one.micro) for one in proofs(conn, {}))


@pytest.mark.parametrize("form", CHECKS)
@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("period", [False, True])
async def test_a_difference_is_refused_until_it_is_settled(
    services: Services, tmp_path: Path, form: str, how: str, *, period: bool
) -> None:
    """Theirs is asserted: the program refuses it where ours is another, and takes it once the person has decided."""
    day = services.clock.now_us() - 3 * DAY_US
    text = await _day_of(services, day) if period else ""
    await seen(services, Kind.SUBMITTED, work(task="t", pay="1.00"), 3 * DAY_US)
    totals = [bodies.Total("submitted" if period else "pending", usd("1.50"))]
    await seen(services, Kind.STATEMENT, bodies.Statement("earnings", text, totals), DAY_US)
    assert 0 != judged(tmp_path, form, strictly(services, form))

    await run(services, "reconcile.settle", {"platform": "practice", "period": text, "how": how})
    journal = strictly(services, form)
    assert 0 == judged(tmp_path, form, journal)
    assert (f": {WAYS[how]}\n" in journal) == (how != "accepted")
    assert ("= 1.50 USD" in journal or "1.50 ~ 0 USD" in journal) == (how == "accepted")


async def _day_of(services: Services, at_us: int) -> str:
    with services.store.read() as conn:
        return str(conn.execute("SELECT date(?, 'unixepoch')", (at_us // S,)).fetchone()[0])


def strictly(services: Services, form: str) -> str:
    """The journal that asserts all that is not settled."""
    with services.store.read() as conn:
        return export(conn, form, strict=True, platforms=services.platforms)


def test_nothing_is_asserted_that_lines_do_not_add_up_to() -> None:
    """Of a store without a line there is no figure, however strict."""
    conn = memory()
    stated(conn, NOON, "2025-11-21", submitted="0.00", approved="1.00")

    assert [("approved", 1_000_000), ("submitted", 0)] == sorted(
        (one.name, one.micro) for one in proofs(conn, {}, strict=True)
    )
    assert [("submitted", 0)] == [(one.name, one.micro) for one in proofs(conn, {})]
