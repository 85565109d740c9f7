"""Questions about money, answered from the sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3


def earnings(_conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """Cumulative flows per platform, account and currency, in micro-units."""
    return []
