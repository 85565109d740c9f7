"""Which of the person's rules tell of a piece of news, and how. Read in each transaction: a change holds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.now import utc, zone
from piecework.rates import find as find_rate
from piecework.settings import load_settings
from piecework.watch.matching import Facts, Verdict, World, judge
from piecework.watch.record import own_wage
from piecework.watch.rulebook import LEVELS, TASK_REASONS, Named, Rule, read_rule
from piecework.watch.warnings import announces

if TYPE_CHECKING:
    import sqlite3

    from piecework.rates import Rate
    from piecework.store import Context
    from piecework.watch.matching import Own

SCREEN = ("extension", "desktop")
"""Channels of the machine itself: one alert is shown in one of them."""
_HOUR_MIN = 60


class Chosen(NamedTuple):
    """How an alert is told: by which rule's word, how loudly, where. `announced`: its title warns of its content."""

    rule: str
    level: str
    sound: str = ""
    volume: int | None = None
    channels: tuple[str, ...] = SCREEN
    opens: bool = False
    announced: bool = False
    rate_day: str = ""


class Judge:
    """The rules at one moment. Made for one transaction; everything is read when it is first asked for."""

    def __init__(self, conn: sqlite3.Connection, ctx: Context) -> None:
        self._conn = conn
        self._now_us = ctx.now_us
        self._day = ctx.day_local(ctx.now_us, "")
        here = utc(ctx.now_us).astimezone(zone(ctx.zone))
        self._minute = here.hour * _HOUR_MIN + here.minute
        self._rules = [(one.id, one.rule) for one in stored(conn) if one.on]
        self._settings = load_settings(conn)
        self._on = tuple(row[0] for row in conn.execute("SELECT name FROM channel WHERE on_ = 1 ORDER BY name"))
        self._snoozed = {
            (row[0], row[1], row[2])
            for row in conn.execute("SELECT what, platform, name FROM snooze WHERE until_us > ?", (ctx.now_us,))
        }
        self._blocked = {
            (row[0], row[1])
            for row in conn.execute("SELECT platform, name FROM requester WHERE blocked_us IS NOT NULL")
        }
        self._rates: dict[tuple[str, str], Rate | None] = {}
        self._wages: dict[tuple[str, str, str], Own | None] = {}

    def choose(self, facts: Facts) -> Chosen | None:
        """The loudest rule that wants to tell of this, with the channels of all that do; None where none does.

        A blocked or snoozed requester or platform, and content the person wants muted, silence news of tasks only.
        """
        if self._snoozing(facts) or self.hushed(facts):
            return None
        warns = facts.reason in TASK_REASONS and self._settings.disturbing != "tell"
        announced = warns and announces(facts.title)
        met = [
            (own, rule, verdict)
            for own, rule in self._rules
            if ("rule", "", own) not in self._snoozed and (verdict := self.ask(rule, facts)).met
        ]
        if not met:
            return None
        own, rule, verdict = min(met, key=lambda one: LEVELS.index(one[1].level))
        named = {name for _, other, _ in met if other.level != "digest" for name in other.channels or self._on}
        return Chosen(
            own,
            rule.level,
            rule.sound,
            rule.volume,
            tuple(name for name in self._on if name in named),
            any(other.open_tab for _, other, _ in met),
            announced,
            verdict.rate_day,
        )

    def ask(self, rule: Rule, facts: Facts) -> Verdict:
        """Whether one rule is met, for what it would tell."""

        def rate(base: str, quote: str) -> Rate | None:
            key = (base, quote)
            if key not in self._rates:
                self._rates[key] = find_rate(self._conn, base, quote, self._day)
            return self._rates[key]

        def own() -> Own | None:
            key = (facts.platform, facts.requester, facts.title)
            if key not in self._wages:
                self._wages[key] = own_wage(self._conn, *key)
            return self._wages[key]

        return judge(rule, facts, World(rate, own, self._minute))

    def ask_at(self, rule: Rule, facts: Facts, minute: int) -> Verdict:
        """The same, for a minute of the day that has passed."""
        now, self._minute = self._minute, minute
        try:
            return self.ask(rule, facts)
        finally:
            self._minute = now

    def hushed(self, facts: Facts) -> bool:
        """Whether it is of a task whose requester is blocked, or whose title announces what the person wants muted."""
        if facts.reason not in TASK_REASONS:
            return False
        blocked = facts.requester != "" and (facts.platform, facts.requester) in self._blocked
        return blocked or (self._settings.disturbing == "mute" and announces(facts.title))

    def _snoozing(self, facts: Facts) -> bool:
        who = ("requester", facts.platform, facts.requester)
        asleep = who in self._snoozed or ("platform", facts.platform, "") in self._snoozed
        return asleep and facts.reason in TASK_REASONS


def stored(conn: sqlite3.Connection) -> list[Named]:
    """Every rule, the built-in ones first, then by name."""
    rows = conn.execute("SELECT id, name, body, on_ FROM rule ORDER BY id NOT IN ('default', 'money'), name, id")
    return [Named(row[0], row[1], read_rule(row[2]), bool(row[3])) for row in rows]
