"""Whose sign-in a fact belongs to: facts of an account that is not claimed are acknowledged and not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.errors import Refused

if TYPE_CHECKING:
    import sqlite3

    from piecework.protocol.bodies import Account
    from piecework.protocol.messages import Event

CLAIMED = "claimed"
ASKS = "asks"
RELEASED = "released"


class Passed(NamedTuple):
    """`account` is whose fact it is (an older hash of the same sign-in where there is one); `open` lets it in.

    `fresh`: this sign-in was never seen before.
    """

    account: str
    open: bool
    fresh: bool = False


def check_account(conn: sqlite3.Connection, event: Event, now_us: int) -> Passed:
    """Looks at the account of a fact; the first one of a platform is claimed by itself, a second one asks.

    An empty account is not known yet: the one claimed, where there is just one.
    """
    if not event.platform:
        return Passed(event.account, open=True)
    if not event.account:
        rows = conn.execute(
            "SELECT account FROM account WHERE platform = ? AND state = 'claimed' AND alias_of IS NULL LIMIT 2",
            (event.platform,),
        ).fetchall()
        return Passed(str(rows[0][0]) if len(rows) == 1 else "", open=True)
    row = conn.execute(
        "SELECT state, alias_of FROM account WHERE platform = ? AND account = ?", (event.platform, event.account)
    ).fetchone()
    if row is None:
        return Passed(event.account, open=_meet(conn, event, now_us) == CLAIMED, fresh=True)
    return Passed(row[1] or event.account, open=row[0] == CLAIMED)


def rename(conn: sqlite3.Connection, event: Event, body: Account, now_us: int) -> bool:
    """A sign-in known under an older salt comes under a new hash: it stays the account it was."""
    if not body.was or body.was == event.account:
        return False
    old = conn.execute(
        "SELECT state, coalesce(alias_of, account) FROM account WHERE platform = ? AND account = ?",
        (event.platform, body.was),
    ).fetchone()
    if old is None:
        return False
    done = conn.execute(
        "INSERT OR IGNORE INTO account (platform, account, state, alias_of, first_seen_us) VALUES (?, ?, ?, ?, ?)",
        (event.platform, event.account, old[0], old[1], now_us),
    )
    return done.rowcount == 1


def decide(conn: sqlite3.Connection, platform: str, account: str, state: str, now_us: int) -> bool:
    """The person claims or releases an account, with every hash of it; True where that changed something."""
    if not platform or not account:
        raise Refused("a claim names a platform and an account")
    done = conn.execute(
        "INSERT INTO account (platform, account, state, first_seen_us) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (platform, account) DO UPDATE SET state = excluded.state WHERE state <> excluded.state",
        (platform, account, state, now_us),
    )
    conn.execute(
        "UPDATE account SET state = ? WHERE platform = ? AND (alias_of = ? OR account = "
        "(SELECT alias_of FROM account WHERE platform = ? AND account = ?))",
        (state, platform, account, platform, account),
    )
    return done.rowcount > 0


def _meet(conn: sqlite3.Connection, event: Event, now_us: int) -> str:
    first = conn.execute("SELECT 1 FROM account WHERE platform = ? LIMIT 1", (event.platform,)).fetchone() is None
    state = CLAIMED if first else ASKS
    conn.execute(
        "INSERT INTO account (platform, account, state, first_seen_us) VALUES (?, ?, ?, ?)",
        (event.platform, event.account, state, now_us),
    )
    return state
