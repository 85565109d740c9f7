"""What a bench answers: figures with their targets, peers measured in the same run, and the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Literal

Sense = Literal["<=", ">="]


@dataclass(frozen=True)
class Check:
    """One figure and what it has to be; a target of None makes it a figure that is only told."""

    figure: str
    value: float
    unit: str
    target: float | None = None
    sense: Sense = "<="

    @property
    def holds(self) -> bool:
        """Whether the figure meets its target."""
        if self.target is None:
            return True
        return self.value <= self.target if self.sense == "<=" else self.value >= self.target

    def plain(self) -> dict[str, Any]:
        """The figure as JSON data."""
        return {
            "figure": self.figure,
            "value": round(self.value, 3),
            "unit": self.unit,
            "target": self.target,
            "sense": self.sense,
            "holds": self.holds,
        }


@dataclass(frozen=True)
class Peer:
    """What another program did in the same run. `ratio` is ours over theirs."""

    who: str
    figure: str
    value: float
    ratio: float

    def plain(self) -> dict[str, Any]:
        """The peer as JSON data."""
        return {"who": self.who, "figure": self.figure, "value": round(self.value, 3), "ratio": round(self.ratio, 3)}


@dataclass
class Result:
    """All of one bench."""

    name: str
    checks: list[Check] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every figure meets its target."""
        return all(check.holds for check in self.checks)

    def plain(self) -> dict[str, Any]:
        """The result as JSON data, with the machine it was taken on."""
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        return {
            "name": self.name,
            "checks": [check.plain() for check in self.checks],
            "peers": [peer.plain() for peer in self.peers],
            "notes": self.notes,
            "machine": {"cores": os.cpu_count() or 1, "load": round(load, 2)},
        }


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies, by the nearest rank; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
