"""The agent put together: store, link, dashboard and the few things that happen by the clock."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import json
import logging
import os
import sys
import webbrowser
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import msgspec
from aiohttp import web

from piecework import __version__
from piecework.app.chores import Chores
from piecework.control.clients import CLI_CID, CLI_ORIGIN, Client, insert
from piecework.control.jobs import clear_incoming
from piecework.control.log import http_log, start_log, stop_log
from piecework.control.offline import RunFile, gather, is_default, lock_of, running_agent
from piecework.errors import AlreadyRunning, PortTaken
from piecework.link.delivery import CONFIRM_S, Delivery
from piecework.link.door import House
from piecework.link.handshake import PROOF_S
from piecework.link.hub import Hub
from piecework.link.looker import Looker
from piecework.link.pairing import Pairings
from piecework.link.pipeline import AGAIN_S
from piecework.link.server import Link
from piecework.link.session import Office
from piecework.now import Clock, SystemClock
from piecework.oscalls import has_screen, listen_on, listener_of, on_end, write_private
from piecework.secrets import Secrets
from piecework.settings import Paths
from piecework.store import Store
from piecework.views.today import state as popup_state

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from pathlib import Path

    from piecework.control import Services
    from piecework.link.desktop import Channel
    from piecework.link.outbox import Sender

log = logging.getLogger(__name__)
PORTS = (9675, 9676, 9677)
"""9675 spells WORK; extensions try these three."""
STOP_S = 3.0
READY = """Piecework is running. Dashboard: {url}
The address opens once, within a minute; `piecework open` gives another. Ctrl-C ends the agent."""


@dataclass(frozen=True)
class ServeOptions:
    """What `piecework run` was asked for. `port` None: the first free one of PORTS; 0: any free one."""

    paths: Paths
    port: int | None = None
    open_browser: bool = False
    ready_json: bool = False


@dataclass(frozen=True)
class Tuning:
    """What tests and benches may choose: stand-ins for desktop and services, and how long is waited, in seconds."""

    channel: Channel | None = None
    confirm_s: float = CONFIRM_S
    proof_s: float = PROOF_S
    again_s: float = AGAIN_S
    tick_s: float = 5.0
    sender: Sender | None = None


@dataclass
class Agent:
    """A running agent. Made by `Agent.start`, ended by `stop`."""

    services: Services
    link: Link
    chores: Chores
    undo: contextlib.AsyncExitStack
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def start(
        cls, data: Path, *, port: int | None = None, clock: Clock | None = None, tuning: Tuning | None = None
    ) -> Self:
        """Opens the data folder and serves it; returns once it answers.

        Raises AlreadyRunning, PortTaken, StoreError, PieceworkError for damaged secrets. Backup and check of the
        file follow in a thread.
        """
        paths = Paths(data)
        lock = lock_of(paths)
        if not lock.take():
            raise AlreadyRunning(_who_serves(paths))
        async with contextlib.AsyncExitStack() as undo:
            undo.callback(lock.release)
            handler = start_log(paths.log)
            undo.callback(stop_log, handler)
            services = _open(paths, clock or SystemClock())
            undo.callback(services.store.close)
            clear_incoming(paths)
            listener = _bind(port, paths)
            undo.callback(listener.close)
            link = await _answer(services, listener, tuning or Tuning(), undo)
            chores = Chores(services, link.office.hub, link.office.delivery, (tuning or Tuning()).tick_s)
            agent = cls(services, link, chores, undo.pop_all())
        services.stop = agent.stopped.set
        link.office.delivery.start()
        if link.office.looker is not None and services.store.refusal is None:
            link.office.looker.start()
        chores.start()
        log.info("serving %s on port %d", paths.data, services.port)
        return agent

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return self.services.port

    @property
    def url(self) -> str:
        """A one-time address of the dashboard; a new one each time it is asked for."""
        return self.services.sessions.mint("/")

    async def stop(self) -> None:
        """Ends everything in order: nobody new, sockets closed, what is under way committed, the store closed."""
        self.stopped.set()
        await self.chores.stop()
        await self.link.close()
        await self.undo.aclose()


async def serve(options: ServeOptions) -> None:
    """Runs the agent until a signal or `piecework stop`, and says on standard output when it is ready."""
    agent = await Agent.start(options.paths.data, port=options.port)
    try:
        await _until_stopped(agent, options)
    finally:
        await agent.stop()


async def _until_stopped(agent: Agent, options: ServeOptions) -> None:
    loop = asyncio.get_running_loop()
    on_end(lambda: loop.call_soon_threadsafe(agent.stopped.set))
    ready = {"url": agent.url, "port": agent.port, "pid": os.getpid()}
    text = json.dumps(ready) if options.ready_json else READY.format_map(ready)
    print(text, flush=True)  # noqa: T201 - the answer of a command
    for notice in agent.services.notices.values():
        print(notice, file=sys.stderr, flush=True)  # noqa: T201 - what the person has to be told
    if options.open_browser and has_screen():
        # An address of its own: the one that was printed stays good.
        await asyncio.to_thread(webbrowser.open, agent.url)
    await agent.stopped.wait()


def _open(paths: Paths, clock: Clock) -> Services:
    secrets = Secrets.open(paths, keyring_allowed=is_default(paths))
    services = gather(paths, Store.open(paths, clock), secrets, clock)
    services.state = lambda conn, now_us, zone: popup_state(conn, now_us, zone, services.platforms)
    return services


async def _answer(services: Services, listener: socket.socket, tuning: Tuning, undo: contextlib.AsyncExitStack) -> Link:
    """Serves the listening socket, and says in run.json that it does."""
    services.port = listener.getsockname()[1]
    services.started_us = services.clock.now_us()
    link = _link(services, tuning)
    application = _application(services, link)
    runner = web.AppRunner(
        application, access_log=None, logger=http_log(), shutdown_timeout=STOP_S, handle_signals=False
    )
    await runner.setup()
    undo.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listener).start()
    run = RunFile(os.getpid(), services.port, services.started_us, __version__)
    write_private(services.paths.run, msgspec.json.encode(run).decode())
    undo.callback(services.paths.run.unlink, missing_ok=True)
    return link


def _link(services: Services, tuning: Tuning) -> Link:
    hub, desk = Hub(services), Pairings(services)
    services.hub, services.desk = hub, desk
    delivery = Delivery(services, hub, tuning.channel, tuning.confirm_s, tuning.sender)
    services.courier = delivery
    office = Office(services, hub, delivery, tuning.again_s, Looker(services, hub))
    return Link(services, House(services, desk, proof_s=tuning.proof_s), office)


def _application(services: Services, link: Link) -> web.Application:
    application = link.application()
    if importlib.util.find_spec("piecework.views.routes") is not None:
        importlib.import_module("piecework.views.routes").attach(application, services)
    if services.store.refusal is None:
        command_line = Client(CLI_CID, CLI_ORIGIN, "command line", "")
        services.store.write_now(lambda conn: insert(conn, command_line, services.clock.now_us()))
    return application


def _bind(port: int | None, paths: Paths) -> socket.socket:
    """The first port that is free, among those asked for. Raises PortTaken, naming who has them."""
    wanted: Sequence[int] = PORTS if port is None else (port,)
    for candidate in wanted:
        try:
            return listen_on(candidate)
        except OSError:
            continue
    taken = "; ".join(f"{candidate} by {listener_of(candidate) or 'another program'}" for candidate in wanted)
    raise PortTaken(
        f"Cannot listen on 127.0.0.1: {taken}. End that program, or start with --port N"
        f" and give the extension the same number. Data folder: {paths.data}."
    )


def _who_serves(paths: Paths) -> str:
    agent = running_agent(paths)
    who = f"An agent (process {agent.pid}, port {agent.port})" if agent else "Another command"
    return f"{who} works on {paths.data} already. End it with `piecework stop`, or use another folder by --data."
