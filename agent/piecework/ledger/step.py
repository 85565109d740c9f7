"""One event row as the ledger reads it."""

from __future__ import annotations

from typing import NamedTuple

from piecework.ledger.postings import Fact


class StepRow(NamedTuple):
    """Columns of an event row that the ledger reads."""

    seq: int
    id: str
    at_us: int
    kind: str
    platform: str
    account: str
    task: str
    assignment: str
    body: str
    derived: str
    day_platform: str
    day_local: str

    @property
    def fact(self) -> Fact:
        """What the lines of this event have in common."""
        who = (self.seq, self.id, self.at_us, self.platform, self.account)
        return Fact(*who, self.assignment, self.day_platform, self.day_local)
