"""Main-thread time to read a list: rows found, fields cut out, compared with the look before. Real browsers.

The content scripts themselves run in a page of the practice site whose list is made 100, 1,000 or 10,000 cards long;
a tenth of the cards changes between two readings. For 10,000 rows what counts is the longest slice, since the page
gets its turn in between. Firefox's clock ticks in milliseconds.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from bench.result import Check, Result, percentile
from bench.rig import kinds
from bench.scripts import scripts
from piecework.drive import launch
from piecework.practice.control import command
from piecework.practice.site import PracticeSite
from piecework.resources import extension_root, platforms_dir

if TYPE_CHECKING:
    import argparse

    from piecework.drive import Tab

TARGETS = {100: 5.0, 1_000: 30.0}
SLICE_MS = 50.0
SETUP = """(() => {
  const definition = %(definition)s;
  const listing = definition.listings[0];
  const list = document.querySelector("[data-testid=task-list]");
  const card = list.querySelector("li");
  globalThis.benchFill = (count) => {
    const made = document.createDocumentFragment();
    for (let at = 0; at < count; at += 1) {
      const one = card.cloneNode(true);
      one.dataset.taskId = `bench-${at}`;
      one.querySelector("[data-testid=title]").firstElementChild.textContent = `Task ${at}: sort photos of clouds`;
      made.append(one);
    }
    list.replaceChildren(made);
    return list.childElementCount;
  };
  globalThis.benchChange = (round) => {
    for (let at = round %% 10; at < list.childElementCount; at += 10)
      list.children[at].querySelector("[data-testid=places]").textContent = `${100 + round} places`;
  };
  const seen = () => piecework.read.fromPage(document, "http://practice.localhost/tasks", listing.urls);
  const delta = new piecework.delta.Delta();
  globalThis.benchWhole = () => {
    const from = performance.now();
    const pass = piecework.read.list(listing, seen());
    let step = pass.next();
    while (!step.done) step = pass.next();
    const change = piecework.read.now(delta.next(step.value.rows, Date.now() * 1000));
    return { ms: performance.now() - from, rows: step.value.rows.length, changed: change.rows.length };
  };
  globalThis.benchSliced = () => new Promise((resolve) => {
    const slices = [];
    const pulse = new piecework.pulse.Pulse({
      read: function* () {
        const reading = yield* piecework.read.list(listing, seen());
        const change = yield* delta.next(reading.rows, Date.now() * 1000);
        yield* piecework.delta.parts(change);
        queueMicrotask(() => resolve({ slices, rows: reading.rows.length }));
        return true;
      },
      post: piecework.pulse.poster(), nowUs: () => Date.now() * 1000, visible: () => true,
    });
    const slice = pulse.slice.bind(pulse);
    pulse.slice = (...told) => {
      const from = performance.now();
      slice(...told);
      slices.push(performance.now() - from);
    };
    pulse.poke();
  });
  return true;
})()"""


def sources() -> str:
    """The content scripts, as the extension loads them, as one expression."""
    files = [(extension_root() / name).read_text(encoding="utf-8") for name in scripts("CONTENT_FILES")]
    return "(() => {\n" + "\n".join(files) + "\nreturn Object.keys(piecework);\n})()"


async def prepare(tab: Tab) -> None:
    """Puts the scripts and the rig into the page."""
    await tab.eval(sources())
    definition = (platforms_dir() / "practice.json").read_text(encoding="utf-8")
    await tab.eval(SETUP % {"definition": json.dumps(json.loads(definition))})


async def whole(tab: Tab, count: int, rounds: int) -> list[float]:
    """Milliseconds of each reading of a list of that length."""
    await tab.eval(f"benchFill({count})")
    took = []
    for number in range(rounds + 3):
        done: dict[str, Any] = await tab.eval(f"(benchChange({number}), benchWhole())")
        assert done["rows"] == count, f"{done['rows']} of {count} rows were read"  # noqa: S101 - a bench of nothing is no bench
        took.append(done["ms"])
    return took[3:]


async def sliced(tab: Tab, count: int, rounds: int) -> list[float]:
    """The longest slice, in milliseconds, of each reading of a list of that length."""
    await tab.eval(f"benchFill({count})")
    longest = []
    for number in range(rounds):
        done: dict[str, Any] = await tab.eval(f"(benchChange({number}), benchSliced())")
        assert done["rows"] == count, f"{done['rows']} of {count} rows were read"  # noqa: S101 - the same
        longest.append(max(done["slices"]))
    return longest


async def measure(told: argparse.Namespace) -> Result:
    """All figures of this bench."""
    result = Result("read")
    rounds = 5 if told.quick else 60
    async with PracticeSite() as site:
        site.stage.show(refresh="on-load")
        command(site.stage, {"do": "publish", "id": "one", "places": 20})
        for kind in kinds(told):
            async with launch(kind) as browser:
                tab = await browser.new_tab(f"{site.url}/tasks")
                await prepare(tab)
                for count, target in TARGETS.items():
                    took = await whole(tab, count, rounds)
                    result.checks += [
                        Check(f"{count:,} rows, {kind}, p95 of {rounds}", percentile(took, 0.95), "ms", target),
                        Check(f"{count:,} rows, {kind}, p50 of {rounds}", percentile(took, 0.5), "ms"),
                    ]
                slices = await sliced(tab, 10_000, max(3, rounds // 6))
                result.checks.append(Check(f"10,000 rows, {kind}, longest slice", max(slices), "ms", SLICE_MS))
    return result


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench read` calls it."""
    return asyncio.run(measure(told))
