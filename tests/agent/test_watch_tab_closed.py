"""A watch tab the person closed: said on the page with one press to open it, whatever the scheduler finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.platforms import load_platforms
from piecework.platforms.asking import address_of
from piecework.watch.heartbeat import note_state
from tests.agent import panel as p
from tests.agent.panel import panel
from tests.agent.visitor import read, signed_in

if TYPE_CHECKING:
    from piecework.now import FixedClock
    from piecework.settings import Paths
    from piecework.store import Store


async def test_a_closed_watch_tab_is_said_with_a_way_back(paths: Paths, store: Store, clock: FixedClock) -> None:
    """Its state has a name of its own, what helps and a link; "no tab" of the scheduler does not replace it."""
    key = ("sproutgigs", "jobs")
    state = {"platform": key[0], "list": key[1], "state": "resting", "cause": "tab_closed"}
    store.write_now(lambda conn: p.look(conn, clock.now_us(), **state))
    store.write_now(lambda conn: note_state(conn, key, "resting", "no_tab", clock.now_us()))
    async with panel(paths, store, clock) as house, signed_in(house) as person:
        house.services.platforms = load_platforms()
        page = await read(person, "/platforms")
    assert "Watch tab closed" in page.text
    assert "at a press in the extension" in page.text
    assert ["https://sproutgigs.com/jobs.php"] == [
        str(link["href"]) for link in page.links if str(link["href"]).startswith("https://sproutgigs")
    ]


def test_the_address_of_a_list_has_no_gaps() -> None:
    """Every list that can be opened by a press has an address; one on this machine has none that is sure."""
    platforms = load_platforms()
    assert "https://app.prolific.com/studies" == address_of(platforms["prolific"], "studies")
    assert "" == address_of(platforms["practice"], "tasks")
    assert "" == address_of(platforms["prolific"], "no such list")
    found = [address_of(one, listing.id) for one in platforms.values() for listing in one.listings]
    assert not any(set("*{") & set(address) for address in found)
