"""One host's patience: its least gap, what its refusals make of it, and whether it has to be left alone."""

from __future__ import annotations

import math

from piecework.watch.policy.spec import HOUR_S

FIRST_S = 120.0
"""The wait after a refusal that names none; it doubles up to an hour."""
FAILED_S = 30.0
"""The wait after a look that came to nothing (no network, a broken server); it doubles up to a quarter of an hour."""
FAILED_MOST_S = 900.0
REGAIN = 0.05
"""Each good look gives back this share of the full rate, additively (AIMD)."""
SLOWEST_S = HOUR_S
TOO_MANY = frozenset({429, 503})
NEEDS_PERSON = frozenset({301, 302, 303, 307, 308, 401, 403, 407})
"""A challenge or a way to the sign-in page: no look follows until the person was there."""
NOT_MODIFIED = 304


def is_good(http: int) -> bool:
    """Whether an answer showed the list."""
    return 200 <= http < 300 or http == NOT_MODIFIED  # noqa: PLR2004 - the range is HTTP's own


class Host:
    """When a host may be asked again. Times are seconds on the caller's clock."""

    def __init__(self, min_gap_s: float) -> None:
        self._least_s = max(min_gap_s, 0.0)
        self.gap_s = self._least_s
        self.stopped = False
        self.refusals = 0
        self.failures = 0
        self._last_s = -math.inf
        self._wait_until_s = -math.inf
        self._usual_s = 0.0

    def widen(self, min_gap_s: float) -> None:
        """A second list of the host: the longer gap holds for both."""
        self._least_s = max(self._least_s, min_gap_s)
        self.gap_s = max(self.gap_s, self._least_s)

    @property
    def free_s(self) -> float:
        """The first moment at which it may be asked; infinite until the person looked."""
        return math.inf if self.stopped else max(self._last_s + self.gap_s, self._wait_until_s)

    @property
    def waits_until_s(self) -> float:
        """How long a refusal still holds it back."""
        return self._wait_until_s

    def spent(self, at_s: float) -> None:
        """A request went out, ours or the person's."""
        if at_s > self._last_s > -math.inf:
            gap = min(at_s - self._last_s, SLOWEST_S)
            self._usual_s = gap if self._usual_s == 0.0 else 0.7 * self._usual_s + 0.3 * gap
        self._last_s = max(self._last_s, at_s)

    def answered(self, at_s: float, http: int, retry_after_s: float | None) -> None:
        """What came of a look."""
        if is_good(http):
            self._went_well()
        elif http in NEEDS_PERSON:
            self.stopped = True
        elif http in TOO_MANY:
            self._refused(at_s, retry_after_s)
        else:
            self.failures += 1
            wait_s = min(FAILED_S * 2.0 ** min(self.failures - 1, 10), FAILED_MOST_S)
            self._hold(at_s + max(wait_s, _asked(retry_after_s)))

    def resume(self) -> None:
        """The person was there: the way is open again, at the pace that was held before."""
        self.stopped = False

    def _went_well(self) -> None:
        self.refusals = self.failures = 0
        if self.gap_s > self._least_s:
            full = 1.0 / max(self._least_s, 1.0)
            self.gap_s = max(self._least_s, 1.0 / (1.0 / self.gap_s + REGAIN * full))

    def _refused(self, at_s: float, retry_after_s: float | None) -> None:
        self.refusals += 1
        self.gap_s = min(2.0 * max(self.gap_s, self._usual_s, 1.0), max(SLOWEST_S, self._least_s))
        asked_s = _asked(retry_after_s)
        # The site's own figure holds the first time; asked and refused once more, it was too short.
        again = self.refusals - 1 if asked_s else self.refusals
        wait_s = min(FIRST_S * 2.0 ** min(again - 1, 10), HOUR_S) if again else 0.0
        self._hold(at_s + max(asked_s, wait_s))

    def _hold(self, until_s: float) -> None:
        self._wait_until_s = max(self._wait_until_s, until_s)

    def dump(self) -> list[float | None]:
        """All it remembers, as JSON data."""
        times = [None if math.isinf(at_s) else at_s for at_s in (self._last_s, self._wait_until_s)]
        return [self.gap_s, float(self.stopped), float(self.refusals), float(self.failures), *times]

    def load(self, kept: list[float | None]) -> None:
        """The same, read back."""
        gap_s, stopped, refusals, failures, last_s, wait_s = kept
        self.gap_s = max(self._least_s, gap_s or 0.0)
        self.stopped, self.refusals, self.failures = bool(stopped), int(refusals or 0), int(failures or 0)
        self._last_s = -math.inf if last_s is None else last_s
        self._wait_until_s = -math.inf if wait_s is None else wait_s


def _asked(retry_after_s: float | None) -> float:
    """A Retry-After as seconds; 0 where none was named or it is no time."""
    return retry_after_s if retry_after_s is not None and 0.0 < retry_after_s < math.inf else 0.0
