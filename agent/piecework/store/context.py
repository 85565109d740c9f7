"""What every stage is handed beside a fact: the moment, the client it came from, what is known of platforms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from piecework.now import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.platforms import Platform


@dataclass(frozen=True, slots=True)
class Context:
    """One batch's surroundings. `now_us` is the agent's clock, `cid` the client (empty: the agent itself)."""

    now_us: int
    cid: str = ""
    platforms: Mapping[str, Platform] = field(default_factory=dict)
    zone: str = "UTC"
    """The person's zone, for facts that do not carry their own."""

    def day_platform(self, at_us: int, platform: str) -> str:
        """The platform's own day "YYYY-MM-DD" of a moment; UTC for a platform without a definition."""
        known = self.platforms.get(platform)
        return day_of(at_us, known.zone if known else "UTC")

    def day_local(self, at_us: int, zone: str) -> str:
        """The person's day of a moment, in the zone the fact carries, else in theirs."""
        return day_of(at_us, zone or self.zone)

    def currency(self, platform: str) -> str | None:
        """What an unmarked amount of a platform is in; None where it is not known."""
        known = self.platforms.get(platform)
        return known.currency() if known else None
