"""The driver's parts that need no browser."""

import asyncio
import json
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from websockets.asyncio.server import ServerConnection, serve

from piecework.drive import find_browser, launch
from piecework.drive.base import Tab, split_permissions
from piecework.drive.chromium import id_of
from piecework.drive.firefox import addon_id, uuid_of
from piecework.drive.hosts import firefox_prefs, resolver_rules
from piecework.drive.keys import Chord, chords, code_points
from piecework.drive.process import BrowserProcess
from piecework.drive.wire import Wire
from piecework.errors import BrowserFailed, BrowserNotFound

TAIL = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost"


def test_chromium_rules_send_listed_names_to_their_ports_and_others_nowhere() -> None:
    """443 is meant where no port is named; port 0 keeps the port; unlisted names don't resolve."""
    hosts = {"a.test": 18443, "b.test:80": 18080, "c.test": 0}

    assert f"MAP a.test:443 127.0.0.1:18443, MAP b.test:80 127.0.0.1:18080, MAP c.test 127.0.0.1, {TAIL}" == (
        resolver_rules(hosts)
    )


def test_a_name_below_localhost_can_be_sent_to_a_port() -> None:
    """Chromium would leave such names alone, did the rules not name them."""
    assert "MAP p.localhost:80 127.0.0.1:18080, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost" == (
        resolver_rules({"p.localhost:80": 18080})
    )


def test_firefox_prefs_name_the_hosts_and_force_the_ports() -> None:
    """All hosts share one place for each port, which is what Firefox can do."""
    assert {
        "network.dns.localDomains": "a.test,b.test,c.test",
        "network.socket.forcePort": "80=18080;443=18443",
    } == firefox_prefs({"b.test": 18443, "a.test": 18443, "a.test:80": 18080, "c.test": 0})
    assert {} == firefox_prefs({})


def test_firefox_says_what_it_cant_map() -> None:
    """Two places for one port would silently send one host to the other's server."""
    with pytest.raises(BrowserFailed, match=r"b\.test"):
        firefox_prefs({"a.test": 18443, "b.test": 18444})


def test_keys_are_told_apart() -> None:
    """Modifiers are held, a lone letter types, a chord with Control types nothing, + is a key too."""
    assert [Chord("t", "", "KeyT", 2)] == chords("Control+t")
    assert [Chord("A", "A", "KeyA", 8)] == chords("Shift+A")
    assert [Chord("Tab", "", "Tab", 8)] == chords("Shift+Tab")
    assert [Chord("Enter", "\r", "Enter", 0)] == chords("Enter")
    assert [Chord(" ", " ", "Space", 0)] == chords("Space")
    assert ["\ue009", "+"] == code_points("Control++")
    assert ["+"] == code_points("+")
    assert ["\ue009", "\ue008", "k"] == code_points("Control+Shift+k")


def test_an_unknown_modifier_is_an_error() -> None:
    """A misspelt modifier names itself."""
    with pytest.raises(BrowserFailed, match="Ctrl"):
        chords("Ctrl+t")


def test_permissions_are_told_apart() -> None:
    """Origins have a scheme; the rest are names."""
    assert (["https://a.test/*", "<all_urls>"], ["webNavigation"]) == split_permissions(
        ["https://a.test/*", "webNavigation", "<all_urls>"]
    )


def write_manifest(folder: Path, **fields: object) -> Path:
    """A folder with a manifest of these fields."""
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(fields))
    return folder


def test_the_extension_id_is_known_beforehand(tmp_path: Path) -> None:
    """From the key where there is one (the same in every folder), else from the path."""
    key = "bm90IGEga2V5LCBidXQgYnl0ZXM="
    one = write_manifest(tmp_path / "one", key=key)
    two = write_manifest(tmp_path / "two", key=key)
    bare = write_manifest(tmp_path / "bare")

    assert id_of(one) == id_of(two) != id_of(bare)
    assert 32 == len(id_of(bare))
    assert set(id_of(bare)) <= set("abcdefghijklmnop")


def test_the_addon_needs_an_id(tmp_path: Path) -> None:
    """Firefox can't keep an add-on without one: the manifest is named."""
    named = write_manifest(tmp_path / "named", browser_specific_settings={"gecko": {"id": "x@y.test"}})

    assert "x@y.test" == addon_id(named)
    assert uuid_of("x@y.test") == uuid_of("x@y.test") != uuid_of("z@y.test")
    with pytest.raises(BrowserFailed, match=r"bare/manifest\.json"):
        addon_id(write_manifest(tmp_path / "bare"))
    with pytest.raises(BrowserFailed, match="missing"):
        addon_id(tmp_path / "missing")


def program(folder: Path, name: str, body: str) -> Path:
    """An executable script."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_browser_is_found_by_name_and_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path's kind follows from its name or from the version it tells; nothing there is None."""
    fox = program(tmp_path, "firefox-esr", "echo Mozilla Firefox 153.7.0esr")
    renamed = program(tmp_path, "browser", "echo Mozilla Firefox 153.7.0esr")
    other = program(tmp_path, "shiny", "echo warning >&2; echo; echo Shiny 12.3")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert ("firefox", fox, "Mozilla Firefox 153.7.0esr") == find_browser("firefox")
    assert ("firefox", renamed, "Mozilla Firefox 153.7.0esr") == find_browser(str(renamed))
    assert ("chromium", other, "Shiny 12.3") == find_browser(str(other))
    assert find_browser("chromium") is None
    assert find_browser(str(tmp_path / "nothing")) is None


async def test_a_missing_browser_is_named() -> None:
    """The error says what was looked for and what to install."""
    with pytest.raises(BrowserNotFound, match=r"/no/such/browser.*apt install"):
        async with launch("/no/such/browser"):
            pass


async def test_a_browser_that_ends_at_once_is_told_with_its_words(tmp_path: Path) -> None:
    """What it wrote last stands in the error, and its profile is gone."""
    dying = program(tmp_path, "dying", '[ "$1" = --version ] || { echo no display here >&2; exit 1; }')

    with pytest.raises(BrowserFailed, match="no display here"):
        async with launch(str(dying)):
            pass


def ends(pid: int) -> bool:
    """Whether a process is gone, or goes within 10 s: a killed one still has to be cleaned up by the system."""
    try:
        psutil.Process(pid).wait(10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


async def test_a_process_takes_its_children_along() -> None:
    """The whole group ends with the context, and the temporary profile with it."""
    with BrowserProcess(None, headless=True) as process:
        process.start([sys.executable, "-c", CHILDREN])
        child = int(await process.ready(lambda: process.said().partition("\n")[0] or None))
        profile = process.profile

    assert not profile.exists()
    assert ends(child)


CHILDREN = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, file=sys.stderr, flush=True)
time.sleep(600)
"""


@pytest.fixture
async def peer() -> AsyncIterator[str]:
    """A debugging socket that answers by the method's name."""

    async def answer(socket: ServerConnection) -> None:
        async for text in socket:
            message = json.loads(text)
            number, method = message["id"], message["method"]
            if method == "leave":
                await socket.close()
            elif method == "cdp-refuses":
                await socket.send(json.dumps({"id": number, "error": {"code": -1, "message": "not now"}}))
            elif method == "bidi-refuses":
                told = {"type": "error", "id": number, "error": "no such frame", "message": "gone"}
                await socket.send(json.dumps(told))
            elif method == "echo":
                await socket.send(json.dumps({"method": "Heard.it", "params": {"n": 1}}))
                await socket.send(json.dumps({"id": number, "result": message["params"]}))

    async with serve(answer, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"


async def test_answers_find_their_questions(peer: str) -> None:
    """Results, both dialects' refusals, events, silence and a closed socket each arrive as themselves."""
    wire = await Wire.open(peer)
    with wire.events("Heard.it") as heard:
        assert {"a": 1} == await wire.call("echo", {"a": 1})
        assert {"n": 1} == heard.get_nowait()
    with pytest.raises(BrowserFailed, match=r"cdp-refuses: not now"):
        await wire.call("cdp-refuses")
    with pytest.raises(BrowserFailed, match=r"no such frame: gone"):
        await wire.call("bidi-refuses")
    with pytest.raises(BrowserFailed, match=r"silence unanswered"):
        await wire.call("silence", timeout_s=0.05)
    left = asyncio.create_task(wire.call("silence"))
    with pytest.raises(BrowserFailed, match=r"closed its debugging socket|went away"):
        await wire.call("leave")
    with pytest.raises(BrowserFailed, match=r"closed its debugging socket"):
        await left
    with pytest.raises(BrowserFailed, match=r"went away before echo"):
        await wire.call("echo")
    await wire.close()


async def test_nobody_there_is_told() -> None:
    """A debugging socket that nobody serves is named."""
    with pytest.raises(BrowserFailed, match=r"ws://127\.0\.0\.1:9/"):
        await Wire.open("ws://127.0.0.1:9/")


class PretendTab(Tab):
    """Answers expressions from a list, failures among them."""

    def __init__(self, answers: list[object]) -> None:
        super().__init__("pretend")
        self.answers = answers

    async def eval(self, js: str) -> object:  # noqa: ARG002 - whatever is asked, the list answers
        """The next answer, the last one for ever."""
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BrowserFailed):
            raise answer
        return answer

    async def url(self) -> str:
        """Where it pretends to be."""
        return "https://pretend.test/"

    async def goto(self, url: str) -> None:
        """Not used here."""

    async def activate(self) -> None:
        """Not used here."""

    async def close(self) -> None:
        """Not used here."""

    async def key(self, combo: str) -> None:
        """Not used here."""

    async def type_text(self, text: str) -> None:
        """Not used here."""

    async def choose_files(self, selector: str, *paths: Path) -> None:
        """Not used here."""

    async def set_viewport(self, width: int, height: int) -> None:
        """Not used here."""

    async def screenshot(self, path: Path, **_: object) -> None:
        """Not used here."""

    async def _click_at(self, x: float, y: float) -> None:
        """Not used here."""


async def test_waiting_outlives_a_page_in_between() -> None:
    """Falsy answers and failures count as not yet; the truthy value is returned."""
    assert 7 == await PretendTab([0, BrowserFailed("navigating"), None, 7]).wait_for("x")


async def test_waiting_in_vain_says_where_and_for_what() -> None:
    """The error names the address, the condition and what it was last."""
    with pytest.raises(BrowserFailed, match=r"https://pretend\.test/ did not show y > 3 within 0\.05 s: it was False"):
        await PretendTab([False]).wait_for("y > 3", 0.05)
    with pytest.raises(BrowserFailed, match=r"a row within 0\.05 s: gone"):
        await PretendTab([BrowserFailed("gone")]).wait_for("y", 0.05, what="a row")
