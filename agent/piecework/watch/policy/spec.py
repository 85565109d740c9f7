"""What the policy is told once: the lists, and the figures that hold for all of them."""

from __future__ import annotations

import math
from typing import NamedTuple

from piecework.errors import BadUsage

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
WEEK_S = 7 * DAY_S


class ListSpec(NamedTuple):
    """A list that may be looked at: its own name, the host it costs a request, and the host's least gap, seconds."""

    id: str
    host: str
    min_gap_s: float


def check(specs: list[ListSpec], per_hour: float) -> None:
    """Raises BadUsage for lists of one name, a gap below zero, or a budget that is no positive number."""
    if len({spec.id for spec in specs}) < len(specs):
        raise BadUsage("Two lists have the same name: each list is told once.")
    if not all(math.isfinite(spec.min_gap_s) and spec.min_gap_s >= 0 for spec in specs):
        raise BadUsage("A least gap is a number of seconds, 0 or more.")
    if not (math.isfinite(per_hour) and per_hour > 0):
        raise BadUsage("The budget is a positive number of looks an hour.")
