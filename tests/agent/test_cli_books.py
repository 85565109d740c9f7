"""Work written down, read back, written out, checked: the same whether an agent runs or not."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from piecework.settings import Paths
from tests.agent.cli_rig import AgentThread, Cli

MINUTE_US = 60_000_000
PAID = ("add", "--platform", "practice", "--title", "A survey", "--pay", "$0.80", "--state", "paid", "--minutes", "12")


@pytest.fixture(params=["no agent", "an agent"])
def cli(request: pytest.FixtureRequest, paths: Paths) -> Iterator[Cli]:
    """The command line on a folder that an agent serves, and on one that none does."""
    if request.param == "no agent":
        yield Cli(paths.data)
        return
    with AgentThread(paths.data):
        yield Cli(paths.data)


def test_from_a_typed_entry_to_earnings(cli: Cli) -> None:
    """Exact to the micro-unit in every list."""
    added = cli.json(*PAID)
    (earned,) = cli.json("earnings")
    (worked,) = cli.json("time")

    assert ("practice", 800_000, "USD") == (added["platform"], added["micro"], added["currency"])
    assert ("practice", "USD", 800_000, 800_000, 0, 800_000, 0) == tuple(
        earned[name] for name in ("platform", "currency", "submitted", "approved", "rejected", "paid", "fee")
    )
    assert 12 * MINUTE_US == worked["active_us"] == worked["end_us"] - worked["start_us"]
    assert ["submitted", "approved", "paid"] == [row["kind"] for row in cli.json("history", added["assignment"])]


def test_verify_counts_and_finds_no_difference(cli: Cli) -> None:
    """Exit code 0 says that the books are the history's."""
    cli.json(*PAID)
    found = cli.json("verify")

    assert {"events", "postings", "differences"} == set(found)
    assert (4, []) == (found["events"], found["differences"])
    assert 6 == found["postings"]
    assert "0 differences" in cli("verify").out


def test_export_as_a_table(cli: Cli) -> None:
    """One row an assignment, amounts as exact decimals."""
    cli.json(*PAID)
    done = cli("export", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(done.out, newline=""))

    assert ("practice", "A survey", "paid", "0.80", "USD", "720.00") == tuple(
        row[name] for name in ("platform", "title", "state", "pay", "currency", "active_s")
    )
    assert done.out.endswith("\r\n")
    assert "\r\r" not in done.out


def test_export_as_json(cli: Cli) -> None:
    """Assignments, intervals, events and postings, which add up to nothing."""
    cli.json(*PAID)
    books = cli("export", "--format", "json").json

    assert {"assignments", "intervals", "events", "postings"} == set(books)
    assert 0 == sum(Decimal(row["amount"]) for row in books["postings"])


def test_export_of_another_table(cli: Cli) -> None:
    """The time that belongs to the work, in seconds."""
    cli.json(*PAID)
    (row,) = csv.DictReader(io.StringIO(cli("export", "--table", "intervals").out, newline=""))

    assert ("720.00", "work", "A survey") == (row["active_s"], row["kind"], row["title"])


@pytest.mark.parametrize(("form", "begin"), [("xlsx", b"PK"), ("ics", b"BEGIN:VCALENDAR\r\n")])
def test_export_as_a_file_of_another_program(cli: Cli, tmp_path: Path, form: str, begin: bytes) -> None:
    """Spreadsheet and calendar; nothing of a file that was begun is left beside it."""
    cli.json(*PAID)
    path = tmp_path / f"books.{form}"

    assert 0 == cli("export", "--format", form, "--out", str(path)).code
    assert path.read_bytes().startswith(begin)
    assert 3 == cli("export", "--format", form, "--from", "2100-01-01", "--out", str(tmp_path / "none")).code
    assert [path] == [file for file in tmp_path.iterdir() if file.name.startswith(("books", "none"))]


def test_export_into_a_file(cli: Cli, tmp_path: Path) -> None:
    """The same bytes as on standard output, and nothing there."""
    cli.json(*PAID)
    done = cli("export", "--format", "json", "--out", str(tmp_path / "books.json"))

    assert (0, "") == (done.code, done.out)
    assert cli("export", "--format", "json").out.encode() == (tmp_path / "books.json").read_bytes()


def test_export_of_days_without_work(cli: Cli, tmp_path: Path) -> None:
    """Exit code 3, no file."""
    cli.json(*PAID)
    out = tmp_path / "books.csv"

    assert 3 == cli("export", "--to", "1999-12-31", "--out", str(out)).code
    assert not out.exists()


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "20261101", "2026-11-1"])
def test_a_day_that_no_calendar_has_is_bad_usage(cli: Cli, day: str) -> None:
    """Rather than an export that silently leaves out what was meant."""
    cli.json(*PAID)

    assert [2, 2] == [cli("export", option, day).code for option in ("--from", "--to")]


@pytest.mark.parametrize("option", ["--title", "--pay"])
def test_bytes_that_are_no_text_are_bad_usage(cli: Cli, option: str) -> None:
    """As a terminal of another encoding would send them."""
    done = cli(*PAID, option, "\udce9t\udce9")

    assert (2, "") == (done.code, done.out)
    assert "udce9" in done.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--pay", "much"), "“much”"),
        (("--pay", "5"), "1.20 EUR"),
        (("--pay", "$1", "--minutes", "0"), "Minutes"),
        (("--pay", "$1", "--state", "dreamt"), "dreamt"),
        ((), "--pay"),
    ],
)
def test_what_can_not_be_read_is_bad_usage(cli: Cli, words: tuple[str, ...], says: str) -> None:
    """Exit code 2, the cause, and nothing in the books."""
    done = cli("add", "--platform", "practice", *words)

    assert (2, "") == (done.code, done.out)
    assert says in done.err
    assert 3 == cli("earnings").code


def test_rebuild_changes_nothing_that_was_right(cli: Cli) -> None:
    """The same figures come out of the history."""
    cli.json(*PAID)
    before = cli.json("earnings")

    assert {"attempts": 1} == cli.json("rebuild")
    assert before == cli.json("earnings")


def test_a_backup_says_where_it_is(cli: Cli) -> None:
    """In the folder's own backups."""
    made = cli.json("backup")

    assert {"path", "bytes"} == set(made)
    assert Path(made["path"]).stat().st_size == made["bytes"]
    assert Path(made["path"]).is_relative_to(cli.data)


def test_forget_takes_what_is_named(cli: Cli) -> None:
    """One platform goes from every list, the other's figures stay, the books still agree."""
    cli.json(*PAID)
    cli.json("add", "--platform", "Elsewhere", "--pay", "1,20 €")
    answer = cli.json("forget", "--platform", "practice", "--yes")

    assert {"rows", "balances", "rewritten", "removed"} <= set(answer)
    assert ["elsewhere"] == [row["platform"] for row in cli.json("earnings") if row["submitted"]]
    assert "A survey" not in cli("export", "--format", "json").out
    assert [] == cli.json("verify")["differences"]


def test_forget_asks_first(cli: Cli) -> None:
    """Anything but yes leaves everything where it is."""
    cli.json(*PAID)
    for typed in ("n\n", "\n", ""):
        done = cli("forget", "--everything", typed=typed)
        assert (4, "") == (done.code, done.out)
        assert "Nothing was done" in done.err
    assert 1 == len(cli.json("earnings"))
    assert 0 == cli("forget", "--everything", typed="y\n").code
    assert 3 == cli("time").code


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--platform", "practice", "--everything"),
        ("--before", "yesterday"),
        ("--account", "practice"),
        ("--before", "2026-02-30"),
    ],
)
def test_what_is_not_named_clearly_is_not_forgotten(cli: Cli, words: tuple[str, ...]) -> None:
    """Bad usage, with --yes too."""
    cli.json(*PAID)

    assert 2 == cli("forget", "--yes", *words).code
    assert 1 == len(cli.json("earnings"))


def test_a_backup_is_put_in_the_stores_place(paths: Paths) -> None:
    """By default the newest; what stood there stays beside it. No agent may run meanwhile."""
    cli = Cli(paths.data)
    cli.json(*PAID)
    copy = cli.json("backup")["path"]
    cli.json("add", "--platform", "Elsewhere", "--pay", "1,20 €")
    with AgentThread(paths.data):
        refused = cli("restore")
    restored = cli.json("restore")

    assert 4 == refused.code
    assert "piecework stop" in refused.err
    assert copy == restored["restored"]
    assert Path(restored["aside"]).is_file()
    assert ["practice"] == [row["platform"] for row in cli.json("earnings")]
    assert [] == cli.json("verify")["differences"]


def test_a_backup_is_chosen_by_its_day(paths: Paths) -> None:
    """A day that has none is bad usage, and names those there are."""
    cli = Cli(paths.data)
    assert 3 == cli("restore").code
    name = Path(cli.json("backup")["path"]).name
    wrong = cli("restore", "1999-12-31")

    assert 2 == wrong.code
    assert name in wrong.err
    assert 0 == cli("restore", name.removeprefix("piecework-").removesuffix(".db")).code


def test_what_differs_from_the_history_is_told(paths: Paths) -> None:
    """Exit code 4, the differences as JSON, and the command that mends them."""
    cli = Cli(paths.data)
    cli.json(*PAID)
    with sqlite3.connect(paths.db) as conn:
        conn.execute("UPDATE assignment SET pay_micro = 900000")
    conn.close()
    done = cli("verify", "--json")

    assert 4 == done.code
    assert 1 == len(json.loads(done.out)["differences"])
    assert "piecework rebuild" in done.err
    assert 0 == cli("rebuild").code
    assert 0 == cli("verify").code
