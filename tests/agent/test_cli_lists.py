"""Lists of the command line: keys that programs rely on, and tables that no page can spoil."""

import re
import sqlite3
import unicodedata
from itertools import pairwise

import pytest

from piecework.cli import table
from piecework.cli.keys import ANSWERS
from piecework.now import FixedClock
from piecework.settings import Paths
from piecework.store import Store, migrations
from tests.agent.cli_rig import Cli, call
from tests.agent.panel import fill, put, task

TASK = {
    "platform",
    "system",
    "id",
    "account",
    "title",
    "requester",
    "pay",
    "hourly",
    "minutes",
    "places",
    "url",
    "first_seen_us",
    "last_seen_us",
    "state",
}
KEYS: dict[str, set[str]] = {
    "tasks": TASK,
    "alerts": {"id", "platform", "task", "reason", "rule", "at_us", "dom_at_us", "shown_at_us", "deliveries"},
    "history b3": {"kind", "at_us", "platform", "account", "task", "assignment", "source", "body"},
    "earnings": {"platform", "account", "currency", "submitted", "approved", "rejected", "paid", "fee"},
    "time": {"platform", "task", "kind", "start_us", "end_us", "active_us", "source"},
    "health": {"platform", "list", "state", "cause", "last_good_us", "next_look_us"},
    "account": {"platform", "account", "state"},
}
"""What every row of a list has, whatever else it has."""


@pytest.fixture
def cli(paths: Paths) -> Cli:
    """The command line on a folder that holds nothing."""
    return Cli(paths.data)


@pytest.fixture
def full(paths: Paths, store: Store, clock: FixedClock) -> Cli:
    """The command line on a person's day."""
    store.write_now(lambda conn: fill(conn, clock.now_us()))
    store.write_now(lambda conn: put(conn, "account", platform="site", account="-", state="claimed", first_seen_us=1))
    store.close()
    return Cli(paths.data)


@pytest.mark.parametrize("words", KEYS)
def test_keys_stay(full: Cli, words: str) -> None:
    """A program that reads a list finds what the documentation names."""
    rows = full.json(*words.split())

    assert rows
    assert [] == [row for row in rows if KEYS[words] - set(row)]


@pytest.mark.parametrize("words", KEYS)
def test_keys_are_documented(full: Cli, words: str) -> None:
    """The page of the command line names every key of every row, and no other."""
    documented = set(re.findall(r"[a-z_]+", re.sub(r": (?:\{.*?\}|\[.*?\])", "", ANSWERS[words.partition(" ")[0]])))

    assert [documented] == [set(keys) for keys in {tuple(sorted(row)) for row in full.json(*words.split())}]


def test_platforms_keep_their_keys() -> None:
    """They need no store."""
    rows = call("platforms", "--json").json
    keys = {"id", "name", "aliases", "life", "route", "tier", "evidence", "evidence_date", "rule"}

    assert {"microworkers", "practice", "prolific", "sproutgigs"} <= {row["id"] for row in rows}
    assert [] == [row for row in rows if keys - set(row)]


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("picoworkers", ["sproutgigs"]),
        ("Figure Eight", ["adap", "figure-eight"]),
        ("trainee.digital", ["trainee-digital"]),
    ],
)
def test_platforms_are_found_by_old_names(name: str, ids: list[str]) -> None:
    """And by names of which nothing else is known."""
    assert ids == [row["id"] for row in call("platforms", name, "--json").json]


def test_a_platform_is_told_in_full(full: Cli) -> None:
    """What is missing, its approval clock, how to help; and when its list was last read well."""
    text = full("platforms", "uhrs").out
    assert "how to help: " in text
    assert "approval: Paid by the vendor" in text
    assert "missing: Of the page only one card's text was recorded." in text
    assert {None} == {row["last_good_us"] for row in full.json("platforms", "uhrs")}
    assert 3 == call("platforms", "nobody's name").code


def test_a_tasks_pay_and_rate(full: Cli) -> None:
    """Exact micro-units, what the page said, and whose rate it is."""
    rows = {row["id"]: row for row in full.json("tasks")}
    pay = {"state": "stated", "micro": 50_000, "max_micro": 50_000, "currency": "EUR", "per": "task", "raw": "0,05 €"}

    assert pay == rows["a2"]["pay"]
    assert {"micro": 9_000_000, "currency": "GBP", "from": "stated"} == rows["a1"]["hourly"]
    assert {"micro": 7_200_000, "currency": "GBP", "from": "own"} == rows["a2"]["hourly"]
    assert ("unreadable", None) == (rows["a3"]["pay"]["state"], rows["a3"]["pay"]["micro"])


def test_an_alerts_deliveries(full: Cli) -> None:
    """What became of it, channel by channel."""
    rows = {row["id"]: row for row in full.json("alerts")}

    assert ["extension", "shown"] == [rows["a2"]["deliveries"][0][name] for name in ("channel", "state")]
    assert {"channel", "state", "at_us"} <= set(rows["a1"]["deliveries"][0])
    assert rows["a2"]["shown_at_us"] - rows["a2"]["dom_at_us"] == 180_000
    assert None is rows["a1"]["shown_at_us"]


def test_a_history_is_in_order(full: Cli) -> None:
    """From acceptance to money, by each name of the task."""
    for name in ("b3", "site:b3", "site::b3"):
        assert ["accepted", "submitted", "approved", "paid"] == [row["kind"] for row in full.json("history", name)]


@pytest.mark.parametrize("words", [*KEYS, "export", "verify"])
def test_an_empty_folder_has_nothing_to_show(cli: Cli, words: str) -> None:
    """Exit code 3, a cause with what to do, and no folder made by asking."""
    done = cli(*words.split())

    assert 3 == done.code
    assert "" == done.out
    assert done.err.startswith("piecework: ")
    assert not cli.data.exists()


@pytest.mark.parametrize("words", KEYS)
def test_an_empty_list_is_json_too(cli: Cli, words: str) -> None:
    """With and without a store."""
    assert [] == cli.json(*words.split(), code=3)
    assert 0 == cli("backup").code
    assert [] == cli.json(*words.split(), code=3)


def test_gone_tasks_are_shown_when_asked_for(full: Cli) -> None:
    """Programs get them always, people with --all."""
    assert "a5" in {row["id"] for row in full.json("tasks")}
    assert "Task a5" not in full("tasks").out
    assert "Task a5" in full("tasks", "--all").out


def test_one_platforms_tasks(full: Cli) -> None:
    """And none of another's."""
    assert 5 == len(full.json("tasks", "--platform", "site"))
    assert [] == full.json("tasks", "--platform", "other", code=3)


def test_people_read_money_and_times(full: Cli) -> None:
    """No micro-units, no microseconds."""
    assert "£1.20" in full("tasks").out
    assert "€0.05" in full("tasks").out
    assert "0:10:00" in full("time").out
    assert "2026-11-2" in full("time").out
    assert "£4.80" in full("earnings").out


SPOILERS = {
    "clears the screen": "a\x1b[2J\x1b]0;b\x07c",
    "moves up": "a\r\n\x0b\x0cb\x85\u2028c",
    "turns the line": "a\u202eb\u2067c\u200f",
    "nothing": "a\0b",
    "half a letter": "a\ud800b",
    "controls of eight bits": "a\x9b2Jb",
    "a tower": "a" + "\u0301" * 500,
    "a megabyte": "x" * 1_000_000,
    "wide": "漢" * 100,
    "invisible": "a\u200b\u2060\ufeffb",
}


@pytest.mark.parametrize("text", SPOILERS.values(), ids=SPOILERS)
def test_no_title_breaks_the_terminal(text: str) -> None:
    """A cell is one printable piece of a line, of at most sixty columns."""
    shown = table.cell(text)

    assert shown.isprintable()
    assert table.width(shown) <= table.WIDEST
    assert not any(unicodedata.combining(one) and unicodedata.combining(two) for one, two in pairwise(shown))


def test_columns_stand_below_one_another(full: Cli) -> None:
    """Also behind wide letters."""
    lines = full("tasks").out.splitlines()
    at = lines[0].index("state")

    assert {"open"} == {_from(line, at) for line in lines[1:]}


def _from(line: str, column: int) -> str:
    before = 0
    for place, letter in enumerate(line):
        if before == column:
            return line[place:]
        before += table.width(letter)
    return ""


def test_json_is_ascii(full: Cli) -> None:
    """A stranger's words pass through no terminal as they are."""
    assert full("tasks", "--json").out.isascii()


def test_a_store_of_an_older_version_is_not_half_read(full: Cli, paths: Paths) -> None:
    """The agent brings it up to date first."""
    conn = sqlite3.connect(paths.db)
    conn.execute(f"PRAGMA user_version = {migrations.newest() - 1}")
    conn.close()
    done = full("tasks")

    assert (4, "") == (done.code, done.out)
    assert "piecework run" in done.err


def test_what_is_no_store_is_told(paths: Paths) -> None:
    """Not as a trace."""
    paths.data.mkdir()
    paths.db.write_text("not a database, but long enough to be taken for one" * 100)
    done = Cli(paths.data)("tasks")

    assert 4 == done.code
    assert "damaged" in done.err


def test_a_wide_title_is_cut(paths: Paths, store: Store) -> None:
    """With a mark that something is missing, within its sixty columns."""
    store.write_now(lambda conn: task(conn, "w", 1, title="漢" * 100))
    store.close()

    assert f"{'漢' * 29}…" in Cli(paths.data)("tasks").out
