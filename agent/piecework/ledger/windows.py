"""A platform shows only so many days of its history: what left them undecided is unknown, not pending for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from piecework.ledger.making import made_id
from piecework.now import DAY_US
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.protocol.messages import Event

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from piecework.store import Context

MOST: Final = 500
_LEFT: Final = """
SELECT id, platform, account, site_id FROM assignment
WHERE state = 'submitted' AND platform = ? AND submitted_us < ? AND account IN
  (SELECT account FROM account WHERE account.platform = assignment.platform AND state = 'claimed')
ORDER BY submitted_us LIMIT ?
"""


def left_window(conn: sqlite3.Connection, ctx: Context) -> Iterator[Event]:
    """Events for submissions that no page of their platform can decide any more, at most `MOST` of a platform."""
    for platform in ctx.platforms.values():
        days = platform.money.history_days
        if not isinstance(days, int):
            continue
        rule = f"{platform.name} shows {days} days of history."
        for row in conn.execute(_LEFT, (platform.id, ctx.now_us - days * DAY_US, MOST)):
            body = bodies.Work(rule=rule, assignment=row["site_id"])
            fields = {**msgspec.to_builtins(body), "attempt": row["id"]}
            yield Event(
                seq=0,
                id=made_id(row["id"], Kind.LEFT_WINDOW),
                at_us=ctx.now_us,
                kind=Kind.LEFT_WINDOW,
                platform=platform.id,
                account=row["account"],
                zone=ctx.zone,
                body=msgspec.Raw(msgspec.json.encode(fields)),
            )
