"""Rows of the history from an import, in the transaction that is open: many new attempts at once, all else singly."""

from __future__ import annotations

import uuid
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from piecework.imports import steps
from piecework.ledger import derived
from piecework.ledger.book import apply_event, prepare
from piecework.ledger.bulk import book_attempts
from piecework.ledger.preparing import clock_days
from piecework.ledger.shapes import Shapes
from piecework.ledger.step import StepRow
from piecework.protocol.codec import decode_body
from piecework.protocol.kinds import Kind
from piecework.protocol.messages import Event
from piecework.store.events import NewEvent, append, task_key
from piecework.store.timelog import IntervalBody, book_interval
from piecework.worktime.days import split

if TYPE_CHECKING:
    import sqlite3

    from piecework.imports.rows import Extra, Payment, Span, Swap, Work
    from piecework.imports.steps import Step
    from piecework.store import Context

SOURCE: Final = "import"
_FIELDS: Final = NewEvent.__struct_fields__
_PUT: Final = f"INSERT INTO event (seq, {', '.join(_FIELDS)}) VALUES ({', '.join('?' * (len(_FIELDS) + 1))})"  # noqa: S608 - names of our own fields
_of_step: Final = itemgetter(*(_FIELDS.index(name) for name in StepRow._fields[1:]))


class Writer:
    """Writes what an import brings. `record` names the import in every event of it."""

    def __init__(self, conn: sqlite3.Connection, ctx: Context, record: str, form: str) -> None:
        self._conn = conn
        self._ctx = ctx
        self._record = record
        self._list = f"import:{form}"
        self._form = form
        self._waiting: list[list[NewEvent]] = []
        self._days: dict[str, int | None] = {}
        self._shapes = Shapes()

    def attempt(self, row: Work, own: str, account: str, found: list[Step], *, settled: bool) -> None:
        """A new attempt, to be written at the next `flush`; `settled` where a payout has booked its pay already."""
        events = self._steps(row, found, account, own, settled=settled)
        if row.bonus is not None and row.bonus.micro:
            last = found[-1]._replace(id=steps.bonus_id(row, row.key), kind=Kind.BONUS)
            events.append(self._event(last, row, account, own, *self._bonus(row)))
        self._waiting.append(events)

    def flush(self) -> None:
        """Writes the attempts that wait."""
        self._write_many(self._waiting)
        self._waiting.clear()

    def later(self, row: Work, step: Step, account: str, attempt: str) -> None:
        """One more step of an attempt the books know."""
        for event in self._steps(row, [step], account, attempt):
            self._write_prepared(event, row.row)

    def bonus(self, row: Work, step: Step, account: str, attempt: str, micro: int) -> None:
        """What a bonus has grown by."""
        if row.bonus is None:
            return
        more = row._replace(bonus=row.bonus._replace(micro=micro))
        self._write_prepared(self._event(step, row, account, attempt, *self._bonus(more)), row.row)

    def payout(self, row: Payment, account: str) -> None:
        """A payment, as a payout of its platform."""
        self._money(row, steps.payment_id(row), Kind.PAYOUT, steps.payout_body(row, self._form), account)

    def swap(self, row: Swap) -> None:
        """Money that became another currency, with the reference rate of its day."""
        self._money(row, steps.swap_id(row), Kind.RATE, steps.swap_body(row), "")

    def day_sum(self, row: Extra, more: int, account: str) -> None:
        """What the extra money of a day has grown by."""
        self._money(row, steps.extra_id(row, more), Kind.BONUS, steps.extra_body(row, more), account)

    def _money(self, row: Payment | Extra | Swap, own: str, kind: str, body: msgspec.Struct, account: str) -> None:
        self._write_prepared(
            NewEvent(
                id=own,
                at_us=row.at.us,
                recv_us=self._ctx.now_us,
                source=SOURCE,
                kind=kind,
                platform=row.platform,
                account=account,
                body=_text(body),
                zone=self._ctx.zone,
                day_platform=self._ctx.day_platform(row.at.us, row.platform),
                day_local=self._ctx.day_local(row.at.us, ""),
            ),
            row.row,
        )

    def span(self, row: Span, account: str) -> None:
        """A stretch of work, cut at the person's midnights."""
        session = steps.event_id(row.start.day, row.key, "session")
        for part, piece in enumerate(split(row.start.us, row.end_us, self._ctx.zone)):
            length_us = piece.end_us - piece.start_us
            body = IntervalBody(session, piece.start_us, piece.end_us, length_us, row.kind)
            written = append(
                self._conn,
                NewEvent(
                    id=steps.span_id(row, part),
                    at_us=piece.start_us,
                    recv_us=self._ctx.now_us,
                    source=SOURCE,
                    kind=Kind.INTERVAL,
                    platform=row.platform,
                    account=account,
                    body=_text(body),
                    zone=self._ctx.zone,
                    day_platform=self._ctx.day_platform(piece.start_us, row.platform),
                    day_local=piece.day,
                ),
            )
            if written is not None:
                book_interval(self._conn, written)

    def close(self, says: dict[str, Any], platform: str) -> None:
        """The import itself, as an event: what was taken, from which file by its hash."""
        now_us = self._ctx.now_us
        append(
            self._conn,
            NewEvent(
                id=self._record,
                at_us=now_us,
                recv_us=now_us,
                source=SOURCE,
                kind=Kind.IMPORT,
                platform=platform,
                body=msgspec.json.encode(says).decode(),
                zone=self._ctx.zone,
                day_platform=self._ctx.day_platform(now_us, platform),
                day_local=self._ctx.day_local(now_us, ""),
            ),
        )

    def _steps(
        self, row: Work, found: list[Step], account: str, attempt: str, *, settled: bool = False
    ) -> list[NewEvent]:
        """The events of the steps of one attempt."""
        body = steps.work_body(row)
        says = steps.work_derived(row, f"{self._record}:{row.row}", self._list)
        plain = derived.encode(says)
        events = []
        for step in found:
            body.at_raw, body.rule = step.at_raw, step.rule
            known = plain
            if step.kind == Kind.SUBMITTED and (days := self._clock(row.platform)) is not None:
                known = derived.encode(msgspec.structs.replace(says, clock_days=days))
            elif step.kind == Kind.PAID and settled:
                known = derived.encode(msgspec.structs.replace(says, settled=True))
            events.append(self._event(step, row, account, attempt, _text(body), known))
        return events

    def _clock(self, platform: str) -> int | None:
        if platform not in self._days:
            self._days[platform] = clock_days(self._ctx, platform)
        return self._days[platform]

    def _bonus(self, row: Work) -> tuple[str, str]:
        if row.bonus is None:
            raise TypeError("a row without a bonus")
        record = f"{self._record}:{row.row}"
        return _text(steps.bonus_body(row, row.bonus)), steps.bonus_derived(row.bonus, record, self._list)

    def _event(self, step: Step, row: Work, account: str, attempt: str, body: str, known: str) -> NewEvent:  # noqa: PLR0913, PLR0917 - what an event is made of
        return NewEvent(
            id=step.id,
            at_us=step.at_us,
            recv_us=self._ctx.now_us,
            source=SOURCE,
            kind=step.kind,
            platform=row.platform,
            account=account,
            task=task_key("", row.task),
            assignment=attempt,
            body=body,
            derived=known,
            zone=self._ctx.zone,
            day_platform=self._ctx.day_platform(step.at_us, row.platform),
            day_local=self._ctx.day_local(step.at_us, ""),
        )

    def _write_many(self, attempts: list[list[NewEvent]]) -> None:
        """Event rows by their numbers, which are known before they are written, then the books of all of them."""
        seq = _last_seq(self._conn)
        rows: list[tuple[object, ...]] = []
        booked: list[list[StepRow]] = []
        for events in attempts:
            steps_of_one = []
            for event in events:
                seq += 1
                values = msgspec.structs.astuple(event)
                rows.append((seq, *values))
                steps_of_one.append(StepRow(seq, *_of_step(values)))
            booked.append(steps_of_one)
        self._conn.executemany(_PUT, rows)
        book_attempts(self._conn, self._shapes, booked)

    def _write_prepared(self, event: NewEvent, row_number: int) -> None:
        """One event the way ingest goes, for what depends on what the books hold: payouts, and what they settled."""
        fields = msgspec.json.decode(event.body)
        record = f"{self._record}:{row_number}"
        traced = {**fields, "attempt": event.assignment, "record": record, "list": self._list}
        sent = Event(
            seq=0,
            id=event.id,
            at_us=event.at_us,
            kind=event.kind,
            platform=event.platform,
            account=event.account,
            zone=event.zone,
            body=msgspec.Raw(msgspec.json.encode(traced)),
        )
        prepared = prepare(self._conn, self._ctx, sent, decode_body(event.kind, bytes(sent.body)))
        says = msgspec.structs.replace(derived.decode(prepared.derived), record=record, list=self._list)
        row = append(
            self._conn,
            msgspec.structs.replace(
                event,
                derived=derived.encode(says),
                assignment=event.assignment or prepared.assignment,
                task=event.task or prepared.task,
            ),
        )
        if row is not None:
            apply_event(self._conn, row)


def record_id(digest: str, now_us: int) -> str:
    """The id of an import: of which file, and when."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"import\n{digest}\n{now_us}"))


def _last_seq(conn: sqlite3.Connection) -> int:
    row = conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
    return int(row[0]) if row is not None else 0


def _text(body: msgspec.Struct) -> str:
    return msgspec.json.encode(body).decode()
