"""What one event changed, for those who push it on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import msgspec

    from piecework.watch import WatchEffects


@dataclass(slots=True)
class Effects:
    """`alerts` to be delivered, `shown` as confirmed, `gone` as withdrawn (ids each); lists to be read again in full.

    `ended_work`: nobody works on what the event was about any more. `topics`: server-sent events of the dashboard
    (board, today, ledger, time, platforms, pairing). `state`: the popup's state changed. `accounts`: an account was
    seen for the first time, claimed or released, so that every client's settings change. `definitions`: one of the
    person's own definitions changed. `dropped`: the event
    belongs to an account that is not claimed; it is acknowledged and not kept. `paced`: what looking by ourselves has
    to know of (platform, when, body): looks, lists' states, page loads, outcomes of leases.
    """

    alerts: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    rereads: list[tuple[str, str]] = field(default_factory=list)
    ended_work: bool = False
    topics: set[str] = field(default_factory=set)
    state: bool = False
    accounts: bool = False
    definitions: bool = False
    dropped: bool = False
    paced: list[tuple[str, int, msgspec.Struct]] = field(default_factory=list)

    @classmethod
    def of_watch(cls, found: WatchEffects) -> Effects:
        """The same, from what a sighting changed."""
        return cls(
            alerts=found.alerts,
            shown=found.shown,
            gone=found.gone,
            rereads=found.rereads,
            topics=found.topics,
            state=found.state,
        )
