"""The command line itself: what it costs to ask for help, how commands end, what needs no data folder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from piecework.cli import COMMANDS, INTERRUPTED
from piecework.errors import BadUsage, DiskFull, NothingToShow, PieceworkError
from tests.agent.cli_rig import Cli, call

SERVING = ("aiohttp", "jinja2", "keyring", "websockets")
HEAVY = (*SERVING, "asyncio", "msgspec", "platformdirs", "sqlite3", "sqlite_utils")
IMPORTED = """
import json, sys
from piecework.cli import main
for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit:
        pass
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def modules(*commands: list[str]) -> set[str]:
    """Every module that commands, run one after the other in a process of their own, have imported."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, json.dumps(commands)], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_help_costs_next_to_nothing() -> None:
    """Neither server nor store nor even the messages are imported."""
    assert set() == modules(["--help"], ["--version"], ["nonsense"]) & set(HEAVY)


def test_a_commands_help_starts_nothing() -> None:
    """No server, no store, whichever command it is."""
    assert set() == modules(*([name, "--help"] for name in COMMANDS)) & {*SERVING, "sqlite_utils"}


def test_a_list_needs_no_server(tmp_path: Path) -> None:
    """It reads the file, whether an agent runs or not."""
    assert 0 == Cli(tmp_path)("backup").code
    lists = ("tasks", "alerts", "time", "earnings", "health", "verify", "export")

    assert set() == modules(*([name, "--data", str(tmp_path)] for name in lists)) & {*SERVING, "sqlite_utils"}


def test_help_names_every_command() -> None:
    """With its one line."""
    done = call("--help")
    lines = done.out.splitlines()

    assert 0 == done.code
    assert [] == [name for name in COMMANDS if not any(line.split()[:1] == [name] for line in lines)]


@pytest.mark.parametrize(
    "words",
    [
        ("fly",),
        ("tasks", "--fast"),
        ("parse", "pay"),
        ("parse", "weight", "1 kg"),
        ("run", "--port", "x"),
        ("history",),
    ],
)
def test_bad_usage_ends_with_2(words: tuple[str, ...]) -> None:
    """On standard error, with the way to the help."""
    done = call(*words)

    assert (2, "") == (done.code, done.out)
    assert "--help" in done.err


@pytest.mark.parametrize(
    ("raised", "code", "says"),
    [
        (NothingToShow("nothing here"), 3, "piecework: nothing here"),
        (BadUsage("not so"), 2, "piecework: not so"),
        (DiskFull("no room"), 4, "piecework: no room"),
        (PieceworkError("no"), 4, "piecework: no"),
        (PermissionError(13, "Permission denied", "folder"), 4, "folder: Permission denied"),
        (OSError("the disk is gone"), 4, "the disk is gone"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_failure_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, code: int, says: str
) -> None:
    """And its text on standard error, without a trace."""

    def fail(*_words: object, **_more: object) -> None:
        raise raised

    monkeypatch.setattr("piecework.views.catalogue.catalogue", fail)
    done = call("platforms", "--json")

    assert (code, "") == (done.code, done.out)
    assert says in done.err
    assert "Traceback" not in done.err


def test_ctrl_c_ends_a_command_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a shell expects it."""

    def interrupt(*_words: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("piecework.views.catalogue.catalogue", interrupt)

    done = call("platforms")

    assert (INTERRUPTED, "", "") == (done.code, done.out, done.err.strip())


def test_who_stops_reading_is_no_fault() -> None:
    """`piecework platforms --json | head -c 1` leaves no trace in the terminal."""
    with subprocess.Popen(
        [sys.executable, "-m", "piecework", "platforms", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"" == process.stderr.read()


def test_pay_is_read_as_the_ledger_does() -> None:
    """In the order asked, with what the page wrote; hostile strings are strings, a minus sign begins no option."""
    strings = ["$0.05", "-5", "NaN", "1e309", "$0.005", "-$5", "", "1.234,56 €"]
    rows = call("parse", "pay", *strings, "--json").json

    assert strings == [row["raw"] for row in rows]
    assert [50_000, 5_000] == [row["micro"] for row in rows[:5] if row["state"] == "stated"]
    assert [None] * 4 == [rows[place]["micro"] for place in (1, 2, 3, 6)]


def test_pay_in_another_language() -> None:
    """A comma is a decimal there, and a bare number has a currency only where one is named."""
    (row,) = call("parse", "pay", "--lang", "fr", "1.234,56 €", "--json").json
    (bare,) = call("parse", "pay", "--currency", "EUR", "0.80", "--json").json

    assert (1_234_560_000, "EUR") == (row["micro"], row["currency"])
    assert (800_000, "EUR") == (bare["micro"], bare["currency"])


def test_time_is_read_in_seconds() -> None:
    """Lengths as they are, ranges with both ends."""
    rows = call("parse", "time", "5 min", "--json").json

    assert [(300, 300)] == [(row["min_s"], row["max_s"]) for row in rows]


def test_what_is_parsed_is_shown_to_people_too() -> None:
    """One line each, without a control a terminal obeys."""
    done = call("parse", "pay", "$0.05", "\x1b[2J")

    assert 2 == len(done.out.splitlines())
    assert "\x1b" not in done.out


def test_the_extension_says_how_to_load_it(tmp_path: Path) -> None:
    """A folder for each browser, by name."""
    out = str(tmp_path / "made")
    done = call("extension", "--out", out)
    made = call("extension", "--out", out, "--json").json

    assert 0 == done.code
    assert all(folder in done.out for folder in made.values())
    assert {"chromium", "firefox"} == set(made)
    assert all((Path(folder) / "manifest.json").is_file() for folder in made.values())


def test_the_extension_as_zips(tmp_path: Path) -> None:
    """For the stores."""
    made = call("extension", "--zip", "--out", str(tmp_path), "--json").json

    assert {"piecework-chromium.zip", "piecework-firefox.zip"} == {path.name for path in tmp_path.iterdir()}
    assert {str(path) for path in tmp_path.iterdir()} == set(made.values())


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    """Exit code 4, and which."""
    (tmp_path / "file").write_text("")
    done = call("extension", "--out", str(tmp_path / "file" / "below"))

    assert 4 == done.code
    assert "below" in done.err


def test_the_folder_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """PIECEWORK_DATA stands for --data."""
    monkeypatch.setenv("PIECEWORK_DATA", str(tmp_path / "there"))
    assert 0 == call("backup").code

    assert (tmp_path / "there" / "piecework.db").is_file()
