"""What a rule would have told of in the last days, from the tasks and events that are stored."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from piecework.now import DAY_US, utc, zone
from piecework.watch.matching import Facts
from piecework.watch.rules import Judge

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from piecework.store import Context
    from piecework.watch.rulebook import Rule

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
_EVENTS = """
SELECT event.kind AS reason, event.platform, event.at_us, assignment.title, assignment.requester,
  assignment.pay_micro, assignment.pay_currency
FROM event LEFT JOIN assignment ON assignment.id = event.assignment AND event.assignment <> ''
WHERE event.at_us >= ? AND event.kind IN ('approved', 'rejected', 'bonus') ORDER BY event.at_us DESC LIMIT ?
"""


class Preview(NamedTuple):
    """`fired` of `seen` pieces of news; `lacks` counts those a condition could not decide, by what it lacked.

    `rate_day`: the day of the newest rate that was used, "" where none was.
    """

    fired: int
    seen: int
    lacks: dict[str, int]
    rate_day: str


def preview(conn: sqlite3.Connection, ctx: Context, rule: Rule) -> Preview:
    """Asks the rule about everything of the last DAYS that could have been news, at the hour it came."""
    judge = Judge(conn, ctx)
    fired = seen = 0
    lacks: Counter[str] = Counter()
    rate_day = ""
    for at_us, facts in _news(conn, ctx.now_us - DAYS * DAY_US):
        seen += 1
        here = utc(at_us).astimezone(zone(ctx.zone))
        verdict = judge.ask_at(rule, facts, here.hour * _HOUR_MIN + here.minute)
        fired += verdict.met
        rate_day = max(rate_day, verdict.rate_day)
        if verdict.lacks:
            lacks[verdict.lacks] += 1
    return Preview(fired, seen, dict(lacks.most_common()), rate_day)


def _news(conn: sqlite3.Connection, since_us: int) -> Iterator[tuple[int, Facts]]:
    for row in conn.execute(_TASKS, (since_us, MOST)):
        yield row["episode_us"], _facts(row)
    for row in conn.execute(_AGAIN, (since_us, MOST)):
        yield row["again_us"], _facts(row)
    for row in conn.execute(_EVENTS, (since_us, MOST)):
        pay = {"pay_micro": row["pay_micro"], "pay_currency": row["pay_currency"]}
        yield (
            row["at_us"],
            Facts(row["reason"], row["platform"], row["requester"] or "", row["title"] or "", **pay),
        )


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
