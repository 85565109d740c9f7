"""Looking by ourselves: only where it was switched on, one lease for each list, and silence when a host refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from piecework.control import run
from piecework.errors import BadUsage
from piecework.now import FixedClock, SystemClock
from piecework.protocol.bodies import Health, LeaseDone, Load
from piecework.protocol.messages import Lease
from tests.integration.rig import CHROMIUM, PLATFORM, connect, issue, rows, see

if TYPE_CHECKING:
    from piecework.app import Agent
    from piecework.link.client import LinkClient
    from piecework.link.looker import Looker
    from tests.integration.conftest import Start


def looker(agent: Agent) -> Looker:
    """The agent's own."""
    own = agent.link.office.looker
    assert own is not None
    return own


async def switch(agent: Agent, *, on: bool = True) -> None:
    """The person's choice for the practice platform."""
    await run(agent.services, "look.choose", {"platform": PLATFORM, "on": on})


class Site:
    """A browser with the list open: answers every lease as it is told to, and counts them."""

    def __init__(self, agent: Agent, client: LinkClient, clock: FixedClock) -> None:
        self.agent = agent
        self.client = client
        self.clock = clock
        self.leases: list[tuple[int, Lease]] = []
        self.number = 10
        self.cid = ""
        self.known: set[str] = set()

    async def report(self, kind: str, body: object) -> None:
        """Something the browser saw, now."""
        await self.client.send_event(kind, body, platform=PLATFORM, account="-", at_us=self.clock.now_us())  # type: ignore[arg-type]
        await self.client.until_acked()

    async def show(self, *tasks: str) -> None:
        """The list, read well."""
        self.number += 1
        await see(self.client, self.number, *tasks, at_us=self.clock.now_us())
        await self.client.until_acked()

    async def pass_time(self, seconds: int, state: str = "watching", step: int = 5) -> int:
        """So much time goes by, every look ending in this state; returns how many looks were asked for."""
        before = len(self.leases)
        for _ in range(0, seconds, step):
            self.clock.forward(seconds=step)
            await looker(self.agent).turn()
            for granted in [one for one in looker(self.agent)._granted.values() if one.lease not in self.known]:
                self.known.add(granted.lease)
                lease = await self.client.next(Lease)
                self.leases.append((self.clock.now_us(), lease))
                await self.answer(lease, state)
        return len(self.leases) - before

    async def answer(self, lease: Lease, state: str) -> None:
        """What the browser does with a lease: the tab's own words first, then that it is done."""
        if state == "watching":
            await self.show("a")
        elif state not in {"no_tab", "silent"}:
            await self.report("health", Health(list=lease.list, state=state))  # type: ignore[arg-type]
        if state != "silent":
            cause = state if state != "watching" else ""
            await self.report("lease_done", LeaseDone(lease=lease.lease, list=lease.list, status=200, cause=cause))


@pytest.fixture
async def clock() -> FixedClock:
    """Time that only tests move."""
    return FixedClock(SystemClock().now_us())


@pytest.fixture
async def site(start: Start, clock: FixedClock) -> Site:
    """An agent, and one browser that has the practice list open."""
    agent = await start(clock=clock)
    who = await issue(agent)
    client = await connect(agent, who)
    own = Site(agent, client, clock)
    own.cid = who[0]
    await see(client, 1, "a", baseline=True, at_us=clock.now_us())
    await client.until_acked()
    return own


async def test_nothing_is_looked_at_unless_it_was_switched_on(site: Site) -> None:
    """Off by default; once on, leases come, each a reload of the person's own tab; off again, they end."""
    assert 0 == await site.pass_time(600)
    await switch(site.agent)
    assert 5 <= await site.pass_time(600) <= 15
    assert {("reload", PLATFORM, "tasks")} == {(one.how, one.platform, one.list) for _, one in site.leases}
    await switch(site.agent, on=False)
    assert 0 == await site.pass_time(600)


@pytest.mark.parametrize("name", ["microworkers", "toloka"])
async def test_where_it_is_forbidden_it_is_not_offered(agent: Agent, name: str) -> None:
    """A platform whose rule forbids it, or that punishes it, can't be switched on by any command."""
    with pytest.raises(BadUsage):
        await run(agent.services, "look.choose", {"platform": name, "on": True})
    assert [] == agent.services.settings.look


@pytest.mark.parametrize("state", ["rate_limited"])
async def test_a_storm_of_refusals_ends_in_silence(site: Site, state: str) -> None:
    """The site answers 429 to every look: at most five requests in the next ten minutes, and the list says so."""
    await run(site.agent.services, "look.budget", {"looks": 600})
    await switch(site.agent)
    await site.pass_time(300)
    while not await site.pass_time(5, state):
        pass
    assert await site.pass_time(600, state) <= 5
    [row] = rows(site.agent, "SELECT state, next_look_us FROM list_state")
    assert "rate_limited" == row["state"]
    assert row["next_look_us"] > site.clock.now_us()


@pytest.mark.parametrize("state", ["challenge", "signed_out"])
async def test_a_challenge_stops_the_host_until_the_person_looked(site: Site, state: str) -> None:
    """One look meets it and none follows, however long; the person's own good look opens the way again."""
    await switch(site.agent)
    while not await site.pass_time(5, state):
        pass
    assert 0 == await site.pass_time(3600, state, step=60)
    assert state == rows(site.agent, "SELECT state FROM list_state")[0]["state"]
    alerts = "SELECT task FROM alert WHERE reason = 'health' AND level = 'quiet'"
    assert [{"task": "tasks"}] == rows(site.agent, alerts)
    await site.show("a", "b")
    assert await site.pass_time(300) >= 1


async def test_one_lease_for_a_list_whatever_browsers_are_there(site: Site) -> None:
    """Two browsers: one is asked; the one without the tab says so, and the other is asked with the same lease."""
    other = await connect(site.agent, await issue(site.agent, CHROMIUM), CHROMIUM)
    await switch(site.agent)
    async with other:
        await looker(site.agent).turn()
        site.clock.forward(seconds=120)
        await looker(site.agent).turn()
        [granted] = looker(site.agent)._granted.values()
        first, second = (site.client, other) if granted.cid == site.cid else (other, site.client)
        lease = await first.next(Lease)
        body = LeaseDone(lease=lease.lease, list=lease.list, cause="no_tab")
        await first.send_event("lease_done", body, platform=PLATFORM, account="-", at_us=site.clock.now_us())
        assert lease.lease == (await second.next(Lease)).lease
        assert [] == [one for one in first.inbox if isinstance(one, Lease)]


async def test_no_tab_rests_the_list(site: Site) -> None:
    """A list that no browser has open is asked for once in ten minutes, and its heartbeat says that it rests."""
    await switch(site.agent)
    assert 1 <= await site.pass_time(900, "no_tab") <= 3
    await looker(site.agent).turn()
    assert [{"state": "resting", "cause": "no_tab"}] == rows(site.agent, "SELECT state, cause FROM list_state")


async def test_the_persons_own_loads_are_debited(site: Site) -> None:
    """Somebody who presses F5 every ten seconds leaves nothing for us to add."""
    await switch(site.agent)
    idle = await site.pass_time(600)
    for _ in range(60):
        await site.report("load", Load(host="practice.localhost"))
        await site.pass_time(10)
    await site.pass_time(5)
    assert len(site.leases) - idle < idle


async def test_a_restart_forgives_nothing(site: Site, start: Start) -> None:
    """A host that refused is left alone by the next agent as well."""
    await switch(site.agent)
    while not await site.pass_time(5, "rate_limited"):
        pass
    await looker(site.agent).turn()
    data = site.agent.services.paths.data
    await site.agent.stop()
    agent = await start(data, clock=site.clock)
    client = await connect(agent, await issue(agent))
    again = Site(agent, client, site.clock)
    assert 0 == await again.pass_time(90)
    assert await again.pass_time(300) >= 1
