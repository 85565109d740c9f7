"""`rules` and `channels` on the command line: the same rules and results as on the pages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from piecework.settings import Paths
from tests.agent.cli_rig import AgentThread, Cli


@pytest.fixture
def cli(paths: Paths) -> Cli:
    """The command line on the folder."""
    return Cli(paths.data)


@pytest.fixture
def served(paths: Paths) -> Iterator[AgentThread]:
    """An agent that serves the folder."""
    with AgentThread(paths.data) as running:
        yield running


@pytest.mark.usefixtures("served")
def test_rules_go_out_and_come_in(cli: Cli, tmp_path: Path) -> None:
    """Written, changed, read; each is listed with its week; one is switched off."""
    file = tmp_path / "rules.json"
    assert 0 == cli("rules", "--export", str(file)).code
    book = json.loads(file.read_text())
    book["rules"].append({"id": "mine", "name": "Mine", "rule": {"words": ["survey"], "level": "quiet"}})
    assert {"rules": 3} == json.loads(cli("rules", "--import", "-", "--json", typed=json.dumps(book)).out)
    listed = cli.json("rules")
    assert ["default", "money", "mine"] == [row["id"] for row in listed]
    nothing = {"fired": 0, "seen": 0, "lacks": {}, "rate_day": "", "told_only": ["places", "pay"]}
    assert nothing == listed[2]["preview"]
    assert 0 == cli("rules", "--off", "mine").code
    assert [True, True, False] == [row["on"] for row in cli.json("rules")]
    assert "Every new task" in cli("rules").out


@pytest.mark.usefixtures("served")
def test_a_file_that_is_none_changes_nothing(cli: Cli) -> None:
    """Exit code 2, with the reason."""
    refused = cli("rules", "--import", "-", typed='{"piecework_rules": 1, "rules": [{"id": "A B"}]}')
    assert 2 == refused.code
    assert "no file of rules" in refused.err
    assert 2 == cli("rules", "--off", "nothing").code
    assert 2 == cli("rules", "--replace").code
    assert 2 == len(cli.json("rules"))


@pytest.mark.usefixtures("served")
def test_channels_are_listed_switched_and_shown_by_status(cli: Cli) -> None:
    """What stands on the page Channels; the machine's own ones are switched, not removed."""
    assert ["extension", "desktop"] == [row["name"] for row in cli.json("channels")]
    assert 0 == cli("channels", "--off", "desktop").code
    assert [True, False] == [row["on"] for row in cli.json("channels")]
    assert 2 == cli("channels", "--remove", "desktop").code
    assert "channel desktop: off" in cli("status").out


@pytest.mark.usefixtures("served")
def test_a_test_that_reaches_nobody_says_so(cli: Cli) -> None:
    """Exit code 4, and each channel's own cause."""
    cli("channels", "--off", "desktop")
    done = cli("channels", "--test")
    assert 4 == done.code
    assert "no browser is connected" in done.out


def test_without_an_agent_no_alert_goes_out(cli: Cli) -> None:
    """Rules can be read and changed all the same."""
    assert 4 == cli("channels", "--test").code
    assert 2 == len(cli.json("rules"))
