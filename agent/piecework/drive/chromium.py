"""Starting Chromium with an extension, and driving its extension side."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import sys
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from piecework.drive.base import Browser, Found, Options, State, split_permissions
from piecework.drive.cdp import CdpTab, attached, evaluate
from piecework.drive.hosts import resolver_rules
from piecework.drive.pipe import FLAGS, Pipe
from piecework.drive.process import BrowserProcess
from piecework.drive.wire import Wire
from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from piecework.drive.wire import Json

# Nothing of the browser's own goes over the network, and it asks the person nothing.
QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-quic",
    "--disable-breakpad",
    "--disable-search-engine-choice-screen",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
)
_POLL_S = 0.02


class Chromium(Browser):
    """A running Chromium; tabs stay attached once used, unless it was launched with attach=False."""

    def __init__(self, wire: Wire, pid: int, extension_id: str | None, *, attach: bool) -> None:
        origin = f"chrome-extension://{extension_id}" if extension_id else None
        super().__init__("chromium", pid, extension_id, origin)
        self._wire = wire
        self._attach = attach
        self._tabs: dict[str, CdpTab] = {}
        self._worker = ""

    async def new_tab(self, url: str = "about:blank", *, background: bool = False) -> CdpTab:
        made = await self._wire.call("Target.createTarget", {"url": url, "background": background})
        tab = self._tab(made["targetId"])
        if self._attach:
            await tab.loaded(url)
        return tab

    async def tabs(self) -> list[CdpTab]:  # type: ignore[override]  # a list of the narrower class, only read
        targets = await self._targets("page")
        return [self._tab(target["targetId"]) for target in targets]

    async def background_eval(self, js: str) -> Any:
        workers = await self._workers()
        worker = self._worker if self._worker in workers else await self.started(wake=True)
        async with attached(self._wire, worker) as session:
            return await evaluate(self._wire, session, js)

    async def stop_background(self) -> None:
        async with self._own_page() as session:
            await self._wire.call("ServiceWorker.enable", session=session)
            # An event on its way may start it again at once.
            while await self._workers():
                await self._wire.call("ServiceWorker.stopAllWorkers", session=session)
                await asyncio.sleep(_POLL_S)

    async def background_state(self) -> State:
        return "running" if await self._workers() else "stopped"

    async def grant(self, permissions: Sequence[str]) -> None:
        origins, names = split_permissions(permissions)
        async with self._own_page() as session:
            wanted = json.dumps({"origins": origins, "permissions": names})
            if not await evaluate(self._wire, session, f"chrome.permissions.request({wanted})", pressed=True):
                raise BrowserFailed(f"Chromium did not give the extension {', '.join(permissions)}")

    async def revoke(self, permissions: Sequence[str]) -> None:
        origins, names = split_permissions(permissions)
        async with self._own_page() as session:
            wanted = json.dumps({"origins": origins, "permissions": names})
            await evaluate(self._wire, session, f"chrome.permissions.remove({wanted})")

    async def errors(self) -> list[str]:
        async with self._hidden("chrome://extensions/") as session:
            asked = f"chrome.developerPrivate.getExtensionInfo({json.dumps(self.extension_id)})"
            info = await evaluate(self._wire, session, asked)
        return [one["message"] for one in info["runtimeErrors"] if one["severity"] == "ERROR"]

    async def started(self, *, wake: bool = False, timeout_s: float = 10.0) -> str:
        """Waits until the worker is active and its script has run, starting it if `wake`; returns its target.

        Only then is it safe to attach: a worker attached to while it is still being installed answers nothing.
        """
        name = "ServiceWorker.workerVersionUpdated"
        async with self._own_page() as session:
            with self._wire.events(name, session) as versions:
                await self._wire.call("ServiceWorker.enable", session=session)
                if wake:
                    scope = {"scopeURL": f"{self.extension_origin}/"}
                    await self._wire.call("ServiceWorker.startWorker", scope, session=session)
                try:
                    async with asyncio.timeout(timeout_s):
                        while not (target := _running(await versions.get(), self.extension_origin)):
                            pass
                except TimeoutError as cause:
                    text = f"The extension's service worker did not run within {timeout_s:g} s"
                    raise BrowserFailed(text) from cause
        self._worker = target
        return target

    def _tab(self, target: str) -> CdpTab:
        return self._tabs.setdefault(target, CdpTab(self._wire, target, keep=self._attach))

    async def _targets(self, kind: str) -> list[Json]:
        wanted = {"filter": [{"type": kind}, {"exclude": True}]}
        targets: list[Json] = (await self._wire.call("Target.getTargets", wanted))["targetInfos"]
        return targets

    async def _workers(self) -> list[str]:
        targets = await self._targets("service_worker")
        return [one["targetId"] for one in targets if one["url"].startswith(f"{self.extension_origin}/")]

    @contextlib.asynccontextmanager
    async def _hidden(self, url: str) -> AsyncIterator[str]:
        """A page that is in no tab strip and that no extension sees, for as long as the context lasts."""
        made = await self._wire.call("Target.createTarget", {"url": url, "hidden": True})
        try:
            async with attached(self._wire, made["targetId"]) as session:
                page = CdpTab(self._wire, made["targetId"], keep=False)
                await page.loaded(url)
                yield session
        finally:
            await self._wire.call("Target.closeTarget", {"targetId": made["targetId"]})

    def _own_page(self) -> contextlib.AbstractAsyncContextManager[str]:
        # The manifest is the one page of the extension that runs no code of its own.
        return self._hidden(self.extension_url("manifest.json"))


@contextlib.asynccontextmanager
async def launch_chromium(found: Found, options: Options) -> AsyncIterator[Chromium]:
    """Starts Chromium; see `browsers.launch`."""
    with BrowserProcess(options.profile, headless=options.headless) as process, Pipe() as pipe:
        extension_id = None
        if options.extension is not None:
            extension_id = id_of(options.extension)
            await asyncio.to_thread(_answer_prompts, process.profile, options.extension, extension_id)
        port_file = process.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        command = [str(found.path), *_arguments(options, process.profile)]
        # Chrome (not Chromium) stopped taking --load-extension with version 137.
        by_pipe = options.extension is not None and found.version.startswith("Google Chrome")
        if by_pipe:
            pipe.start(process, [*command, *FLAGS])
        else:
            process.start(command)
        wire = await Wire.open(await process.ready(lambda: _address(port_file)))
        try:
            if by_pipe and options.extension is not None:
                await pipe.load(options.extension)
            browser = Chromium(wire, process.pid, extension_id, attach=options.attach)
            if options.extension is not None and "background" in _manifest(options.extension):
                await _first_run(browser, found, options.extension)
            if options.grant:
                await browser.grant(options.grant)
            yield browser
        finally:
            if options.profile is not None:
                # A profile that will be used again must be written out first.
                with contextlib.suppress(BrowserFailed):
                    await wire.call("Browser.close", timeout_s=2)
                await process.ended(5)
            await wire.close()


async def _first_run(browser: Chromium, found: Found, extension: Path) -> None:
    """Waits for the extension; when it does not come up, asks the stricter loader why."""
    try:
        await browser.started()
    except BrowserFailed as failure:
        await load_unpacked(found, extension)
        errors = "; ".join(await browser.errors()) or "none"
        raise BrowserFailed(f"{failure.text}. Errors it showed: {errors}") from failure


async def load_unpacked(found: Found, extension: Path) -> str:
    """Loads a folder through the loader of the "Load unpacked" button in a browser of its own; returns the id.

    It is stricter than --load-extension: a root that holds a name beginning with "_" is refused. Raises
    BrowserFailed with Chromium's own words.
    """
    with BrowserProcess(None, headless=True) as process, Pipe() as pipe:
        pipe.start(process, [str(found.path), *_base_arguments(process.profile, headless=True), *FLAGS])
        return await pipe.load(extension)


def _running(update: Json, origin: str) -> str:
    """The target of the extension's worker in an update, when it is active and running; else empty."""
    for version in update["versions"]:
        if (
            version["scriptURL"].startswith(f"{origin}/")
            and version["status"] == "activated"
            and version["runningStatus"] == "running"
        ):
            target: str = version.get("targetId", "")
            return target
    return ""


def _base_arguments(profile: Path, *, headless: bool) -> list[str]:
    """What every Chromium of ours is started with."""
    arguments = [f"--user-data-dir={profile}", *QUIET]
    if headless:
        arguments += ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,900"]
    if sys.platform == "linux" and os.geteuid() == 0:
        # Chromium refuses to start its sandbox as root.
        arguments.append("--no-sandbox")
    return arguments


def id_of(extension: Path) -> str:
    """The id Chromium gives an unpacked extension: from its `key`, else from its path.

    The first 32 hexadecimal digits of a SHA-256, each digit as a letter from a to p.
    """
    key = _manifest(extension).get("key")
    source = b64decode(key) if key else os.fsencode(extension.resolve())
    return "".join(chr(ord("a") + int(digit, 16)) for digit in hashlib.sha256(source).hexdigest()[:32])


def _arguments(options: Options, profile: Path) -> list[str]:
    arguments = [*_base_arguments(profile, headless=options.headless), "--remote-debugging-port=0"]
    if options.extension is not None:
        root = options.extension.resolve()
        arguments += [f"--load-extension={root}", f"--disable-extensions-except={root}"]
    if options.hosts:
        arguments += [f"--host-resolver-rules={resolver_rules(options.hosts)}", "--ignore-certificate-errors"]
    return [*arguments, *options.extra_args, "about:blank"]


def _address(port_file: Path) -> str | None:
    lines = port_file.read_text().splitlines() if port_file.exists() else []
    return f"ws://127.0.0.1:{lines[0]}{lines[1]}" if len(lines) > 1 else None


def _manifest(extension: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((extension / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError) as cause:
        raise BrowserFailed(f"{extension} holds no readable manifest.json: {cause}") from cause
    return manifest


def _answer_prompts(profile: Path, extension: Path, extension_id: str) -> None:
    """Writes into the profile that every optional permission was allowed once.

    Chromium's prompt can't be pressed from outside; what was allowed before is given without one. The
    extension still starts without any of them, and gets each only by asking from a press.
    """
    preferences = profile / "Default" / "Preferences"
    kept: dict[str, Any] = json.loads(preferences.read_text("utf-8")) if preferences.exists() else {}
    manifest = _manifest(extension)
    # As for everybody who loads an unpacked extension; with both, its errors of all kinds (7) are kept.
    kept.setdefault("extensions", {}).setdefault("ui", {})["developer_mode"] = True
    settings = kept.setdefault("extensions", {}).setdefault("settings", {}).setdefault(extension_id, {})
    settings["store_extension_errors"] = 7
    settings["runtime_granted_permissions"] = {
        "api": manifest.get("optional_permissions", []),
        "explicit_host": manifest.get("optional_host_permissions", []),
        "manifest_permissions": [],
        "scriptable_host": [],
    }
    preferences.parent.mkdir(parents=True, exist_ok=True)
    preferences.write_text(json.dumps(kept), "utf-8")
