"""What a rule would have told of in the last days, from what is stored: tasks, events, sums, intervals."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from piecework.now import DAY_US, utc, zone
from piecework.watch.matching import Facts
from piecework.watch.past import FINDERS, News
from piecework.watch.rulebook import Rule
from piecework.watch.rules import Judge

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from piecework.store import Context

DAYS = 7
MOST = 20_000
_HOUR_MIN = 60
_TASKS = """
SELECT task.*, iif(arrival.kind = 'reopened', 'reopened', 'new') AS reason FROM task
LEFT JOIN arrival ON arrival.id = task.arrival
WHERE episode_us >= ? AND coalesce(arrival.kind, 'new') <> 'baseline' AND coalesce(places, 1) > 0
ORDER BY episode_us DESC LIMIT ?
"""
_AGAIN = """
SELECT task.*, alert.reason AS reason, alert.at_us AS again_us FROM alert
JOIN task ON task.platform = alert.platform AND task.system = alert.system AND task.id = alert.task
WHERE alert.at_us >= ? AND alert.reason IN ('places', 'pay') ORDER BY alert.at_us DESC LIMIT ?
"""
_LOST = """
SELECT kind AS reason, platform, first_seen_us, pay_currency FROM arrival
WHERE first_seen_us >= ? AND kind IN ('new', 'reopened')
  AND id NOT IN (SELECT arrival FROM task WHERE arrival IS NOT NULL) ORDER BY first_seen_us DESC LIMIT ?
"""
_ASKS = (
    "requesters", "not_requesters", "words", "not_words", "languages", "min_pay", "min_hourly", "min_minutes",
    "max_minutes", "min_places", "qualified",
)  # fmt: skip
"""Conditions on what is kept only of a task's newest episode."""
TOLD_ONLY = ("places", "pay", "health")
"""News of which nothing is kept but the alert."""


class Preview(NamedTuple):
    """`fired` of `seen` pieces of news of the rule's kinds; `lacks` counts those it could not decide, by what lacked.

    Among them "blocked": met, but from a blocked requester or with content the person wants muted; "kept": a task that
    opened again since, of whose earlier opening the title is not kept. `rate_day`: the day of the newest rate that was
    used, "" where none was. `told_only`: kinds of news that are counted only where a rule told of them.
    """

    fired: int
    seen: int
    lacks: dict[str, int]
    rate_day: str
    told_only: tuple[str, ...] = ()


def preview(conn: sqlite3.Connection, ctx: Context, rule: Rule) -> Preview:
    """Asks the rule about everything of its kinds that was news in the last DAYS, at the hour it came."""
    judge = Judge(conn, ctx)
    since_us = ctx.now_us - DAYS * DAY_US
    fired = seen = 0
    lacks: Counter[str] = Counter()
    rate_day = ""
    for one in _news(conn, ctx, rule, since_us):
        seen += 1
        here = utc(one.at_us).astimezone(zone(ctx.zone))
        verdict = judge.ask_at(rule, one.facts, here.hour * _HOUR_MIN + here.minute)
        blocked = verdict.met and judge.hushed(one.facts)
        fired += verdict.met and not blocked
        rate_day = max(rate_day, verdict.rate_day)
        if why := "blocked" if blocked else verdict.lacks:
            lacks[why] += 1
    lost, undecided = _lost(conn, judge, ctx, rule)
    if undecided and lost:
        lacks["kept"] = lost
    told_only = tuple(name for name in TOLD_ONLY if name in rule.reasons)
    return Preview(fired + (0 if undecided else lost), seen + lost, dict(lacks.most_common()), rate_day, told_only)


def _news(conn: sqlite3.Connection, ctx: Context, rule: Rule, since_us: int) -> Iterator[News]:
    if {"new", "reopened"} & set(rule.reasons):
        for row in conn.execute(_TASKS, (since_us, MOST)):
            if row["reason"] in rule.reasons:
                yield News(row["episode_us"], _facts(row))
    if {"places", "pay"} & set(rule.reasons):
        for row in conn.execute(_AGAIN, (since_us, MOST)):
            if row["reason"] in rule.reasons:
                yield News(row["again_us"], _facts(row))
    for find in {FINDERS[reason]: None for reason in rule.reasons if reason in FINDERS}:
        for one in find(conn, ctx, since_us):
            if one.facts.reason in rule.reasons:
                yield one


def _lost(conn: sqlite3.Connection, judge: Judge, ctx: Context, rule: Rule) -> tuple[int, bool]:
    """How many earlier openings may meet the rule, and whether it asks what is not kept of them."""
    plain = structs.replace(rule, **{name: getattr(Rule(), name) for name in _ASKS})
    count = 0
    for row in conn.execute(_LOST, (ctx.now_us - DAYS * DAY_US, MOST)):
        here = utc(row["first_seen_us"]).astimezone(zone(ctx.zone))
        facts = Facts(row["reason"], row["platform"], pay_currency=row["pay_currency"])
        count += judge.ask_at(plain, facts, here.hour * _HOUR_MIN + here.minute).met
    return count, plain != rule


def _facts(row: sqlite3.Row) -> Facts:
    names = ("pay_micro", "pay_currency", "pay_per", "hourly_micro", "hourly_currency", "minutes", "places")
    return Facts(
        row["reason"],
        row["platform"],
        row["requester"],
        row["title"],
        **{name: row[name] for name in names},
        qualified=None if row["qualified"] is None else bool(row["qualified"]),
    )
