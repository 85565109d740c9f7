"""Takes a file into the history: what is news in it, once. Everything happens in the transaction that is open."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.imports import steps
from piecework.imports.answer import Answer
from piecework.imports.known import Known, begun_by
from piecework.imports.rows import Extra, Left, Payment, Swap, Work
from piecework.imports.statuses import EARNED
from piecework.imports.write import Writer, record_id
from piecework.ledger.states import allowed
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Container, Iterable, Mapping

    from piecework.imports.known import Attempt
    from piecework.imports.reading import Reading
    from piecework.imports.rows import Options, Row, Span
    from piecework.imports.steps import Step
    from piecework.store import Context

CHUNK: Final = 400
"""Rows that are looked up and written together."""
_CACHE_KIB: Final = 48 << 10
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


class Plan(NamedTuple):
    """A row of a history, the attempt it would begin, and the steps it tells."""

    row: Work
    own: str
    steps: list[Step]


class _Taking:
    """One import on its way."""

    def __init__(self, conn: sqlite3.Connection, ctx: Context, reading: Reading, *, dry_run: bool) -> None:
        self._digest = hashlib.sha256(reading.source.data).hexdigest()
        self._record = record_id(self._digest, ctx.now_us)
        self._ctx = ctx
        self._known = Known(conn)
        self._writer = None if dry_run else Writer(conn, ctx, self._record, reading.name)
        self._answer = Answer(reading.name)
        self._mine: dict[str, Attempt] = {}
        self._extras: dict[tuple[str, str, str], int] = {}
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
            elif isinstance(row, Extra):
                self._day_sum(row)
            elif isinstance(row, Swap):
                self._swap(row)
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
        own = steps.payment_id(row)
        known = own in self._seen or bool(self._known.events([own]))
        if not known and (twin := self._known.twin(row, self._taken)):
            self._taken.add(twin)
            known = True
        self._seen.add(own)
        self._answer.add(row.amount.micro, row.amount.currency)
        self._count(new=not known, platform=row.platform)
        if not known and self._writer is not None:
            self._writer.payout(row, self._known.account(row.platform))

    def _day_sum(self, row: Extra) -> None:
        """The news in a day's sum is what was added to it."""
        account = self._known.account(row.platform)
        own = (row.platform, row.period, row.amount.currency)
        booked = self._extras.get(own)
        more = row.amount.micro - (self._known.day_sum(row, account) if booked is None else booked)
        self._extras[own] = row.amount.micro - min(more, 0)
        self._answer.add(row.amount.micro, row.amount.currency)
        self._count(new=more > 0, platform=row.platform)
        if more > 0 and self._writer is not None:
            self._writer.day_sum(row, more, account)

    def _swap(self, row: Swap) -> None:
        """An exchange: no income, in no sum."""
        own = steps.swap_id(row)
        known = own in self._seen or bool(self._known.events([own]))
        if not known and (twin := self._known.swap_twin(row, self._taken)):
            self._taken.add(twin)
            known = True
        self._seen.add(own)
        self._count(new=not known, platform=row.platform)
        if not known and self._writer is not None:
            self._writer.swap(row)

    def _span(self, row: Span) -> None:
        first = steps.span_id(row, 0)
        known = first in self._seen or bool(self._known.events([first]))
        self._seen.add(first)
        self._count(new=not known, platform=row.platform)
        if not known and self._writer is not None:
            self._writer.span(row, self._known.account(row.platform))

    def _work(self, rows: list[Work]) -> None:
        ready = [self._plan(row) for row in rows]
        found = self._known.events([step.id for plan in ready for step in plan.steps])
        begun = self._known.attempts([plan.own for plan in ready])
        for plan in ready:
            row = plan.row
            if row.status in EARNED:
                for amount in (row.pay, row.bonus):
                    if amount is not None:
                        self._answer.add(amount.micro, amount.currency)
            self._one(plan, found, begun)
        if self._writer is not None:
            self._writer.flush()

    def _plan(self, row: Work) -> Plan:
        return Plan(row, steps.attempt_id(row, row.key), steps.steps_of(row, row.key, self._ctx.now_us))

    def _one(self, plan: Plan, found: Mapping[str, Attempt | None], begun: Mapping[str, Attempt]) -> None:
        """One row: about an attempt of this file, of an import before, one that was seen elsewhere, or a new one."""
        row, own, its = plan
        met = next((step.id for step in its if step.id in found), "")
        attempt = self._mine.get(own) or begun.get(own) or found.get(met)
        if attempt is not None and attempt.site_id and row.assignment and attempt.site_id != row.assignment:
            # A second attempt at one task: told apart by the site's id of the attempt.
            self._apart(row._replace(key=f"{row.key}|{row.assignment}"))
        elif attempt is not None:
            self._later(plan, attempt, found)
        elif met:
            # The person took back what an import before had brought.
            self._count(new=False, platform=row.platform)
        elif (attempt := self._known.attempt(row, self._taken)) is not None:
            self._later(plan, attempt, found)
        else:
            self._new(plan)

    def _apart(self, row: Work) -> None:
        plan = self._plan(row)
        found = self._known.events([step.id for step in plan.steps])
        attempt = self._mine.get(plan.own) or self._known.attempts([plan.own]).get(plan.own)
        if attempt is not None:
            self._later(plan, attempt, found)
        elif found:
            self._count(new=False, platform=row.platform)
        else:
            self._new(plan)

    def _new(self, plan: Plan) -> None:
        row, own, its = plan
        self._count(new=True, platform=row.platform)
        account = self._known.account(row.platform)
        self._mine[own] = begun_by(row, own, account)
        if self._writer is not None:
            settled = row.status == Kind.PAID and self._known.settles(row, account)
            self._writer.attempt(row, own, account, its, settled=settled)

    def _later(self, plan: Plan, attempt: Attempt, known: Container[str]) -> None:
        """What a row says beyond what its attempt is known to be: further steps, a pay that was unknown, a bonus."""
        row, _, its = plan
        attempt = self._mine.get(attempt.id, attempt)
        self._taken.add(attempt.id)
        unpaid = attempt.pay_micro is None and row.pay is not None and row.status in EARNED
        news = []
        state = attempt.state
        for step in its:
            fills = unpaid and step.kind == row.status == state
            if (allowed(step.kind, state) or fills) and step.id not in known and step.id not in self._seen:
                news.append(step)
                state = step.kind
        more = self._more_bonus(row, attempt)
        self._count(new=bool(news or more), platform=row.platform)
        self._seen.update(step.id for step in news)
        pay_micro = row.pay.micro if unpaid and news and row.pay is not None else attempt.pay_micro
        self._mine[attempt.id] = attempt._replace(
            state=state, pay_micro=pay_micro, bonus_micro=attempt.bonus_micro + more
        )
        if self._writer is None or not (news or more):
            return
        # The attempt's beginning may be waiting to be written.
        self._writer.flush()
        for step in news:
            at_us = max(step.at_us, attempt.begun_us + 1)
            self._writer.later(row, step._replace(at_us=at_us), attempt.account, attempt.id)
        if more:
            bonus = its[-1]._replace(id=steps.bonus_id(row, row.key), kind=Kind.BONUS)
            self._writer.bonus(row, bonus, attempt.account, attempt.id, more)

    def _more_bonus(self, row: Work, attempt: Attempt) -> int:
        """How much larger the row's bonus is than the one that is known, in micro-units."""
        if row.bonus is None or row.bonus.micro <= attempt.bonus_micro:
            return 0
        own = steps.bonus_id(row, row.key)
        return 0 if self._known.events([own]) else row.bonus.micro - attempt.bonus_micro
