"""Files into the books by command: the same whether an agent runs or not; killed in the middle, nothing happened."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bench.backups import write_backup
from piecework.cli import progress
from piecework.imports import FORMATS
from piecework.link import command
from tests.agent.cli_rig import AgentThread, Cli
from tests.agent.import_samples import SAMPLES, Entry
from tests.agent.importing import PROLIFIC, suite, suite_hit
from tests.agent.test_exports_read_back import READERS, named_for_beancount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from piecework.settings import Paths

WAIT_S = 60


@pytest.fixture(params=["no agent", "an agent"])
def cli(request: pytest.FixtureRequest, paths: Paths) -> Iterator[Cli]:
    """The command line on a folder that an agent serves, and on one that none does."""
    if request.param == "no agent":
        yield Cli(paths.data)
        return
    with AgentThread(paths.data):
        yield Cli(paths.data)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of three hits, one of which can't be read."""
    path = tmp_path / "backup with blanks é.json"
    path.write_text(json.dumps(suite(suite_hit(1), suite_hit(2, date="99991231"), suite_hit(3))), encoding="utf-8")
    return path


def test_looked_at_taken_and_taken_again(cli: Cli, backup: Path) -> None:
    """The answer's keys stay; a preview writes nothing; a second time nothing is new."""
    looked = cli.json("import", str(backup), "--dry-run")

    assert {
        "format": "mturk-suite",
        "rows": 3,
        "new": 2,
        "known": 0,
        "refused": [{"row": 2, "cause": "“99991231” lies in the future"}],
        "sums": {"USD": 100_000},
    } == looked
    assert 3 == cli("earnings").code
    assert looked == cli.json("import", str(backup))
    assert {**looked, "new": 0, "known": 2} == cli.json("import", str(backup))
    assert [("mturk", "USD", 100_000, 100_000)] == [
        tuple(row[name] for name in ("platform", "currency", "submitted", "paid")) for row in cli.json("earnings")
    ]
    assert [] == cli.json("verify")["differences"]


def test_the_recorded_database_and_export(cli: Cli, recorded: Callable[[str], Path]) -> None:
    """63 HITs of 63.95 dollars and five submissions, twice, and hledger has nothing against the journal."""
    files = [
        str(recorded("mturk") / "mturk-engine_hit-database_2017-10-01.json"),
        str(recorded("prolific") / "prolific_submissions-export_2026-03.csv"),
    ]
    first, second = cli.json("import", *files), cli.json("import", *files)

    assert [(63, 63, {"USD": 63_950_000}), (5, 5, {"GBP": 2_670_000, "USD": 17_500_000})] == [
        (answer["rows"], answer["new"], answer["sums"]) for answer in first
    ]
    assert [(0, 63), (0, 5)] == [(answer["new"], answer["known"]) for answer in second]
    earned = {(row["platform"], row["currency"]): row["approved"] for row in cli.json("earnings")}
    assert {("mturk", "USD"): 63_950_000, ("prolific", "GBP"): 2_670_000, ("prolific", "USD"): 17_500_000} == earned
    assert [] == cli.json("verify")["differences"]


RECORDED = {
    ("income:mturk", "USD"): -63_950_000,
    ("income:prolific", "GBP"): -2_670_000,
    ("income:prolific", "USD"): -17_500_000,
}


def test_real_programs_agree(paths: Paths, recorded: Callable[[str], Path], tmp_path: Path) -> None:
    """From the recorded files, taken twice, to the balances of hledger, ledger and beancount: the same to the cent."""
    cli = Cli(paths.data)
    files = (
        recorded("mturk") / "mturk-engine_hit-database_2017-10-01.json",
        recorded("prolific") / "prolific_submissions-export_2026-03.csv",
        recorded("microworkers") / "history_pending_2026-09-05.json",
    )
    assert [63 + 5 + 1, 0] == [sum(one["new"] for one in cli.json("import", *map(str, files))) for _ in "ab"]

    for form in ("hledger", "ledger", "beancount"):
        journal = tmp_path / f"books.{form}"
        assert 0 == cli("export", "--format", form, "--out", str(journal)).code
        wanted = named_for_beancount(RECORDED) if form == "beancount" else RECORDED
        assert wanted.items() <= READERS[form](journal).items()
    assert [] == cli.json("verify")["differences"]


def test_for_people(cli: Cli, backup: Path) -> None:
    """One line for a file, one for each row that was not taken."""
    done = cli("import", str(backup))

    assert "3 rows, 2 new, 0 known; 0.10 USD" in done.out
    assert "row 2 not taken: “99991231” lies in the future" in done.out


@pytest.mark.parametrize(
    ("text", "words", "code", "says"),
    [
        (None, (), 4, "is no file"),
        ("no kind of file", (), 4, "Row 1"),
        ('{"hits": [{"hit_id"', (), 4, "Row 1"),
        ("a,b,c\n1,2,3\n", (), 4, "--map date=COLUMN"),
        ("a,b,c\n1,2,3\n", ("--map", "date"), 2, "FIELD=COLUMN"),
        ("a,b,c\n1,2,3\n", ("--format", "excel"), 2, "There are:"),
        ("a,b,c\n1,2,3\n", ("--dates", "ymd"), 2, "ymd"),
        (f"{PROLIFIC}\nOne,$1.00,,2026-03-01 10:00:00,,,LOST\n", (), 4, "No row could be taken"),
    ],
)
def test_what_can_not_be_taken(  # noqa: PLR0913, PLR0917 - the case, and where it happens
    cli: Cli, tmp_path: Path, text: str | None, words: tuple[str, ...], code: int, says: str
) -> None:
    """The file's name, the row, the cause, an exit code; and nothing in the books."""
    path = tmp_path / "file.txt"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = cli("import", str(path), *words)

    assert code == done.code
    assert says in done.err
    assert "Traceback" not in done.err
    assert 3 == cli("earnings").code


def test_whoever_names_columns_means_a_table(cli: Cli, tmp_path: Path) -> None:
    """However narrow it is, and whatever else it looks like."""
    path = tmp_path / "two.csv"
    path.write_text("Day;Net\n2026-01-02;7,50\n", encoding="utf-8")
    words = ("--map", "date=Day", "--map", "amount=Net", "--map", "platform==Roamler", "--map", "currency==EUR")

    assert 4 == cli("import", str(path)).code
    answer = cli.json("import", str(path), *words)
    assert ("generic", 1, {"EUR": 7_500_000}) == (answer["format"], answer["new"], answer["sums"])


def test_a_mapping_is_remembered(cli: Cli, tmp_path: Path) -> None:
    """The next table with the same columns needs none; one of other columns does."""
    first, second, other = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    first.write_text("When,What,Earned\n2026-01-02,Visit,7.00\n")
    second.write_text("When,What,Earned\n2026-01-03,Visit,8.00\n")
    other.write_text("When,What,Gained\n2026-01-03,Visit,8.00\n")
    mapping = ("date=When", "amount=Earned", "title=What", "currency==EUR", "platform==Roamler", "state==paid")
    words = [word for pair in mapping for word in ("--map", pair)]

    assert 4 == cli("import", str(first)).code
    assert 0 == cli("import", str(first), "--dry-run", *words).code
    assert 4 == cli("import", str(first)).code
    assert {"EUR": 7_000_000} == cli.json("import", str(first), *words)["sums"]
    assert {"EUR": 8_000_000} == cli.json("import", str(second))["sums"]
    assert 4 == cli("import", str(other)).code
    assert [("roamler", 15_000_000)] == [(row["platform"], row["paid"]) for row in cli.json("earnings")]


def test_work_of_a_day_before(cli: Cli) -> None:
    """For an app without pages, and for cash; a day that has not come is bad usage."""
    done = cli.json("add", "--platform", "Mobeye", "--pay", "3.50 EUR", "--state", "paid", "--day", "2026-01-31")
    cash = cli.json("add", "--platform", "Cash", "--pay", "20 EUR", "--state", "paid")

    assert ("mobeye", 3_500_000, "cash") == (done["platform"], done["micro"], cash["platform"])
    assert ["2026-01-31"] * 3 == [row["day_local"] for row in cli.json("history", done["assignment"])]
    assert [2, 2] == [
        cli("add", "--platform", "Cash", "--pay", "1 EUR", "--day", day).code for day in ("2999-01-01", "x")
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_long_files_say_how_far_they_are(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """On standard error, by rows done of all there are; whatever kind of file, also when it is only looked at."""
    cli = Cli(paths.data)
    monkeypatch.setattr(progress, "FIRST_S", 0)
    monkeypatch.setattr(progress, "FILE_S", 0)
    path, sample = tmp_path / "long", SAMPLES[form]
    path.write_text(sample.text(900), encoding="utf-8")
    mapping = [f"--map={name}={column}" for name, column in sample.options.get("columns", {}).items()]
    words = ("--format", form, "--platform", sample.options.get("platform", ""), *mapping)
    done = cli("import", str(path), "--dry-run", "--json", *words)

    assert 900 == done.json["rows"]
    told = [(int(far), int(of)) for far, of in re.findall(r"^import: (\d+) of (\d+) ", done.err, re.MULTILINE)]
    assert {400, 800} <= {far for far, _ in told}
    assert all(far <= of for far, of in told)
    assert all(900 <= of < 910 for _, of in told)


def test_an_agent_is_asked_how_far_it_is(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it imports a long file, the command line goes on telling."""
    monkeypatch.setattr(progress, "FIRST_S", 0)
    monkeypatch.setattr(progress, "FILE_S", 0)
    monkeypatch.setattr(command, "TOLD_EVERY_S", 0.001)
    path = tmp_path / "long"
    path.write_text(SAMPLES["hitdb"].text(4000), encoding="utf-8")
    with AgentThread(paths.data):
        done = Cli(paths.data)("import", str(path), "--json")

    assert 4000 == done.json["new"]
    assert re.search(r"^import: \d+ of 4000 ", done.err, re.MULTILINE)


def test_standard_input(cli: Cli) -> None:
    """Lines copied from a page, by a pipe."""
    done = cli("import", "-", "--platform", "some-site", "--json", typed="2026-03-01 Survey $0.80 approved\n")

    assert (0, {"USD": 800_000}) == (done.code, done.json["sums"])


def test_many_rows_that_are_not_taken(cli: Cli, tmp_path: Path) -> None:
    """An answer stays within the link's limit and still counts every row."""
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(suite(suite_hit(1), *(suite_hit(n, state="?" * 40) for n in range(2, 5000)))))
    answer = cli.json("import", str(path))

    assert (4999, 1, 3001) == (answer["rows"], answer["new"], len(answer["refused"]))
    assert "1998 more" in answer["refused"][-1]["cause"] or "1997 more" in answer["refused"][-1]["cause"]


KILLED_IN_THE_MIDDLE = """
import asyncio, json, os, signal, sys
from pathlib import Path
import piecework.imports.take
from piecework.link.command import run_command
from piecework.settings import Paths

def told(name, done, of):
    if done >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

sys.modules["piecework.imports.take"]._CACHE_KIB = 64
asyncio.run(run_command(Paths(Path(sys.argv[1])), "import", json.loads(sys.argv[2]), told))
"""
"""With so few pages in memory SQLite has written most of the import into its log when the program ends."""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_in_the_middle_nothing_happened(paths: Paths, tmp_path: Path) -> None:
    """Megabytes are written when the program is killed; the books are as before, and a second try ends."""
    cli, path = Cli(paths.data), tmp_path / "backup.json"
    cli.json("add", "--platform", "practice", "--pay", "$1")
    before = cli.json("verify")
    total = write_backup(path, 3000)
    words = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(paths.data), json.dumps({"path": str(path)}), "2000"]

    assert -signal.SIGKILL == subprocess.run(words, check=False, timeout=WAIT_S).returncode
    assert paths.db.with_name("piecework.db-wal").stat().st_size > 1 << 20
    assert before == cli.json("verify")
    answer = cli.json("import", str(path))
    assert (3000, 3000, total) == (answer["rows"], answer["new"], answer["sums"]["USD"])
    assert [] == cli.json("verify")["differences"]
    conn = sqlite3.connect(paths.db)
    assert ("ok",) == conn.execute("PRAGMA integrity_check").fetchone()
    conn.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("form", FORMATS)
def test_killed_in_the_middle_of_any_format(paths: Paths, tmp_path: Path, form: str) -> None:
    """Whatever kind of file it is: no event of it is there, and a second try takes all of it."""
    cli, path, sample = Cli(paths.data), tmp_path / "file", SAMPLES[form]
    cli.json("add", "--platform", "practice", "--pay", "$1")
    days = (f"2025-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}" for number in range(500))
    path.write_text(sample.text([Entry(day=day) for day in days]), encoding="utf-8")
    asked = {"path": str(path), "format": form, "platform": sample.options.get("platform", "")}
    asked["map"] = sample.options.get("columns", {})
    words = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(paths.data), json.dumps(asked), "400"]
    before = cli.json("verify")

    assert -signal.SIGKILL == subprocess.run(words, check=False, timeout=WAIT_S).returncode
    assert before == cli.json("verify")
    mapping = [f"--map={name}={column}" for name, column in asked["map"].items()]
    answer = cli.json("import", str(path), "--format", form, "--platform", asked["platform"], *mapping)
    assert (500, 500, []) == (answer["rows"], answer["new"], answer["refused"])
