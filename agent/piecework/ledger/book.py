"""Keeping the books: every event of money or of an attempt goes through `prepare`, the event table, `apply_event`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from piecework.ledger import derived, sums
from piecework.ledger.amounts import MOST, Money, exact
from piecework.ledger.attempts import STEP_KINDS, AttemptRow, StepRow, course_of, derive
from piecework.ledger.facts import LedgerEffects
from piecework.ledger.postings import Flow, Line, PayoutPart, of_flow, of_forgotten, of_payout
from piecework.ledger.preparing import prepare
from piecework.ledger.states import OPEN
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from piecework.store import EventRow

__all__ = ["apply_event", "prepare"]

MONEY_KINDS: Final = frozenset({Kind.BONUS, Kind.PAYOUT, Kind.FEE, Kind.ADJUST, Kind.FORGOTTEN})
"""Kinds that are booked by themselves; a bonus only where it belongs to no attempt."""
StatementRow = tuple[int, str, str, str, str, int | None, str | None, int | None, int]
"""One row of table statement, columns in the table's order."""
_REACHES: Final[dict[str, tuple[Flow, ...]]] = {
    "submitted": ("submitted",),
    "approved": ("submitted", "approved"),
    "paid": ("submitted", "approved", "paid"),
}
"""The flows a typed amount goes through to be in a state."""

_STEPS = f"SELECT {', '.join(StepRow._fields)} FROM event"  # noqa: S608 - names of our own fields
_PUT_ATTEMPT = f"INSERT OR REPLACE INTO assignment VALUES ({', '.join('?' * len(AttemptRow._fields))})"  # noqa: S608
_PUT_LINE = f"INSERT INTO posting VALUES ({', '.join('?' * len(Line._fields))})"  # noqa: S608
_PUT_STATEMENT = "INSERT OR REPLACE INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Balance(msgspec.Struct):
    """What `forget` keeps of one sort of book in one currency."""

    sort: str
    currency: str
    micro: int


Balances = list[Balance]


class ForgottenBody(msgspec.Struct):
    """What a `forgotten` event says: the sums of what is gone, and no more."""

    balances: Balances = []


class _Statement(msgspec.Struct):
    period: str = ""
    totals: list[dict[str, object]] = []


class _Adjust(msgspec.Struct):
    state: str = ""


def apply_event(conn: sqlite3.Connection, row: EventRow) -> LedgerEffects:
    """Books one event row that has just been written, in the transaction that wrote it.

    Changes assignment, posting, statement and the sums. A row of a kind that is none of the ledger's does nothing.
    Never call it for a row that was there already.
    """
    step = StepRow(*(getattr(row, name) for name in StepRow._fields))
    if step.kind in STEP_KINDS and step.assignment:
        return _apply_step(conn, step)
    if step.kind == Kind.STATEMENT:
        for row_of_total in statement_rows(step):
            write_statement(conn, row_of_total)
        return LedgerEffects(money=True)
    if step.kind in MONEY_KINDS:
        found = money_lines(step)
        conn.executemany(_PUT_LINE, found)
        return LedgerEffects(money=sums.change(conn, sums.add_up(found)) or bool(found))
    return LedgerEffects()


def steps_of(conn: sqlite3.Connection, attempt: str) -> list[StepRow]:
    """The events that make up one attempt."""
    # The second condition lets SQLite use the partial index.
    found = conn.execute(f"{_STEPS} WHERE assignment = ? AND assignment <> '' ORDER BY at_us, seq", (attempt,))
    return [row for row in map(StepRow._make, found) if row.kind in STEP_KINDS]


def notes(conn: sqlite3.Connection, attempt: str) -> dict[str, str]:
    """Why steps of an attempt moved nothing, by event id: repeated, amended, or "accepted after paid"."""
    course = course_of(steps_of(conn, attempt))
    return {turn.step.id: turn.note for turn in course.turns if turn.note}


def all_steps(conn: sqlite3.Connection) -> Iterator[StepRow]:
    """The events of all attempts, attempt by attempt."""
    for row in conn.execute(f"{_STEPS} WHERE assignment <> '' ORDER BY assignment, at_us"):
        step = StepRow(*row)
        if step.kind in STEP_KINDS:
            yield step


def money_rows(conn: sqlite3.Connection) -> Iterator[StepRow]:
    """The events that are booked by themselves."""
    marks = ", ".join("?" * len(MONEY_KINDS))
    for row in conn.execute(f"{_STEPS} WHERE kind IN ({marks}) AND assignment = ''", sorted(MONEY_KINDS)):
        yield StepRow(*row)


def money_lines(row: StepRow) -> list[Line]:
    """The lines of an event that is booked by itself; none where its amount is unknown."""
    known = derived.decode(row.derived)
    fact = row.fact
    if row.kind == Kind.FORGOTTEN:
        body = msgspec.json.decode(row.body, type=ForgottenBody)
        return of_forgotten(fact, [(one.sort, Money(one.micro, one.currency)) for one in body.balances])
    if row.kind == Kind.ADJUST:
        return _adjust_lines(row, known)
    if row.kind == Kind.PAYOUT:
        return _payout_lines(row, known)
    flow: Flow = "fee" if row.kind == Kind.FEE else "bonus"
    money = exact(known.fee) or exact(known.pay) if flow == "fee" else exact(known.bonus)
    return of_flow(fact, flow, money) if money is not None and money.micro else []


def statement_rows(row: StepRow) -> list[StatementRow]:
    """The rows of table statement that one `statement` event makes; an unreadable figure is kept as unknown."""
    body = msgspec.json.decode(row.body, type=_Statement)
    totals = derived.decode(row.derived).totals
    found: dict[str, StatementRow] = {}
    for total in body.totals:
        name, count = total.get("name"), total.get("count")
        if isinstance(name, str):
            money = exact(totals.get(name))
            amount = (None, None) if money is None else money
            exact_count = count if isinstance(count, int) else None
            found[name] = (row.seq, row.platform, row.account, body.period, name, *amount, exact_count, row.at_us)
    return list(found.values())


def write_attempt(conn: sqlite3.Connection, row: AttemptRow) -> None:
    """Puts one row of table assignment in place of the one before."""
    conn.execute(_PUT_ATTEMPT, row)


def write_lines(conn: sqlite3.Connection, found: Iterable[Line]) -> None:
    """Adds rows to table posting."""
    conn.executemany(_PUT_LINE, found)


def statements(conn: sqlite3.Connection) -> Iterator[StatementRow]:
    """The rows that table statement has to hold according to the history."""
    for row in conn.execute(f"{_STEPS} WHERE kind = ? ORDER BY seq", (Kind.STATEMENT,)).fetchall():
        yield from statement_rows(StepRow(*row))


def write_statement(conn: sqlite3.Connection, row: StatementRow) -> None:
    """Adds a row to table statement."""
    conn.execute(_PUT_STATEMENT, row)


def lines_of(conn: sqlite3.Connection, seqs: Iterable[int]) -> list[Line]:
    """The lines that the books hold for some events."""
    return [
        Line(*row)
        for seq in seqs
        for row in conn.execute("SELECT * FROM posting WHERE event_seq = ? ORDER BY txn, line", (seq,))
    ]


def _apply_step(conn: sqlite3.Connection, step: StepRow) -> LedgerEffects:
    """Derives the whole attempt anew, because a step may have come late, and changes what differs."""
    steps = steps_of(conn, step.assignment)
    attempt = derive(steps)
    before, after = set(lines_of(conn, (one.seq for one in steps))), set(attempt.lines)
    gone, new = before - after, after - before
    conn.executemany("DELETE FROM posting WHERE txn = ? AND line = ?", [(line.txn, line.line) for line in gone])
    write_lines(conn, sorted(new))
    totals = sums.add_up(new, into=sums.add_up(gone, sign=-1))
    sums.change(conn, totals)
    write_attempt(conn, attempt.row)
    ended = step.kind not in OPEN and attempt.row.ended_us == step.at_us
    return LedgerEffects(step.assignment, attempt.row.state, ended, bool(gone or new))


def _payout_lines(row: StepRow, known: derived.Derived) -> list[Line]:
    gross, fee = exact(known.pay), exact(known.fee)
    if gross is None or not gross.micro:
        return []
    same = fee is not None and fee.currency == gross.currency
    fee_micro = min(fee.micro, gross.micro) if fee is not None and same else 0
    bank = known.bank or row.platform
    found = of_payout(row.fact, PayoutPart(gross, fee_micro, bank, min(known.wallet, gross.micro)))
    if fee is not None and not same and fee.micro:
        found += of_flow(row.fact, "fee", fee)
    return found


def _adjust_lines(row: StepRow, known: derived.Derived) -> list[Line]:
    """A typed amount goes through every book up to the state it is in; it may be negative."""
    pay = known.pay
    state = msgspec.json.decode(row.body, type=_Adjust).state or "approved"
    if pay is None or pay.micro is None or exact(msgspec.structs.replace(pay, micro=0, max_micro=0)) is None:
        return []
    if not 0 < abs(pay.micro) <= MOST or pay.currency is None:
        return []
    money = Money(pay.micro, pay.currency)
    return [line for flow in _REACHES.get(state, ()) for line in of_flow(row.fact, flow, money)]
