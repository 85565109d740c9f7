"""Starting Firefox with a temporary add-on, and driving its extension side from the browser's own scope."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from piecework.drive.base import Browser, Found, Options, State, json_of, split_permissions
from piecework.drive.bidi import BidiTab, evaluate_chrome
from piecework.drive.hosts import firefox_prefs
from piecework.drive.process import BrowserProcess
from piecework.drive.wire import Wire
from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

# What the remote agent's own recommended preferences leave on.
_PREFS: dict[str, str | int | bool] = {
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.sessionstore.resume_from_crash": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.webextOptionalPermissionPrompts": False,
    "extensions.webextensions.keepStorageOnUninstall": True,
    "extensions.webextensions.keepUuidOnUninstall": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "ui.useOverlayScrollbars": 1,
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
    "trailhead.firstrun.didSeeAboutWelcome": True,
}
# https://www.mozilla.org/docs extension manifest, data_collection_permissions: asked for under a key of their own.
_DATA_KINDS = frozenset(
    {
        "authenticationInfo",
        "bookmarksInfo",
        "browsingActivity",
        "financialAndPaymentInfo",
        "healthInfo",
        "locationInfo",
        "personalCommunications",
        "personallyIdentifyingInfo",
        "searchTerms",
        "technicalAndInteraction",
        "websiteActivity",
        "websiteContent",
    }
)
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_EXTENSION = "WebExtensionPolicy.getByID(%s)?.extension"
# Runs in the extension's own process, where the event page's window can be reached; the debugger's way of
# running code sees what the page's own scripts see and is not held by the page's content security policy.
_FRAME = """
  const { addDebuggerToGlobal } = ChromeUtils.importESModule("resource://gre/modules/jsdebugger.sys.mjs");
  const box = new Cu.Sandbox(Services.scriptSecurityManager.getSystemPrincipal(), { freshCompartment: true });
  addDebuggerToGlobal(box);
  const done = box.Debugger().addDebuggee(content).executeInGlobal(JS);
  const tell = (data) => sendAsyncMessage(NAME, data);
  if (done.throw) tell({ error: String(done.throw.unsafeDereference?.() ?? done.throw) });
  else done.return.unsafeDereference().then(
    (value) => tell({ value }), (error) => tell({ error: String(error) }));
"""
_BACKGROUND = """(async () => {
  const extension = EXTENSION;
  if (extension.backgroundState !== "running") await extension.wakeupBackground();
  const view = [...extension.views].find((one) => one.viewType === "background");
  const pipe = view.xulBrowser.messageManager;
  return await new Promise((resolve) => {
    const heard = (message) => { pipe.removeMessageListener(NAME, heard); resolve(message.data); };
    pipe.addMessageListener(NAME, heard);
    pipe.loadFrameScript("data:," + encodeURIComponent("{" + FRAME + "}"), false);
  });
})()"""
_PERMISSIONS = """(async () => {
  const { ExtensionPermissions } = ChromeUtils.importESModule("resource://gre/modules/ExtensionPermissions.sys.mjs");
  await ExtensionPermissions.%s(%s, %s, EXTENSION);
})()"""
_ERRORS = """Services.console.getMessageArray().filter((one) => one instanceof Ci.nsIScriptError
  && !(one.flags & Ci.nsIScriptError.warningFlag) && one.sourceName.startsWith(%s)).map((one) => one.errorMessage)"""


class Firefox(Browser):
    """A running Firefox, with the add-on installed for this run only."""

    def __init__(self, wire: Wire, pid: int, addon: str | None) -> None:
        super().__init__("firefox", pid, addon, f"moz-extension://{uuid_of(addon)}" if addon else None)
        self._wire = wire
        self._tabs: dict[str, BidiTab] = {}

    async def new_tab(self, url: str = "about:blank", *, background: bool = False) -> BidiTab:
        made = await self._wire.call("browsingContext.create", {"type": "tab", "background": background})
        tab = self._tab(made["context"])
        if url != "about:blank":
            await tab.goto(url)
        return tab

    async def tabs(self) -> list[BidiTab]:  # type: ignore[override]  # a list of the narrower class, only read
        tree = await self._wire.call("browsingContext.getTree", {"maxDepth": 0})
        return [self._tab(one["context"]) for one in tree["contexts"]]

    async def background_eval(self, js: str) -> Any:
        name = f"piecework:{uuid.uuid4()}"
        frame = _FRAME.replace("NAME", json.dumps(name)).replace("JS", json.dumps(json_of(js)))
        asked = _BACKGROUND.replace("NAME", json.dumps(name)).replace("FRAME", json.dumps(frame))
        told = await self._chrome(asked)
        if "error" in told:
            raise BrowserFailed(f"The expression {js[:200]} failed: {told['error']}")
        return json.loads(told["value"])

    async def stop_background(self) -> None:
        # Without this, one that is just answering something is left running.
        now = "{ disableResetIdleForTest: true, ignoreDevToolsAttached: true }"
        while await self.background_state() == "running":
            await self._chrome(f"EXTENSION.terminateBackground({now})")

    async def background_state(self) -> State:
        state = await self._chrome("EXTENSION.backgroundState")
        return "stopped" if state == "stopped" else "running"

    async def grant(self, permissions: Sequence[str]) -> None:
        await self._permissions("add", permissions)

    async def revoke(self, permissions: Sequence[str]) -> None:
        await self._permissions("remove", permissions)

    async def errors(self) -> list[str]:
        told: list[str] = await self._chrome(_ERRORS % json.dumps(f"{self.extension_origin}/"))
        return told

    async def chrome_eval(self, js: str) -> Any:
        """Runs an expression in the browser's own privileged scope."""
        return await evaluate_chrome(self._wire, js)

    async def _chrome(self, js: str) -> Any:
        return await self.chrome_eval(js.replace("EXTENSION", _EXTENSION % json.dumps(self.extension_id)))

    async def _permissions(self, method: str, permissions: Sequence[str]) -> None:
        origins, names = split_permissions(permissions)
        wanted = {
            "origins": origins,
            "permissions": [name for name in names if name not in _DATA_KINDS],
            "data_collection": [name for name in names if name in _DATA_KINDS],
        }
        await self._chrome(_PERMISSIONS % (method, json.dumps(self.extension_id), json.dumps(wanted)))

    def _tab(self, context: str) -> BidiTab:
        return self._tabs.setdefault(context, BidiTab(self._wire, context))


@contextlib.asynccontextmanager
async def launch_firefox(found: Found, options: Options) -> AsyncIterator[Firefox]:
    """Starts Firefox; see `browsers.launch`."""
    addon = addon_id(options.extension) if options.extension is not None else None
    with BrowserProcess(options.profile, headless=options.headless) as process:
        await asyncio.to_thread(_write_prefs, process.profile, _prefs(options, addon))
        process.start([str(found.path), *_arguments(options, process.profile)])
        address = await process.ready(lambda: _LISTENING.search(process.said()))
        wire = await Wire.open(f"{address[1]}/session")
        try:
            accept = {"alwaysMatch": {"acceptInsecureCerts": bool(options.hosts)}}
            await wire.call("session.new", {"capabilities": accept})
            if options.extension is not None:
                path = str(options.extension.resolve())
                await wire.call("webExtension.install", {"extensionData": {"type": "path", "path": path}})
            browser = Firefox(wire, process.pid, addon)
            if options.grant:
                await browser.grant(options.grant)
            yield browser
        finally:
            if options.profile is not None:
                # A profile that will be used again must be written out first.
                with contextlib.suppress(BrowserFailed):
                    await wire.call("browser.close", timeout_s=3)
                await process.ended(10)
            await wire.close()


def addon_id(extension: Path) -> str:
    """The gecko id in an extension's manifest; raises BrowserFailed when it has none."""
    try:
        manifest = json.loads((extension / "manifest.json").read_text("utf-8"))
        addon: str = manifest["browser_specific_settings"]["gecko"]["id"]
    except (OSError, ValueError, KeyError) as cause:
        raise BrowserFailed(
            f"{extension}/manifest.json names no browser_specific_settings.gecko.id: {cause}"
        ) from cause
    return addon


def uuid_of(addon: str) -> str:
    """The UUID our profiles fix for an add-on, so that its origin is known before it runs."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, addon))


def _prefs(options: Options, addon: str | None) -> dict[str, str | int | bool]:
    prefs = {**_PREFS, **firefox_prefs(options.hosts)}
    if addon is not None:
        prefs["extensions.webextensions.uuids"] = json.dumps({addon: uuid_of(addon)})
    return {**prefs, **options.prefs}


def _write_prefs(profile: Path, prefs: Mapping[str, str | int | bool]) -> None:
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in prefs.items()]
    (profile / "user.js").write_text("".join(lines), "utf-8")


def _arguments(options: Options, profile: Path) -> list[str]:
    arguments = ["--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    # The browser's own scope is where add-ons' backgrounds and permissions are reached.
    arguments.append("-remote-allow-system-access")
    if options.headless:
        arguments += ["--headless", "--width", "1280", "--height", "900"]
    return [*arguments, *options.extra_args, "about:blank"]
