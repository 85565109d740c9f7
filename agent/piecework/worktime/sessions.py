"""How long one sat at it, purely: work with the pauses between its pieces counted in, up to a length one chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def session_us(ranges: Iterable[tuple[int, int]], pause_us: int) -> int:
    """µs of all sessions: a range [start, end) joins one when it begins at most `pause_us` after the session's end.

    With no pause it is the union of the ranges; it never shrinks as the pause grows, so that a wage over it never
    grows (Hara et al. 2018, whose clusters this follows). In µs.

    >>> session_us([(0, 10), (12, 20), (50, 60)], 0), session_us([(0, 10), (12, 20), (50, 60)], 5)
    (28, 30)
    """
    whole, first, last = 0, 0, None
    for start, end in sorted(ranges):
        if last is None or start - last > pause_us:
            whole += 0 if last is None else last - first
            first, last = start, end
        else:
            last = max(last, end)
    return whole + (0 if last is None else last - first)
