"""Rules as extensions keep to them while the agent is away: both languages give the answers of one table."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from piecework.control import Services
from piecework.control.commands import run
from piecework.control.wording import settings_message
from piecework.now import HOUR_US
from piecework.rates import Rate, convert
from piecework.resources import root
from piecework.secrets import Secrets
from piecework.settings import Settings
from piecework.watch.away import away_rule
from piecework.watch.matching import Facts, World, judge
from piecework.watch.rulebook import Rule
from piecework.watch.warnings import PHRASES

if TYPE_CHECKING:
    from piecework.now import FixedClock
    from piecework.protocol.messages import Away
    from piecework.settings import Paths
    from piecework.store import Store

Case = dict[str, Any]
CASES: list[Case] = json.loads((root() / "shared/strings/rules.json").read_text("utf-8"))
CURRENCIES = ("USD", "EUR", "GBP", "INR")
RATES = {("EUR", "USD"): Decimal("1.1"), ("GBP", "USD"): Decimal("1.3")}


def rate(base: str, quote: str) -> Rate | None:
    """The table's rates: none of the Indian rupee."""
    value = RATES.get((base, quote))
    return None if value is None else Rate(base, quote, value, "2026-11-20", "test", 0)


def facts(task: Case) -> Facts:
    """What the agent knows of a task of the table."""
    pay, hourly = task["pay"] or {}, task["hourly"] or {}
    plain = {
        name: task[name] for name in ("reason", "platform", "requester", "title", "minutes", "places", "qualified")
    }
    return Facts(
        **plain,
        pay_micro=pay.get("micro"),
        pay_currency=pay.get("currency"),
        pay_per=pay.get("per", "task"),
        hourly_micro=hourly.get("micro"),
        hourly_currency=hourly.get("currency"),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_the_agent_judges_as_the_table_says(case: Case) -> None:
    """And hands on what an extension can follow of the rule."""
    rule = msgspec.convert(case["rule"], Rule)
    assert case["met"] is judge(rule, facts(case["task"]), World(rate, lambda: None, case["minute"])).met
    assert case["away"] == msgspec.to_builtins(away_rule(rule, CURRENCIES, rate))


def test_the_least_amount_is_the_least() -> None:
    """One micro-unit less would not do, whatever the rate."""
    odd = Rate("JPY", "USD", Decimal("0.00641"), "2026-11-20", "test", 0)
    rule = msgspec.convert({"min_pay": {"micro": 333_333, "currency": "USD"}}, Rule)
    made = away_rule(rule, ["JPY"], lambda base, _quote: odd if base == "JPY" else None)
    assert made is not None
    assert made.min_pay is not None
    _, yen = made.min_pay
    assert (True, False) == tuple(convert(yen.micro - less, odd) >= 333_333 for less in (0, 1))


def test_rules_of_money_stay_with_the_agent() -> None:
    """An extension knows of tasks only."""
    assert None is away_rule(msgspec.convert({"reasons": ["approved"]}, Rule), CURRENCIES, rate)


async def test_extensions_are_told_of_every_change(paths: Paths, store: Store, clock: FixedClock) -> None:
    """Rules that are on, blocks, snoozes, quiet hours and the sounds an hour; a phrase list only where it is used."""
    services = Services(
        paths=paths,
        clock=clock,
        store=store,
        platforms={},
        secrets=Secrets.open(paths, keyring_allowed=False),
        settings=Settings(zone="UTC", quiet_from="22:00", quiet_to="07:00", sounds_an_hour=2),
    )

    def told() -> Away:
        away = settings_message(services).away
        assert away is not None
        return away

    assert (["sound"], len(PHRASES)) == ([one.level for one in told().rules], len(told().warnings))
    await run(services, "rule.switch", {"id": "default", "on": False})
    await run(services, "rule.save", {"name": "Mine", "rule": Rule(level="quiet")})
    await run(services, "requester.block", {"platform": "site", "name": "Bad lab", "blocked": True})
    await run(services, "snooze", {"what": "platform", "platform": "slow", "hours": 1})
    (mine,) = told().rules
    assert ("quiet", 0) == (mine.level, mine.until_us)
    assert {("site", "Bad lab", 0), ("slow", "", clock.now_us() + HOUR_US)} == {
        (one.platform, one.requester, one.until_us) for one in told().hushed
    }
    assert ("22:00", "07:00", 2) == (told().quiet_from, told().quiet_to, told().sounds_an_hour)
    with store.read() as conn:
        (own,) = conn.execute("SELECT id FROM rule WHERE name = 'Mine'").fetchone()
    await run(services, "snooze", {"what": "rule", "name": own, "hours": 1})
    assert clock.now_us() + HOUR_US == told().rules[0].until_us
