"""What an import answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from piecework.imports.rows import Left, Row


SAMPLE: Final = 12


@dataclass
class Answer:
    """`rows` = `new` + `known` + not taken (`left`); `sums` in micro-units by currency.

    The sums are of all rows that were understood, new or known: pay and bonus of work that is submitted, approved
    or paid, and payments. What was returned, rejected or expired earned nothing and is in no sum.
    """

    form: str
    rows: int = 0
    new: int = 0
    known: int = 0
    left: list[Left] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)
    sample: list[Row] = field(default_factory=list)
    """The first rows that were understood, for the person to look at."""

    def show(self, row: Row) -> None:
        """Keeps one of the first rows."""
        if len(self.sample) < SAMPLE:
            self.sample.append(row)

    def add(self, micro: int, currency: str) -> None:
        """Adds an amount to the sums."""
        if micro:
            self.sums[currency] = self.sums.get(currency, 0) + micro

    def counts(self) -> dict[str, Any]:
        """The figures without the rows that were not taken."""
        return {"format": self.form, "rows": self.rows, "new": self.new, "known": self.known, "sums": self.sums}

    def plain(self) -> dict[str, Any]:
        """`{format, rows, new, known, refused: [{row, cause}], sums: {currency: micro}}`."""
        refused = [{"row": one.row, "cause": one.cause} for one in self.left]
        return {
            "format": self.form,
            "rows": self.rows,
            "new": self.new,
            "known": self.known,
            "refused": refused,
            "sums": dict(sorted(self.sums.items())),
        }
