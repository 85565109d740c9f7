"""Microworkers' history as JSON: rows of its page of work done, and the details a row opens, by task id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from piecework.errors import BadFile
from piecework.imports.bad import BadRow
from piecework.imports.dates import moment, read_clock, read_day
from piecework.imports.jsons import Entries, Raws, entry, inside
from piecework.imports.rows import Left, When, Work
from piecework.imports.statuses import EARNED, kind_of, known
from piecework.imports.values import pay_amount
from piecework.now import zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Amount, Options, Row
    from piecework.imports.source import Source

ID: Final = "microworkers"
PLATFORM: Final = "microworkers"
_CURRENCY: Final = "USD"
_UNRATED: Final = "not yet rated"


class _Row(msgspec.Struct):
    task_id: str | int
    title: str | None = None
    submitted_age: str | None = None
    status_label: str | None = None
    earned: str | None = None
    job_id: str | None = None
    finished: str | None = None
    status_text: str | None = None


_decoder: Final = msgspec.json.Decoder(_Row)


def fits(source: Source) -> bool:
    """An entry with a task id and Microworkers' own names beside it."""
    if source.document is None:
        return False
    first = next(iter(_entries(source)), msgspec.Raw(b"null"))
    return b'"task_id"' in bytes(first) and any(name in bytes(first) for name in (b'"status_label"', b'"finished"'))


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One row for each task, a row of the page and its details together."""
    places: dict[str, list[_Row]] = {}
    bad: list[Left] = []
    numbers: dict[str, int] = {}
    for number, raw in enumerate(_entries(source), start=1):
        try:
            row = entry(raw, _decoder)
        except BadRow as cause:
            bad.append(Left(number, str(cause)))
            continue
        numbers.setdefault(str(row.task_id), number)
        places.setdefault(str(row.task_id), []).append(row)
    for task, parts in places.items():
        try:
            yield _work(numbers[task], task, parts, options)
        except BadRow as cause:
            yield Left(numbers[task], str(cause))
    yield from bad


def _work(number: int, task: str, parts: list[_Row], options: Options) -> Work:
    label = _first([part.status_label for part in parts])
    text = _first([part.status_text for part in parts])
    status = "submitted" if _UNRATED in text.casefold() and not known(label) else kind_of(label or text)
    earned = _first([part.earned for part in reversed(parts)])
    return Work(
        number,
        PLATFORM,
        f"task:{task}",
        status,
        title=_first([part.title for part in parts]),
        task=_first([part.job_id for part in parts]),
        assignment=task,
        pay=_pay(earned, status),
        at=_finished(_first([part.finished for part in parts]), options),
        status_raw=label or text,
    )


def _pay(text: str, status: str) -> Amount | None:
    """What it earned. Until a task is rated the page shows $0.00, which says nothing of its pay."""
    pay = pay_amount(text, _CURRENCY)
    return None if pay is not None and not pay.micro and status in EARNED else pay


def _finished(text: str, options: Options) -> When | None:
    """The month first, in the site's zone: "09/05/2026 18:37:52". An age ("38 mins ago") is no date."""
    if not text:
        return None
    day, _, clock = text.partition(" ")
    known_as = options.platforms.get(PLATFORM)
    where = zone(known_as.zone if known_as is not None else "UTC")
    return moment(read_day(day, "mdy"), read_clock(clock), where, text, options.now_us)


def _entries(source: Source) -> Raws:
    """Rows and details, wherever they stand: `{page: {rows}, detail}`, `{rows}`, `{history}`, or a list of either."""
    document = source.document
    if document is None:
        return []
    if document.items:
        return [inner for raw in document.items for inner in _inside(raw)]
    return _of(document.entries)


def _inside(raw: msgspec.Raw) -> Raws:
    if bytes(raw)[:1] != b"{":
        return []
    entries = inside(raw, Entries)
    return [raw] if "task_id" in entries else _of(entries)


def _of(entries: Entries) -> Raws:
    found: Raws = []
    for name in ("page", "rows", "history", "tasks", "detail", "details"):
        raw = entries.get(name)
        head = bytes(raw)[:1] if raw is not None else b""
        if raw is None or head not in {b"{", b"["}:
            continue
        try:
            found += inside(raw, Raws) if head == b"[" else _inside(raw)
        except BadFile:
            return found
    return found


def _first(texts: list[str | None]) -> str:
    return next((text for text in texts if text), "")
