"""Which list is looked at next, and not before when. Everything is handed in: no clock, no network, no disk.

The first week, and where too little was seen, lists are spaced evenly. Afterwards a look has a price, the same for all
lists, and a list is looked at when its index reaches it; see value.py. No list waits longer than seven fair intervals.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from piecework.errors import BadUsage
from piecework.watch.policy.budget import Budget
from piecework.watch.policy.dice import around, unit
from piecework.watch.policy.even import even_period
from piecework.watch.policy.host import is_good
from piecework.watch.policy.outlook import Outlook, outlook
from piecework.watch.policy.plan import Limit, Plan, plan
from piecework.watch.policy.record import Record
from piecework.watch.policy.rhythm import Expected, expect
from piecework.watch.policy.spec import DAY_S, HOUR_S, WEEK_S, ListSpec, check
from piecework.watch.policy.value import age_at, index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FLOOR = 7.0
"""A list is looked at when it has waited so many fair intervals, whatever it seems worth."""
JITTER = 0.1
"""No two lists stay in step; more than a tenth costs catches (even spacing is never worse)."""
ENOUGH = 20.0
"""Tasks that must have come into view before a price means anything."""
EVEN_LEVER = 1.0
HALF_LIFE_S = 26 * WEEK_S
STEPS = 200


class _Turn(NamedTuple):
    """A list that could be next: the earliest moment, then what is owed to it, then what it is worth."""

    at_s: float
    rank: int
    worth: float
    name: str


class Policy:
    """The scheduler of design §10. Seconds on the caller's clock; the same seed gives the same answers.

    `per_hour` looks an hour are spent on average, over twelve hours. Raises BadUsage for lists of one name and for
    figures that are none.
    """

    def __init__(
        self, specs: Iterable[ListSpec], per_hour: float, seed: int = 0, *, learn_after_s: float = WEEK_S
    ) -> None:
        specs = list(specs)
        check(specs, per_hour)
        self._specs = {spec.id: spec for spec in specs}
        self.per_hour = per_hour
        self._seed = seed
        self._learn_after_s = learn_after_s
        self._budget = Budget(specs, per_hour)
        self._records = {spec.id: Record() for spec in specs}
        self._sent: dict[str, float] = {}
        self._looks = dict.fromkeys(self._specs, 0)
        self._jitter = {name: around(JITTER, seed, name, 0) for name in self._specs}
        order = sorted(self._specs, key=lambda name: unit(seed, name))
        self._phase = {name: place / len(order) for place, name in enumerate(order)}
        self._last_s: dict[str, float] = {}
        self._begun_s: float | None = None
        self._planned_s = -math.inf
        self._faded_s: float | None = None
        self._today: Plan | None = None
        self._expected: dict[str, Expected] = {}
        sharing = {spec.id: sum(other.host == spec.host for other in specs) for spec in specs}
        self._least_s = {spec.id: max(self._budget.hosts[spec.host].gap_s * sharing[spec.id], 1e-3) for spec in specs}
        self._even_s = even_period(self._least_s, per_hour)
        self._fair_s = len(specs) * HOUR_S / per_hour

    def next(self, now_s: float) -> tuple[str, float]:
        """The list to look at next and the moment before which it must not be; asking changes nothing.

        The moment is infinite while every host waits for the person, the name "" where there is no list.
        """
        self._begin(now_s)
        free = {name: self._budget.free_s(spec.host) for name, spec in self._specs.items() if name not in self._sent}
        if not free:
            return "", math.inf
        at_s = max(now_s, min(free.values()))
        if math.isinf(at_s):
            return min(free), math.inf
        step_s = max(30.0, self._fair_s / 10)
        turn = self._best(at_s, free)
        for _ in range(STEPS):
            if turn.at_s <= at_s + step_s:
                break
            # Nothing is due yet: what a later hour and a fuller bucket will say is asked for that moment.
            at_s += step_s
            turn = self._best(at_s, free)
        return turn.name, turn.at_s

    def observe(self, id: str, at_s: float, seen: Mapping[str, float], http: int, retry_after_s: float | None) -> None:  # noqa: A002 - the interface's own name
        """What came of a look: the tasks in view with their value (any unit, the same for all), and the answer.

        `http` 0 is no answer at all; 401, 403 and a redirect are a challenge or a way to the sign-in page. An unknown
        list changes nothing; a value that is no number counts as not known. Raises BadUsage for a time that is none.
        """
        self._begin(at_s)
        if (spec := self._specs.get(id)) is None:
            return
        if self._sent.pop(id, None) is None:
            self._budget.spent(spec.host, at_s)
        self._note(id, at_s)
        self._budget.answered(spec.host, at_s, http, retry_after_s)
        if is_good(http):
            self._look(id, at_s, seen)

    def spent(self, host: str, at_s: float, *, well: bool = True) -> None:
        """The person's own load of a page of a host. `well`: it showed no challenge, so that our looks may go on."""
        self._begin(at_s)
        if host in self._budget.hosts:
            self._budget.spent(host, at_s, own=False)
            if well:
                self._budget.hosts[host].resume()

    def sent(self, id: str, at_s: float) -> None:  # noqa: A002 - as in `observe`
        """A look is under way: it is paid for now, and the list is not named again before `observe` or `lost`."""
        self._begin(at_s)
        if (spec := self._specs.get(id)) is not None and id not in self._sent:
            self._sent[id] = at_s
            self._budget.spent(spec.host, at_s)

    def lost(self, id: str) -> None:  # noqa: A002 - as in `observe`
        """Nothing was heard of a look that was under way; it stays paid for."""
        if (at_s := self._sent.pop(id, None)) is not None:
            self._note(id, at_s)

    def sighted(self, id: str, at_s: float, seen: Mapping[str, float]) -> None:  # noqa: A002 - as in `observe`
        """The person's own tab showed the list: as good as a look, and free."""
        self._begin(at_s)
        if id in self._specs:
            self._note(id, at_s)
            self._look(id, at_s, seen)

    def refused(self, host: str, at_s: float, http: int, retry_after_s: float | None = None) -> None:
        """The person's own page was refused: what holds for our looks holds for the host."""
        self._begin(at_s)
        if host in self._budget.hosts:
            self._budget.answered(host, at_s, http, retry_after_s)

    def stop(self, host: str) -> None:
        """A challenge or a sign-in page was seen: the host is left alone until `resume`."""
        if host in self._budget.hosts:
            self._budget.hosts[host].stopped = True

    def resume(self, host: str) -> None:
        """The person looked, and all was well."""
        if host in self._budget.hosts:
            self._budget.hosts[host].resume()

    def outlook(self, now_s: float) -> Outlook:
        """What is to be expected at the present pace."""
        self._begin(now_s)
        every = {name: self._every_s(name, now_s) for name in self._specs}
        hosts = {name: self._budget.hosts[spec.host] for name, spec in self._specs.items()}
        return outlook(every, self._expected, hosts, now_s, (self._learned(now_s), self._enough))

    def wait_s(self, id: str, now_s: float) -> float:  # noqa: A002 - as in `observe`
        """Seconds until a list is looked at, as things stand; infinite while its host waits for the person."""
        self._begin(now_s)
        turn = self._turn_of(id, now_s)
        return max(0.0, turn.at_s - now_s)

    def dump(self) -> dict[str, Any]:
        """All it remembers, as JSON data."""
        records = {name: record.dump() for name, record in self._records.items()}
        times = {"begun_s": self._begun_s, "faded_s": self._faded_s}
        return {"budget": self._budget.dump(), "records": records, "last_s": self._last_s, **times}

    def load(self, kept: Mapping[str, Any]) -> None:
        """What an earlier life dumped: budgets and lessons outlive a restart. Raises KeyError or so for other data."""
        self._budget.load(kept["budget"])
        for name, record in kept["records"].items():
            if name in self._records:
                self._records[name].load(record)
        self._last_s = {name: at_s for name, at_s in kept["last_s"].items() if name in self._specs}
        self._begun_s, self._faded_s = kept["begun_s"], kept["faded_s"]

    def _begin(self, now_s: float) -> None:
        if not math.isfinite(now_s):
            raise BadUsage(f"{now_s} is no moment.")
        if self._begun_s is None:
            self._begun_s = self._faded_s = now_s
        self._budget.bucket.start(now_s)
        if not 0.0 <= now_s - self._planned_s < HOUR_S and self._specs:
            self._plan(now_s)

    def _plan(self, now_s: float) -> None:
        """Once an hour: what is expected, and the price that spends the budget of the next 24 hours."""
        self._planned_s = now_s
        days = (now_s - (self._faded_s or now_s)) / DAY_S
        if days >= 1.0:
            self._faded_s = now_s
            for record in self._records.values():
                record.fade(0.5 ** (days * DAY_S / HALF_LIFE_S))
        self._expected = expect(self._records)
        if self._learned(now_s):
            lists = [(self._expected[name], self._limit(name)) for name in self._specs]
            before, self._today = self._today, plan(lists, now_s, self.per_hour, self._today and self._today.price)
            if before is None:
                # What even spacing saved up is no reason to overspend the first day.
                self._budget.bucket.settle(now_s, self._today.level(now_s))

    def _learned(self, now_s: float) -> bool:
        begun_s = now_s if self._begun_s is None else self._begun_s
        return self._enough and now_s - begun_s >= self._learn_after_s

    @property
    def _enough(self) -> bool:
        return sum(record.seen for record in self._records.values()) >= ENOUGH

    def _limit(self, name: str) -> Limit:
        least_s = self._least_s[name]
        return Limit(least_s, max(least_s, FLOOR * self._fair_s))

    def _best(self, at_s: float, free: Mapping[str, float]) -> _Turn:
        today = self._today if self._learned(at_s) else None
        asked = self._asked(at_s, today)
        return min(self._turn(name, at_s, max(free_s, at_s), asked, today) for name, free_s in free.items())

    def _turn_of(self, name: str, at_s: float) -> _Turn:
        return self._best(at_s, {name: self._budget.free_s(self._specs[name].host)})

    def _asked(self, at_s: float, today: Plan | None) -> float:
        """The price of this moment; for even spacing, by how much periods stretch."""
        bucket = self._budget.bucket
        if today is None:
            return bucket.lever(at_s, strength=EVEN_LEVER)
        return today.price * bucket.lever(at_s, today.level(at_s))

    def _turn(self, name: str, at_s: float, free_s: float, asked: float, today: Plan | None) -> _Turn:
        limit = self._limit(name)
        last_s = self._last_s.get(name)
        if last_s is None:
            # Lists begin one after the other, not all at once.
            begun_s = at_s if self._begun_s is None else self._begun_s
            return _Turn(max(free_s, begun_s + self._even_s * self._phase[name]), 1, 0.0, name)
        if last_s + limit.most_s <= free_s:
            return _Turn(free_s, 0, last_s, name)
        due_s, worth = self._due(name, at_s, last_s, asked, learned=today is not None)
        return _Turn(min(max(due_s, free_s), last_s + limit.most_s), 1, -worth, name)

    def _due(self, name: str, at_s: float, last_s: float, asked: float, *, learned: bool) -> tuple[float, float]:
        """When a list is due, and how much it is worth by now beside its price."""
        jitter = self._jitter[name]
        if not learned:
            wait_s = self._even_s * jitter * asked
            return last_s + wait_s, (at_s - last_s) / wait_s
        one = self._expected[name]
        worth = one.worth * one.at(at_s) * self._records[name].burst(at_s)
        return last_s + jitter * age_at(worth, one.mu, asked), index(worth, one.mu, at_s - last_s) / asked

    def _every_s(self, name: str, now_s: float) -> float:
        limit, host = self._limit(name), self._budget.hosts[self._specs[name].host]
        today = self._today if self._learned(now_s) else None
        if today is None:
            wait_s = self._even_s
        else:
            one = self._expected[name]
            wait_s = min(limit.most_s, age_at(one.worth * one.at(now_s), one.mu, self._asked(now_s, today)))
        return max(wait_s, self._least_s[name], host.gap_s)

    def _note(self, name: str, at_s: float) -> None:
        self._last_s[name] = max(at_s, self._last_s.get(name, at_s))
        self._looks[name] += 1
        self._jitter[name] = around(JITTER, self._seed, name, self._looks[name])

    def _look(self, name: str, at_s: float, seen: Mapping[str, float]) -> None:
        expected = self._expected.get(name)
        self._records[name].look(at_s, seen, expected.at(at_s) if expected else 0.0)
