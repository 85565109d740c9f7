"""What a rehearsal reports: its steps, and what the agent's own lists say at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One thing that had to happen: when it was seen to have happened (µs UTC), and whether it did."""

    name: str
    at_us: int
    ok: bool
    detail: str = ""


@dataclass
class Report:
    """Keys of `demo --once --json`: steps, and the agent's rows of task, alert, assignment and earnings."""

    steps: list[Step] = field(default_factory=list)
    task: dict[str, Any] | None = None
    alert: dict[str, Any] | None = None
    assignment: dict[str, Any] | None = None
    earnings: dict[str, Any] | None = None

    @property
    def ok(self) -> bool:
        """Whether every step happened."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    def plain(self) -> dict[str, Any]:
        """The report as JSON data."""
        steps = [
            {"name": step.name, "at_us": step.at_us, "ok": step.ok} | ({"detail": step.detail} if step.detail else {})
            for step in self.steps
        ]
        return {
            "steps": steps,
            "task": self.task,
            "alert": self.alert,
            "assignment": self.assignment,
            "earnings": self.earnings,
        }
