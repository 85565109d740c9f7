"""All pretend sites at once, under their real names: https and http on loopback, found by the Host header.

    async with sites() as s:
        s.publish("prolific", title="A study", pay_micro=800_000, currency="GBP")
        s.mode("microworkers", look="challenge")

`s.hosts` is what a browser driver maps: a host to the port of its https, `host:80` to that of its plain http.
"""

import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

import trustme
from aiohttp import web

from piecework.practice.stage import Face, Stage
from piecework.practice.things import Assignment, State, Task
from piecework.practice.world import World
from tests.sites.common import Handler
from tests.sites.microworkers import site as microworkers
from tests.sites.microworkers import ttv
from tests.sites.microworkers.shapes import SYSTEMS
from tests.sites.others import site as others
from tests.sites.prolific import api, recorded
from tests.sites.prolific import site as prolific
from tests.sites.saved import app as saved_app
from tests.sites.saved import saved_sites
from tests.sites.sproutgigs import site as sproutgigs
from tests.sites.unknown import site as unknown

MACHINERY = ("/-/", "/assets/", "/favicon.ico")
"""Paths that are the stage's own or carry no data: they are not logged."""
PLAIN = ("evil.test", "survey.partner.test")
SAVED = saved_sites()
Clock = Callable[[], int]


class Ports(NamedTuple):
    """Where https and plain http listen on 127.0.0.1."""

    tls: int
    http: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One request for a page or an answer. `dest` and `mode` are the browser's own Sec-Fetch words, "" without."""

    at_us: int
    host: str
    method: str
    path: str
    query: str
    status: int
    origin: str
    dest: str
    mode: str
    agent: str


def wall_us() -> int:
    """The computer's clock, µs UTC."""
    return time.time_ns() // 1000


def _worlds(clock: Clock, seed: int) -> dict[str, World]:
    return {
        "prolific": World("prolific", clock, seed=seed, dated_ids=True),
        "microworkers": World("microworkers", clock, seed=seed, id_chars=12),
        "sproutgigs": World("sproutgigs", clock, seed=seed),
        "unknown": World("unknown", clock, seed=seed, id_chars=8),
        **{site.id: World(site.id, clock, seed=seed) for site in SAVED},
    }


class Sites:
    """The sites, their worlds, and what was asked of them. Use it in the event loop that serves them."""

    def __init__(self, clock: Clock = wall_us, seed: int = 0) -> None:
        self.clock = clock
        self._seed = seed
        self.stages = {name: Stage(world) for name, world in _worlds(clock, seed).items()}
        self.requests: list[Seen] = []
        self.authority = trustme.CA()
        self.ports = Ports(0, 0)
        self._study_app = prolific.app(self.stages["prolific"])
        self._apps = self._hosts()
        self._runner: web.AppRunner | None = None
        self._systems = 0

    def _hosts(self) -> dict[str, web.Application]:
        stages = self.stages
        return {
            "app.prolific.com": self._study_app,
            "internal-api.prolific.com": api.app(stages["prolific"]),
            "auth.prolific.com": prolific.auth(stages["prolific"]),
            "www.microworkers.com": microworkers.app(stages["microworkers"]),
            "ttv.microworkers.com": ttv.app(stages["microworkers"]),
            "sproutgigs.com": sproutgigs.app(stages["sproutgigs"]),
            "survey.partner.test": others.partner(stages["prolific"]),
            unknown.HOST: unknown.app(stages["unknown"]),
            "evil.test": others.stranger(stages["prolific"]),
            "evil-secure.test": others.stranger(stages["prolific"]),
            **{host: saved_app(site, stages[site.id]) for site in SAVED for host in site.hosts},
        }

    def renew(self) -> None:
        """Every site as on its first day, on the same ports: no task, the plain face, nothing asked yet."""
        self._seed += 1
        for name, world in _worlds(self.clock, self._seed).items():
            self.stages[name].begin(world)
        self._study_app[prolific.FRAGMENT].clear()
        self.requests.clear()
        self._systems = 0

    @property
    def hosts(self) -> dict[str, int]:
        """Host (https) or `host:80` (plain http) to the loopback port that answers for it."""
        return dict.fromkeys(self._apps, self.ports.tls) | {f"{host}:80": self.ports.http for host in PLAIN}

    def world(self, platform: str) -> World:
        """The platform's tasks and attempts; open pages hear of every change."""
        return self.stages[platform].world

    def mode(self, platform: str, **changes: object) -> Face:
        """Change how a site shows itself, see Face: `mode("sproutgigs", look="empty", refresh="every")`."""
        self.stages[platform].show(**changes)
        return self.stages[platform].face

    def publish(self, platform: str, **fields: object) -> Task:
        """A task arrives. Microworkers' take the three job systems in turn unless `system` is given."""
        if platform == "microworkers":
            fields = {"system": SYSTEMS[self._systems % len(SYSTEMS)]} | fields
            self._systems += 1
        return self.world(platform).publish(**fields)

    def publish_all(self, platform: str, many: Iterable[dict[str, object]]) -> list[Task]:
        """Several tasks at once."""
        return [self.publish(platform, **fields) for fields in many]

    def move(self, platform: str, state: State | str, assignment: str | None = None) -> Assignment:
        """An attempt (the newest unless named) reaches a state; `paid` makes a payout of it."""
        world = self.world(platform)
        chosen = assignment or world.attempts()[0].id
        if state == State.PAID:
            world.pay(chosen)
        else:
            world.move(chosen, State(state))
        return world.assignment(chosen)

    def swap_in_recorded(self, html: str) -> Task:
        """Put the recorded page's list into open Prolific pages, and its study into the world so that it works."""
        tree = recorded.find(recorded.tree_of(html), "studies-list")
        if tree is None:
            raise ValueError("the recorded page has no element with the test id studies-list")
        self._study_app[prolific.FRAGMENT][:] = [tree]
        return self.world("prolific").publish(**recorded.STUDY)

    def asked(self, host: str, path: str = "") -> list[Seen]:
        """Requests to a host whose path begins so, oldest first."""
        return [seen for seen in self.requests if seen.host == host and seen.path.startswith(path)]

    async def start(self) -> None:
        """Make a certificate for all hosts and listen, https and http, on free ports."""
        root = web.Application(middlewares=[self._log])
        for host, app in self._apps.items():
            root.add_domain(host, app)
        self._runner = web.AppRunner(root, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.authority.issue_cert(*self._apps).configure_cert(context)
        for secure in (context, None):
            await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=secure).start()
        self.ports = Ports(*(address[1] for address in self._runner.addresses))

    async def stop(self) -> None:
        """End open streams and stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def client_context(self) -> ssl.SSLContext:
        """What a Python client needs to trust these sites."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    @web.middleware
    async def _log(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        at_us = self.clock()
        status = 500
        try:
            answer = await handler(request)
            status = answer.status
        except web.HTTPException as told:
            status = told.status
            raise
        finally:
            if not request.path.startswith(MACHINERY):
                self.requests.append(_seen(request, at_us, status))
        return answer


def _seen(request: web.Request, at_us: int, status: int) -> Seen:
    told = request.headers
    return Seen(
        at_us=at_us,
        host=request.host.partition(":")[0],
        method=request.method,
        path=request.path,
        query=request.query_string,
        status=status,
        origin=told.get("Origin", ""),
        dest=told.get("Sec-Fetch-Dest", ""),
        mode=told.get("Sec-Fetch-Mode", ""),
        agent=told.get("User-Agent", ""),
    )


@asynccontextmanager
async def sites(clock: Clock = wall_us, seed: int = 0) -> AsyncIterator[Sites]:
    """The sites, serving while the block runs."""
    made = Sites(clock, seed)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
