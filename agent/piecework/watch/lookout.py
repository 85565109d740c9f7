"""What is said of looking by ourselves: when each list is next, what holds it back, and the figures of the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from piecework.now import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.watch.policy import Policy
    from piecework.watch.policy.outlook import Outlook


class Waiting(NamedTuple):
    """What keeps lists ("platform:list") from being looked at, beside the policy.

    `hosts`: each list's host; `parked`: those no browser could look at, to the cause; `unanswered`: those whose last
    look came to nothing, to the cause; `able`: whether a browser is connected that could look; `currency`:
    what pays are weighed in.
    """

    hosts: Mapping[str, str]
    parked: Mapping[str, str]
    unanswered: Mapping[str, str]
    able: bool
    currency: str = ""

    def held(self, own: str, held: str) -> str:
        """What holds a list back: a host that gave no answer has asked for nothing."""
        silent = {self.hosts.get(one) for one in self.unanswered}
        return "failed" if held == "refused" and self.hosts.get(own) in silent else held

    def state(self, own: str, held: str) -> tuple[str, str] | None:
        """The (state, cause) to be written down for a list; None where its pages tell."""
        if own in self.unanswered:
            return "offline", self.unanswered[own]
        if self.held(own, held) == "refused":
            return "rate_limited", "backing_off"
        return ("resting", "no_tab") if self.parked.get(own, "in_use") != "in_use" else None


class Notes(NamedTuple):
    """By (platform, list): when it is next (µs UTC, None where nobody knows) and the states to be written down.

    `shown` is what the page Platforms makes its sentence of, as JSON data.
    """

    due_us: dict[tuple[str, str], int | None]
    states: dict[tuple[str, str], tuple[str, str]]
    shown: dict[str, Any]


def notes(policy: Policy, waiting: Waiting, *, now_s: float, now_us: int, looks: int) -> Notes:
    """How looking stands at a moment; `looks` were made in the last hour."""
    outlook = policy.outlook(now_s)
    due_us: dict[tuple[str, str], int | None] = {}
    states: dict[tuple[str, str], tuple[str, str]] = {}
    for own, pace in outlook.lists.items():
        platform, _, name = own.partition(":")
        waits = pace.held == "person" or own in waiting.parked or not waiting.able
        due_us[platform, name] = None if waits else now_us + int(policy.wait_s(own, now_s) * SECOND_US)
        if (state := waiting.state(own, pace.held)) is not None:
            states[platform, name] = state
    return Notes(
        due_us, states, {"at_us": now_us, "looks": looks, "currency": waiting.currency, **_promise(outlook, waiting)}
    )


def _promise(outlook: Outlook, waiting: Waiting) -> dict[str, Any]:
    """The share of tasks to be seen, None while unknown; each list's seconds between looks, share and what holds it."""
    lists = {
        own: [round(pace.every_s), round(pace.share, 4), waiting.held(own, pace.held)]
        for own, pace in outlook.lists.items()
    }
    return {"share": round(outlook.share, 4) if outlook.known else None, "learned": outlook.learned, "lists": lists}
