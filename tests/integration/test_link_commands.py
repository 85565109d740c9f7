"""Commands: the same answers whether an agent runs or not."""

import stat
import sys
from pathlib import Path

import pytest

from piecework.app import Agent
from piecework.control import run
from piecework.control.commands import COMMANDS
from piecework.errors import BadUsage, NothingToShow, NotPaired, NotRunning, PieceworkError
from piecework.link.client import LinkClient
from piecework.link.command import probe, run_command
from piecework.protocol import proof
from piecework.protocol.messages import Forget
from piecework.settings import Paths
from tests.integration.conftest import Start
from tests.integration.rig import connect, issue, rows, until


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A folder nobody serves."""
    return Paths(tmp_path / "idle")


async def test_status_of_nothing_makes_nothing(paths: Paths) -> None:
    """Asking whether it runs leaves no folder behind."""
    assert {"running": False} == await run_command(paths, "status")
    assert not paths.data.exists()


async def test_status_names_port_process_and_browsers(agent: Agent, client: LinkClient) -> None:
    """Asked over the link, by the key of the data folder."""
    answer = await run_command(agent.services.paths, "status")

    assert (True, agent.port, 1) == (answer["running"], answer["port"], len(answer["connected"]))
    assert client.closed is None


async def test_a_key_can_be_issued_before_the_agent_runs(start: Start, tmp_path: Path) -> None:
    """The next agent knows it."""
    issued = await run_command(Paths(tmp_path / "data"), "pair.issue", {"name": "my program"})
    agent = await start()

    async with await connect(agent, (issued["cid"], issued["key"]), issued["origin"]) as program:
        await program.send_event("note")
        assert 1 == await program.until_acked()


async def test_pairings_are_listed_and_ended_the_same_way_with_and_without_an_agent(
    start: Start, tmp_path: Path
) -> None:
    """The command line itself is none of them."""
    paths = Paths(tmp_path / "data")
    issued = await run_command(paths, "pair.issue", {"name": "one"})
    agent = await start()
    listed = await run_command(paths, "pair.list")
    await run_command(paths, "pair.revoke", {"cid": issued["cid"]})
    await agent.stop()

    assert [("one", False, False)] == [(one["name"], one["revoked"], one["connected"]) for one in listed["clients"]]
    assert None is listed["pending"]
    assert [True] == [one["revoked"] for one in (await run_command(paths, "pair.list"))["clients"]]


@pytest.mark.parametrize("name", ["stop", "open", "pair.approve", "pair.deny"])
async def test_what_needs_an_agent_says_so(paths: Paths, name: str) -> None:
    """And how to start one."""
    with pytest.raises(NotRunning, match="piecework run"):
        await run_command(paths, name, {"code": "1234"})


@pytest.mark.parametrize("online", [True, False])
async def test_a_failure_keeps_its_kind_over_the_link(start: Start, tmp_path: Path, *, online: bool) -> None:
    """The command line ends with the same exit code."""
    paths = Paths(tmp_path / "data")
    if online:
        await start()
    with pytest.raises(BadUsage, match="no command"):
        await run_command(paths, "fly")
    with pytest.raises(BadUsage, match="“code”"):
        await run_command(paths, "pair.approve", {})
    with pytest.raises(NothingToShow if online else NotRunning):
        await run_command(paths, "pair.approve", {"code": "1234"})


async def test_a_bug_in_a_command_is_answered(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line does not wait for ever, and the agent goes on."""

    async def broken(_services: object, _args: object) -> dict[str, object]:
        raise ZeroDivisionError

    monkeypatch.setitem(COMMANDS, "status", broken)

    with pytest.raises(PieceworkError, match="ZeroDivisionError"):
        await run_command(agent.services.paths, "status")
    assert (await run_command(agent.services.paths, "pair.list"))["clients"] == []


async def test_the_command_line_proves_its_key(agent: Agent) -> None:
    """Another user of the machine, who can't read the folder, is nobody."""
    with pytest.raises(NotPaired):
        await LinkClient.connect(agent.port, key=proof.new_nonce())


async def test_probe_walks_the_whole_path(agent: Agent) -> None:
    """Down to a durable acknowledgement."""
    said = await probe(agent.services.paths)

    assert "committed" in said
    assert 1 == len(rows(agent, "SELECT 1 FROM event WHERE kind = 'note'"))


async def test_several_command_lines_at_once(agent: Agent) -> None:
    """One does not throw the other out."""
    key = agent.services.secrets.cli_key
    async with (
        await LinkClient.connect(agent.port, key=key) as one,
        await LinkClient.connect(agent.port, key=key) as two,
    ):
        assert (await one.command("status"))["running"]
        assert (await two.command("status"))["running"]
        assert (await one.command("status"))["running"]


async def test_the_dashboards_address_is_made_for_one_path(agent: Agent) -> None:
    """Nothing that leads elsewhere."""
    assert (await run(agent.services, "open", {}))["url"].startswith(f"http://127.0.0.1:{agent.port}/")
    for path in ("//evil.test", "https://evil.test", "", "x" * 1000):
        with pytest.raises(BadUsage):
            await run(agent.services, "open", {"path": path})


@pytest.mark.parametrize(
    "setting", [{"name": "volume", "value": "loud"}, {"name": "moon", "value": 1}, {"value": 1}, {"name": "idle_s"}]
)
async def test_a_choice_that_makes_no_sense_is_not_kept(agent: Agent, setting: dict[str, object]) -> None:
    """The old one stays."""
    before = await run(agent.services, "setting.list", {})
    with pytest.raises(BadUsage):
        await run(agent.services, "setting.set", setting)

    assert before == await run(agent.services, "setting.list", {})


async def test_work_that_no_page_showed_comes_into_the_books(agent: Agent) -> None:
    """Through the same door as every fact, marked as typed."""
    added = await run(
        agent.services,
        "add",
        {"platform": "My Site", "title": "A survey", "pay": "1,20 €", "state": "paid", "minutes": 12},
    )
    (assignment,) = rows(agent, "SELECT * FROM assignment")

    assert ("my-site", 1_200_000, "EUR") == (added["platform"], added["micro"], added["currency"])
    assert (added["assignment"], "paid", "A survey", 1_200_000) == (
        assignment["id"],
        assignment["state"],
        assignment["title"],
        assignment["pay_micro"],
    )
    assert {"typed"} == {row["source"] for row in rows(agent, "SELECT source FROM event")}
    assert [12 * 60_000_000] == [row["active_us"] for row in rows(agent, "SELECT active_us FROM interval")]
    assert [] == (await run(agent.services, "verify", {}))["differences"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"platform": "x", "pay": "much"},
        {"platform": "x", "pay": "5"},
        {"platform": "…", "pay": "$1"},
        {"pay": "$1"},
        {"platform": "x", "pay": "$1", "minutes": 0},
        {"platform": "x", "pay": "$1", "colour": "red"},
        {"platform": "x", "pay": "$1", "state": "dreamt"},
    ],
)
async def test_what_can_not_be_read_is_not_written_down(agent: Agent, wrong: dict[str, object]) -> None:
    """Unknown stays unknown: nothing is guessed."""
    with pytest.raises(BadUsage):
        await run(agent.services, "add", wrong)

    assert [] == rows(agent, "SELECT 1 FROM event")


async def test_only_accounts_that_were_seen_are_claimed(agent: Agent) -> None:
    """A typing error makes no account."""
    with pytest.raises(BadUsage, match="account --list"):
        await run(agent.services, "account.claim", {"platform": "practice", "account": "nobody"})

    assert [] == (await run(agent.services, "account.list", {}))["accounts"]


async def test_a_backup_is_made_and_restored(start: Start, tmp_path: Path) -> None:
    """What stood there is kept; the browser is asked for what the copy does not know."""
    paths = Paths(tmp_path / "data")
    agent = await start()
    who = await run(agent.services, "pair.issue", {"name": "one"})
    async with await connect(agent, (who["cid"], who["key"]), who["origin"]) as client:
        await client.send_event("note", id="before")
        await client.until_acked()
        copy = await run_command(paths, "backup")
        await client.send_event("note", id="after")
        await client.until_acked()
    with pytest.raises(PieceworkError, match="piecework stop"):
        await run_command(paths, "restore")
    await agent.stop()
    restored = await run_command(paths, "restore")
    again = await start()

    assert copy["path"] == restored["restored"]
    assert restored["aside"] in {str(path) for path in paths.data.iterdir()}
    assert ["before"] == [row["id"] for row in rows(again, "SELECT id FROM event")]
    async with await connect(again, (who["cid"], who["key"]), who["origin"]) as client:
        assert 1 == client.welcome.last


async def test_restore_without_a_backup_changes_nothing(paths: Paths) -> None:
    """And says where it looked."""
    with pytest.raises(NothingToShow, match="backups"):
        await run_command(paths, "restore")
    with pytest.raises(BadUsage, match="none"):
        await run_command(paths, "restore", {"backup": "2020-01-01"})


async def test_rebuild_and_verify_agree(agent: Agent) -> None:
    """What is derived can be derived again."""
    await run(agent.services, "add", {"platform": "practice", "pay": "$0.80", "state": "approved"})
    rebuilt = await run(agent.services, "rebuild", {})

    assert 1 == rebuilt["attempts"]
    assert [] == (await run(agent.services, "verify", {}))["differences"]


async def test_forgetting_reaches_browsers_that_are_there_and_those_that_come_back(agent: Agent) -> None:
    """Out of the store at once, out of each outbox once, and nothing else."""
    here, away = await issue(agent), await issue(agent)
    async with await connect(agent, here) as client:
        for platform in ("practice", "other"):
            await client.send_event("note", platform=platform, account="-")
        await client.until_acked()
        answer = await run(agent.services, "forget", {"platform": "other"})
        assert Forget(platform="other") == await client.next(Forget)
    async with await connect(agent, away) as client:
        assert Forget(platform="other") == await client.next(Forget)
    async with await connect(agent, away) as client:
        await client.send_event("note", platform="practice", account="-")
        await client.until_acked()
        assert [] == [message for message in client.inbox if isinstance(message, Forget)]

    assert 1 == answer["rows"]["event"]
    assert {"practice", ""} == {row["platform"] for row in rows(agent, "SELECT platform FROM event")}


async def test_forgetting_everything_ends_every_pairing(agent: Agent, client: LinkClient) -> None:
    """Browsers are told first; the command line goes on, account names get new hashes."""
    salt = agent.services.secrets.salt
    await client.send_event("note", platform="practice", account="-")
    await client.until_acked()
    await run_command(agent.services.paths, "forget", {"everything": True})

    assert (await client.next(Forget)).everything
    assert 4403 == (await client.until_closed()).code
    assert [] == (await run_command(agent.services.paths, "pair.list"))["clients"]
    assert ["forgotten"] == [row["kind"] for row in rows(agent, "SELECT kind FROM event")]
    assert salt != agent.services.secrets.salt


@pytest.mark.parametrize("wrong", [{}, {"before": "yesterday"}, {"everything": True, "platform": "practice"}])
async def test_what_is_not_named_clearly_is_not_forgotten(agent: Agent, wrong: dict[str, object]) -> None:
    """It can't be undone, so that nothing is guessed."""
    with pytest.raises(BadUsage):
        await run(agent.services, "forget", wrong)


async def test_a_notice_can_be_put_away(agent: Agent) -> None:
    """It comes back only if its cause does."""
    agent.services.notice("clock", "it was set back")
    await run(agent.services, "notice.dismiss", {"cause": "clock"})

    assert {} == (await run(agent.services, "status", {}))["notices"]


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
async def test_everything_in_the_folder_is_private(agent: Agent) -> None:
    """Keys, store, log and run file."""
    await until(agent.services.paths.backups.exists)
    files = [path for path in agent.services.paths.data.rglob("*") if path.exists()]

    assert [] == [path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
