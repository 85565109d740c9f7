"""Geometry of bars drawn by the server: whole numbers in, whole numbers out. Colours and text are the template's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEIGHT = 120
STEP = 40
BAR = 24
_NICE = (1, 2, 4, 6, 8, 12, 24)
"""Tops of the grid, in hours: halves are whole."""


class Part(NamedTuple):
    """One kind's piece of a bar."""

    kind: str
    x: int
    y: int
    height: int


class Bars(NamedTuple):
    """Bars of `parts`, from left to right; `lines` are (y, hours) of the grid; the whole is `width` by HEIGHT."""

    width: int
    parts: list[Part]
    lines: list[tuple[int, int]]


def bars(days: Sequence[Mapping[str, int]], kinds: Sequence[str], hour_us: int) -> Bars:
    """One bar per day, its kinds stacked from below in the order given. Values in µs."""
    longest = max((sum(day.get(kind, 0) for kind in kinds) for day in days), default=0)
    top = next((hours for hours in _NICE if hours * hour_us >= longest), _NICE[-1])
    parts: list[Part] = []
    for place, day in enumerate(days):
        below = 0
        for kind in kinds:
            value = day.get(kind, 0)
            start, end = (min(HEIGHT, at * HEIGHT // (top * hour_us)) for at in (below, below + value))
            start = min(start, HEIGHT - 1)
            below += value
            if value:
                tall = max(end - start, 1)
                parts.append(Part(kind, place * STEP + (STEP - BAR) // 2, HEIGHT - start - tall, tall))
    return Bars(len(days) * STEP, parts, [(0, top), (HEIGHT // 2, top // 2)] if top > 1 else [(0, top)])
