"""The agent is killed and its store destroyed: the newest copy takes over, and the browser hands over the rest."""

import pytest

from bench.kill import Rig
from bench.mortal import watched
from piecework.drive import Kind
from piecework.link.command import run_command
from tests.e2e.conftest import found_or_skip

pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("kill")]

EARLY, ALL = 40, 100


async def test_a_destroyed_store_is_whole_again(browser_kind: Kind) -> None:
    """What was acknowledged stays in the browser for a day: an agent that starts from a copy asks for it, and tells."""
    async with watched(found_or_skip(browser_kind)) as box:
        rig = Rig(box)
        await rig.prepare()
        await rig.make(EARLY)
        await rig.until_held(EARLY)
        await run_command(box.agent.paths, "backup")
        await rig.make(ALL)
        await rig.until_held(ALL)
        await box.handed_over()
        await rig.strike("agent")
        await rig.back()
        await box.handed_over()
        await box.agent.kill()
        box.agent.paths.db.write_bytes(b"not a database any more" * 1000)
        for log in box.agent.paths.data.glob("piecework.db-*"):
            log.unlink()
        await box.agent.start()
        notices = (await run_command(box.agent.paths, "status"))["notices"]
        await rig.until_held(ALL)
        await box.handed_over()
        outcome = await rig.outcome()

    assert "recovered" in notices
    assert "damaged" in notices["recovered"]
    assert (0, 0, 0) == (outcome.lost, outcome.doubled, outcome.strange)
    assert outcome.in_order
    assert 0 == outcome.money_off
    assert [] == outcome.differences
