"""Lists that no definition knows: found, taught, defined, and known again after the site changed. Real browsers.

Three sets of pages: recorded ones (`--pages`, beside the checkout where they are), made-up task lists nobody tuned on,
and pages without tasks. The matching rule stands in bench/reader/judge.js. Chromium tells the main thread's CPU time,
so that a loaded machine doesn't inflate it; Firefox's figures are wall time and carry no target.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from bench.reader import inside, others, recorded, strings, tasks
from bench.reader.tally import Changes, Pages, Without
from bench.result import Check, Result, percentile
from bench.rig import kinds
from piecework.drive import launch

if TYPE_CHECKING:
    import argparse

CHANGES = (
    "none",
    "rename_30",
    "rename_all",
    "wrap_list",
    "wrap_record",
    "reorder",
    "banner",
    "tags",
    "no_ids",
    "fewer",
    "redesign",
)
TARGETS = {("apply", 100): 2.0, ("apply", 1_000): 15.0, ("detect", 100): 5.0, ("detect", 1_000): 35.0}
RUNS = {100: 20, 1_000: 3}
SLICE_MS = 50.0
SEED = 20261122
FEWEST = 3
DOCS = (Path("/usr/share/doc"), Path(__file__).parents[1] / "node_modules")
"""Where packages keep pages of their own: more pages without tasks, where there are any."""


def documents(most: int) -> list[tuple[str, str]]:
    """Pages of packages' documentation on this machine, at most so many, the same ones each time."""
    found = [path for folder in DOCS if folder.is_dir() for path in sorted(folder.rglob("*.html")) if path.is_file()]
    step = max(1, len(found) // most)
    return [(str(path), recorded.decoded(path.read_bytes()[:400_000])) for path in found[::step][:most]]


async def labelled(reader: inside.Reader, told: argparse.Namespace, kind: str, without: Without) -> list[Check]:
    """The figures on recorded pages; those without a list are asked as pages without tasks."""
    pages = Pages("recorded pages")
    for one in recorded.load(told.pages, told.labels):
        answer = await reader.asked(one.html, one.record, one.fields, inside.OTHER)
        if one.record and answer["labels"]:
            pages.add(one.name, answer)
        else:
            without.add(one.name, answer)
    return pages.checks(kind) if pages.lists else []


async def made(reader: inside.Reader, kind: str, without: Without, *, quick: bool) -> tuple[list[Check], list[str]]:
    """The figures on made-up task lists and under eleven changes."""
    pages, changes = Pages("made-up pages"), Changes()
    for one in tasks.pages(SEED, each=1 if quick else 6):
        answer = await reader.asked(one.html, "[data-gt]" if one.records else "", inside.FIELDS, inside.LISTED)
        if not one.records:
            without.add(one.name, answer)
            continue
        pages.add(one.name, answer)
        for change in CHANGES if one.records >= FEWEST else ():
            changes.add(one.name, await reader.changed(one.html, change))
    return [*pages.checks(kind), *changes.checks(kind)], pages.missed + changes.missed


async def none(reader: inside.Reader, kind: str, without: Without, *, quick: bool) -> list[Check]:
    """How many pages without tasks are taken for lists of them."""
    for one in others.pages(SEED, each=1 if quick else 8):
        without.add(one.name, await reader.asked(one.html, "", {}, inside.OTHER))
    for name, html in documents(5 if quick else 60):
        without.add(name, await reader.asked(html, "", {}, inside.OTHER))
    return without.checks(kind)


async def cpu(reader: inside.Reader, kind: str, *, quick: bool) -> list[Check]:
    """Main-thread time to find a list and to read it by its definition, and the longest slice."""
    told = []
    for count, runs in RUNS.items():
        await reader.open(tasks.long_page("articles", count))
        await reader.tab.eval(f"(globalThis.cpu = cpuOf(opened, {inside.LISTED!r}), cpu.rows)")
        for way in ("apply", "detect"):
            took = [await _batch(reader, way, runs) for _ in range(4 if quick else 15)]
            target = TARGETS[way, count] if took[0][1] else None
            word = "CPU" if took[0][1] else "wall time"
            told.append(
                Check(
                    f"{way} {count:,} rows, {kind}, {word} p50",
                    percentile([ms for ms, _ in took[1:]], 0.5),
                    "ms",
                    target,
                )
            )
    await reader.open(tasks.long_page("articles", 10_000))
    await reader.tab.eval(f"(globalThis.cpu = cpuOf(opened, {inside.LISTED!r}), cpu.rows)")
    told.append(
        Check(f"find in 10,000 rows, {kind}, longest slice", await reader.tab.eval("cpu.slices()"), "ms", SLICE_MS)
    )
    return told


async def _batch(reader: inside.Reader, way: str, runs: int) -> tuple[float, bool]:
    """Milliseconds a run, and whether they are CPU time."""
    before = await reader.tab.cpu_ms()
    done = await reader.tab.eval(f"cpu.batch({way!r}, {runs})")
    after = await reader.tab.cpu_ms()
    return ((after - before) / runs, True) if before is not None and after is not None else (float(done["ms"]), False)


def read_strings(told: argparse.Namespace) -> list[Check]:
    """The parsers on the carried table, a recorded one, and the grammar."""
    found = [("shared/strings", strings.carried())]
    path = recorded.strings(told.strings)
    if path:
        found.append((path.name, strings.recorded(path)))
    checks = [
        Check(f"strings right, {name} ({len(lines)}), {side}", share, "%", 100, ">=")
        for name, lines in found
        for side, share in strings.shares(lines).items()
    ]
    if shutil.which("node"):
        count = 500 if told.quick else strings.COUNT
        checks.append(
            Check(f"both parsers agree on {count:,} strings of the grammar", strings.agreement(count), "%", 100, ">=")
        )
    return checks


async def measure(told: argparse.Namespace) -> Result:
    """All figures of this bench."""
    result = Result("detect", read_strings(told))
    for kind in kinds(told):
        without = Without()
        async with launch(kind) as browser:
            reader = inside.Reader(await browser.new_tab("about:blank"))
            await reader.begin()
            result.checks += await labelled(reader, told, kind, without)
            checks, missed = await made(reader, kind, without, quick=told.quick)
            result.checks += checks
            result.checks += await none(reader, kind, without, quick=told.quick)
            result.checks += await cpu(reader, kind, quick=told.quick)
        result.notes += [f"{kind}, not right: {name}" for name in missed[:20]] + [
            f"{kind}, taken: {name}" for name in without.taken[:20]
        ]
    return result


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench detect` calls it."""
    return asyncio.run(measure(told))
