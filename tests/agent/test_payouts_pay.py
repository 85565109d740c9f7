"""What a payout pays: the tasks its page names, else the oldest approved money that no payout took before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from piecework.ledger.payouts import Cover, by_themselves, covered, payouts
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from tests.agent.books import DAY, HOUR, NOON, event, memory, take, usd, work
from tests.agent.cli_rig import Cli

if TYPE_CHECKING:
    import sqlite3

    from piecework.settings import Paths


def approved(conn: sqlite3.Connection, name: str, day: int, pay: str) -> None:
    """One attempt approved on a day, counted from the first."""
    said = {"task": name, "session": name, "assignment": name}
    take(conn, event(Kind.SUBMITTED, NOON + day * DAY, work(**said, pay=pay)))
    take(conn, event(Kind.APPROVED, NOON + day * DAY + HOUR, work(**said)))


def paid(conn: sqlite3.Connection, day: int, amount: str, fee: str = "0", pays: tuple[str, ...] = ()) -> None:
    """One payout."""
    body = bodies.Payout(id=f"p{day}{amount}", amount=usd(amount), fee=usd(fee), to="PayPal", pays=list(pays))
    take(conn, event(Kind.PAYOUT, NOON + day * DAY + 2 * HOUR, body))


def test_each_payout_takes_up_where_the_one_before_ended() -> None:
    """Two dollars of the first two days, then the rest of them; fees are part of what left."""
    conn = memory()
    for day in range(4):
        approved(conn, f"t{day}", day, "1.50")
    paid(conn, 3, "2")
    paid(conn, 5, "4", fee="0.5")
    late, early = payouts(conn)

    assert Cover("2025-11-21", "2025-11-22", 0) == early.cover
    assert Cover("2025-11-22", "2025-11-24", 0) == late.cover
    assert (4_000_000, 500_000, "paypal", 0) == (late.gross, late.fee, late.bank, late.named)


def test_two_payouts_of_one_day_share_it() -> None:
    """In the order in which they came."""
    conn = memory()
    approved(conn, "a", 0, "1")
    approved(conn, "b", 1, "1")
    paid(conn, 2, "1")
    body = bodies.Payout(id="second", amount=usd("1"), to="PayPal")
    take(conn, event(Kind.PAYOUT, NOON + 2 * DAY + 3 * HOUR, body))

    assert [("2025-11-22", "2025-11-22"), ("2025-11-21", "2025-11-21")] == [
        (one.cover.first, one.cover.last) for one in payouts(conn)
    ]


def test_more_than_was_approved_is_said() -> None:
    """What no approval stands behind is the first sign that work is missing from the books."""
    conn = memory()
    approved(conn, "a", 0, "1")
    paid(conn, 2, "1.75")
    (one,) = payouts(conn)

    assert Cover("2025-11-21", "2025-11-21", 750_000) == one.cover


def test_tasks_a_page_names_and_those_marked_one_by_one() -> None:
    """They are told as such; money that was booked as paid before is not taken twice."""
    conn = memory()
    approved(conn, "a", 0, "1")
    approved(conn, "b", 0, "2")
    take(conn, event(Kind.PAID, NOON + DAY, work(task="a", session="a", assignment="a")))
    paid(conn, 2, "3", pays=("a", "b"))
    (one,) = payouts(conn)

    assert (2, 1_000_000, 0) == (one.named, one.single, one.cover.beyond)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 50)), max_size=8), st.lists(st.integers(1, 60), max_size=8))
def test_payouts_cover_every_approval_once(approvals: list[tuple[int, int]], amounts: list[int]) -> None:
    """One after the other: days never go back, and what has no approval is exactly what is more than all of them."""
    days = sorted(approvals)
    before, last, beyond = 0, "", 0
    for amount in amounts:
        found = covered([(f"d{day}", micro) for day, micro in days], before, amount)
        assert found.first <= found.last
        assert not found.first or last <= found.first
        assert (found.beyond == amount) == (not found.first)
        before, last, beyond = before + amount, found.last or last, beyond + found.beyond

    assert max(sum(amounts) - sum(micro for _, micro in days), 0) == beyond


def test_amounts_of_no_task() -> None:
    """A day's bonus, a fee and a typed amount, the newest first; a bonus of a task belongs to its task."""
    conn = memory()
    approved(conn, "a", 0, "1")
    take(conn, event(Kind.BONUS, NOON, bodies.Bonus(task="a", assignment="a", pay=usd("9"))))
    take(conn, event(Kind.BONUS, NOON + DAY, bodies.Bonus(pay=usd("0.25"), period="2025-11-22")))
    take(conn, event(Kind.ADJUST, NOON + 2 * DAY, bodies.Adjust(micro=-40_000, currency="USD", reason="theirs")))

    assert [("adjust", -40_000), ("bonus", 250_000)] == [(one["kind"], one["micro"]) for one in by_themselves(conn)]


def test_from_the_command_line(paths: Paths) -> None:
    """Nothing to show ends with 3; typed payouts do not exist, so an import brings one."""
    file = paths.data.parent / "paypal.csv"
    header = (
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID"
    )
    file.write_text(
        f"{header}\n13/11/2025,10:00:00,CET,Prolific,Mass Pay Payment,Completed,USD,10.00,-0.50,9.50,a,b,T1\n"
    )
    cli = Cli(paths.data)
    cli("add", "--platform", "practice", "--pay", "$1")
    assert 3 == cli("payouts").code
    cli("import", str(file))
    (one,) = cli.json("payouts")

    assert (10_000_000, 500_000, 10_000_000) == (one["gross"], one["fee"], one["cover"]["beyond"])
    assert "prolific" in cli("payouts").out
