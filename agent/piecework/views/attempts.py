"""One page of attempts out of a million: which rows, found in an index alone, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import sqlite3

A_PAGE: Final = 50
FEW: Final = 5_000
"""So many are sorted at once; of more only the newest are shown, the rest by choosing a day."""
MOST_SCANNED: Final = 10_000
"""Entries of the index that one page may cost."""
_WHEN: Final = "coalesce(submitted_us, accepted_us, decided_us, paid_us, 0)"
"""As in index assignment_newest, word for word."""
_PLATFORMS: Final = """
WITH RECURSIVE own (id) AS (
  SELECT min(platform) FROM assignment
  UNION ALL SELECT (SELECT min(platform) FROM assignment WHERE platform > own.id) FROM own WHERE own.id IS NOT NULL
) SELECT id FROM own WHERE id IS NOT NULL
"""


class Slice(NamedTuple):
    """The rows of one page by their place in the table, in order; `numbers` pages can be turned to, `total` fit."""

    rowids: list[int]
    total: int
    number: int
    numbers: int
    cut: bool


def platforms(conn: sqlite3.Connection) -> list[str]:
    """Every platform with an attempt, by one step in an index for each."""
    return [str(own) for (own,) in conn.execute(_PLATFORMS)]


def newest(conn: sqlite3.Connection, chosen: dict[str, str], page: int) -> Slice:
    """One page of those that fit, the newest first. `chosen`: platform, state, day (of the person); "" is all."""
    columns = {"platform": "platform", "state": "state", "day": "day_local"}
    wheres = [f"{column} = :{name}" for name, column in columns.items() if chosen[name]]
    where = f"WHERE {' AND '.join(wheres)}" if wheres else ""
    total = int(conn.execute(f"SELECT count(*) FROM assignment {where}", chosen).fetchone()[0])  # noqa: S608 - fixed texts
    numbers = wanted = max(1, -(-total // A_PAGE))
    if total > FEW and not chosen["day"]:
        # The highest number instead of a count, which would walk through all: it only has to be near.
        of_all = int(conn.execute("SELECT max(rowid) FROM assignment").fetchone()[0]) if wheres else total
        numbers = min(wanted, max(1, MOST_SCANNED * total // of_all // A_PAGE))
    number = min(page, numbers)
    # A sign before a column keeps SQLite from walking the index of all for the few that fit.
    sign, index = ("", "INDEXED BY assignment_newest") if total > FEW else ("+", "")
    found = conn.execute(
        f"SELECT rowid FROM assignment {index} {where} "  # noqa: S608 - fixed texts
        f"ORDER BY {sign}day_local DESC, {sign}{_WHEN} DESC, rowid DESC LIMIT :most OFFSET :offset",
        {**chosen, "most": A_PAGE, "offset": (number - 1) * A_PAGE},
    )
    return Slice([row[0] for row in found], total, number, numbers, numbers < wanted)
