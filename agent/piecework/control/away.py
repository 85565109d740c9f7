"""What an extension keeps to by itself while the agent is away, read from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.control.typed import context
from piecework.protocol.messages import Away, AwayRule, Hushed
from piecework.rates import find
from piecework.watch.away import away_rule, plain_words, size
from piecework.watch.rulebook import LEVELS
from piecework.watch.rules import stored
from piecework.watch.warnings import PHRASES

if TYPE_CHECKING:
    import sqlite3

    from piecework.control.services import Services
    from piecework.rates import Rate

MOST_BYTES = 200_000
"""Rules beyond this stay with the agent: the loudest come first."""
MOST_HUSHED = 1_000
_HUSHED = """
SELECT platform, name AS requester, 0 AS until_us, blocked_us AS since_us FROM requester WHERE blocked_us IS NOT NULL
UNION ALL SELECT platform, name, until_us, until_us FROM snooze WHERE what <> 'rule' AND until_us > :now
ORDER BY since_us DESC LIMIT :most
"""
_ASLEEP = "SELECT name, until_us FROM snooze WHERE what = 'rule' AND until_us > ?"


def away(services: Services, conn: sqlite3.Connection) -> Away:
    """Rules, blocks, snoozes, quiet hours and the like, as they are now."""
    chosen = services.settings
    now_us = services.clock.now_us()
    hushed = conn.execute(_HUSHED, {"now": now_us, "most": MOST_HUSHED}).fetchall()
    return Away(
        rules=_rules(services, conn, now_us),
        hushed=[Hushed(row["platform"], row["requester"], row["until_us"]) for row in hushed],
        disturbing=chosen.disturbing,
        warnings=plain_words(PHRASES) if chosen.disturbing != "tell" else [],
        quiet_from=chosen.quiet_from,
        quiet_to=chosen.quiet_to,
        sounds_an_hour=chosen.sounds_an_hour,
    )


def _rules(services: Services, conn: sqlite3.Connection, now_us: int) -> list[AwayRule]:
    day = context(services).day_local(now_us, "")
    currencies = {code for platform in services.platforms.values() for code in platform.money.currencies}
    asleep = dict(conn.execute(_ASLEEP, (now_us,)).fetchall())
    rates: dict[tuple[str, str], Rate | None] = {}

    def rate(base: str, quote: str) -> Rate | None:
        if (base, quote) not in rates:
            rates[base, quote] = find(conn, base, quote, day)
        return rates[base, quote]

    left = MOST_BYTES
    found = []
    for one in sorted(stored(conn), key=lambda named: LEVELS.index(named.rule.level)):
        rule = away_rule(one.rule, currencies, rate) if one.on else None
        if rule is None or (left := left - size(rule)) < 0:
            continue
        rule.until_us = asleep.get(one.id, 0)
        found.append(rule)
    return found
