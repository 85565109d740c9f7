"""News of money, standing, deadlines and sessions that there was since a moment, found again in what is stored.

The conditions are those of `moneynews` and of the agent's reminders, asked of every moment that has passed instead of
this one. Times are µs UTC.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from piecework.now import DAY_US, HOUR_US, MAX_US, MINUTE_US
from piecework.watch.matching import Facts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from piecework.store import Context

LEAD_US = 10 * MINUTE_US
"""So long before a session ends it is said; before a deadline too, a quarter of the time there is at most."""
PAUSE_US = HOUR_US
"""A break longer than this ends what counts as one session of a site."""
MOST = 20_000

_DECIDED = """
SELECT event.kind, event.platform, event.at_us, assignment.title, assignment.requester,
  iif(event.kind = 'bonus', NULL, pay_micro) AS micro, iif(event.kind = 'bonus', NULL, pay_currency) AS currency
FROM event JOIN assignment ON assignment.id = event.assignment
WHERE event.at_us >= ? AND event.kind IN ('approved', 'rejected', 'bonus') AND event.source IN ('page', 'alone')
  AND assignment.submitted_us IS NOT NULL AND EXISTS (SELECT 1 FROM event AS earlier
    WHERE earlier.assignment = event.assignment AND earlier.assignment <> ''
      AND earlier.kind IN ('submitted', 'accepted') AND earlier.seq < event.seq AND earlier.recv_us < event.recv_us)
ORDER BY event.at_us DESC LIMIT ?
"""
_UNREAD = """
SELECT platform, at_us FROM (
  SELECT platform, at_us, source, json_extract(body, '$.unread') AS unread,
    lag(json_extract(body, '$.unread'), 1, 0) OVER (PARTITION BY platform, account ORDER BY seq) AS before
  FROM event WHERE kind = 'message'
) WHERE at_us >= ? AND unread > before AND source IN ('page', 'alone') ORDER BY at_us DESC LIMIT ?
"""
_OVERDUE = """
SELECT platform, min(due_us) AS at_us FROM assignment
WHERE due_us >= ? AND due_us < ? AND submitted_us < due_us
  AND min(coalesce(decided_us, due_us), coalesce(paid_us, due_us), coalesce(ended_us, due_us)) >= due_us
GROUP BY platform, due_us / ?
"""
_DEADLINES = """
SELECT platform, title, requester, at_us FROM (
  SELECT assignment.platform, assignment.title, assignment.requester,
    coalesce(accepted_us,
      (SELECT min(at_us) FROM event WHERE event.assignment = assignment.id AND event.assignment <> ''))
      + allotted_s * 1000000 - min(:lead, allotted_s * 1000000 / 4) AS at_us,
    min(coalesce(submitted_us, :never), coalesce(decided_us, :never), coalesce(ended_us, :never)) AS over_us
  FROM task CROSS JOIN assignment
    ON assignment.platform = task.platform AND assignment.task = task.system || ':' || task.id
  WHERE task.allotted_s IS NOT NULL
) WHERE at_us BETWEEN :since AND :now AND over_us > at_us
"""
_WORKED = """
SELECT platform, start_us, end_us FROM interval WHERE platform = :platform AND end_us >= :since
UNION ALL SELECT platform, at_us, at_us FROM beat WHERE platform = :platform AND at_us >= :since ORDER BY 2
"""
_HEALTH = "SELECT DISTINCT platform, task, episode, title, at_us FROM alert WHERE reason = 'health' AND at_us >= ?"
_OWED = """
SELECT account, sum(iif(state IN ('approved', 'bonus'), micro, -micro)) FROM sum_month
WHERE platform = ? AND currency = ? AND state IN ('approved', 'bonus', 'paid', 'fee') GROUP BY account
"""
_MOVED = """
SELECT posting.at_us, posting.micro FROM event JOIN posting ON posting.event_seq = event.seq
WHERE event.platform = ?1 AND event.at_us >= ?4 AND event.kind IN ('submitted', 'returned', 'expired', 'screened_out',
    'approved', 'rejected', 'revise', 'paid', 'reversed', 'bonus', 'payout', 'fee', 'adjust', 'edit')
  AND posting.account = ?2 AND posting.currency = ?3 AND posting.book = 'assets:approved:' || ?1
ORDER BY posting.at_us
"""
_PAYOUTS = "SELECT at_us FROM event WHERE kind = 'payout' AND platform = ? AND account = ? ORDER BY at_us"


class News(NamedTuple):
    """What was news at a moment."""

    at_us: int
    facts: Facts


def decisions(conn: sqlite3.Connection, _ctx: Context, since_us: int) -> Iterator[News]:
    """Approved, rejected and bonuses, of attempts that had been known as handed in."""
    for row in conn.execute(_DECIDED, (since_us, MOST)):
        facts = Facts(row["kind"], row["platform"], row["requester"], row["title"], row["micro"], row["currency"])
        yield News(row["at_us"], facts)


def messages(conn: sqlite3.Connection, _ctx: Context, since_us: int) -> Iterator[News]:
    """Each time a page showed more unread messages than before."""
    for row in conn.execute(_UNREAD, (since_us, MOST)):
        yield News(row["at_us"], Facts("message", row["platform"]))


def overdue(conn: sqlite3.Connection, ctx: Context, since_us: int) -> Iterator[News]:
    """Once for each platform and day on which a decision was due and did not come."""
    for row in conn.execute(_OVERDUE, (since_us, ctx.now_us, DAY_US)):
        yield News(row["at_us"], Facts("overdue", row["platform"]))


def deadlines(conn: sqlite3.Connection, ctx: Context, since_us: int) -> Iterator[News]:
    """Work that was still open shortly before the time the site allows for it was over."""
    asked = {"lead": LEAD_US, "never": MAX_US, "since": since_us, "now": ctx.now_us}
    for row in conn.execute(_DEADLINES, asked):
        yield News(row["at_us"], Facts("deadline", row["platform"], row["requester"], row["title"]))


def sessions(conn: sqlite3.Connection, ctx: Context, since_us: int) -> Iterator[News]:
    """Sessions that came near their site's end: counted from the first work after a pause."""
    for platform in ctx.platforms.values():
        hours = platform.manners.session_hours
        if not isinstance(hours, int | float) or hours <= 0:
            continue
        length_us = int(hours * HOUR_US)
        asked = {"platform": platform.id, "since": since_us - length_us - PAUSE_US}
        worked = [(row["start_us"], row["end_us"]) for row in conn.execute(_WORKED, asked)]
        for begin_us, end_us in stretches(worked):
            at_us = begin_us + length_us - LEAD_US
            if since_us <= at_us <= ctx.now_us and end_us + PAUSE_US >= at_us:
                yield News(at_us, Facts("session", platform.id))


def stretches(worked: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Work in order of its beginning, as stretches without a pause longer than PAUSE_US.

    >>> stretches([(0, 5), (6, 7), (2 * PAUSE_US, 2 * PAUSE_US + 1)])
    [(0, 7), (7200000000, 7200000001)]
    """
    found: list[tuple[int, int]] = []
    for start_us, end_us in worked:
        if found and start_us - found[-1][1] <= PAUSE_US:
            found[-1] = (found[-1][0], max(found[-1][1], end_us))
        else:
            found.append((start_us, end_us))
    return found


def payable(conn: sqlite3.Connection, ctx: Context, since_us: int) -> Iterator[News]:
    """Each time what a platform owed came to its least payout, once between two payouts."""
    for platform in ctx.platforms.values():
        least = platform.money.payout_minimum
        if not least:
            continue
        for account, owed in conn.execute(_OWED, (platform.id, least.currency)).fetchall():
            moved = conn.execute(_MOVED, (platform.id, account, least.currency, since_us)).fetchall()
            payouts = [row[0] for row in conn.execute(_PAYOUTS, (platform.id, account))]
            for at_us, micro in reached(owed, [(row[0], row[1]) for row in moved], payouts, least.micro):
                yield News(at_us, Facts("payable", platform.id, pay_micro=micro, pay_currency=least.currency))


def reached(owed: int, moved: list[tuple[int, int]], payouts: list[int], least: int) -> list[tuple[int, int]]:
    """When a balance of now `owed`, `moved` (moment, micro-units) since, came to `least`; once after each payout.

    >>> reached(30, [(1, 20), (2, -5), (3, 5), (4, -20), (5, 20)], [4], 20)
    [(1, 30), (5, 30)]
    """
    balance = owed - sum(micro for _, micro in moved)
    told = {sum(one < moved[0][0] for one in payouts)} if moved and balance >= least else set()
    found = []
    for at_us, group in groupby(moved, key=lambda one: one[0]):
        balance += sum(micro for _, micro in group)
        number = sum(one <= at_us for one in payouts)
        if balance >= least and number not in told:
            told.add(number)
            found.append((at_us, balance))
    return found


def health(conn: sqlite3.Connection, _ctx: Context, since_us: int) -> Iterator[News]:
    """Lists that needed the person, as far as a rule told of them: nothing else is kept of that."""
    for row in conn.execute(_HEALTH, (since_us,)):
        yield News(row["at_us"], Facts("health", row["platform"], title=row["title"]))


FINDERS: dict[str, Callable[[sqlite3.Connection, Context, int], Iterator[News]]] = {
    "approved": decisions,
    "bonus": decisions,
    "rejected": decisions,
    "overdue": overdue,
    "payable": payable,
    "message": messages,
    "deadline": deadlines,
    "session": sessions,
    "health": health,
}
"""Who finds which kind of news again."""
