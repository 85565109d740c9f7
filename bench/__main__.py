"""`python -m bench NAME [--json]`, `--list`, `--all`. Exit code 1 where a figure misses its target."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.result import Result

NAMES = {
    "detect": "task lists found, taught, defined and healed in any page; strings; CPU; in both browsers",
    "board": "from a task in the page to its row on the open Board, in both browsers",
    "burst": "five hundred new tasks in a page at once: sightings lost, notifications, the page's longest wait",
    "import": "a 100,000-row MTurk Suite backup into the books, and once more",
    "ingest": "events through one websocket to the durable acknowledgement",
    "kill": "400 events under 17 random kills, in both browsers",
    "latency": "from a task in the page to its notification, in both browsers; and from publication",
    "ledger": "income by month, every page, verify and rebuild of 10,000 to 1,000,000 assignments; hledger, beancount",
    "read": "main-thread time to read 100, 1,000 and 10,000 rows, in both browsers",
    "schedule": "looks an hour, well spent: against even spacing and a clairvoyant, and on recorded arrivals",
    "startup": "CPU of --help and of run, memory and CPU of an idle agent",
    "watch": "fifty lists of a hundred tasks every three seconds: latency, interval, CPU and memory of the agent; "
    "five in real browsers",
}

MODULES = {"import": "imports"}
"""Modules of the benches whose names are words of the language."""


def arguments() -> argparse.ArgumentParser:
    """What a bench can be told."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(NAMES))
    parser.add_argument("--list", action="store_true", help="name the benches")
    parser.add_argument("--all", action="store_true", help="run every one")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--browser", default="both", choices=["both", "chromium", "firefox"])
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: a smoke test, no figure to quote")
    parser.add_argument(
        "--pages", help="detect: a folder of pages as in recorded/listings (default: beside the checkout)"
    )
    parser.add_argument("--labels", help="detect: its labels.json (default: in or beside that folder)")
    parser.add_argument("--strings", help="detect: a table of strings as in recorded/strings")
    parser.add_argument("--no-browser", action="store_true", help="watch: without the lists in real browsers")
    parser.add_argument("--full", action="store_true", help="the largest sizes too: minutes more")
    return parser


def run(name: str, told: argparse.Namespace) -> Result:
    """One bench, imported now."""
    module = importlib.import_module(f"bench.{MODULES.get(name, name)}")
    result: Result = module.run(told)
    return result


def show(result: Result) -> None:
    """One line per figure."""
    print(f"{result.name}")
    for check in result.checks:
        target = (
            ""
            if check.target is None
            else f"  (target {check.sense} {check.target:g}: {'holds' if check.holds else 'MISSED'})"
        )
        print(f"  {check.figure}: {check.value:.3g} {check.unit}{target}")
    for peer in result.peers:
        print(f"  {peer.who}: {peer.figure} {peer.value:.3g} (ours is {peer.ratio:.3g} times that)")
    for note in result.notes:
        print(f"  {note}")


def main(words: list[str]) -> int:
    """Runs what was asked for."""
    parser = arguments()
    told = parser.parse_args(words)
    if told.list:
        for name, what in sorted(NAMES.items()):
            print(f"{name}\t{what}")
        return 0
    names = sorted(NAMES) if told.all else [told.name] if told.name else []
    if not names:
        parser.error("name a bench, or --all, or --list")
    results = []
    for name in names:
        results.append(run(name, told))
        if told.json:
            print(json.dumps(results[-1].plain()), flush=True)
        else:
            show(results[-1])
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
