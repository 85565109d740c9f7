"""Looking by ourselves, where the person allowed it: leases to one browser at a time, and what came of them.

The scheduler (watch/policy) says which list is next; here it is asked, a browser is told, and what that browser then
shows is told to the scheduler. What was spent and learned lies in the store, so that a restart forgives nothing.
"""

from __future__ import annotations

import asyncio
import logging
import math
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from piecework.control.clients import CLI_ORIGIN
from piecework.control.log import once
from piecework.control.rates import take_packaged
from piecework.control.typed import context
from piecework.errors import PieceworkError
from piecework.now import SECOND_US, day_of
from piecework.platforms.asking import way
from piecework.protocol.bodies import Health, LeaseDone, Load, Look
from piecework.protocol.messages import Lease
from piecework.settings import get_value, put_value
from piecework.watch import looking
from piecework.watch.expected import GOOD
from piecework.watch.heartbeat import keep_next, note_next, note_state, tell_needs
from piecework.watch.lookout import Waiting, notes
from piecework.watch.policy import ListSpec, Policy
from piecework.watch.worth import Scale, currencies, settle

if TYPE_CHECKING:
    import sqlite3

    from piecework.control import Services
    from piecework.link.hub import Hub, Peer

log = logging.getLogger(__name__)
KEPT = "looking.policy"
OUTLOOK = "looking.outlook"
SEED = 9675
LEASE_S = 45.0
"""A lease that nobody answers within this is lost."""
PARKED_S = 600.0
"""A list that no browser has open is not asked for again this soon, unless a page shows it."""
TICK_S = 5.0
KEEP_S = 60.0
NEEDS_PERSON = frozenset({"challenge", "signed_out"})
NOT_MADE = frozenset({"no_tab", "in_use", "unsupported"})
"""Causes for which nothing was asked of the site: another browser may be."""
UNREAD = frozenset({"unfit", "other_account", "expired"})
"""Causes that say nothing against the host: an answer that can't be read as the list, or a lease that came too late."""
HOUR_S = 3600.0


@dataclass
class Granted:
    """A look under way: who was told, how, since when, and which browsers had no tab for it."""

    name: str
    lease: str
    cid: str
    at_s: float
    how: Literal["reload", "fetch"]
    begun_s: float
    tried: set[str] = field(default_factory=set)


class Looker:
    """One per agent; belongs to the event loop. Nothing happens while no platform is switched on."""

    def __init__(self, services: Services, hub: Hub) -> None:
        self._services = services
        self._hub = hub
        self._policy = Policy([], 1.0, SEED)
        self._specs: tuple[float, tuple[ListSpec, ...]] = (0.0, ())
        self._granted: dict[str, Granted] = {}
        self._parked: dict[str, tuple[float, str]] = {}
        self._currency = ""
        self._foreign = self._rated = False
        self._unfit: set[str] = set()
        self._unanswered: dict[str, str] = {}
        self._ours: dict[str, float] = {}
        self._times: deque[float] = deque()
        self._now_s = -math.inf
        self._ahead_s = 0.0
        self._kept_s = -math.inf
        self._fresh = True
        self._swept: tuple[ListSpec, ...] | None = None
        self._needs: list[tuple[str, str, str]] = []
        self._wake = asyncio.Event()
        self._going: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins."""
        self._going = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Ends, and keeps what was learned."""
        if self._going is not None:
            self._going.cancel()
            await asyncio.gather(self._going, return_exceptions=True)
            if self._specs[1] and self._services.store.refusal is None:
                await self._services.store.write(self._keep)

    async def _go_on(self) -> None:
        while True:
            try:
                wait_s = await self.turn()
            except PieceworkError as cause:
                once(log, cause.text, logging.WARNING, "%s", cause.text)
                wait_s = TICK_S
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), max(wait_s, 0.0))
            except TimeoutError:
                continue

    async def turn(self) -> float:
        """Gives every lease that is due now; returns the seconds until the next one, at most."""
        now_s = self._clock_s()
        self._renew(now_s)
        await self._sweep()
        if not self._specs[1]:
            return TICK_S
        await self._rate()
        self._give_up(now_s)
        await self._call()
        wait_s = TICK_S
        while peers := self._able():
            name, not_before_s = self._policy.next(now_s)
            if not_before_s > now_s:
                wait_s = min(not_before_s - now_s, TICK_S)
                break
            self._grant(name, peers[0], now_s)
        if now_s - self._kept_s >= KEEP_S or self._fresh:
            await self._note(now_s)
        return wait_s

    def hear(self, cid: str, platform: str, body: msgspec.Struct, at_us: int) -> None:
        """What a browser reports: a look, a list's state, the person's own load, or the outcome of a lease."""
        if not self._specs[1] or self._services.clock.now_us() - at_us > LEASE_S * SECOND_US:
            return
        now_s = self._clock_s()
        match body:
            case Load():
                self._loaded(platform, body.host, now_s)
            case Look() if body.part == body.of:
                self._showed(platform, body.list, "watching", None, now_s)
            case Health():
                self._showed(platform, body.list, body.state, body.retry_after_s, now_s)
            case LeaseDone():
                self._done(cid, platform, body, now_s)
            case _:
                return
        self._wake.set()

    def _loaded(self, platform: str, host: str, now_s: float) -> None:
        known = self._services.platforms.get(platform)
        for own in looking.hosts_at(known, host) if known else {host}:
            if now_s - self._ours.pop(own, -math.inf) > LEASE_S:
                self._policy.spent(own, now_s, well=False)

    def _showed(self, platform: str, name: str, state: str, retry_after_s: float | None, now_s: float) -> None:
        own = looking.name_of(platform, name)
        spec = next((one for one in self._specs[1] if one.id == own), None)
        if spec is None:
            return
        if state != "resting":
            self._unpark(own)
        self._unanswered.pop(own, None)
        http = looking.STATUS.get(state, 0)
        seen = self._in_view(platform, name) if state in GOOD else {}
        if self._granted.pop(own, None) is not None:
            self._policy.observe(own, now_s, seen, http, retry_after_s)
            self._fresh = self._fresh or state not in GOOD
            if state in NEEDS_PERSON:
                self._needs.append((platform, name, state))
        elif state in GOOD:
            self._policy.resume(spec.host)
            self._policy.sighted(own, now_s, seen)
        elif http:
            self._policy.refused(spec.host, now_s, http, retry_after_s)
            self._fresh = True

    def _done(self, cid: str, platform: str, body: LeaseDone, now_s: float) -> None:
        """The browser's last word on a lease; what the list showed has come before it, where it showed anything."""
        own = looking.name_of(platform, body.list)
        granted = self._granted.get(own)
        if granted is None or granted.lease != body.lease or granted.cid != cid:
            return
        if granted.how == "fetch" and body.cause in {"asleep", "unsupported"}:
            # No request was made: the same lease is for a load of that browser's tab then.
            granted.how = "reload"
            self._send(granted, cid, now_s)
        elif body.cause in NOT_MADE:
            self._not_made(granted, body.cause, now_s)
        else:
            del self._granted[own]
            self._came_to_nothing(own, body, now_s)

    def _not_made(self, granted: Granted, cause: str, now_s: float) -> None:
        """That browser has no tab for it: another one is asked; where there is none the list is left for a while."""
        granted.tried.add(granted.cid)
        host = looking.host_at(self._specs[1], granted.name)
        self._ours.pop(host, None)
        other = next((peer for peer in self._able() if peer.cid not in granted.tried), None)
        if other is not None:
            granted.cid, granted.how = other.cid, self._how(granted.name)
            self._send(granted, other.cid, now_s)
            return
        del self._granted[granted.name]
        if granted.begun_s in self._times:
            self._times.remove(granted.begun_s)
        self._parked[granted.name] = now_s + (looking.LEAST_S if cause == "in_use" else PARKED_S), cause

    def _came_to_nothing(self, own: str, body: LeaseDone, now_s: float) -> None:
        self._fresh = True
        if body.cause in UNREAD:
            if body.cause == "unfit":
                # Its page is drawn by scripts after all: from now on its tab is loaded.
                self._unfit.add(own)
            self._policy.lost(own)
            return
        self._unanswered[own] = "site_error" if body.status >= 400 else "no_answer"  # noqa: PLR2004 - HTTP's own
        self._policy.observe(own, now_s, {}, body.status if body.status != 200 else 0, body.retry_after_s)  # noqa: PLR2004 - HTTP's own: an answer without a list is none

    def _clock_s(self) -> float:
        """Seconds that never run backwards, whatever is done to the computer's clock."""
        wall_s = self._services.clock.now_us() / SECOND_US
        self._ahead_s = (
            max(self._ahead_s, self._now_s - wall_s) if wall_s + self._ahead_s < self._now_s else self._ahead_s
        )
        self._now_s = max(self._now_s, wall_s + self._ahead_s)
        return self._now_s

    def _able(self) -> list[Peer]:
        """Who may be told to look: browsers before programs of the person's own."""
        able = [peer for peer in self._hub.peers() if peer.shows and peer.caught_up]
        return sorted(able, key=lambda peer: (peer.client.origin == CLI_ORIGIN, peer.cid))

    def _grant(self, name: str, peer: Peer, now_s: float) -> None:
        granted = Granted(name, uuid.uuid4().hex, peer.cid, now_s, self._how(name), now_s)
        self._granted[name] = granted
        self._policy.sent(name, now_s)
        self._times.append(now_s)
        self._send(granted, peer.cid, now_s)

    def _how(self, own: str) -> Literal["reload", "fetch"]:
        """As the list's definition says, unless an answer to a request has turned out not to hold it."""
        platform, _, name = own.partition(":")
        return "reload" if own in self._unfit else way(self._services.platforms[platform], name)

    def _send(self, granted: Granted, cid: str, now_s: float) -> None:
        platform, _, name = granted.name.partition(":")
        granted.at_s = now_s
        if granted.how == "reload":
            # The load that our own reload makes is not the person's.
            self._ours[looking.host_at(self._specs[1], granted.name)] = now_s
        until_us = self._services.clock.now_us() + int(LEASE_S * SECOND_US)
        lease = Lease(lease=granted.lease, platform=platform, list=name, how=granted.how, expires_us=until_us)
        for peer in self._able():
            if peer.cid == cid:
                peer.wire.send(lease)

    def _give_up(self, now_s: float) -> None:
        for name, granted in list(self._granted.items()):
            if now_s - granted.at_s > LEASE_S:
                del self._granted[name]
                # A browser that has gone says nothing of the site.
                cause = "silent" if self._hub.is_connected(granted.cid) else "expired"
                self._came_to_nothing(name, LeaseDone(lease=granted.lease, list=name, cause=cause), now_s)
        for name, (until_s, _) in list(self._parked.items()):
            if now_s >= until_s:
                self._unpark(name)

    async def _call(self) -> None:
        """Tells the person where a look of ours met what only they can answer."""
        needs, self._needs = self._needs, []
        at = context(self._services)
        for platform, name, state in needs:
            key = (platform, name)
            told = await self._services.store.write(lambda conn, key=key, state=state: tell_needs(conn, at, key, state))  # type: ignore[misc]  # bound at once
            self._services.courier.offer(told)

    def _unpark(self, name: str) -> None:
        if self._parked.pop(name, None) is not None:
            self._policy.lost(name)

    def _renew(self, now_s: float) -> None:
        """Follows what the person switched on, and lists that were shown for the first time."""
        settings = self._services.settings
        if not settings.look:
            self._specs = (0.0, ())
            return
        with self._services.store.read() as conn:
            specs = tuple(looking.wanted(conn, self._services.platforms, settings.look))
            kept = get_value(conn, KEPT) if specs else None
            seen = currencies(conn, settings.look) if specs else set()
        learned = {"currency": self._currency} if self._specs[1] else _decoded(kept)
        wanted = float(settings.looks_an_hour), specs
        currency = settle(settings.home, seen, str(learned.get("currency", "")))
        self._foreign = bool(seen - {currency})
        if wanted == self._specs and currency == self._currency:
            return
        if self._specs[1]:
            learned |= self._policy.dump()
        before, self._currency = _weighed(learned, currency), currency
        self._specs = wanted
        self._policy = Policy(specs, settings.looks_an_hour, SEED)
        if before:
            self._policy.load(before)
        for name in (*self._granted, *self._parked):
            self._policy.sent(name, now_s)
        for host in {spec.host for spec in specs}:
            # Whatever was asked right before this moment is not known for sure: every host gets its gap first.
            self._policy.spent(host, now_s, well=False)
        self._fresh = True

    async def _rate(self) -> None:
        """Rates come into the store when the first pay in another currency needs one."""
        if self._foreign and not self._rated:
            self._rated = True
            await take_packaged(self._services)

    async def _sweep(self) -> None:
        """A list that is no longer ours to look at has no next look: its silence is nobody's."""
        specs = self._specs[1]
        if specs == self._swept or self._services.store.refusal is not None:
            return
        self._swept = specs
        names = [one.id for one in specs]
        await self._services.store.write(lambda conn: keep_next(conn, names))

    def _in_view(self, platform: str, name: str) -> dict[str, float]:
        now_us = self._services.clock.now_us()
        with self._services.store.read() as conn:
            return Scale(conn, self._currency, day_of(now_us, "UTC")).in_view(platform, name)

    async def _note(self, now_s: float) -> None:
        """Heartbeats, states and the outlook for whoever looks; and what a restart must not forget."""
        self._kept_s, self._fresh = now_s, False
        while self._times and now_s - self._times[0] > HOUR_S:
            self._times.popleft()
        now_us = self._services.clock.now_us()
        parked = {own: cause for own, (_, cause) in self._parked.items()}
        hosts = {spec.id: spec.host for spec in self._specs[1]}
        waiting = Waiting(hosts, parked, self._unanswered, bool(self._able()), self._currency)
        said = notes(self._policy, waiting, now_s=now_s, now_us=now_us, looks=len(self._times))

        def keep(conn: sqlite3.Connection) -> None:
            note_next(conn, said.due_us)
            for key, (state, cause) in said.states.items():
                note_state(conn, key, state, cause, now_us)
            put_value(conn, OUTLOOK, msgspec.json.encode(said.shown).decode())
            self._keep(conn)

        await self._services.store.write(keep)
        self._services.bus.publish("platforms")

    def _keep(self, conn: sqlite3.Connection) -> None:
        kept = {**self._policy.dump(), "currency": self._currency}
        put_value(conn, KEPT, msgspec.json.encode(kept).decode())


def _decoded(kept: str | None) -> dict[str, Any]:
    return msgspec.json.decode(kept, type=dict[str, Any]) if kept else {}


def _weighed(learned: dict[str, Any], currency: str) -> dict[str, Any]:
    """What was learned, without what pays were worth where that was in another currency."""
    if learned.get("currency") and learned["currency"] != currency:
        for record in learned.get("records", {}).values():
            record["worth"] = [0.0, 0.0]
    return learned
