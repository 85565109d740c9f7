"""What was seen of one list: arrivals by hour of the week and how much could have been seen, lives, values, a burst."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from piecework.watch.policy.lives import Lives
from piecework.watch.policy.spec import DAY_S, HOUR_S
from piecework.watch.policy.value import exposure

if TYPE_CHECKING:
    from collections.abc import Mapping

HOURS = 24
DAYS = 7
BURST_S = 720.0
"""Half-life of the fading count that tells a burst."""
BURST_PRIOR = 1.0
MOST_BURST = 20.0
_LONG_GAP_S = DAY_S
_SIZES = 16
_BASE = 2.0


def hour_of(at_s: float) -> int:
    """Hour of the day, 0 to 23."""
    return int(at_s % DAY_S // HOUR_S)


def day_of(at_s: float) -> int:
    """Day of the week on the caller's clock, counted from its zero."""
    return int(at_s // DAY_S) % DAYS


class Record:
    """One list's history, in sums that stay small however long it gets.

    `seen` counts the tasks that came into view, those of the first look left out.
    """

    def __init__(self) -> None:
        self.lives = Lives()
        self.arrivals = [[0.0] * HOURS for _ in range(DAYS)]
        self.exposed_s = [[0.0] * HOURS for _ in range(DAYS)]
        self.worth = 0.0
        self.worths = 0.0
        self.seen = 0
        self.last_s: float | None = None
        self._there: dict[str, None] = {}
        self._gaps = [0.0] * _SIZES
        self._looks = [0.0] * _SIZES
        self._fading = 0.0
        self._expected = 0.0
        self._faded_s = 0.0

    def look(self, at_s: float, seen: Mapping[str, float], rate: float) -> None:
        """One good look. `rate` is how many tasks a second were thought to come, for the burst's sake."""
        before_s, there = self.last_s, self._there
        self._there = dict.fromkeys(seen)
        fresh = [task for task in seen if task not in there]
        for task in fresh:
            self._value(seen[task])
        if before_s is None:
            self.last_s = at_s
            return
        gap_s = max(0.0, at_s - before_s)
        self.seen += len(fresh)
        self.last_s = max(before_s, at_s)
        stayed = len(seen) - len(fresh)
        self.lives.saw(gap_s, stayed, len(there) - stayed)
        self._count(before_s, gap_s, len(fresh))
        self._note_burst(at_s, len(fresh), rate * exposure(self.lives.mu, gap_s))

    def _value(self, value: float) -> None:
        if isinstance(value, int | float) and math.isfinite(value) and value >= 0:
            self.worth += value
            self.worths += 1.0

    def _count(self, before_s: float, gap_s: float, fresh: int) -> None:
        """Shares new tasks out to the hours of the gap, by how much of each hour could still be seen."""
        mu = self.lives.mu
        end_s = before_s + gap_s
        size = min(_SIZES - 1, max(0, int(math.log(max(gap_s, 1.0), _BASE))))
        self._gaps[size] += gap_s
        self._looks[size] += 1.0
        pieces = []
        at_s = max(before_s, end_s - _LONG_GAP_S)
        while at_s < end_s:
            until_s = min(end_s, (at_s // HOUR_S + 1) * HOUR_S)
            shown = exposure(mu, end_s - at_s) - exposure(mu, end_s - until_s)
            pieces.append((day_of(at_s), hour_of(at_s), shown))
            at_s = until_s
        total = sum(shown for _, _, shown in pieces)
        for day, hour, shown in pieces:
            self.exposed_s[day][hour] += shown
            self.arrivals[day][hour] += fresh * shown / total if total > 0.0 else 0.0

    def correction(self) -> float:
        """By how much what could be seen was misjudged while lives were less well known."""
        mu = self.lives.mu
        now = sum(
            looks * exposure(mu, gaps / looks) for gaps, looks in zip(self._gaps, self._looks, strict=True) if looks
        )
        then = sum(map(sum, self.exposed_s))
        return min(10.0, max(0.1, now / then)) if then > 0.0 else 1.0

    def _note_burst(self, at_s: float, fresh: int, expected: float) -> None:
        fade = self._fade(at_s)
        self._fading = fade * self._fading + fresh
        self._expected = fade * self._expected + expected
        self._faded_s = max(at_s, self._faded_s)

    def _fade(self, at_s: float) -> float:
        return math.exp2(-max(0.0, at_s - self._faded_s) / BURST_S)

    def burst(self, at_s: float) -> float:
        """How much livelier than usual it is at a moment."""
        fade = self._fade(at_s)
        livelier = (fade * self._fading + BURST_PRIOR) / (fade * self._expected + BURST_PRIOR)
        return min(MOST_BURST, livelier)

    def fade(self, share: float) -> None:
        """Makes all that was seen count less: rhythms change over the months."""
        self.lives.fade(share)
        for rows in (self.arrivals, self.exposed_s):
            rows[:] = [[share * one for one in row] for row in rows]
        self._gaps = [share * one for one in self._gaps]
        self._looks = [share * one for one in self._looks]
        self.worth *= share
        self.worths *= share

    def dump(self) -> dict[str, Any]:
        """All it remembers but the tasks that were there, as JSON data."""
        return {
            "lives": self.lives.dump(),
            "arrivals": self.arrivals,
            "exposed_s": self.exposed_s,
            "worth": [self.worth, self.worths],
            "gaps": [self._gaps, self._looks],
            "seen": self.seen,
            "last_s": self.last_s,
            "there": list(self._there),
        }

    def load(self, kept: Mapping[str, Any]) -> None:
        """The same, read back; a burst is over by then."""
        self.lives.load(kept["lives"])
        self.arrivals = [list(row) for row in kept["arrivals"]]
        self.exposed_s = [list(row) for row in kept["exposed_s"]]
        self.worth, self.worths = kept["worth"]
        self._gaps, self._looks = (list(row) for row in kept["gaps"])
        self.seen, self.last_s = kept["seen"], kept["last_s"]
        self._there = dict.fromkeys(kept["there"])
