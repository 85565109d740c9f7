"""Who may be asked when: the hosts' patience and the budget they share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from piecework.watch.policy.bucket import Bucket
from piecework.watch.policy.host import FIRST_S, TOO_MANY, Host, is_good
from piecework.watch.policy.spec import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from piecework.watch.policy.spec import ListSpec

STORM_HOSTS = 2
"""Refusals by so many hosts with nothing good between them are no single site's: the line itself is let rest."""


class Budget:
    """Every request of every list: one bucket, one patience per host."""

    def __init__(self, specs: Sequence[ListSpec], per_hour: float) -> None:
        self.bucket = Bucket(per_hour)
        self.hosts: dict[str, Host] = {}
        for spec in specs:
            self.hosts.setdefault(spec.host, Host(spec.min_gap_s)).widen(spec.min_gap_s)
        self._refusing: set[str] = set()
        self._storms = 0
        self._calm_s = -math.inf

    def free_s(self, host: str) -> float:
        """The first moment at which a host may be asked; infinite until the person looked."""
        return max(self.hosts[host].free_s, self._calm_s)

    def spent(self, host: str, at_s: float, *, own: bool = True) -> None:
        """A request went out. The person's own loads never push the budget below nothing: other hosts go on."""
        self.bucket.take(at_s) if own else self.bucket.take(at_s, least=0.0)
        self.hosts[host].spent(at_s)

    def answered(self, host: str, at_s: float, http: int, retry_after_s: float | None) -> None:
        """What came of a look."""
        self.hosts[host].answered(at_s, http, retry_after_s)
        if is_good(http):
            self._refusing.clear()
            self._storms = 0
        elif http in TOO_MANY:
            self._refusing.add(host)
            if len(self._refusing) >= STORM_HOSTS:
                self._storms += 1
                self._calm_s = at_s + min(FIRST_S * 2.0 ** min(self._storms - 1, 10), HOUR_S)

    def dump(self) -> dict[str, Any]:
        """All it remembers, as JSON data."""
        return {"bucket": self.bucket.dump(), "hosts": {name: host.dump() for name, host in self.hosts.items()}}

    def load(self, kept: Mapping[str, Any]) -> None:
        """The same, read back; hosts that are no longer asked are forgotten."""
        self.bucket.load(kept["bucket"])
        for name, host in kept["hosts"].items():
            if name in self.hosts:
                self.hosts[name].load(host)
