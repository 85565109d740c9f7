"""A person with files of other programs: an empty store in memory, and the way of an import into it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from piecework.imports import Answer, open_file, take
from piecework.imports.rows import Options
from piecework.ledger.replay import verify
from piecework.now import to_us
from piecework.platforms import load_platforms
from piecework.store import Context
from tests.agent.books import memory

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

NOW_US = 1_795_258_800_000_000
"""2026-11-21 11:00:00 UTC."""
PLATFORMS = load_platforms()
ZONE = "Europe/Paris"
PAYPAL = "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID"
PROLIFIC = "Study,Reward,Bonus,Started At,Completed At,Completion Code,Status"


class Person:
    """Imports one file after the other."""

    def __init__(self, now_us: int = NOW_US) -> None:
        self.conn: sqlite3.Connection = memory()
        self.now_us = now_us
        self.zone = ZONE

    def take(self, data: bytes | str | object, *, form: str = "", dry_run: bool = False, **options: Any) -> Answer:  # noqa: ANN401 - fields of Options
        """Imports bytes, a text, or anything that is written as JSON first; undoes everything when that fails."""
        ctx = Context(now_us=self.now_us, platforms=PLATFORMS, zone=self.zone)
        self.conn.execute("BEGIN")
        try:
            reading = open_file(as_bytes(data), form)
            told = Options(now_us=self.now_us, zone=self.zone, platforms=PLATFORMS, **options)
            answer = take(self.conn, ctx, reading, told, dry_run=dry_run)
        except BaseException:
            self.conn.execute("ROLLBACK")
            raise
        self.conn.execute("COMMIT")
        return answer

    def differences(self) -> list[dict[str, Any]]:
        """What the books hold that the history does not say."""
        found: list[dict[str, Any]] = verify(self.conn)["differences"]
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The answer of a query."""
        return [tuple(row) for row in self.conn.execute(query)]

    def states(self) -> list[tuple[Any, ...]]:
        """(title, state, pay in micro-units, currency) of every attempt."""
        return self.rows("SELECT title, state, pay_micro, pay_currency FROM assignment ORDER BY title, state")

    def events(self) -> int:
        """How long the history is."""
        return int(self.rows("SELECT count(*) FROM event")[0][0])


def as_bytes(data: bytes | str | object) -> bytes:
    """What a file of it holds."""
    if isinstance(data, bytes):
        return data
    return data.encode() if isinstance(data, str) else json.dumps(data).encode()


def us(moment: datetime) -> int:
    """µs UTC."""
    return to_us(moment)


def suite_hit(number: int = 1, **said: object) -> dict[str, object]:
    """One hit of MTurk Suite's backup."""
    plain = {
        "hit_id": f"HIT{number:027d}",
        "requester_id": "A1",
        "requester_name": "A requester",
        "reward": {"amount_in_dollars": 0.05, "currency_code": "USD"},
        "state": "Paid",
        "title": f"Task {number}",
        "date": "20240105",
    }
    return plain | said


def suite(*hits: dict[str, object]) -> dict[str, object]:
    """MTurk Suite's backup of these hits."""
    return {"hits": list(hits), "days": [{"date": "20240105", "submitted": len(hits)}]}


def causes(answer: Answer) -> dict[int, str]:
    """Why rows were not taken."""
    return {one.row: one.cause for one in answer.left}
