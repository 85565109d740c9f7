"""400 events made in a page while browser's background and agent are killed at random moments: what the agent holds.

The events are made in the world of the content scripts of an open page of the practice site, by the content
scripts' own sender: three of four are notes, every fourth a submission of $0.25, so that the books show it too.
They go the whole way: page, background, outbox, socket, agent, store. A kill of the background is the browser's
own end of an idle worker or event page; a kill of the agent is SIGKILL, and it comes back on its port and data.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from bench.mortal import Watched, watched
from bench.result import Check, Result
from bench.rig import kinds
from piecework.demo.browser import until
from piecework.drive import find_browser
from piecework.link.command import run_command

if TYPE_CHECKING:
    import argparse

EVENTS = 400
KILLS = 17
SEED = 9675
AGENTS_SHARE = 10 / 17
"""How many of the kills are the agent's; the others are the background's."""
STREAM_SHARE = 2 / 3
PAY_MICRO = 250_000
Victim = Literal["background", "agent"]
AGENT: Victim = "agent"
BACKGROUND: Victim = "background"

# Installed once into the world of the page's content scripts; the page itself only says up to which number.
_MAKER = """browser.scripting.executeScript({ target: { tabId: TAB }, func: () => {
  const env = piecework.world({});
  const sender = new piecework.Sender(env);
  const said = document.documentElement.dataset;
  const made = [];
  let [at_us, upto] = [0, 0];
  function make() {
    const number = made.length + 1;
    at_us = Math.max(env.nowUs(), at_us + 1);
    const work = { task: `kill-${number}`, title: `Event ${number}`, pay: { raw: "$0.25" } };
    const [kind, body] = number % 4 ? ["note", { text: `Event ${number}` }] : ["submitted", work];
    const fact = { id: env.uuid(), kind, at_us, platform: "practice", who: "", body };
    made.push(fact.id);
    sender.put(fact);
    said.made = JSON.stringify(made);
    said.count = made.length;
    if (made.length < upto) setTimeout(make, GAP_MS);
  }
  document.addEventListener("make", ({ detail }) => {
    const idle = made.length >= upto;
    upto = detail;
    if (idle) make();
  });
} })"""
GAP_MS = 25
"""Between two events, so that a kill falls among them."""


class Kill(NamedTuple):
    """One kill, while events are made up to number `upto`: once `after` of them are made.

    With `held` it hits a stream: all is handed over before, and the agent holds `after` of them when it strikes.
    """

    upto: int
    after: int
    held: bool
    victim: Victim


def plan(events: int, kills: int, seed: int = SEED) -> list[Kill]:
    """Kills at random moments; the same seed gives the same plan.

    Two of three hit a stream; the others strike as soon as more is made, while what the last kill took is not
    back yet.
    """
    chance = random.Random(seed)  # noqa: S311 - a fixed seed, no secret
    agents = round(kills * AGENTS_SHARE)
    victims: list[Victim] = [*repeat(AGENT, agents), *repeat(BACKGROUND, kills - agents)]
    chance.shuffle(victims)
    moments = sorted(chance.sample(range(kills, events), kills))
    spans = zip([0, *moments], moments, strict=False)
    return [
        Kill(moment, chance.randint(before + 1, max(before + 1, moment - 4)), chance.random() < STREAM_SHARE, victim)
        for (before, moment), victim in zip(spans, victims, strict=True)
    ]


@dataclass
class Outcome:
    """What was made in the page and what the agent holds at the end, in the order of its history."""

    made: list[str]
    kills: Counter[str]
    held: list[tuple[str, int, str, str]] = field(default_factory=list)
    pending_micro: int = 0
    differences: list[Any] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Made and not held."""
        return len(set(self.made) - {row[0] for row in self.held})

    @property
    def doubled(self) -> int:
        """Held more than once, under whatever id."""
        words = Counter(word for _, _, _, word in self.held)
        return sum(count - 1 for count in words.values())

    @property
    def strange(self) -> int:
        """Held and never made."""
        return len({row[0] for row in self.held} - set(self.made))

    @property
    def money_off(self) -> int:
        """Micro-units by which the books differ from what the submissions made were worth."""
        return abs(self.pending_micro - len(self.made) // 4 * PAY_MICRO)

    @property
    def in_order(self) -> bool:
        """Whether the history has them in the order in which they were made."""
        return self.made == [row[0] for row in self.held]


class Rig:
    """Makes events and kills; one per run."""

    def __init__(self, box: Watched) -> None:
        self.box = box
        self.kills: Counter[str] = Counter()
        self._coming_back: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Puts the maker beside the page's content scripts."""
        tab = f"(await browser.tabs.query({{ url: {json.dumps(self.box.site.url.rsplit(':', 1)[0] + '/*')} }}))[0].id"
        await self.box.browser.background_eval(_MAKER.replace("TAB", tab).replace("GAP_MS", str(GAP_MS)))

    async def make(self, upto: int) -> None:
        """Has events made until there are so many; does not wait for them."""
        await self.box.tab.eval(f"document.dispatchEvent(new CustomEvent('make', {{ detail: {upto} }}))")

    async def made(self) -> int:
        """How many there are."""
        return int(await self.box.tab.eval("document.documentElement.dataset.count ?? 0"))

    def held(self) -> int:
        """How many of them the agent has committed."""
        return int(self.box.agent.rows("SELECT count(*) FROM event WHERE kind IN ('note', 'submitted')")[0][0])

    async def due(self, kill: Kill) -> bool:
        """Whether a kill's moment has come."""
        return (self.held() if kill.held else await self.made()) >= kill.after

    async def until_held(self, count: int) -> None:
        """Waits until the agent has committed so many."""
        await until(lambda: self.held() >= count, f"{count} events are held", timeout_s=90)

    async def strike(self, victim: Victim) -> None:
        """One kill."""
        self.kills[victim] += 1
        if victim == "background":
            await self.box.browser.stop_background()
            return
        await self.back()
        await self.box.agent.kill()
        self._coming_back = asyncio.create_task(self.box.agent.start())

    async def back(self) -> None:
        """Waits until the agent is back from its last kill."""
        if self._coming_back is not None:
            await self._coming_back
        self._coming_back = None

    async def run(self, kills: list[Kill], events: int) -> Outcome:
        """Plays a plan, waits until all is handed over, and says what became of it."""
        await self.prepare()
        for kill in kills:
            if kill.held:
                await self.until_held(await self.made())
            await self.make(kill.upto)
            await until(partial(self.due, kill), f"it is time for {kill}", timeout_s=60)
            await self.strike(kill.victim)
        await self.make(events)
        await self.back()
        await self.until_held(events)
        await self.box.handed_over()
        return await self.outcome()

    async def outcome(self) -> Outcome:
        """What the page made, and what the agent holds of it now."""
        agent = self.box.agent
        made = json.loads(await self.box.tab.eval("document.documentElement.dataset.made"))
        held = agent.rows(
            "SELECT id, at_us, kind, coalesce(body ->> 'text', body ->> 'title') FROM event"
            " WHERE kind IN ('note', 'submitted') ORDER BY seq"
        )
        books = await run_command(agent.paths, "verify")
        sums = agent.rows("SELECT sum(micro) FROM posting WHERE book = 'assets:pending:practice'")
        return Outcome(made, self.kills, [(*row,) for row in held], int(sums[0][0] or 0), books["differences"])


async def rehearse(kind: str, events: int = EVENTS, kills: int = KILLS) -> Outcome:
    """One run in one browser."""
    found = find_browser(kind)
    assert found is not None, f"there is no {kind} on this machine"  # noqa: S101 - `kinds` names only those found
    async with watched(found) as box:
        return await Rig(box).run(plan(events, kills), events)


def checks(kind: str, events: int, kills: int, outcome: Outcome) -> list[Check]:
    """The figures of one run."""
    return [
        Check(f"kills, {kind}", outcome.kills.total(), "", kills, ">="),
        Check(f"events made, {kind}", len(outcome.made), "", events, ">="),
        Check(f"events held, {kind}", len(outcome.held), "", events, ">="),
        Check(f"lost, {kind}", outcome.lost, "events", 0),
        Check(f"doubled, {kind}", outcome.doubled, "events", 0),
        Check(f"never made, {kind}", outcome.strange, "events", 0),
        Check(f"out of order, {kind}", 0 if outcome.in_order else 1, "", 0),
        Check(f"money in the books that differs, {kind}", outcome.money_off, "micro-units", 0),
        Check(f"books that differ from the history, {kind}", len(outcome.differences), "", 0),
    ]


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench kill` calls it."""
    events, kills = (80, 4) if told.quick else (EVENTS, KILLS)
    result = Result("kill")
    for kind in kinds(told):
        outcome = asyncio.run(rehearse(kind, events, kills))
        result.checks += checks(kind, events, kills, outcome)
        result.notes.append(f"{kind}: {outcome.kills['background']} of the kills were the background's")
    return result
