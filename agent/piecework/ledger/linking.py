"""Which attempt an event belongs to. The answer is kept in `event.assignment`; replay never asks again.

In this order: the site's own id of the attempt; the extension's session; the latest attempt at the same task of the
same account that the step can belong to; else a new attempt. Ids are made from what names the attempt, so that the
same facts make the same id on every machine.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.ledger.amounts import Money
from piecework.ledger.states import DROPPED, OPEN
from piecework.now import HOUR_US, MAX_US, MINUTE_US
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3

_NAMES: Final = uuid.UUID("5e0b6d7c-8a35-5f0e-8d0b-3f1c0a9b7e42")
NEAR_US: Final = 10 * MINUTE_US
"""How far apart a submission we saw and the site's own record of it may be dated."""
ZONES_US: Final = 26 * HOUR_US
"""How far apart the same moment can be written in two zones."""
_MOST: Final = 500
"""Attempts at one task that are looked through, the newest first."""
_TIMES: Final = ("accepted_us", "submitted_us", "decided_us")
_BEGUN: Final = "coalesce(submitted_us, decided_us, accepted_us, 0)"
"""`Known.begun_us` in SQL."""

_WAITING: Final = (Kind.SUBMITTED, Kind.LEFT_WINDOW)
_ANY_OPEN: Final = tuple(sorted(OPEN))
_PREFERRED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    Kind.RESERVED: (_ANY_OPEN,),
    Kind.ACCEPTED: (_ANY_OPEN,),
    Kind.SUBMITTED: (_ANY_OPEN,),
    Kind.RETURNED: (_ANY_OPEN, _WAITING),
    Kind.EXPIRED: (_ANY_OPEN, _WAITING),
    Kind.SCREENED_OUT: (_ANY_OPEN, _WAITING),
    Kind.LEFT_WINDOW: (_WAITING, _ANY_OPEN),
    Kind.REVISE: (_WAITING, (Kind.REJECTED,), _ANY_OPEN),
    Kind.APPROVED: (_WAITING, _ANY_OPEN, (Kind.REJECTED,), (Kind.APPROVED, Kind.PAID)),
    Kind.REJECTED: (_WAITING, _ANY_OPEN, (Kind.APPROVED,), (Kind.REJECTED,)),
    Kind.PAID: ((Kind.APPROVED,), _WAITING, _ANY_OPEN, (Kind.PAID,)),
    Kind.REVERSED: ((Kind.PAID,), (Kind.APPROVED,)),
    Kind.BONUS: ((Kind.APPROVED, Kind.PAID), _WAITING, _ANY_OPEN, (Kind.REJECTED,)),
}
"""For each kind the groups of states an attempt may be in to be meant without a name, the likeliest first."""


class Who(NamedTuple):
    """What an event says of its attempt; empty where it says nothing. `task` is a task key."""

    platform: str
    account: str
    task: str = ""
    session: str = ""
    site_id: str = ""
    title: str = ""


class Known(NamedTuple):
    """One row of table assignment, as far as linking needs it."""

    id: str
    task: str
    state: str
    session: str
    site_id: str
    accepted_us: int | None
    submitted_us: int | None
    decided_us: int | None
    pay_micro: int | None
    pay_currency: str | None
    bonus_micro: int

    @property
    def begun_us(self) -> int:
        """When it was submitted, else the first other moment that is known of it."""
        return self.submitted_us or self.decided_us or self.accepted_us or 0

    @property
    def last_us(self) -> int:
        """The latest moment that is known of it."""
        return max(self.accepted_us or 0, self.submitted_us or 0, self.decided_us or 0)


_SELECT = f"SELECT {', '.join(Known._fields)} FROM assignment"  # noqa: S608 - names of our own fields


def find(conn: sqlite3.Connection, who: Who, kind: str, at_us: int) -> Known | None:
    """The attempt an event of that kind and time belongs to; None where it begins a new one."""
    return _by_site_id(conn, who) or _by_session(conn, who) or _by_task(conn, who, kind, at_us)


def find_recorded(conn: sqlite3.Connection, who: Who, kind: str, when: tuple[int, int] | None) -> Known | None:
    """The attempt a row of the site's own history speaks of.

    `when` is the first and last µs its submission can have been at, None where the row has no date: then it is the
    attempt that waits for such a row, else the latest one. With a date it is the nearest in time, and none that is
    more than a day off (naive dates are in a zone that may be another than we think). A row that names no task is
    found by its title.
    """
    known = _by_site_id(conn, who)
    if known is not None:
        return known
    if not who.task:
        return _by_title(conn, who, when)
    if when is None:
        kept = (one for one in _candidates(conn, who) if not who.site_id or one.state not in DROPPED)
        return _preferred(conn, who, kind, MAX_US) or next(kept, None)
    first, last = when
    near = _candidates(conn, who, f"{_BEGUN} BETWEEN ? AND ?", first - ZONES_US, last + ZONES_US)
    return min(near, key=lambda one: max(first - one.begun_us, one.begun_us - last, 0), default=None)


def last_step_us(conn: sqlite3.Connection, attempt: str) -> int:
    """When the latest event of an attempt happened."""
    row = conn.execute("SELECT max(at_us) FROM event WHERE assignment = ? AND assignment <> ''", (attempt,)).fetchone()
    return int(row[0] or 0)


def by_id(conn: sqlite3.Connection, attempt: str, who: Who) -> Known | None:
    """The attempt of that id of our own, if it is one of the same platform and account."""
    row = conn.execute(
        f"{_SELECT} WHERE id = ? AND platform = ? AND account = ?", (attempt, who.platform, who.account)
    ).fetchone()
    return None if row is None else Known(*row)


def pay_of(known: Known) -> Money | None:
    """The pay an attempt is known to have."""
    if known.pay_micro is None or known.pay_currency is None:
        return None
    return Money(known.pay_micro, known.pay_currency)


def new_id(who: Who, event_id: str) -> str:
    """The id of a new attempt: from the site's id, else the session, else the event that began it."""
    name: tuple[str, ...]
    if who.site_id:
        name = ("site", who.site_id)
    elif who.session:
        name = ("session", who.session, who.task)
    else:
        name = ("event", event_id)
    return str(uuid.uuid5(_NAMES, "\n".join((who.platform, who.account, *name))))


def _by_site_id(conn: sqlite3.Connection, who: Who) -> Known | None:
    if not who.site_id:
        return None
    row = conn.execute(
        f"{_SELECT} WHERE platform = ? AND site_id = ? AND site_id <> '' AND account = ?",
        (who.platform, who.site_id, who.account),
    ).fetchone()
    return None if row is None else Known(*row)


def _by_session(conn: sqlite3.Connection, who: Who) -> Known | None:
    """By session, unless that attempt is known under another id of the site or another task."""
    if not who.session:
        return None
    for row in conn.execute(
        f"{_SELECT} WHERE session = ? AND session <> '' AND platform = ? AND account = ? "
        "AND (? = '' OR task IN ('', ?)) ORDER BY rowid",
        (who.session, who.platform, who.account, who.task, who.task),
    ):
        known = Known(*row)
        if _same_site_id(known, who):
            return known
    return None


def _by_title(conn: sqlite3.Connection, who: Who, when: tuple[int, int] | None) -> Known | None:
    """An attempt we saw, of that very title, that the site has not named yet: the latest, or the nearest to a date."""
    if not who.title:
        return None
    first, last = when or (0, MAX_US)
    rows = conn.execute(
        f"{_SELECT} WHERE platform = ? AND site_id = '' AND account = ? AND title = ? AND session <> '' "
        f"AND state NOT IN ({', '.join('?' * len(DROPPED))}) AND {_BEGUN} BETWEEN ? AND ? LIMIT ?",
        (who.platform, who.account, who.title, *DROPPED, first - ZONES_US, last + ZONES_US, _MOST),
    )
    near = (lambda one: max(first - one.begun_us, one.begun_us - last, 0)) if when else (lambda one: -one.begun_us)
    return min(map(Known._make, rows), key=near, default=None)


def _by_task(conn: sqlite3.Connection, who: Who, kind: str, at_us: int) -> Known | None:
    if not who.task:
        return None
    same = _same_submission(conn, who, at_us) if kind == Kind.SUBMITTED else None
    found = same or _preferred(conn, who, kind, at_us + NEAR_US)
    if found is None and kind in {Kind.ACCEPTED, Kind.RESERVED}:
        # Delivered late: an attempt whose end was seen first and whose beginning is still missing.
        late = _candidates(conn, who, "accepted_us IS NULL AND session = ''")
        return min((one for one in late if at_us <= one.last_us), key=lambda one: one.last_us, default=None)
    return found


def _candidates(conn: sqlite3.Connection, who: Who, where: str = "1", *values: object) -> list[Known]:
    """Attempts at the task that are not known under another id of the site, the latest first."""
    rows = conn.execute(
        f"{_SELECT} WHERE platform = ? AND task = ? AND account = ? AND {where} "
        f"ORDER BY max({', '.join(f'coalesce({name}, 0)' for name in _TIMES)}) DESC, id LIMIT ?",
        (who.platform, who.task, who.account, *values, _MOST),
    )
    return [known for known in map(Known._make, rows) if _same_site_id(known, who)]


def _preferred(conn: sqlite3.Connection, who: Who, kind: str, until_us: int) -> Known | None:
    """The likeliest attempt for a step of that kind, begun by `until_us`."""
    for group in _PREFERRED.get(kind, ()):
        for known in _candidates(conn, who, f"state IN ({', '.join('?' * len(group))})", *group):
            if known.last_us <= until_us:
                return known
    return None


def _same_submission(conn: sqlite3.Connection, who: Who, at_us: int) -> Known | None:
    """The attempt whose submission this is, seen a second time by another way."""
    near = (
        one
        for one in _candidates(conn, who, "submitted_us BETWEEN ? AND ?", at_us - NEAR_US, at_us + NEAR_US)
        if not (one.session and who.session)
        and not (one.site_id and who.site_id)
        and (one.session or one.site_id)
        and (who.session or who.site_id)
    )
    return min(near, key=lambda one: abs((one.submitted_us or 0) - at_us), default=None)


def _same_site_id(known: Known, who: Who) -> bool:
    return not known.site_id or not who.site_id or known.site_id == who.site_id
