"""What the judge's answers add up to, as figures with their targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bench.result import Check

SOLVED = 0.9
HEALTHY = 0.9


def percent(part: float, whole: float) -> float:
    """Part of a hundred; a hundred where there is nothing to be wrong."""
    return 100 * part / whole if whole else 100.0


def f1(right: int, found: int, wanted: int) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * right / (found + wanted) if right else 0.0


@dataclass
class Pages:
    """Answers for one set of labelled pages."""

    name: str
    lists: int = 0
    first: int = 0
    three: int = 0
    right: int = 0
    found: int = 0
    wanted: int = 0
    one: int = 0
    two: int = 0
    sure: int = 0
    fields: dict[str, list[int]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def add(self, page: str, told: dict[str, Any]) -> None:
        """One page with a labelled list."""
        each, wanted = told["each"], told["labels"]
        scores = [f1(one["right"], one["found"], wanted) for one in each]
        good = bool(scores) and scores[0] >= SOLVED
        self.lists += 1
        self.first += good
        self.three += any(score >= SOLVED for score in scores[:3])
        self.wanted += wanted
        if each:
            self.right += each[0]["right"]
            self.found += each[0]["found"]
        self.one += told["clicks"] == 1
        self.two += told["clicks"] in {1, 2}
        self.sure += told["verdict"] == "sure"
        for name, (right, asked) in told["fields"].items() if good else ():
            sums = self.fields.setdefault(name, [0, 0])
            sums[0] += right
            sums[1] += asked
        if not good or told["clicks"] != 1:
            self.missed.append(page)

    def checks(self, kind: str) -> list[Check]:
        """The figures of this set, those of the issue with its targets."""
        where = f"{self.name}, {kind}"
        pays = [sum(self.fields.get(name, (0, 0))[at] for name in ("title", "reward")) for at in (0, 1)]
        told = [
            Check(f"main list first, {where} ({self.lists} pages)", percent(self.first, self.lists), "%", 97, ">="),
            Check(f"main list in the first three, {where}", percent(self.three, self.lists), "%", 100, ">="),
            Check(f"record precision, {where}", percent(self.right, self.found), "%", 99, ">="),
            Check(f"record recall, {where} ({self.wanted} records)", percent(self.right, self.wanted), "%", 98, ">="),
            Check(f"title and pay exact, {where} ({pays[1]} texts)", percent(pays[0], pays[1]), "%", 98, ">="),
            Check(f"one click teaches, {where}", percent(self.one, self.lists), "%", 97, ">="),
            Check(f"two clicks teach, {where}", percent(self.two, self.lists), "%", 100, ">="),
        ]
        told += [Check(f"{name} exact, {where}", percent(*sums), "%") for name, sums in sorted(self.fields.items())]
        return [*told, Check(f"taken without a press, {where}", percent(self.sure, self.lists), "%")]


@dataclass
class Without:
    """Answers for pages without a list of tasks."""

    pages: int = 0
    taken: list[str] = field(default_factory=list)

    def add(self, page: str, told: dict[str, Any]) -> None:
        """One page; a verdict of "sure" would take it without a press."""
        self.pages += 1
        if told["verdict"] == "sure":
            self.taken.append(page)

    def checks(self, kind: str) -> list[Check]:
        """How many were taken for task lists."""
        return [
            Check(
                f"false detections, {kind} ({self.pages} pages without tasks)",
                percent(len(self.taken), self.pages),
                "%",
                1,
            )
        ]


@dataclass
class Changes:
    """Answers for pages that were changed after a definition was made."""

    asked: int = 0
    right: int = 0
    alarms: int = 0
    unchanged: int = 0
    coarse: int = 0
    caught: int = 0
    wrong_and_quiet: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, page: str, told: dict[str, Any]) -> None:
        """One page under one change."""
        self.asked += 1
        self.right += told["ok"]
        if not told["ok"]:
            self.missed.append(f"{page} {told['kind']}")
            self.wrong_and_quiet += told["silent"] is None
        if told["kind"] == "none":
            self.unchanged += 1
            self.alarms += told["score"] < HEALTHY
            self.coarse += told["coarse"][0]
            self.caught += told["coarse"][1]

    def checks(self, kind: str) -> list[Check]:
        """The figures of the cascade."""
        return [
            Check(
                f"right after a change, {kind} ({self.asked} pages under eleven changes)",
                percent(self.right, self.asked),
                "%",
                99,
                ">=",
            ),
            Check(
                f"wrong granularity caught, {kind} ({self.coarse} cases)",
                percent(self.caught, self.coarse),
                "%",
                100,
                ">=",
            ),
            Check(f"false alarms on unchanged pages, {kind} ({self.unchanged})", self.alarms, "pages", 0),
            Check(f"read wrongly and called healthy, {kind}", self.wrong_and_quiet, "pages"),
        ]
