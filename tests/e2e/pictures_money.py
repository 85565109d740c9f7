"""Takes the picture of Reconcile anew: `python -m tests.e2e.pictures_money` (made-up books).

With a folder (and a language) it takes Ledger, Reconcile and Rates, wide and narrow, to be looked at.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from piecework.drive import launch
from piecework.ledger.reconcile import Settled
from piecework.now import DAY_US, HOUR_US, FixedClock, day_of, to_us, zone
from piecework.platforms import load_platforms
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.rates import add_own, read_own
from piecework.settings import Paths, save_setting
from piecework.store import Context, Store
from tests.agent.books import event, keep_all, take
from tests.agent.panel import ZONE, panel

if TYPE_CHECKING:
    import sqlite3

    from piecework.drive import Tab

IMAGES = Path(__file__).parents[2] / "docs" / "images"
NOW = to_us(datetime(2026, 11, 21, 18, 40, tzinfo=zone(ZONE)))
WORK: list[tuple[str, str, str, str, str, int]] = [
    ("prolific", "How people choose a bus seat", "Practice University", "1.50 GBP", "approved", 3),
    ("prolific", "Two maps, one question", "Harbour Institute", "0.80 GBP", "submitted", 2),
    ("prolific", "A diary of sounds", "Harbour Institute", "4.20 GBP", "submitted", 41),
    ("prolific", "Faces and names", "Practice University", "2.10 GBP", "paid", 12),
    ("microworkers", "TTV: find an opening hour", "oakleaf", "0.10 USD", "paid", 9),
    ("microworkers", "Search, click, answer 2 questions", "oakleaf", "0.205 USD", "submitted", 77),
    ("microworkers", "Visit a page, write one line", "brightside", "0.15 USD", "submitted", 4),
    ("sproutgigs", "Short comment on a blog", "lanternhouse", "0.041 USD", "rejected", 6),
    ("uhrs", "Judge search results", "", "3.75 USD", "approved", 10),
    ("uhrs", "Compare two pictures", "", "2.40 USD", "approved", 9),
    ("clickworker", "Proofread a product text", "", "1.85 EUR", "approved", 15),
    ("clickworker", "Record ten sentences", "", "6.00 EUR", "submitted", 5),
]
"""Platform, title, requester, pay, what became of it, days ago."""
STATED: list[tuple[str, str, int, dict[str, str]]] = [
    ("prolific", "", 1, {"pending": "5.00 GBP", "available": "1.50 GBP"}),
    ("microworkers", "", 1, {"pending": "0.355 USD", "available": "0.25 USD"}),
    ("uhrs", "2026-11-12", 2, {"submitted": "6.15 USD", "approved": "6.15 USD"}),
    ("clickworker", "2026-11-14", 2, {"approved": "1.85 EUR", "paid": "1.60 EUR"}),
    ("sproutgigs", "2026-11-15", 3, {"submitted": "0.041 USD", "rejected": "0.00 USD"}),
]
"""Platform, its own period, days ago, figures."""


def add(conn: sqlite3.Connection, kind: str, at_us: int, body: Any, platform: str, **more: str) -> None:  # noqa: ANN401 - a body
    """One fact as a page of the platform told it."""
    fact = event(kind, at_us, body, platform=platform, account="-", zone=ZONE, **more)
    take(conn, fact, Context(now_us=at_us, zone=ZONE, platforms=load_platforms()))


def fill(conn: sqlite3.Connection) -> None:
    """Some weeks on five platforms."""
    for number, (platform, title, requester, pay, state, ago) in enumerate(WORK):
        at_us = NOW - ago * DAY_US
        said = {"session": f"s{number}", "task": f"t{number}", "assignment": f"a{number}", "title": title}
        body = bodies.Work(**said, requester=requester, pay=bodies.PayText(raw=pay))
        steps = [Kind.ACCEPTED, Kind.SUBMITTED, *([Kind(state)] if state != "submitted" else [])]
        for place, kind in enumerate(steps):
            add(conn, kind, at_us + place * HOUR_US, body, platform, id=f"w{number}-{place}")
    left = bodies.Work(session="s5", task="t5", assignment="a5", rule="Microworkers shows 30 days of history.")
    add(conn, Kind.LEFT_WINDOW, NOW - 20 * DAY_US, left, "microworkers", id="left")
    for number, (platform, period, ago, figures) in enumerate(STATED):
        totals = [bodies.Total(name, bodies.PayText(raw=text)) for name, text in figures.items()]  # type: ignore[arg-type]
        body_of = bodies.Statement("earnings", period, totals)
        add(conn, Kind.STATEMENT, NOW - ago * DAY_US + HOUR_US, body_of, platform, id=f"st{number}")
    kept = Settled("st4", "2026-11-15", "USD", "kept", {"rejected": -41_000}, "they call it pending")
    keep_all(conn, [event(Kind.SETTLED, NOW - DAY_US, kept, platform="sproutgigs", account="-", zone=ZONE)])
    save_setting(conn, "home", "EUR")
    day = day_of(NOW - 3 * DAY_US, ZONE)
    add_own(conn, read_own(f"day,currency,rate,per\n{day},USD,1.16,EUR\n{day},GBP,0.87,EUR\n{day},KES,150.2,EUR\n"))
    for to, fee, ago in (("KES 2420", "$0.60", 2), ("NGN 29800", "$0.45", 20)):
        amounts = bodies.PayText(raw="$20"), bodies.PayText(raw=to), bodies.PayText(raw=fee)
        exchange = bodies.Exchange(*amounts, source="Wise", to="bank")
        add(conn, Kind.RATE, NOW - ago * DAY_US, exchange, "", id=f"x{ago}")


async def shoot(tab: Tab, folder: Path) -> None:
    """The page of the documents; elsewhere each page wide, and narrow in the dark."""
    for name in ("reconcile",) if folder == IMAGES else ("ledger", "reconcile", "rates", "statement"):
        await tab.goto(f"{(await tab.eval('location.origin'))}/{name}")
        await tab.screenshot(folder / f"{name}.png", width=1100)
        if folder != IMAGES:
            await tab.screenshot(folder / f"{name}-dark-narrow.png", width=380, dark=True)


async def take_pictures(folder: Path, language: str) -> None:
    """Serves the books and takes their pictures."""
    with tempfile.TemporaryDirectory() as data:
        clock, paths = FixedClock(NOW), Paths(Path(data) / "data")
        store = Store.open(paths, clock)
        store.write_now(fill)
        async with panel(paths, store, clock, language=language) as house, launch("chromium") as browser:
            await shoot(await browser.new_tab(house.address("/ledger")), folder)
        store.close()


if __name__ == "__main__":
    words = sys.argv[1:]
    asyncio.run(take_pictures(Path(words[0]) if words else IMAGES, words[1] if len(words) > 1 else "en"))
