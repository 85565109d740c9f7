"""Many new attempts at once, as an import brings them: the same rows as one by one, in a fraction of the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.ledger import sums
from piecework.ledger.book import write_attempts, write_lines

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from piecework.ledger.shapes import Shapes
    from piecework.ledger.step import StepRow


def book_attempts(conn: sqlite3.Connection, shapes: Shapes, attempts: Iterable[Sequence[StepRow]]) -> None:
    """Books attempts nothing was known of, whose event rows have just been written, each with all of its steps.

    Does for all of them what `book.apply_event` does for one step: table assignment, posting and the sums.
    """
    found = [shapes.derive(steps) for steps in attempts]
    write_attempts(conn, found)
    lines = [line for attempt in found for line in attempt.lines]
    write_lines(conn, lines)
    sums.change(conn, sums.add_up(lines))
