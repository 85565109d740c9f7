"""A worker's MTurk Suite backup, made up: as many hits as asked for over three years, always the same ones.

The shape is the one MTurk Suite wrote (hits and days); titles repeat as batches do, a few hits are rejected or
still wait, some pay half a cent.
"""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FIRST = date(2023, 9, 25)
DAYS = 3 * 365
REWARDS = (0.01, 0.02, 0.05, 0.05, 0.1, 0.15, 0.25, 0.5, 0.75, 1, 1.2, 2.5, 0.005)
STATES = ("Paid",) * 90 + ("Approved",) * 5 + ("Rejected",) * 2 + ("Submitted",) * 3
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
WORDS = ("Label", "Rate", "Transcribe", "Compare", "Classify", "Find", "Write", "images", "reviews", "receipts")


def write_backup(path: Path, hits: int, seed: int = 1) -> int:
    """Writes a backup of that many hits; returns the sum of their rewards that are not rejected, in micro-dollars."""
    chance = random.Random(seed)  # noqa: S311 - made-up data, the same every time
    requesters = [(_id(chance, "A", 14), f"Requester {number}") for number in range(400)]
    titles = [f"{' '.join(chance.sample(WORDS, 4))} ({number})" for number in range(1500)]
    total = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"hits":[')
        for number in range(hits):
            day = FIRST + timedelta(days=number * DAYS // hits)
            requester, name = chance.choice(requesters)
            reward, state = chance.choice(REWARDS), chance.choice(STATES)
            total += 0 if state == "Rejected" else round(reward * 1_000_000)
            hit = {
                "hit_id": _id(chance, "3", 30),
                "assignment_id": _id(chance, "3", 30),
                "requester_id": requester,
                "requester_name": name,
                "reward": {"amount_in_dollars": reward, "currency_code": "USD"},
                "state": state,
                "title": chance.choice(titles),
                "date": day.strftime("%Y%m%d"),
                "source": "queue",
            }
            file.write(("," if number else "") + json.dumps(hit))
        file.write('],"days":[]}')
    return total


def _id(chance: random.Random, first: str, length: int) -> str:
    return first + "".join(chance.choices(LETTERS, k=length - 1))
