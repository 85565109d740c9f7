"""Corrections, undo, reconciliation and the statement from the command line, with and without an agent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from piecework.settings import Paths
from tests.agent.cli_rig import AgentThread, Cli

PAID = ("add", "--platform", "practice", "--title", "A survey", "--pay", "$0.80", "--state", "approved")


@pytest.fixture(params=["no agent", "an agent"])
def cli(request: pytest.FixtureRequest, paths: Paths) -> Iterator[Cli]:
    """The command line on a folder that an agent serves, and on one that none does."""
    if request.param == "no agent":
        yield Cli(paths.data)
        return
    with AgentThread(paths.data):
        yield Cli(paths.data)


def test_correct_and_take_back(cli: Cli) -> None:
    """The history names the correction, the earnings follow, and undo restores them."""
    own = cli.json(*PAID)["assignment"]
    before = cli.json("earnings")
    done = cli.json("edit", own, "--pay", "1.20", "--title", "Two surveys", "--reason", "as paid")

    assert [1_200_000] == [row["approved"] for row in cli.json("earnings")]
    assert "edit" in [row["kind"] for row in cli.json("history", own)]

    assert "piecework undo" in cli("undo", done["event"]).out
    assert before == cli.json("earnings")
    assert [] == cli.json("verify")["differences"]


def test_what_can_not_be_corrected_says_why(cli: Cli) -> None:
    """Bad usage ends with 2 and a sentence."""
    own = cli.json(*PAID)["assignment"]
    wrong = cli("edit", own, "--state", "lost")

    assert (2, True) == (wrong.code, "is no state" in wrong.err)
    assert 2 == cli("undo", "nothing").code
    assert 2 == cli("reconcile", "--settle", "keep").code


def test_reading_anew_finds_nothing_to_correct(cli: Cli) -> None:
    """The parser is the one that read it."""
    cli.json(*PAID)

    assert {"corrections": 0, "dry_run": True, "changes": []} == cli.json("reparse", "--dry-run")
    assert "0 events are read differently" in cli("reparse").out


def test_the_statement_adds_up(cli: Cli) -> None:
    """By month, by platform, and in all."""
    cli.json(*PAID)
    cli.json(*PAID, "--minutes", "30")
    found = cli.json("statement")

    assert [("practice", "USD", 1_600_000, 2)] == [
        (row["platform"], row["currency"], row["earned"], row["n"]) for row in found["platforms"]
    ]
    assert (1_800_000_000, None) == (found["active_us"], found["home"])
    assert "practice" in cli("statement").out
    assert 3 == cli("statement", "--to", "2001-12-31", "--from", "2001-01-01").code
    assert 2 == cli("statement", "--from", "soon").code


def test_nothing_is_overdue_or_stated(cli: Cli, tmp_path: Path) -> None:
    """Exit code 3, and an empty list for programs."""
    cli.json(*PAID)

    assert [(3, "[]\n")] * 3 == [
        (done.code, done.out)
        for done in (cli("overdue", "--json"), cli("overdue", "--requesters", "--json"), cli("reconcile", "--json"))
    ]
    assert 3 == Cli(tmp_path / "none")("overdue").code


def test_an_entry_that_was_a_mistake_is_taken_back_whole(cli: Cli) -> None:
    """Its money and its minutes; each line the command names brings its part back."""
    own = cli.json(*PAID, "--minutes", "25")["assignment"]
    earned, spent = cli.json("earnings"), cli.json("time")
    done = cli("undo", own)

    assert (3, 3) == (cli("earnings").code, cli("time").code)
    again = [line.split()[-1] for line in done.out.splitlines() if line.startswith("  piecework undo ")]
    assert 3 == len(again)
    assert [0, 0, 0] == [cli("undo", event).code for event in again]
    assert earned == cli.json("earnings")
    assert [row["active_us"] for row in spent] == [row["active_us"] for row in cli.json("time")]
    assert [] == cli.json("verify")["differences"]
