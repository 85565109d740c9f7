"""Books that exports are tried on, and the programs that judge them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store import Context
from piecework.worktime.tracker import apply_beat
from tests.agent.books import DAY, HOUR, NOON, S, event, memory, take, usd, work

if TYPE_CHECKING:
    import sqlite3

HOSTILE = '=HYPERLINK("http://evil.test")\n; 2025-01-01 * "x" \'y\' | \u2028 \\'


def books() -> sqlite3.Connection:
    """Three attempts on two days, a payout with a fee, points, and a title that is out to break things."""
    conn = memory()
    for place, (name, pay) in enumerate((("a", "0.495"), ("b", "0.005"), ("c", "2"))):
        said = {"session": name, "task": name, "assignment": name, "title": HOSTILE if name == "a" else name}
        take(conn, event(Kind.ACCEPTED, NOON, work(**said)))
        take(conn, event(Kind.SUBMITTED, NOON + place * DAY, work(**said, pay=pay)))
    take(conn, event(Kind.APPROVED, NOON + 3 * DAY, work(task="a", assignment="a")))
    take(
        conn,
        event(Kind.PAYOUT, NOON + 4 * DAY, bodies.Payout(id="p", amount=usd("0.495"), fee=usd("0.1"), to="PayPal")),
    )
    points = bodies.PayText(raw="120", micro=120_000_000, currency="PTS-CLICK")
    take(conn, event(Kind.SUBMITTED, NOON + DAY, bodies.Work(task="d", session="d", pay=points)))
    for second, state in ((0, "active"), (20, "end")):
        beat = bodies.Beat(session="a", task="a", state=state)  # type: ignore[arg-type]
        fact = event(Kind.BEAT, NOON + second * S, beat)
        apply_beat(conn, Context(now_us=NOON + HOUR), fact, beat)
    return conn


def wanted_sums(conn: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """What every export of the postings must add up to: micro-units by (book, currency), without what is nothing."""
    return {
        (book, currency): micro
        for book, currency, micro in conn.execute(
            "SELECT book, currency, sum(micro) FROM posting GROUP BY book, currency HAVING sum(micro) <> 0"
        )
    }


def program(name: str) -> str:
    """Where a judge is: on the path, or beside this Python.

    Without it its test is skipped by name; where CI promises it, the test fails.
    """
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is not installed: make judges")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found
