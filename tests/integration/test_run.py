"""`piecework run` and `make run` as processes: what they say, and that they leave nothing behind however they end."""

import json
import os
import pty
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from piecework.drive import find_browser
from piecework.oscalls import listen_on
from tests.agent.cli_rig import Cli

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals are POSIX")
WAIT_S = 60.0
PROGRAM = [sys.executable, "-m", "piecework"]
# Makes the terminal on descriptor 0 the controlling one of a session of its own, as a terminal window does.
IN_TERMINAL = "import os, sys; os.login_tty(0); os.execvp(sys.argv[1], sys.argv[1:])"


def until(holds: Callable[[], Any], what: str) -> Any:  # noqa: ANN401 - what `holds` gives
    """Asks until the answer is true, and returns it."""
    deadline = time.monotonic() + WAIT_S
    while not (answer := holds()):
        assert time.monotonic() < deadline, f"this did not happen: {what}"
        time.sleep(0.02)
    return answer


@contextmanager
def running(data: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """An agent and what it said when it was ready; killed at the end if it still runs."""
    command = [*PROGRAM, "run", "--data", str(data), "--port", "0", "--no-open", "--ready-json", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_every_order_to_end_ends_it_cleanly(tmp_path: Path, name: str) -> None:
    """Ctrl-C, an order to end, a closed terminal: exit code 0, one line said in all, nobody named as running."""
    with running(tmp_path) as (process, ready):
        assert {"url", "port", "pid"} == set(ready)
        assert (tmp_path / "run.json").is_file()
        process.send_signal(signal.Signals[name])
        assert 0 == process.wait(WAIT_S)
        out, err = process.communicate()

    assert ("", "") == (out, err)
    assert not (tmp_path / "run.json").exists()
    assert not Cli(tmp_path).json("status")["running"]


def test_started_to_outlive_its_terminal_it_does(tmp_path: Path) -> None:
    """As nohup starts it."""
    command = ["nohup", *PROGRAM, "run", "--data", str(tmp_path), "--port", "0", "--no-open", "--ready-json"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        assert Cli(tmp_path).json("status")["running"]
        process.terminate()
        assert 0 == process.wait(WAIT_S)


def test_stop_ends_it(tmp_path: Path) -> None:
    """By the command, from another terminal."""
    with running(tmp_path) as (process, _):
        assert 0 == Cli(tmp_path)("stop").code
        assert 0 == process.wait(WAIT_S)
    assert not (tmp_path / "run.json").exists()


def test_a_second_one_says_who_runs(tmp_path: Path) -> None:
    """Process, port, folder, and what to do; the first goes on."""
    cli = Cli(tmp_path)
    with running(tmp_path) as (_, ready):
        second = cli("run", "--port", "0", "--no-open", "--ready-json")
        still = cli.json("status")

    assert (4, "") == (second.code, second.out)
    assert all(str(part) in second.err for part in (ready["pid"], ready["port"], tmp_path, "piecework stop", "--data"))
    assert (True, ready["pid"]) == (still["running"], still["pid"])


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """With whoever has it, where the system tells."""
    with listen_on(0) as listener:
        port = listener.getsockname()[1]
        done = Cli(tmp_path)("run", "--port", str(port), "--no-open")

    assert (4, "") == (done.code, done.out)
    assert str(port) in done.err
    assert "--port" in done.err
    assert not (tmp_path / "run.json").exists()


def test_killed_it_is_not_taken_for_running(tmp_path: Path) -> None:
    """A run.json that was left behind fools nobody, and the next one starts."""
    with running(tmp_path) as (process, _):
        process.kill()
        process.wait(WAIT_S)
        assert (tmp_path / "run.json").exists()
        assert not Cli(tmp_path).json("status")["running"]
    with running(tmp_path) as (_, ready):
        assert ready["pid"] == Cli(tmp_path).json("status")["pid"]


def test_a_rehearsal_without_a_browser_fails_with_a_remedy(tmp_path: Path) -> None:
    """Exit code 4, and how to get one."""
    command = [*PROGRAM, "demo", "--once", "--json", "--data", str(tmp_path), "--browser", str(tmp_path / "none")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WAIT_S)

    assert (4, "") == (done.returncode, done.stdout)
    assert "apt-get install chromium" in done.stderr
    assert not (tmp_path / "run.json").exists()


def test_without_a_browser_the_rest_is_shown(tmp_path: Path) -> None:
    """Agent and site stay up until Ctrl-C, which is no failure."""
    command = [*PROGRAM, "demo", "--data", str(tmp_path), "--browser", str(tmp_path / "none")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(4)]
        still = Cli(tmp_path).json("status")["running"]
        process.send_signal(signal.SIGINT)
        assert 0 == process.wait(WAIT_S)

    assert still
    assert "--browser PATH" in said[3]
    assert not (tmp_path / "run.json").exists()


class Terminal:
    """A program in a terminal of its own: what it shows, and keys pressed in it."""

    def __init__(self, command: list[str], cwd: Path) -> None:
        self._screen, inside = pty.openpty()
        environment = {name: value for name, value in os.environ.items() if not name.endswith("DISPLAY")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_TERMINAL, *command],
            cwd=cwd,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=environment,
        )
        os.close(inside)
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._screen, selectors.EVENT_READ)
        self.shown = ""

    def shows(self, text: str) -> bool:
        """Takes in what came, and says whether the text stands there."""
        while self._ready.select(0):
            try:
                self.shown += os.read(self._screen, 65536).decode(errors="replace")
            except OSError:
                break
        return text in self.shown

    def ended(self) -> bool:
        """Whether the program is over; takes in what it said meanwhile."""
        self.shows("")
        return self.process.poll() is not None

    def press(self, key: bytes) -> None:
        """A key."""
        os.write(self._screen, key)

    def close(self) -> None:
        """Takes the terminal away, and whatever still runs in it."""
        for one in [*psutil.Process(self.process.pid).children(recursive=True)] if self.process.poll() is None else []:
            one.kill()
        self.process.kill()
        self.process.wait(WAIT_S)
        self._ready.close()
        os.close(self._screen)


@pytest.fixture
def terminal(checkout: Path) -> Iterator[Terminal]:
    """`make run` in a terminal, on a machine without a screen; what it sets up first is there already."""
    if shutil.which("make") is None:
        pytest.skip("make is missing")
    if find_browser("chromium") is None and os.environ.get("CI") != "1":
        pytest.skip("no chromium (Debian: apt install chromium)")
    opened = Terminal(["make", "-o", "setup", "-o", "browsers", "run"], checkout)
    yield opened
    opened.close()


def alive(process: psutil.Process) -> bool:
    """Whether it still does something: one that ended and that nobody asked about counts as gone."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.chromium
def test_make_run_shows_the_whole_path_and_ends_what_it_started(terminal: Terminal) -> None:
    """Addresses and every step in the terminal; after Ctrl-C no browser, no agent, no site, no folder is left."""
    until(lambda: terminal.shows("Ctrl-C ends everything") or terminal.ended(), "the rehearsal is over")
    assert not terminal.ended(), terminal.shown
    started = psutil.Process(terminal.process.pid).children(recursive=True)
    ports = {int(port) for port in re.findall(r"http://[\w.]+:(\d+)/", terminal.shown)}
    (folder,) = set(re.findall(r"--data (\S+)", terminal.shown))
    terminal.press(b"\x03")
    until(terminal.ended, "make ends")
    until(lambda: not any(map(alive, started)), "everything else ends")

    assert "Dashboard: http://127.0.0.1:" in terminal.shown
    assert 14 == terminal.shown.count("✓")
    assert "✗" not in terminal.shown
    assert 3 < len(started)
    assert 2 == len(ports)
    assert [] == [port for port in ports if answers(port)]
    assert not Path(folder).exists()
    assert "Traceback" not in terminal.shown


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0
