"""Totals in the home currency: beside the originals, with the rate, its day, its source and its age."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from decimal import Decimal

import aiohttp
import pytest
import pytest_asyncio

from piecework.now import FixedClock
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.rates import add_own, read_own
from piecework.settings import Paths, load_settings
from piecework.store import Store
from piecework.views.home import Valuation
from tests.agent import panel as p
from tests.agent.books import NOON, event, memory, take
from tests.agent.cli_rig import Cli
from tests.agent.panel import Panel, panel
from tests.agent.visitor import read, send, signed_in

HEAD = "day,currency,rate,per\n"
DOLLAR = HEAD + "2025-11-20,USD,1.25,EUR\n"


def store_with(text: str) -> sqlite3.Connection:
    """A store that knows these rates."""
    conn = memory()
    add_own(conn, read_own(text))
    return conn


def withdrawn(conn: sqlite3.Connection, given: tuple[int, str], received: tuple[int, str]) -> None:
    """A withdrawal on 21 November 2025."""
    amounts = [bodies.PayText(micro=micro, currency=currency) for micro, currency in (given, received)]
    body = bodies.Exchange(amount=amounts[0], received=amounts[1])
    take(conn, event(Kind.RATE, NOON, body, platform="", account=""))


def test_a_total_says_what_it_was_converted_with() -> None:
    """12.50 dollars and 2 euros are 12 euros; points have no rate and are named."""
    total = Valuation(store_with(DOLLAR), "EUR", "2025-11-21").total({"USD": 12_500_000, "EUR": 2_000_000, "PTS": 5})

    assert total is not None
    assert (12_000_000, "EUR", ("PTS",), False) == (total.micro, total.currency, total.missing, total.firm)
    (rate,) = total.rates
    assert ("USD", "EUR", Decimal("0.8"), "2025-11-20", 1, True) == (
        rate.base,
        rate.quote,
        rate.value,
        rate.day,
        rate.age_days,
        rate.firm,
    )


@pytest.mark.parametrize(("home", "amounts"), [("", {"USD": 5}), ("USD", {"USD": 5}), ("EUR", {}), ("EUR", {"XXX": 1})])
def test_where_nothing_is_foreign_nothing_is_converted(home: str, amounts: dict[str, int]) -> None:
    """Without a home currency, and where all money is in it already."""
    assert None is Valuation(store_with(DOLLAR), home, "2025-11-21").total(amounts)


def test_an_old_rate_makes_a_provisional_total() -> None:
    """It is shown with its age and is not firm."""
    total = Valuation(store_with(DOLLAR), "EUR", "2025-12-21").total({"USD": 12_500_000})

    assert total is not None
    assert (10_000_000, False, 31) == (total.micro, total.firm, total.rates[0].age_days)


def test_withdrawals_stand_in_where_the_reference_lacks_a_currency() -> None:
    """Dollars that became shillings, also for euros that never did, and the other way round."""
    conn = store_with(DOLLAR)
    withdrawn(conn, (10_000_000, "USD"), (1_200_000_000, "KES"))
    worth = Valuation(conn, "KES", "2025-11-22")
    direct, through = worth.rate("USD"), worth.rate("EUR")
    back = Valuation(conn, "EUR", "2025-11-22").rate("KES")

    assert direct is not None
    assert through is not None
    assert back is not None
    assert ("120", "exchange", "2025-11-21") == (direct.text, direct.source, direct.day)
    assert ("150", "own, exchange", "EUR", "KES") == (through.text, through.source, through.base, through.quote)
    assert Decimal(1) == round(back.value * 150, 20)
    assert None is worth.rate("NGN")


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


async def test_the_home_currency_is_chosen_on_its_page(
    person: aiohttp.ClientSession, store: Store, put: Callable[..., None]
) -> None:
    """Then every sum has its total beside it: with the rate, whose it is, its day and its age."""
    said = await send(person, "/rates/home", currency="EUR")
    assert "Home currency saved." in said.text
    with store.read() as conn:
        assert "EUR" == load_settings(conn).home
    put(
        p.put,
        "sum_month",
        month="2026-11",
        platform="site",
        account="-",
        currency="USD",
        state="paid",
        micro=4_000_000,
        n=1,
    )
    put(
        p.put,
        "sum_day",
        day="2026-11-21",
        platform="site",
        account="-",
        currency="USD",
        state="submitted",
        micro=2_000_000,
        n=1,
    )
    put(add_own, read_own(HEAD + "2026-11-20,USD,1.25,EUR\n"))
    ledger, today = (await read(person, "/ledger")).text, (await read(person, "/today")).text

    assert "$4.00" in ledger
    assert "In EUR ≈ - - - - - €3.20 -" in ledger
    assert "1 USD = 0.8 EUR · your own row · Fri 20 Nov 2026 · 1 day" in ledger
    assert "provisional" not in ledger
    assert "$2.00 In EUR ≈ €1.60" in today


async def test_a_withdrawal_is_written_down_on_its_page(person: aiohttp.ClientSession) -> None:
    """With its own rate and what was lost; what can't be read is said, and nothing is kept."""
    said = await send(
        person,
        "/rates/exchange",
        given="10 USD",
        fee="0.50 USD",
        received="16 000 NGN",
        source="PayPal",
        to="GTBank",
        on="",
    )
    assert "Withdrawal written down." in said.text
    page = (await read(person, "/rates")).text
    assert (
        "paypal → gtbank $10.00 Fees $0.50 NGN 16,000.00 1,600 NGN / USD none for this pair 5.0 % the fee alone" in page
    )
    wrong = await send(person, "/rates/exchange", given="ten", received="16 000 NGN")
    assert "“ten” is no amount" in wrong.text


async def test_a_withdrawal_is_taken_back(person: aiohttp.ClientSession, store: Store) -> None:
    """As an event of its own: the page and the books are as before."""
    await send(person, "/rates/exchange", given="10 USD", received="16 000 NGN")
    (own,) = [name.removeprefix("exchange-") for name in (await read(person, "/rates")).ids if len(name) > 20]
    await send(person, "/ledger/undo", event=own)

    assert "NGN 16,000.00" not in (await read(person, "/rates")).text
    with store.read() as conn:
        assert 0 == conn.execute("SELECT count(*) FROM posting").fetchone()[0]


def test_earnings_in_the_home_currency(paths: Paths) -> None:
    """For programs: beside the row's own amounts, never in their place."""
    cli = Cli(paths.data)
    cli.json("add", "--platform", "practice", "--pay", "$2.00", "--state", "paid")
    assert [None] == [row["home"] for row in cli.json("earnings")]
    cli.json("rates", "home", "EUR")
    (row,) = cli.json("earnings")

    assert ("USD", 2_000_000) == (row["currency"], row["paid"])
    assert ("EUR", "ecb") == (row["home"]["currency"], row["home"]["source"])
    assert row["home"]["paid"] == round(row["paid"] * Decimal(row["home"]["rate"]))
    assert row["home"]["firm"] == (row["home"]["age_days"] <= 7)
    assert "In EUR: submitted" in cli("earnings").out
