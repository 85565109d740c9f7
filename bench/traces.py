"""Recorded arrivals as a world for schedulers: posts of tasks on a workers' forum, their lives drawn anew each time.

The recording says when a task was posted; when it was gone is known for some, as an upper bound (the edit "Dead").
Lives are therefore drawn: from those that are known, or exponential around five minutes.
"""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING

from bench.world import Task

if TYPE_CHECKING:
    from pathlib import Path

POSTS = "hwtf_posts_2012_2013.csv"
SHORT_S = 300.0
TICK_S = 120.0
GAP_S = 120.0


def posts(folder: Path) -> list[dict[str, str]]:
    """The recorded posts that offer a task, oldest first."""
    with (folder / POSTS).open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["is_talk"] != "1"]
    return sorted(rows, key=lambda row: float(row["created_utc"]))


def known_lives(rows: list[dict[str, str]]) -> list[float]:
    """Seconds from a post to the edit that called it dead."""
    return [
        float(row["edited_utc"]) - float(row["created_utc"])
        for row in rows
        if row["flair"].strip().lower() == "dead" and row["edited_utc"] not in {"", "False", "false"}
    ]


def tasks(rows: list[dict[str, str]], draw: int, *, short: bool) -> list[Task]:
    """The trace once, each task worth the same, with lives of its own."""
    chance = random.Random(100 + draw)  # noqa: S311 - a fixed seed, no secret
    lives = known_lives(rows)
    made = []
    for number, row in enumerate(rows):
        comes_s = float(row["created_utc"])
        life_s = chance.expovariate(1 / SHORT_S) if short else chance.choice(lives)
        made.append(Task(f"post{number}", comes_s, comes_s + max(1.0, life_s), 1.0))
    return made
