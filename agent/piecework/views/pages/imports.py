"""Import: work written down by hand, and files of other programs and sites on their way into the books."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from piecework.now import EPOCH
from piecework.views.ask import Page

if TYPE_CHECKING:
    import sqlite3

    from piecework.control.jobs import Job
    from piecework.imports.rows import Row, When
    from piecework.views.ask import Ask

CASH: Final = "Cash"
LATEST: Final = 10
MOST_LEFT: Final = 100
"""Rows not taken that a page names; their number is told in full."""
STATES: Final = ("paid", "approved", "submitted")


class _Says(msgspec.Struct):
    format: str = ""
    rows: int = 0
    new: int = 0
    known: int = 0
    refused: int = 0


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """What the two forms offer, and the newest imports."""
    rows = conn.execute(
        "SELECT id, at_us, body FROM event WHERE kind = 'import' ORDER BY at_us DESC LIMIT ?", (LATEST,)
    )
    from piecework.imports import FORMATS  # noqa: PLC0415 - the readers are needed when a file comes

    imports = [{"id": row["id"], "at_us": row["at_us"]} | _says(row["body"]) for row in rows]
    return {"imports": imports, "formats": FORMATS, "states": STATES, **offered(ask)}


def offered(ask: Ask) -> dict[str, Any]:
    """Names of platforms: those without a page of their own first, for they are written down by hand."""
    known = sorted(ask.platforms.values(), key=lambda one: (one.route != "manual+import", one.name.casefold()))
    return {"names": [*(one.name for one in known if one.route == "manual+import"), CASH, *_others(known)]}


def file_data(job: Job, ask: Ask) -> dict[str, Any]:
    """What the page of one file shows."""
    from piecework.imports import FORMATS  # noqa: PLC0415 - the same
    from piecework.imports.formats import generic  # noqa: PLC0415 - the same

    answer = job.answer
    return {
        "job": job,
        "answer": answer,
        "sample": [_shown(row, ask) for row in answer.sample] if answer is not None else [],
        "left": answer.left[:MOST_LEFT] if answer is not None else [],
        "sums": sorted(answer.sums.items()) if answer is not None else [],
        "formats": FORMATS,
        "fields": generic.FIELDS,
        **offered(ask),
    }


def _others(known: list[Any]) -> list[str]:
    return [one.name for one in known if one.route != "manual+import"]


def _shown(row: Row, ask: Ask) -> dict[str, Any]:
    """One row as a line of the preview. `day` is set where the file names a day and no time."""
    from piecework.imports.rows import Extra, Left, Payment, Span, Swap, Work  # noqa: PLC0415 - the same

    found: dict[str, Any] = {"row": row.row, "title": "", "state": "", "money": [], "at_us": None}
    if isinstance(row, Left):
        return found
    found |= {"title": row.title, "platform_name": ask.platform_name(row.platform) if row.platform else ""}
    if isinstance(row, Work):
        money = [amount for amount in (row.pay, row.bonus) if amount is not None and amount.micro]
        found |= {"state": row.status, "money": money} | _dated(row.at or row.began or row.decided)
    elif isinstance(row, Payment | Extra):
        found |= {"state": "bonus" if isinstance(row, Extra) else "payout", "money": [row.amount]} | _dated(row.at)
    elif isinstance(row, Swap):
        found |= {"state": "exchange", "money": [row.given, row.received]} | _dated(row.at)
    elif isinstance(row, Span):
        found |= {"length_us": row.end_us - row.start.us} | _dated(row.start)
    return found


def _dated(when: When | None) -> dict[str, Any]:
    """A moment as the preview shows it. A bare date is booked at a noon that the file never spoke of."""
    if when is None:
        return {}
    day = (EPOCH + timedelta(days=when.day)).date().isoformat() if when.raw and ":" not in when.raw else ""
    return {"at_us": when.us, "at_raw": when.raw, "day": day}


def _says(body: str) -> dict[str, Any]:
    try:
        return msgspec.structs.asdict(msgspec.json.decode(body, type=_Says))
    except msgspec.DecodeError:
        return msgspec.structs.asdict(_Says())


PAGE = Page("import", "/import", ("ledger",), load)
FILE = Page("import_file", "/import/file", ("ledger",), lambda _conn, _ask: {})
"""No page of the menu: it is reached by handing in a file."""
