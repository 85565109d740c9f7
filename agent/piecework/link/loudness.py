"""How loudly alerts are told: one sound for a task, so many an hour, and a burst of one platform as one. Pure."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from piecework.now import HOUR_US, MINUTE_US

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_APART = 3
"""More alerts of one platform within a minute are folded."""


class Item(NamedTuple):
    """An alert: whose it is, what it is about (the same for all alerts of one episode of a task), if it may sound."""

    platform: str
    subject: str
    loud: bool


class Tone(NamedTuple):
    """`sounds`: it makes its sound. `folded`: it is shown together with the others of its platform."""

    sounds: bool
    folded: bool


class Loudness:
    """The last hour's sounds and the last minute's alerts, times in µs UTC."""

    def __init__(self, sounds: Iterable[tuple[int, str]] = ()) -> None:
        self._sounds: deque[tuple[int, str]] = deque(sorted(sounds))
        self._recent: dict[str, deque[int]] = {}

    def decide(self, items: Sequence[Item], now_us: int, an_hour: int) -> list[Tone]:
        """How each of the alerts that are told together is told; `an_hour` sounds are allowed in an hour."""
        while self._sounds and now_us - self._sounds[0][0] >= HOUR_US:
            self._sounds.popleft()
        tones = []
        counts = {
            platform: sum(item.platform == platform for item in items) for platform in {i.platform for i in items}
        }
        for item in items:
            recent = self._recent_of(item.platform, now_us)
            burst = len(recent) >= MOST_APART or counts[item.platform] > MOST_APART
            begun = len(recent) > 0
            full = item.loud and len(self._sounds) >= an_hour
            again = any(subject == item.subject for _, subject in self._sounds)
            sounds = item.loud and not full and not again and not (burst and begun)
            if sounds:
                self._sounds.append((now_us, item.subject))
            recent.append(now_us)
            tones.append(Tone(sounds, burst or full))
        return tones

    def _recent_of(self, platform: str, now_us: int) -> deque[int]:
        recent = self._recent.setdefault(platform, deque(maxlen=MOST_APART + 1))
        while recent and now_us - recent[0] >= MINUTE_US:
            recent.popleft()
        return recent
