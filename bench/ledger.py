"""The ledger of years: income by month and platform, every page, verify and rebuild of up to 1,000,000 assignments.

Sizes are 10,000 and 100,000, with --full also 1,000,000; the history is made up (see bench/books.py), and beside it
160,000 arrivals on 25 lists, 1,500 open tasks and 20,000 alerts that the pages show (bench/seen.py). hledger and
bean-query answer the same question on the export of the same 100,000 assignments. CPU seconds count; wall is told.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from bench import outside
from bench.books import END_US, fill
from bench.result import Check, Peer, Result
from bench.seen import see
from piecework.ledger.income import by_month
from piecework.now import SystemClock
from piecework.platforms import load_platforms
from piecework.settings import Paths
from piecework.store import Store
from piecework.store.connect import connect_reader
from piecework.views import render
from piecework.views.ask import Ask
from piecework.views.pages import PAGES, SECTIONS
from piecework.words import words_in

if TYPE_CHECKING:
    import argparse

    from piecework.views.ask import Page

QUICK, DEFAULT, FULL = (2_000,), (10_000, 100_000), (10_000, 100_000, 1_000_000)
PEERS_AT = 100_000
LIMIT_S = {10_000: 20, 100_000: 20, 1_000_000: 240}
TIMES = 3
MOST_MB = 300
QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("ledger", {"page": "99999"}),
    ("ledger", {"platform": "site03", "page": "500"}),
    ("ledger", {"state": "rejected"}),
    ("ledger", {"state": "approved", "page": "99999"}),
    ("ledger", {"platform": "site03", "state": "approved", "page": "99999"}),
    ("ledger", {"day": "2026-05-05"}),
    ("ledger", {"day": "2026-05-05", "edit": "an attempt"}),
    ("statement", {"from": "2023-01-01"}),
    ("statement", {"from": "2023-01-01", "platform": "site03"}),
    ("time", {"day": "2026-05-05", "view": "day"}),
    ("time", {"day": "2024-02-29"}),
)
"""Pages asked for in ways that cost more than their first sight."""
ASIDE: Final = frozenset(
    {
        "/export",
        "/notices",
        "/stream",
        "/import/file",
        "/rules/edit",
        "/rules/preview",
        "/rules/week",
        "/rules/export",
        "/enter",
    }
)
"""Addresses that show nothing of the books: files, parts of a page, and forms. Every other one is a page, and timed."""
SLOWEST: Final = 6
"""Pages that are told one by one."""


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench ledger` calls it."""
    sizes = QUICK if told.quick else FULL if told.full else DEFAULT
    result = Result("ledger")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="piecework-bench-") as folder:
            _one_size(result, Path(folder), size, peers=size == PEERS_AT)
    return result


def _one_size(result: Result, folder: Path, size: int, *, peers: bool) -> None:
    paths = Paths(folder / "data")
    Store.open(paths, SystemClock()).close()
    conn = sqlite3.connect(paths.db, isolation_level=None)
    conn.execute("PRAGMA synchronous = OFF")
    events = fill(conn, size)
    conn.close()
    for name in ("rebuild", "verify"):
        done = outside.run(outside.piecework(name, "--data", paths.data), folder)
        if done.code:
            raise RuntimeError(f"{name}: {done.said}")
        told = f"{size:,} assignments ({events:,} events)"
        limit = LIMIT_S.get(size)
        result.checks += [
            Check(f"{name} of {told}, CPU", done.cpu_s, "s", limit),
            Check(f"{name} of {told}, wall", done.wall_s, "s"),
            Check(f"{name} of {told}, memory", done.mb, "MB", MOST_MB),
        ]
        result.notes += [f"{name} of {size:,} told how far it was {done.said.count('%')} times"]
    ours_s = _income(paths)
    result.checks.append(Check(f"income by month and platform of {size:,}, CPU", 1000 * ours_s, "ms", 10))
    conn = sqlite3.connect(paths.db, isolation_level=None)
    conn.execute("PRAGMA synchronous = OFF")
    see(conn)
    conn.close()
    _pages(result, paths, size)
    if peers:
        _peers(result, paths, folder, ours_s)


def _income(paths: Paths) -> float:
    """CPU seconds of the whole answer, from opening the file to its rows, the median of some."""
    found = []
    for _ in range(2 * TIMES + 1):
        begun = time.process_time()
        conn = connect_reader(paths.db)
        by_month(conn)
        conn.close()
        found.append(time.process_time() - begun)
    return median(found)


def asked() -> list[tuple[Page, dict[str, str]]]:
    """Every page of the dashboard at first sight, and what costs more."""
    by_name = {page.name: page for page in PAGES}
    return [*((page, {}) for page in PAGES), *((by_name[name], query) for name, query in QUESTIONS)]


def _pages(result: Result, paths: Paths, size: int) -> None:
    """The slowest page: CPU milliseconds of reading the store and writing the HTML, each page the median of some."""
    conn = connect_reader(paths.db)
    spent = {f"{page.name} {query or ''}".strip(): _page(conn, page, query) for page, query in asked()}
    conn.close()
    slowest = sorted(spent, key=lambda name: -spent[name])[:SLOWEST]
    result.checks.append(
        Check(f"slowest page of {len(spent)} at {size:,} ({slowest[0]}), CPU", 1000 * spent[slowest[0]], "ms", 100)
    )
    told = ", ".join(f"{name} {1000 * spent[name]:.0f} ms" for name in slowest)
    result.notes.append(f"slowest pages at {size:,}: {told}")


def _page(conn: sqlite3.Connection, page: Page, query: dict[str, str]) -> float:
    ask = Ask(
        path=page.path,
        words=words_in("en"),
        zone="Europe/Paris",
        now_us=END_US,
        day="2026-11-20",
        query=query,
        csrf="token",
        platforms=load_platforms(),
    )
    spent = []
    for _ in range(TIMES):
        begun = time.thread_time()
        render.page(ask, page, SECTIONS, page.load(conn, ask))
        spent.append(time.thread_time() - begun)
    return median(spent)


def _peers(result: Result, paths: Paths, folder: Path, ours_s: float) -> None:
    """The same question to the programs people keep ledgers with, on the same assignments."""
    query = "SELECT year, month, account, sum(position) WHERE account ~ '^Income' GROUP BY year, month, account"
    for who, program, form, words in (
        ("hledger", outside.hledger(), "hledger", ["balance", "--monthly", "income"]),
        ("bean-query", outside.bean_query(folder), "beancount", [query]),
    ):
        if program is None:
            result.notes.append(f"{who} is missing and could not be installed")
            continue
        file = folder / f"books.{form}"
        outside.run(outside.piecework("export", "--data", paths.data, "--format", form, "--out", file), folder)
        before = ["-f", file] if who == "hledger" else [file]
        runs = [outside.run([program, *before, *words], folder) for _ in range(TIMES)]
        if any(done.code for done in runs):
            result.notes.append(f"{who} failed: {runs[-1].said[:200]}")
            continue
        theirs_s = median(done.cpu_s for done in runs)
        figure = f"income by month of the same {PEERS_AT:,}, CPU s"
        result.peers.append(Peer(who, figure, theirs_s, ours_s / theirs_s))
        result.checks.append(Check(f"faster than {who} in the same run", theirs_s / ours_s, "times", 300, ">="))
        result.checks.append(Check(f"memory of {who}", max(done.mb for done in runs), "MB"))
