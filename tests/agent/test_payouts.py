"""Money beside single attempts: payouts, fees, bonuses, typed amounts; and that nothing of it counts twice."""

import pytest

from piecework.ledger.replay import verify
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from tests.agent.books import DAY, NOON, attempts, balances, event, flows, memory, take, take_all, usd, work


def test_a_payout_with_a_fee() -> None:
    """Ten dollars leave the platform, half a dollar stays on the way."""
    conn = memory()
    take(conn, event(Kind.APPROVED, NOON, work(assignment="X9", pay="10")))
    take(conn, event(Kind.PAYOUT, NOON + DAY, bodies.Payout(id="p1", amount=usd("10"), fee=usd("0.50"), to="PayPal")))

    assert {"submitted": 10_000_000, "approved": 10_000_000, "paid": 9_500_000, "fee": 500_000} == flows(conn)
    assert {
        "assets:bank:paypal": 9_500_000,
        "expenses:fee:site": 500_000,
        "income:site": -10_000_000,
    } == balances(conn)


def test_paid_attempts_and_their_payout_are_one_money() -> None:
    """First the history says paid, then the payouts page shows the transfer: the bank got it once."""
    conn = memory()
    take(conn, event(Kind.PAID, NOON, work(assignment="X9", pay="10")))
    take(conn, event(Kind.PAYOUT, NOON + DAY, bodies.Payout(id="p1", amount=usd("10"), fee=usd("1"), to="PayPal")))

    assert {"submitted": 10_000_000, "approved": 10_000_000, "paid": 9_000_000, "fee": 1_000_000} == flows(conn)
    assert 9_000_000 == balances(conn)["assets:bank:paypal"]
    assert "assets:bank:site" not in balances(conn)


def test_a_payout_seen_before_its_attempts_are_called_paid() -> None:
    """The other way round: the payout books the money, the attempts only change their state."""
    conn = memory()
    for name in ("A", "B"):
        take(conn, event(Kind.APPROVED, NOON, work(task=name, assignment=name, pay="5")))
    take(conn, event(Kind.PAYOUT, NOON + DAY, bodies.Payout(id="p1", amount=usd("10"), to="PayPal")))
    for name in ("A", "B"):
        take(conn, event(Kind.PAID, NOON + 2 * DAY, work(task=name, assignment=name)))

    assert ["paid", "paid"] == [attempt["state"] for attempt in attempts(conn)]
    assert 10_000_000 == flows(conn)["paid"]


def test_an_old_payout_does_not_swallow_new_work() -> None:
    """The first look at the payouts page shows last year's; work submitted since is paid by itself."""
    conn = memory()
    take(conn, event(Kind.PAYOUT, NOON, bodies.Payout(id="p0", amount=usd("50"), at_raw="2024-12-01", to="PayPal")))
    take(conn, event(Kind.SUBMITTED, NOON, work(session="s1", pay="1")))
    take(conn, event(Kind.PAID, NOON + DAY, work(session="s1")))

    assert 51_000_000 == flows(conn)["paid"]


def test_a_payout_that_names_attempts_pays_them() -> None:
    """Where the payouts page says what it pays, the attempts are paid and nothing else."""
    conn = memory()
    for name in ("A", "B"):
        take(conn, event(Kind.APPROVED, NOON, work(task=name, assignment=name, pay="5")))
    take(conn, event(Kind.PAYOUT, NOON + DAY, bodies.Payout(id="p1", amount=usd("5"), pays=["A"])))

    assert {"A": "paid", "B": "approved"} == {one["site_id"]: one["state"] for one in attempts(conn)}
    assert 5_000_000 == flows(conn)["paid"]


def test_bonus_adjust_and_fee_stand_by_themselves() -> None:
    """Money beside the attempts: a day's bonus, a typed amount, a fee without a payout."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.BONUS, NOON, bodies.Bonus(pay=usd("0.25"), period="2025-11-21")),
            event(Kind.ADJUST, NOON, bodies.Adjust(micro=2_000_000, currency="USD", reason="phone task")),
            event(Kind.FEE, NOON, bodies.Payout(id="f1", fee=usd("0.10"))),
        ],
    )

    assert {"submitted": 2_000_000, "approved": 2_000_000, "bonus": 250_000, "fee": 100_000} == flows(conn)
    assert [] == attempts(conn)
    assert [] == verify(conn)["differences"]


def test_a_typed_amount_can_be_taken_back() -> None:
    """A negative one undoes the other."""
    conn = memory()
    for micro in (2_000_000, -2_000_000):
        take(conn, event(Kind.ADJUST, NOON, bodies.Adjust(micro=micro, currency="USD", state="paid")))

    assert {} == balances(conn)


@pytest.mark.parametrize(("micro", "currency"), [(2 * 10**15, "USD"), (1, "not a code"), (0, "USD")])
def test_a_typed_amount_that_is_none_is_not_booked(micro: int, currency: str) -> None:
    """It stays in the history and moves no money."""
    conn = memory()
    take(conn, event(Kind.ADJUST, NOON, bodies.Adjust(micro=micro, currency=currency)))

    assert 0 == verify(conn)["postings"]
