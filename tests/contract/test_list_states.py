"""A list's state at a moment is the same in agent and extension: `list_states.json` is read by both suites.

Seconds in the file; the moment asked for is second 600.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from piecework.now import SECOND_US
from piecework.watch.expected import next_us, overdue_us
from piecework.watch.health import Moment, at_present

CASES = json.loads(Path(__file__).with_name("list_states.json").read_text(encoding="utf-8"))
START_US = 1_795_258_800_000_000


def us(seconds: int | None) -> int | None:
    """A moment of the file."""
    return None if seconds is None else START_US + seconds * SECOND_US


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_the_agents_word(case: dict[str, Any]) -> None:
    """State and cause, and the moments that the extension is told."""
    seen = case["seen"]
    row = {
        "platform": "site",
        "state": seen["state"],
        "cause": seen.get("cause", ""),
        "last_look_us": us(seen["last_us"]),
        "last_good_us": us(seen["last_us"]),
        "next_look_us": us(seen.get("due_us")),
        "cid": "",
        "every_us": seen["every_us"] * SECOND_US if "every_us" in seen else None,
        "steady": seen.get("steady", 0),
    }
    assert (us(case["next"]), us(case["overdue"])) == (next_us(row), overdue_us(row))
    assert tuple(case["expected"]) == at_present(row, Moment(START_US + 600 * SECOND_US))
