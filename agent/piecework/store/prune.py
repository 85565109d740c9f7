"""What is kept for a while only. The history, intervals and arrivals are kept for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.now import DAY_US

if TYPE_CHECKING:
    import sqlite3

RAW_DAYS = 30
BEAT_DAYS = 90
GONE_DAYS = 30
PART_DAYS = 1
TOLD_DAYS = 90
ALERT_DAYS = 365
REFUSED_DAYS = 90

_OLD = {
    "raw": ("DELETE FROM raw WHERE at_us < ?", RAW_DAYS),
    "beat": ("DELETE FROM beat WHERE closed = 1 AND at_us < ?", BEAT_DAYS),
    "task": ("DELETE FROM task WHERE gone_us IS NOT NULL AND gone_us < ? AND state <> 'working'", GONE_DAYS),
    "look_part": ("DELETE FROM look_part WHERE at_us < ?", PART_DAYS),
    "told": ("DELETE FROM told WHERE at_us < ?", TOLD_DAYS),
    "alert": ("DELETE FROM alert WHERE at_us < ?", ALERT_DAYS),
    "refused": ("DELETE FROM refused WHERE at_us < ?", REFUSED_DAYS),
}


def prune(conn: sqlite3.Connection, now_us: int) -> dict[str, int]:
    """Removes what is too old; returns the rows removed per table. One job of the writer."""
    return {
        table: conn.execute(statement, (now_us - days * DAY_US,)).rowcount for table, (statement, days) in _OLD.items()
    }
