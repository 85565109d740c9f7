"""Where attacks are tried: a real agent, a browser that is paired with it and signed in, a stranger's extension."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from piecework.app import Agent
from piecework.demo.browser import agent_state, pair, state
from piecework.drive import Found, launch
from piecework.drive.chromium import id_of
from piecework.drive.firefox import Firefox, addon_id, uuid_of
from piecework.link.client import LinkClient
from piecework.resources import extension_root
from tests.e2e.evil.tap import Tap
from tests.e2e.harness import stand_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from piecework.drive import Browser, Kind, Tab
    from tests.sites.server import Sites

STRANGER = Path(__file__).parent / "stranger"
ATTACKS = (STRANGER / "attacks.js").read_text(encoding="utf-8")
LNA = "network.lna.websocket.enabled"


@dataclass(frozen=True)
class Setting:
    """A browser, whose evil pages come from an address of this computer or from a public one.

    `sockets` and `requests` say whether this browser lets such a page open a socket to this computer, and send it
    a request, without asking the person: what it lets through must be turned away by the agent.
    """

    kind: Kind
    public: bool
    sockets: bool
    requests: bool
    prefs: tuple[tuple[str, bool], ...] = ()


SETTINGS = {
    "chromium-local": Setting("chromium", public=False, sockets=True, requests=True),
    "chromium-public": Setting("chromium", public=True, sockets=False, requests=False),
    "firefox-local": Setting("firefox", public=False, sockets=True, requests=True, prefs=((LNA, False),)),
    "firefox-public": Setting("firefox", public=True, sockets=True, requests=False, prefs=((LNA, False),)),
    "firefox-public-guarded": Setting("firefox", public=True, sockets=False, requests=False, prefs=((LNA, True),)),
}


@dataclass
class Field:
    """One attacked browser and agent.

    `stranger` is the origin of the other extension, `neighbour` a page of another program on this computer: to the
    browser it is the same site as the dashboard. `dashboard` is a tab that is signed in.
    """

    setting: Setting
    agent: Agent
    tap: Tap
    browser: Browser
    stranger: str
    neighbour: str
    dashboard: Tab

    @property
    def own(self) -> str:
        """The agent's own address, without a scheme."""
        return f"127.0.0.1:{self.agent.port}"

    @property
    def links(self) -> list[str]:
        """The link, by both names the agent answers to."""
        return [f"ws://{self.own}/link", f"ws://localhost:{self.agent.port}/link"]

    @property
    def rebound(self) -> str:
        """A foreign name that leads to the agent's own port."""
        return f"evil.test:{self.agent.port}"

    async def page(self, url: str) -> Tab:
        """A tab that shows an address and holds the attacks."""
        tab = await self.browser.new_tab(url)
        await tab.eval(f"(() => {{ {ATTACKS} }})()")
        return tab

    def everything(self) -> list[str]:
        """All the agent has on disk and in memory that an attack could change."""
        services = self.agent.services
        with services.store.read() as conn:
            rows = list(conn.iterdump())
        clients = [f"connected {cid}" for cid in sorted(services.hub.connected())]
        sessions = sorted(services.sessions._sessions)  # type: ignore[attr-defined] # the dashboard's own
        return [*rows, *clients, *sessions, f"pending {services.desk.pending()}", f"notices {services.notices}"]

    async def still_serves(self) -> None:
        """The person notices nothing: link, command line and dashboard answer as before."""
        assert "connected" == (await state(self.browser))["agent"]["state"]
        async with await LinkClient.connect(self.agent.port, key=self.agent.services.secrets.cli_key) as program:
            assert (await program.command("status"))["running"]
        shown = await self.dashboard.eval("fetch('/').then(async (it) => [it.status, await it.text()])")
        assert 200 == shown[0]
        assert "<main" in shown[1]


@contextlib.asynccontextmanager
async def field_of(setting: Setting, found: Found, sites: Sites, data: Path) -> AsyncIterator[Field]:
    """Starts all of it; the extension is paired and a tab is signed in to the dashboard."""
    tap = Tap()
    async with contextlib.AsyncExitStack() as stack:
        with tap.attached():
            agent = await Agent.start(data, port=0)
        stack.push_async_callback(agent.stop)
        neighbour = await stack.enter_async_context(_neighbour())
        root = extension_root()
        browser = await stack.enter_async_context(
            launch(
                found,
                extension=root,
                hosts=sites.hosts | {f"evil.test:{agent.port}": agent.port},
                extra_args=_arguments(setting, sites, root),
                prefs=_prefs(setting, sites, root),
            )
        )
        stranger = await _install(browser)
        await stand_in(browser, ports=[agent.port], idle="active")
        await agent.services.desk.approve(await pair(browser))
        await agent_state(browser, "connected")
        dashboard = await browser.new_tab(agent.url)
        await dashboard.wait_for("document.querySelector('main') !== null")
        # A page of it that asks for nothing by itself, so that all that is seen from here on comes from the attacks.
        await dashboard.goto(f"{agent.services.base_url}/static/dash.css")
        yield Field(setting, agent, tap, browser, stranger, neighbour, dashboard)


def _arguments(setting: Setting, sites: Sites, root: Path) -> list[str]:
    if setting.kind != "chromium":
        return []
    both = f"{root},{STRANGER}"
    public = ",".join(f"127.0.0.1:{port}=public" for port in sites.ports)
    spaces = [f"--ip-address-space-overrides={public}"] if setting.public else []
    return [f"--load-extension={both}", f"--disable-extensions-except={both}", *spaces]


def _prefs(setting: Setting, sites: Sites, root: Path) -> dict[str, str | int | bool]:
    if setting.kind != "firefox":
        return {}
    uuids = {addon: uuid_of(addon) for addon in (addon_id(root), addon_id(STRANGER))}
    prefs: dict[str, str | int | bool] = {"extensions.webextensions.uuids": json.dumps(uuids), **dict(setting.prefs)}
    if setting.public:
        prefs["network.lna.address_space.public.override"] = ",".join(f"127.0.0.1:{port}" for port in sites.ports)
    return prefs


async def _install(browser: Browser) -> str:
    """Puts the stranger's extension beside ours; returns its origin."""
    if isinstance(browser, Firefox):
        what: dict[str, Any] = {"extensionData": {"type": "path", "path": str(STRANGER)}}
        await browser._wire.call("webExtension.install", what)
        return f"moz-extension://{uuid_of(addon_id(STRANGER))}"
    return f"chrome-extension://{id_of(STRANGER)}"


@contextlib.asynccontextmanager
async def _neighbour() -> AsyncIterator[str]:
    """A page of another program on this computer."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<title>neighbour</title><p>neighbour", content_type="text/html")

    application = web.Application()
    application.router.add_get("/", page)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
