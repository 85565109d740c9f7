"""Today, Ledger, Time and the exports: what the books say, in words."""

import io
import re
import sqlite3
from collections.abc import AsyncIterator, Callable

import aiohttp
import openpyxl
import pytest
import pytest_asyncio

from piecework.now import DAY_US, HOUR_US, MINUTE_US, FixedClock
from piecework.settings import Paths
from piecework.store import Store
from piecework.views import attempts
from tests.agent import panel as p
from tests.agent.panel import Panel, panel
from tests.agent.visitor import Reader, read, signed_in


@pytest_asyncio.fixture
async def house(paths: Paths, store: Store, clock: FixedClock) -> AsyncIterator[Panel]:
    """A served dashboard over an empty store."""
    async with panel(paths, store, clock) as served:
        yield served


@pytest_asyncio.fixture
async def person(house: Panel) -> AsyncIterator[aiohttp.ClientSession]:
    """A signed-in browser."""
    async with signed_in(house) as browser:
        yield browser


@pytest.fixture
def put(store: Store) -> Callable[..., None]:
    """Runs a job on the store."""
    return lambda job, *args, **more: store.write_now(lambda conn: job(conn, *args, **more))


async def test_today_is_the_persons_day(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Money by state and currency, active time, intervals and alerts since the midnight of the person's zone."""
    now = clock.now_us()
    put(p.attempt, "b1", now, "paid")
    put(p.attempt, "b2", now - 30 * MINUTE_US, "submitted", pay_micro=5_000, pay_currency="USD")
    put(p.attempt, "b3", now - DAY_US, "paid", title="Yesterday's")
    put(p.alert, "a1", now, "clicked")
    put(p.alert, "a2", now - DAY_US, "shown", title="Yesterday's")
    page = await read(person, "/today")

    assert "Submitted £1.20 $0.005 Active time 20 min" in page.text
    assert "GBP £1.20 1 time £1.20 1 time - - £1.20 1 time -" in page.text
    assert "USD $0.005 1 time - - - - -" in page.text
    assert "11:50 - 12:00 Assignment b1 site Work 10 min measured" in page.text
    assert "12:00 Task a1 site New task Browser: opened 0.2 s" in page.text
    assert "Yesterday's" not in page.text


async def test_running_work_is_named(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """A task that is being worked stands on Today with its time so far."""
    now = clock.now_us()
    put(p.task, "a1", now - HOUR_US, title=p.TITLE, state="working")
    for minute in range(6):
        put(
            p.put,
            "beat",
            id=f"beat{minute}",
            session="s1",
            platform="site",
            account="-",
            task=":a1",
            state="active",
            at_us=now - (5 - minute) * MINUTE_US,
            mono_ms=minute * 60_000,
            work="work",
            origin="page",
            pulse_us=MINUTE_US,
        )
    page = await read(person, "/today")

    assert f"Working on {p.TITLE} site · 5 min · since 11:55" in page.text
    assert "Active time 5 min" in page.text


async def test_the_ledger_tells_each_attempt_with_its_history(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """State, moment, active time, exact pay, and the events behind them with the page's own words."""
    put(p.attempt, "b1", clock.now_us(), "paid", bonus_micro=125_000)
    page = await read(person, "/ledger")

    assert "site GBP £1.20 - £1.20 - - £1.20 -" in page.text
    assert "Assignment b1 A lab · site History: 4 events" in page.text
    assert "11:59 accepted “£1.20” seen on the page 12:00 submitted “£1.20”" in page.text
    assert "paid 12:00 10 min £1.20 + £0.125 Bonus" in page.text


async def test_the_ledger_counts_what_is_pending_and_what_is_unknown(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Pending = submitted - approved - rejected; an attempt of unknown pay is counted, never summed."""
    for place, state in enumerate(("submitted", "submitted", "approved", "rejected")):
        put(p.attempt, f"b{place}", clock.now_us(), state)
    put(p.attempt, "b9", clock.now_us(), "submitted", platform="blind", pay_micro=None, pay_currency=None)
    page = await read(person, "/ledger")

    assert "site GBP £4.80 £2.40 £1.20 £1.20 - - -" in page.text
    assert "blind 1 of unknown pay" in page.text
    assert "XXX" not in page.text
    assert "unknown" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["b0", "b1", "b2"]),
        ("?state=paid", ["b0"]),
        ("?platform=other", ["b2"]),
        ("?platform=site&state=rejected", ["b1"]),
        ("?day=2026-11-20", ["b2"]),
        ("?day=2026-11-20&state=paid", []),
        ("?day=nonsense&state=paid", ["b0"]),
        ("?state=%27%20OR%201%3D1", []),
    ],
)
async def test_the_ledger_is_narrowed(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock, query: str, found: list[str]
) -> None:
    """By platform, state and day; what is no day narrows nothing."""
    put(p.attempt, "b0", clock.now_us(), "paid")
    put(p.attempt, "b1", clock.now_us() - HOUR_US, "rejected")
    put(p.attempt, "b2", clock.now_us() - DAY_US, "submitted", platform="other")
    page = await read(person, f"/ledger{query}")

    assert found == [own.removeprefix("attempt-") for own in page.ids if own.startswith("attempt-")]


async def test_a_long_ledger_comes_page_by_page(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """The filter goes along from page to page."""

    def many(conn: sqlite3.Connection) -> None:
        for place in range(attempts.A_PAGE + 1):
            p.attempt(conn, f"b{place}", clock.now_us() - place * MINUTE_US, "paid")

    put(many)
    first = await read(person, "/ledger?state=paid&platform=")
    assert "/ledger?state=paid&page=2" in [link["href"] for link in first.links]
    second = await read(person, "/ledger?state=paid&page=2")
    assert [f"attempt-b{attempts.A_PAGE}"] == [own for own in second.ids if own.startswith("attempt-")]


async def test_time_is_told_by_day_and_kind(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Bars with a table behind them, the chosen day's intervals, days that can't be chosen shown as today."""
    now = clock.now_us()
    put(p.interval, "i1", now - DAY_US, 90 * MINUTE_US, kind="work")
    put(p.interval, "i2", now - DAY_US, 20 * MINUTE_US, kind="search")
    put(p.interval, "i3", now - 40 * DAY_US, 20 * MINUTE_US)
    async with person.get("/time?day=2026-11-20") as answer:
        text = await answer.text()
    page = Reader(text)

    assert "Fri 20 Nov 2026 1 h 30 min - 20 min - 1 h 30 min -" in page.text
    assert ["interval-i-i1", "interval-i-i2"] == sorted(own for own in page.ids if own.startswith("interval-"))
    assert 2 == len(re.findall('<rect class="bar', text))
    for day in ("9999-99-99", "2030-01-01", "x", "0001-01-01"):
        assert "No interval on this day." in (await read(person, f"/time?day={day}")).text
    assert "interval-i-i3" in (await read(person, "/time?day=2026-10-12")).ids


async def test_what_an_hour_was_worth_is_told_with_its_count(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Five attempts of ten minutes at 1.20 pounds; four on another platform make no figure."""
    for place in range(5):
        put(p.attempt, f"b{place}", clock.now_us() - place * HOUR_US, "paid")
    for place in range(4):
        put(p.attempt, f"c{place}", clock.now_us() - place * HOUR_US, "paid", platform="other")
    page = await read(person, "/time")

    assert "site GBP £7.20 5 submitted £7.20 5 approved 50 min" in page.text
    assert "other GBP too few 4 submitted too few 4 approved 40 min" in page.text


FILES = {
    "csv": ("text/csv", "csv"),
    "json": ("application/json", "json"),
    "hledger": ("text/plain", "journal"),
    "ledger": ("text/plain", "ledger"),
    "beancount": ("text/plain", "beancount"),
}


@pytest.mark.parametrize("form", FILES)
async def test_the_books_are_saved_as_a_file(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock, form: str
) -> None:
    """What the command line exports, named by the day; the days asked for narrow it."""
    kind, ending = FILES[form]
    now, day = clock.now_us(), "2026-11-21"
    put(p.attempt, "b1", now, "paid")
    line = {"txn": "e:submitted:GBP:new", "event_seq": 1, "at_us": now, "platform": "site", "account": "-"}
    line |= {"currency": "GBP", "day_platform": day, "day_local": day}
    put(p.put, "posting", line=0, book="assets:pending:site", micro=1_200_000, **line)
    put(p.put, "posting", line=1, book="income:site", micro=-1_200_000, **line)
    async with person.get(f"/export?format={form}&from={day}&to=") as answer:
        assert 200 == answer.status
        assert kind == answer.content_type
        assert f'attachment; filename="piecework-{day}.{ending}"' == answer.headers["Content-Disposition"]
        assert "1.2" in await answer.text()
    async with person.get(f"/export?format={form}&to=2020-01-01") as answer:
        assert 404 == answer.status
        assert "Nothing is in the books" in await answer.text()


async def test_the_books_are_saved_as_a_spreadsheet(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """As bytes of its own, in one piece."""
    put(p.attempt, "b1", clock.now_us(), "paid")
    async with person.get("/export?format=xlsx") as answer:
        assert 200 == answer.status
        assert "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" == answer.content_type
        assert "no-store" in answer.headers["Cache-Control"]
        book = openpyxl.load_workbook(io.BytesIO(await answer.read()))
        assert "assignments" in book.sheetnames


async def test_the_head_of_an_export_has_no_body(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """What is asked next on the same connection is answered."""
    put(p.attempt, "b1", clock.now_us(), "paid")
    async with person.head("/export?format=csv") as head, person.get("/export?format=csv") as answer:
        assert (200, 200) == (head.status, answer.status)
        assert head.headers["Content-Length"] == str(len(await answer.read()))


async def test_an_unknown_export_is_named(person: aiohttp.ClientSession) -> None:
    """The formats there are."""
    async with person.get("/export?format=exe") as answer:
        assert 404 == answer.status
        assert "There is no export" in await answer.text()
