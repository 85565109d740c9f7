"""Takes a file into the history: what is news in it, once. Everything happens in the transaction that is open."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from piecework.imports import steps
from piecework.imports.answer import Answer
from piecework.imports.known import Known
from piecework.imports.rows import Left, Payment, Span, Work
from piecework.imports.statuses import EARNED
from piecework.imports.write import Writer, record_id
from piecework.ledger.states import allowed
from piecework.now import DAY_US
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Container, Iterable

    from piecework.imports.known import Attempt
    from piecework.imports.reading import Reading
    from piecework.imports.rows import Options, Row
    from piecework.imports.steps import Step
    from piecework.store import Context

CHUNK: Final = 400
"""Rows that are looked up and written together."""
_CACHE_KIB: Final = 32 << 10
"""Pages SQLite keeps in memory while it writes an import, instead of the 2 MiB of every day."""


def take(  # noqa: PLR0913 - what an import needs
    conn: sqlite3.Connection,
    ctx: Context,
    reading: Reading,
    options: Options,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Answer:
    """Writes what is new in a file, or with `dry_run` only says what would be. Raises BadFile, BadUsage.

    All of it belongs to the transaction of `conn`, which the caller commits, or undoes when this raises.
    `progress` is told every now and then how many rows are done.
    """
    before = conn.execute("PRAGMA cache_size").fetchone()[0]
    conn.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    try:
        return _Taking(conn, ctx, reading, dry_run=dry_run).run(reading.rows(options), progress)
    finally:
        conn.execute(f"PRAGMA cache_size = {before}")


class _Taking:
    """One import on its way."""

    def __init__(self, conn: sqlite3.Connection, ctx: Context, reading: Reading, *, dry_run: bool) -> None:
        self._digest = hashlib.sha256(reading.source.data).hexdigest()
        self._record = record_id(self._digest, ctx.now_us)
        self._ctx = ctx
        self._known = Known(conn)
        self._writer = None if dry_run else Writer(conn, ctx, self._record, reading.name)
        self._answer = Answer(reading.name)
        self._seen: set[str] = set()
        self._taken: set[str] = set()
        self._platforms: set[str] = set()

    def run(self, rows: Iterable[Row], progress: Callable[[int], None] | None) -> Answer:
        """All rows, some at a time."""
        answer, chunk = self._answer, list[Work]()
        for row in rows:
            answer.rows += 1
            if isinstance(row, Left):
                answer.left.append(row)
                continue
            answer.show(row)
            if isinstance(row, Work):
                chunk.append(row)
            elif isinstance(row, Payment):
                self._payment(row)
            else:
                self._span(row)
            if len(chunk) >= CHUNK:
                self._work(chunk)
                chunk.clear()
            if progress is not None and answer.rows % CHUNK == 0:
                progress(answer.rows)
        self._work(chunk)
        if answer.new and self._writer is not None:
            platform = self._platforms.pop() if len(self._platforms) == 1 else ""
            says = answer.counts() | {"refused": len(answer.left), "sha256": self._digest, "at_us": self._ctx.now_us}
            self._writer.close(says, platform)
        answer.left.sort()
        return answer

    def _count(self, *, new: bool, platform: str) -> None:
        if new:
            self._answer.new += 1
            self._platforms.add(platform)
        else:
            self._answer.known += 1

    def _payment(self, row: Payment) -> None:
        own = steps.event_id(row.at.us // DAY_US, row.key, Kind.PAYOUT)
        known = own in self._seen or bool(self._known.events([own]))
        if not known and (twin := self._known.twin(row, self._taken)):
            self._taken.add(twin)
            known = True
        self._seen.add(own)
        self._answer.add(row.amount.micro, row.amount.currency)
        self._count(new=not known, platform=row.platform)
        if not known and self._writer is not None:
            self._writer.payout(row, own, self._known.account(row.platform))

    def _span(self, row: Span) -> None:
        first = steps.event_id(row.start_us // DAY_US, row.platform, row.key, Kind.INTERVAL, str(row.start_us))
        known = first in self._seen or bool(self._known.events([first]))
        self._seen.add(first)
        self._count(new=not known, platform=row.platform)
        if not known and self._writer is not None:
            self._writer.span(row, row.key, self._known.account(row.platform))

    def _work(self, rows: list[Work]) -> None:
        ready = [(row, steps.steps_of(row, row.key, self._ctx.now_us)) for row in rows]
        found = self._known.events([step.id for _, its in ready for step in its])
        for row, its in ready:
            if row.status in EARNED:
                for amount in (row.pay, row.bonus):
                    if amount is not None:
                        self._answer.add(amount.micro, amount.currency)
            self._one(row, its, found)
        if self._writer is not None:
            self._writer.flush()

    def _one(self, row: Work, its: list[Step], found: dict[str, Attempt | None]) -> None:
        """One row: known in this file, known in the history by its events, by its attempt, or new."""
        met = next((step for step in its if step.id in found), None)
        again = any(step.id in self._seen for step in its)
        if met is None and not again:
            attempt = self._known.attempt(row, self._taken)
            self._seen.update(step.id for step in its)
            if attempt is None:
                self._new(row, its)
            else:
                self._count(new=self._later(row, its, attempt, found), platform=row.platform)
            return
        if again and self._writer is not None:
            # An earlier row of this file began the attempt: what waits is written, then this row is looked at again.
            self._writer.flush()
            found = self._known.events([step.id for step in its])
            met = next((step for step in its if step.id in found), None)
        attempt = found.get(met.id) if met is not None else None
        if attempt is not None and _other(attempt, row):
            self._apart(row)
            return
        fresh = {step.id for step in its if step.id not in found} - self._seen
        self._seen |= fresh
        if attempt is None:
            self._count(new=bool(again and fresh and self._writer is None), platform=row.platform)
        else:
            self._count(new=self._later(row, its, attempt, found), platform=row.platform)

    def _apart(self, row: Work) -> None:
        """A second attempt at one task: told apart by the site's id of the attempt."""
        key = f"{row.key}|{row.assignment}"
        its = steps.steps_of(row, key, self._ctx.now_us)
        found = self._known.events([step.id for step in its])
        if found or any(step.id in self._seen for step in its):
            self._count(new=False, platform=row.platform)
            return
        self._seen.update(step.id for step in its)
        self._new(row._replace(key=key), its)

    def _new(self, row: Work, its: list[Step]) -> None:
        self._count(new=True, platform=row.platform)
        if self._writer is None:
            return
        singly = row.status == Kind.PAID and self._known.has_payouts(row.platform)
        self._writer.attempt(row, self._known.account(row.platform), its, singly=singly)

    def _later(self, row: Work, its: list[Step], attempt: Attempt, known: Container[str]) -> bool:
        """What a row says beyond what the attempt is known to be; true where that is anything."""
        self._taken.add(attempt.id)
        new, state = False, attempt.state
        unpaid = attempt.pay_micro is None and row.pay is not None and row.status in EARNED
        for step in its:
            moves = allowed(step.kind, state)
            fills = unpaid and step.kind == row.status == state
            if step.id in known or not (moves or fills):
                continue
            state, new = step.kind, True
            if self._writer is not None:
                later = step._replace(at_us=max(step.at_us, attempt.begun_us + 1))
                self._writer.later(row, later, attempt.account, attempt.id)
        return self._more_bonus(row, its[-1], attempt, known) or new

    def _more_bonus(self, row: Work, last: Step, attempt: Attempt, known: Container[str]) -> bool:
        if row.bonus is None or row.bonus.micro <= attempt.bonus_micro:
            return False
        own = steps.bonus_id(row, row.key)
        if own in known or self._known.events([own]):
            return False
        if self._writer is not None:
            step = last._replace(id=own, kind=Kind.BONUS)
            self._writer.bonus(row, step, attempt.account, attempt.id, row.bonus.micro - attempt.bonus_micro)
        return True


def _other(attempt: Attempt, row: Work) -> bool:
    return bool(attempt.site_id and row.assignment and attempt.site_id != row.assignment)
