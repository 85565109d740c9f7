"""Money and standing that a page has just shown: a decision, a bonus, an unread message. Rules tell of them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from piecework.now import SECOND_US
from piecework.protocol.bodies import Message
from piecework.protocol.kinds import Kind
from piecework.watch.alerts import withdraw
from piecework.watch.raising import Told, Word, tell

if TYPE_CHECKING:
    import sqlite3

    from piecework.protocol.messages import Event
    from piecework.store import Context, EventRow

_DECIDED = {Kind.APPROVED: "approved", Kind.REJECTED: "rejected", Kind.BONUS: "bonus"}
_OVER = frozenset({Kind.SUBMITTED, Kind.RETURNED, Kind.EXPIRED, Kind.SCREENED_OUT})
MESSAGES = "messages"
"""What alerts of unread messages are about, in place of a task."""
_FROM_PAGES = frozenset({"page", "alone"})
_ATTEMPT = "SELECT title, requester, pay_micro, pay_currency, submitted_us FROM assignment WHERE id = ?"
_BEFORE = (
    "SELECT body FROM event WHERE kind = 'message' AND platform = ? AND account = ? AND seq < ? "
    "ORDER BY seq DESC LIMIT 1"
)

_LAST = "SELECT body FROM event WHERE kind = 'message' AND platform = ? AND account = ? ORDER BY seq DESC LIMIT 1"


def tell_of(conn: sqlite3.Connection, ctx: Context, row: EventRow) -> list[str]:
    """Alerts that a new row of the history gives rise to. Imported and typed rows are no news to the person.

    A decision is told only of an attempt that was known as handed in: the first reading of a history page is not
    told three hundred times.
    """
    if row.source not in _FROM_PAGES:
        return []
    if row.kind in _DECIDED:
        word = _decision(conn, row)
    elif row.kind == Kind.MESSAGE:
        word = _message(conn, row)
    else:
        return []
    own = None if word is None else tell(conn, ctx, word)
    return [] if own is None else [own]


def over(conn: sqlite3.Connection, row: EventRow, now_us: int) -> list[str]:
    """What holds no more: deadlines of work that was handed in or given back, messages that were read. Withdrawn."""
    if row.kind == Kind.MESSAGE and _unread(row.body) == 0:
        return withdraw(conn, row.platform, [("", MESSAGES)], now_us)
    if row.kind not in _OVER or not row.assignment:
        return []
    return withdraw(conn, row.platform, [("", f"deadline:{row.assignment}")], now_us)


def _decision(conn: sqlite3.Connection, row: EventRow) -> Word | None:
    found = conn.execute(_ATTEMPT, (row.assignment,)).fetchone() if row.assignment else None
    if found is None or found["submitted_us"] is None or not _was_known(conn, row):
        return None
    told = Told(micro=found["pay_micro"], currency=found["pay_currency"] or "")
    if row.kind == Kind.BONUS:
        told = Told()
    return Word(
        reason=_DECIDED[Kind(row.kind)],
        platform=row.platform,
        account=row.account,
        key=f"{row.kind}:{row.assignment}",
        at_us=row.at_us,
        episode=row.seq,
        title=found["title"],
        requester=found["requester"],
        told=told,
    )


def _was_known(conn: sqlite3.Connection, row: EventRow) -> bool:
    """Whether an earlier delivery said that the attempt was handed in, and not the same reading of a page."""
    earlier = conn.execute(
        "SELECT min(recv_us) FROM event WHERE assignment = ? AND kind IN ('submitted', 'accepted') AND seq < ?",
        (row.assignment, row.seq),
    ).fetchone()[0]
    return earlier is not None and earlier < row.recv_us


def _message(conn: sqlite3.Connection, row: EventRow) -> Word | None:
    unread = _unread(row.body)
    before = conn.execute(_BEFORE, (row.platform, row.account, row.seq)).fetchone()
    if unread <= (_unread(before[0]) if before else 0):
        return None
    return Word("message", row.platform, row.account, MESSAGES, row.at_us, row.at_us // SECOND_US, told=Told(n=unread))


def is_same(conn: sqlite3.Connection, event: Event, body: Message) -> bool:
    """Whether so many messages were unread when a page was last seen: every page of a site says it again."""
    last = conn.execute(_LAST, (event.platform, event.account)).fetchone()
    return last is not None and _unread(last[0]) == max(0, body.unread)


def _unread(body: str) -> int:
    try:
        return max(0, msgspec.json.decode(body, type=Message).unread)
    except msgspec.DecodeError:
        return 0
