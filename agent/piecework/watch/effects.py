"""What one sighting changed, for those who push it on."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class WatchEffects:
    """`alerts` to be delivered, `shown` as confirmed, `gone` as withdrawn (ids each); lists to be read again in full.

    `topics` are the server-sent events of the dashboard; `state` is true where the popup's state changed.
    """

    alerts: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    rereads: list[tuple[str, str]] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)
    state: bool = False
