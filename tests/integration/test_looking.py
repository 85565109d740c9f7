"""Looking by ourselves: only where it was switched on, one lease for each list, and silence when a host refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import msgspec
import pytest

from piecework.control import run
from piecework.errors import BadUsage
from piecework.now import FixedClock, SystemClock
from piecework.protocol.bodies import Health, LeaseDone, Load
from piecework.protocol.messages import Lease
from piecework.views.reports import health
from piecework.watch.health import Moment
from piecework.watch.worth import Scale
from tests.integration.rig import CHROMIUM, PLATFORM, connect, issue, rows, see

if TYPE_CHECKING:
    from piecework.app import Agent
    from piecework.link.client import LinkClient
    from piecework.link.looker import Looker
    from tests.integration.conftest import Start


NOTHING_DONE = frozenset({"no_tab", "in_use", "unsupported", "asleep"})


def looker(agent: Agent) -> Looker:
    """The agent's own."""
    own = agent.link.office.looker
    assert own is not None
    return own


async def switch(agent: Agent, *, on: bool = True) -> None:
    """The person's choice for the practice platform."""
    await run(agent.services, "look.choose", {"platform": PLATFORM, "on": on})


async def page(agent: Agent, path: str) -> str:
    """One page of the dashboard, as it is served."""
    base = f"http://127.0.0.1:{agent.port}"
    async with aiohttp.ClientSession(base, cookie_jar=aiohttp.CookieJar(unsafe=True)) as person:
        async with person.get(agent.url) as answer:
            assert 200 == answer.status
        async with person.get(path, headers={"Accept-Language": "en"}) as answer:
            return await answer.text()


class Site:
    """A browser with the list open: answers every lease as it is told to, and counts them."""

    def __init__(self, agent: Agent, client: LinkClient, clock: FixedClock) -> None:
        self.agent = agent
        self.client = client
        self.clock = clock
        self.leases: list[tuple[int, Lease]] = []
        self.number = 10
        self.cid = ""
        self.retry_after_s: int | None = None
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
        if lease.how == "reload" and state not in NOTHING_DONE:
            await self.report("load", Load(host="practice.localhost"))
        if state == "watching":
            await self.show("a")
        elif state == "rate_limited":
            health = Health(list=lease.list, state="rate_limited", retry_after_s=self.retry_after_s)
            await self.report("health", health)
        elif state in {"challenge", "signed_out"}:
            await self.report("health", Health(list=lease.list, state=state))  # type: ignore[arg-type]
        if state != "silent":
            cause = state if state != "watching" else ""
            status = 0 if state in NOTHING_DONE else 500 if state == "failed" else 200
            await self.report("lease_done", LeaseDone(lease=lease.lease, list=lease.list, status=status, cause=cause))


@pytest.fixture
async def clock() -> FixedClock:
    """Time that only tests move."""
    return FixedClock(SystemClock().now_us())


@pytest.fixture(params=["fetch", "reload"])
def how(request: pytest.FixtureRequest) -> str:
    """Both kinds of looks: by one request, and by loading the tab."""
    return str(request.param)


@pytest.fixture
async def site(start: Start, clock: FixedClock, how: str) -> Site:
    """An agent, and one browser that has the practice list open."""
    agent = await start(clock=clock)
    if how == "reload":
        known = agent.services.platforms[PLATFORM]
        listings = [msgspec.structs.replace(one, looking=msgspec.UNSET) for one in known.listings]
        loaded = msgspec.structs.replace(known, listings=listings)
        agent.services.platforms = {**agent.services.platforms, PLATFORM: loaded}
    who = await issue(agent)
    client = await connect(agent, who)
    own = Site(agent, client, clock)
    own.cid = who[0]
    await see(client, 1, "a", baseline=True, at_us=clock.now_us())
    await client.until_acked()
    return own


async def test_nothing_is_looked_at_unless_it_was_switched_on(site: Site, how: str) -> None:
    """Off by default; once on, leases come, each in the way its definition says; off again, they end."""
    assert 0 == await site.pass_time(600)
    await switch(site.agent)
    assert 5 <= await site.pass_time(600) <= 15
    assert {(how, PLATFORM, "tasks")} == {(one.how, one.platform, one.list) for _, one in site.leases}
    await switch(site.agent, on=False)
    assert 0 == await site.pass_time(600)


@pytest.mark.parametrize("name", ["microworkers", "toloka"])
async def test_where_it_is_forbidden_it_is_not_offered(agent: Agent, name: str) -> None:
    """A platform whose rule forbids it, or that punishes it, can't be switched on by any command."""
    with pytest.raises(BadUsage):
        await run(agent.services, "look.choose", {"platform": name, "on": True})
    assert [] == agent.services.settings.look


@pytest.mark.parametrize("retry_after_s", [None, 1, 30])
async def test_a_storm_of_refusals_ends_in_silence(site: Site, retry_after_s: int | None) -> None:
    """Every look is answered 429, however soon the site says to come back: at most five requests in ten minutes.

    The page Platforms and `piecework health --json` both say so, with the next look.
    """
    site.retry_after_s = retry_after_s
    await run(site.agent.services, "look.budget", {"looks": 600})
    await switch(site.agent)
    await site.pass_time(300)
    while not await site.pass_time(5, "rate_limited"):
        pass
    assert await site.pass_time(600, "rate_limited") <= 5
    with site.agent.services.store.read() as conn:
        [row] = health(conn, Moment(site.clock.now_us()))
    assert ("rate_limited", True) == (row["state"], (row["next_look_us"] or 0) > site.clock.now_us())
    shown = await page(site.agent, "/platforms")
    assert "The site asks to slow down" in shown
    assert "asked to slow down, and is left alone for now" in shown


async def test_the_seconds_a_site_names_are_kept(site: Site) -> None:
    """Retry-After: 600 means no request for ten minutes, and one soon after."""
    site.retry_after_s = 600
    await run(site.agent.services, "look.budget", {"looks": 600})
    await switch(site.agent)
    while not await site.pass_time(5, "rate_limited"):
        pass
    assert 0 == await site.pass_time(590)
    assert 1 <= await site.pass_time(60)


@pytest.mark.parametrize(("state", "cause"), [("failed", "site_error"), ("silent", "no_answer")])
async def test_looks_without_an_answer_never_leave_a_list_watching(site: Site, state: str, cause: str) -> None:
    """A broken site, or none at all: looks get rarer, and the list says that no answer came until one does."""
    await switch(site.agent)
    await site.pass_time(600)
    often = await site.pass_time(600)
    while not await site.pass_time(5, state):
        pass
    assert await site.pass_time(600, state) < often
    await looker(site.agent).turn()
    assert [{"state": "offline", "cause": cause}] == rows(site.agent, "SELECT state, cause FROM list_state")
    assert await site.pass_time(1200) >= 1
    assert [{"state": "watching", "cause": ""}] == rows(site.agent, "SELECT state, cause FROM list_state")


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


async def test_a_sleeping_tab_is_loaded_with_the_same_lease(site: Site, how: str) -> None:
    """A tab that sleeps, or has crashed, can make no request; an older browser knows none: it is loaded instead."""
    if how == "reload":
        pytest.skip("it is loaded anyway")
    await switch(site.agent)
    for cause in ("asleep", "unsupported"):
        while not await site.pass_time(5, cause):
            pass
        again = await site.client.next(Lease)
        assert (site.leases[-1][1].lease, "reload") == (again.lease, again.how)
        site.known.add(again.lease)
        await site.answer(again, "watching")
        assert {} == looker(site.agent)._granted


async def test_an_answer_without_the_list_is_not_asked_for_again(site: Site, how: str) -> None:
    """A page that scripts draw after all: from the next look on its tab is loaded, and nobody is alarmed."""
    if how == "reload":
        pytest.skip("a load always shows the page")
    await switch(site.agent)
    while not await site.pass_time(5, "unfit"):
        pass
    while not await site.pass_time(5):
        pass
    assert ["fetch", "reload"] == [lease.how for _, lease in site.leases]
    assert [{"state": "watching"}] == rows(site.agent, "SELECT state FROM list_state")


async def test_looks_that_were_not_made_are_not_counted(site: Site) -> None:
    """The sentence speaks of looks at sites: a lease that found no tab is none."""
    await switch(site.agent)
    assert await site.pass_time(120, "no_tab") >= 1
    assert 0 == len(looker(site.agent)._times)


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


async def test_rates_come_when_a_second_currency_does(site: Site, how: str) -> None:
    """Dollars alone are weighed as they are; a pound beside them brings the reference rates, and all is euros."""
    if how == "reload":
        pytest.skip("it makes no difference to rates")
    own = site.agent.services
    await switch(site.agent)
    await looker(site.agent).turn()
    assert [{"n": 0}] == rows(site.agent, "SELECT count(*) AS n FROM rate")
    await own.store.write(lambda conn: conn.execute("UPDATE task SET pay_currency = 'GBP'"))
    await looker(site.agent).turn()
    with own.store.read() as conn:
        assert 0 < Scale(conn, "EUR", "2026-11-22").worth(1_000_000, "GBP", "task")
