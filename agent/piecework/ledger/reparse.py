"""Reading stored text anew with today's parser: what differs becomes a `correction`, nothing is ever rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from piecework.errors import BadMessage
from piecework.ledger import derived, edits
from piecework.ledger.amounts import Reading, read
from piecework.ledger.making import made_id
from piecework.money.pay import PARSER_VERSION
from piecework.protocol import bodies
from piecework.protocol.codec import BODIES, decode_body
from piecework.protocol.kinds import ASSIGNMENT, Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from piecework.store import Context

KINDS: Final = (*sorted(ASSIGNMENT), Kind.BONUS, Kind.PAYOUT, Kind.FEE, Kind.STATEMENT, Kind.EDIT)
_EVERY: Final = 10_000
_ROWS: Final = f"""
SELECT id, at_us, kind, platform, account, assignment, body, derived FROM event
WHERE kind IN ({", ".join("?" * len(KINDS))})
"""  # noqa: S608 - marks
_FIELDS: Final = ("pay", "bonus", "fee", "totals")


class Fresh(NamedTuple):
    """An event whose text is read differently now. `before` and `after` hold the readings that differ, as JSON data.

    `id` is that of the correction: the same event and parser make the same one.
    """

    id: str
    event: str
    kind: str
    platform: str
    account: str
    assignment: str
    before: dict[str, Any]
    after: dict[str, Any]
    body: edits.Correction


def reread(
    conn: sqlite3.Connection, ctx: Context, progress: Callable[[int, int], None] | None = None
) -> Iterator[Fresh]:
    """The events that an older parser read, and that today's reads differently; `progress(done, of)` counts events."""
    changes = [
        change
        for row in conn.execute(
            "SELECT id, kind, at_us, body FROM event WHERE kind IN (?, ?)", (Kind.UNDO, Kind.CORRECTION)
        )
        if (change := edits.change_of(*row)) is not None
    ]
    latest = edits.corrected(changes, edits.undone(changes))
    marks = ", ".join("?" * len(KINDS))
    of = conn.execute(f"SELECT count(*) FROM event WHERE kind IN ({marks})", KINDS).fetchone()[0]  # noqa: S608 - marks
    for done, row in enumerate(conn.execute(_ROWS, KINDS), start=1):
        found = _fresh(row, ctx, latest.get(row["id"], row["derived"]))
        if found is not None:
            yield found
        if progress is not None and done % _EVERY == 0:
            progress(done, of)
    if progress is not None:
        progress(of, of)


def _fresh(row: sqlite3.Row, ctx: Context, text: str) -> Fresh | None:
    known = derived.decode(text)
    if known.parser >= PARSER_VERSION:
        return None
    try:
        fresh = _readings(row["kind"], row["body"], ctx.currency(row["platform"]))
    except (BadMessage, msgspec.DecodeError, UnicodeError):
        return None
    now = msgspec.structs.replace(known, parser=PARSER_VERSION, **fresh)
    differ = [name for name in _FIELDS if getattr(now, name) != getattr(known, name)]
    if not differ:
        return None
    before, after = ({name: msgspec.to_builtins(getattr(one, name)) for name in differ} for one in (known, now))
    who = (row["id"], row["kind"], row["platform"], row["account"], row["assignment"])
    body = edits.Correction(row["id"], derived.encode(now), row["assignment"])
    return Fresh(made_id(row["id"], Kind.CORRECTION, str(PARSER_VERSION)), *who, before, after, body)


def _readings(kind: str, text: str, currency: str | None) -> dict[str, Any]:
    """What today's parser reads in a body, by the field of `Derived` it belongs to."""
    if kind == Kind.EDIT:
        edit = edits.read(text, edits.Edit)
        return {"pay": read(edit.pay, currency)} if edit is not None else {}
    body = decode_body(kind, text.encode()) if kind in BODIES else None
    if isinstance(body, bodies.Work):
        return {"pay": read(body.pay, currency), "bonus": read(body.bonus, currency)}
    if isinstance(body, bodies.Bonus):
        return {"bonus": read(body.pay, currency)}
    if isinstance(body, bodies.Payout):
        return {"pay": read(body.amount, currency), "fee": read(body.fee, currency)}
    if isinstance(body, bodies.Statement):
        return {"totals": _totals(body, currency)}
    return {}


def _totals(body: bodies.Statement, currency: str | None) -> dict[str, Reading]:
    found = {str(total.name): read(total.pay, currency) for total in body.totals}
    return {name: reading for name, reading in found.items() if reading is not None}
