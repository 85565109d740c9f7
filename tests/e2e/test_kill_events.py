"""Browser's background and agent are killed at random moments while a page makes events: each arrives once.

The same rig as `python -m bench kill`; here with all the kills in Chromium and a few in Firefox.
"""

import pytest

from bench.kill import EVENTS, KILLS, PAY_MICRO, Rig, plan
from bench.mortal import watched
from piecework.drive import Found, Kind
from tests.e2e.conftest import found_or_skip

pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("kill")]

OF: dict[Kind, int] = {"chromium": KILLS, "firefox": 5}


async def test_400_events_under_random_kills_are_held_once_each(browser_kind: Kind) -> None:
    """Every id made in the page is in the history, once, in the order made, and its money in the books."""
    found: Found = found_or_skip(browser_kind)
    kills = plan(EVENTS, OF[browser_kind])
    assert {"agent", "background"} == {kill.victim for kill in kills}
    assert any(kill.held for kill in kills)
    async with watched(found) as box:
        outcome = await Rig(box).run(kills, EVENTS)
        left = await box.unsent()

    assert OF[browser_kind] == outcome.kills.total()
    assert EVENTS == len(set(outcome.made))
    assert outcome.made == [row[0] for row in outcome.held]
    assert sorted(row[1] for row in outcome.held) == [row[1] for row in outcome.held]
    assert [f"Event {number}" for number in range(1, EVENTS + 1)] == [row[3] for row in outcome.held]
    assert EVENTS // 4 * PAY_MICRO == outcome.pending_micro
    assert [] == outcome.differences
    assert 0 == left
