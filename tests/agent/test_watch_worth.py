"""What looks are weighed by: pays in one currency, by dated reference rates; what nobody knows is not guessed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from piecework.protocol.bodies import PayText
from piecework.watch.policy import ListSpec, Policy
from piecework.watch.worth import Scale, settle
from tests.agent.sender import Sender, row

if TYPE_CHECKING:
    from piecework.now import FixedClock
    from piecework.store import Store

DAY = "2026-11-20"


@pytest.fixture
def rated(store: Store) -> Store:
    """A dollar is half a euro, a rupee a hundredth; the rate of the dollar is older."""
    rates = [("USD", "2026-11-12", "ecb", "2"), ("INR", "2026-11-19", "ecb", "100")]
    store.write_now(lambda conn: conn.executemany("INSERT OR REPLACE INTO rate VALUES (?, ?, ?, ?)", rates))
    return store


@pytest.mark.parametrize(
    ("micro", "currency", "per", "worth"),
    [
        (2_000_000, "USD", "task", 1.0),
        (2_000_000, "EUR", "task", 2.0),
        (0, "POINTS", "task", 0.0),
        (2_000_000, "POINTS", "task", None),
        (2_000_000, None, "task", None),
        (None, "USD", "task", None),
        (40_000_000, "USD", "hour", None),
    ],
)
def test_a_pay_is_worth_what_its_rate_says(
    rated: Store, micro: int | None, currency: str | None, per: str, worth: float | None
) -> None:
    """Euros where no currency was chosen; points without a rate, and pays for an hour, are worth nobody knows what."""
    with rated.read() as conn:
        found = Scale(conn, "", DAY).worth(micro, currency, per)
    assert (worth is None, worth) == (math.isnan(found), None if math.isnan(found) else found)


@pytest.mark.parametrize(
    ("home", "seen", "before", "currency"),
    [
        ("GBP", {"USD"}, "USD", "GBP"),
        ("", {"USD"}, "", "USD"),
        ("", set(), "USD", "USD"),
        ("", {"USD", "GBP"}, "USD", "EUR"),
        ("", {"GBP"}, "USD", "EUR"),
        ("", {"USD"}, "EUR", "EUR"),
        ("", set(), "", ""),
    ],
)
def test_one_currency_needs_no_rate(home: str, seen: set[str], before: str, currency: str) -> None:
    """The person's own; else the only one that was ever seen; else euros, once and for all."""
    assert currency == settle(home, seen, before)


def test_lists_of_two_currencies_are_weighed_by_one(rated: Store, clock: FixedClock) -> None:
    """A hundred rupees and two dollars are one euro each, in whatever currency the person counts."""
    browser = Sender(rated, clock)
    pays = [PayText(raw="2", currency=currency) for currency in ("USD", "RUB")]
    browser.look(row("a", pay=pays[0]), row("b", pay=PayText(raw="100", currency="INR")), row("c", pay=pays[1]))
    with rated.read() as conn:
        scale = Scale(conn, "USD", DAY)
        seen = scale.in_view("site", "main")
        assert (2.0, 2.0, True) == (seen[":a"], seen[":b"], math.isnan(seen[":c"]))
        assert ("USD", "2026-11-12", ("RUB",)) == scale.rated(["site"])


def test_an_unknown_worth_counts_as_the_others_of_its_list() -> None:
    """Two lists alike but for one unknown pay: it pulls its list's worth neither up nor down."""
    policies = []
    for unknown in (False, True):
        policy = Policy([ListSpec("a", "host", 1.0)], 60, 1, learn_after_s=0.0)
        for look in range(200):
            worth = math.nan if unknown and look % 2 else 0.5
            policy.observe("a", 60.0 * look, {f"t{look}": worth}, 200, None)
        policies.append(policy)
    known, guessed = (policy.outlook(12_000.0).lists["a"].every_s for policy in policies)
    assert known == pytest.approx(guessed, rel=0.05)
