"""What a pace promises: for the person's eyes, never for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.watch.policy.spec import HOUR_S
from piecework.watch.policy.value import caught

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.watch.policy.host import Host
    from piecework.watch.policy.rhythm import Expected

_NEAR = 1.05


class Pace(NamedTuple):
    """One list: seconds between looks at present, the share of its tasks to be seen, and what holds it back.

    `held` is "" or "host" (its least gap), "refused" (a 429 or the like) or "person" (a challenge or sign-in page).
    """

    every_s: float
    share: float
    held: str


class Outlook(NamedTuple):
    """All lists: `share` of the tasks that come is expected to be seen; `learned` is false while spaced evenly.

    `known` is false while too few tasks came into view for the share to be more than the prior's.
    """

    per_hour: float
    share: float
    learned: bool
    known: bool
    lists: dict[str, Pace]


def outlook(
    every_s: Mapping[str, float],
    expected: Mapping[str, Expected],
    hosts: Mapping[str, Host],
    now_s: float,
    stage: tuple[bool, bool],
) -> Outlook:
    """The shares that go with so many seconds between looks; (1 - e^-x)/x, x the gap over the mean life.

    `stage`: whether the price decides by now, and whether enough was seen.
    """
    lists: dict[str, Pace] = {}
    rates = {name: one.rate for name, one in expected.items()}
    for name, wait_s in every_s.items():
        held = _held(hosts[name], wait_s, now_s)
        # What is left of a refusal's wait is time nobody looks.
        away_s = max(wait_s, hosts[name].waits_until_s - now_s) if held == "refused" else wait_s
        share = 0.0 if held == "person" else caught(expected[name].mu, away_s)
        lists[name] = Pace(wait_s, share, held)
    total = sum(rates.values())
    share = sum(rates[name] * pace.share for name, pace in lists.items()) / total if total > 0.0 else 0.0
    per_hour = sum(HOUR_S / pace.every_s for pace in lists.values() if pace.held != "person")
    return Outlook(per_hour, share, *stage, lists)


def _held(host: Host, every_s: float, now_s: float) -> str:
    if host.stopped:
        return "person"
    if host.waits_until_s > now_s:
        return "refused"
    return "host" if every_s <= host.gap_s * _NEAR else ""
