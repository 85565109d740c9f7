"""The page Platforms says what looking by ourselves does, and takes the choice."""

import json
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
import pytest_asyncio

from piecework.now import FixedClock
from piecework.platforms import load_platforms
from piecework.settings import Paths, load_settings, put_value
from piecework.store import Store
from tests.agent import panel as p
from tests.agent.panel import Panel, panel
from tests.agent.visitor import read, send, signed_in


@pytest_asyncio.fixture
async def house(paths: Paths, store: Store, clock: FixedClock) -> AsyncIterator[Panel]:
    """A served dashboard that knows every platform."""
    async with panel(paths, store, clock) as served:
        served.services.platforms = load_platforms()
        yield served


@pytest_asyncio.fixture
async def person(house: Panel) -> AsyncIterator[aiohttp.ClientSession]:
    """A signed-in browser."""
    async with signed_in(house) as browser:
        yield browser


@pytest.fixture
def seen(store: Store, clock: FixedClock) -> Callable[..., None]:
    """Lists of these platforms were read a moment ago."""

    def note(*platforms: str) -> None:
        for name in platforms:
            store.write_now(lambda conn, name=name: p.look(conn, clock.now_us(), platform=name))

    return note


async def test_each_platform_has_its_rule_and_its_choice(
    person: aiohttp.ClientSession, seen: Callable[..., None], store: Store
) -> None:
    """Permitted with the quote, no rule found with the minute, forbidden not offered; off until it is pressed."""
    seen("practice", "prolific", "microworkers")
    page = await read(person, "/platforms")
    rules = {name: load_platforms()[name].manners for name in ("practice", "microworkers")}
    assert f"Its own rule allows it; looks are at least 1 s apart: {rules['practice'].quote}" in page.text
    assert "No rule was found. You decide; looks are never closer together than 1 min." in page.text
    assert (
        f"Not offered: its rule forbids it, or accounts were punished for it. {rules['microworkers'].quote}"
        in page.text
    )
    assert "Look at Prolific" in page.text
    assert "Look at Microworkers" not in page.text
    assert "What other extensions ask of these sites is unknown to Piecework." in page.text

    await send(person, "/looking/choose", platform="prolific", on="1")
    assert "Stop looking at Prolific" in (await read(person, "/platforms")).text
    await send(person, "/looking/budget", looks="30")
    with store.read() as conn:
        assert (["prolific"], 30) == (load_settings(conn).look, load_settings(conn).looks_an_hour)
    await send(person, "/looking/choose", platform="prolific", on="")
    with store.read() as conn:
        assert [] == load_settings(conn).look


async def test_what_is_forbidden_is_refused_by_the_form_too(person: aiohttp.ClientSession, store: Store) -> None:
    """A form that was made by hand changes nothing, and a budget out of bounds is told."""
    assert (
        "Microworkers is not looked at" in (await send(person, "/looking/choose", platform="microworkers", on="1")).text
    )
    assert "looks_an_hour" in (await send(person, "/looking/budget", looks="9999")).text
    with store.read() as conn:
        assert ([], 60) == (load_settings(conn).look, load_settings(conn).looks_an_hour)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "62 looks this hour; about 74 % of tasks expected to be seen; Prolific (Studies) limited to one look every",
        ),
        ("fr", "62 visites cette heure-ci ; environ 74 % des tâches devraient être vues ; Prolific (Studies) limité"),
    ],
)
async def test_it_says_in_plain_words_what_it_does(
    person: aiohttp.ClientSession,
    seen: Callable[..., None],
    house: Panel,
    language: str,
    sentence: str,
) -> None:
    """Looks of the hour, the share of tasks to be seen, and what holds a list back."""
    seen("prolific")
    await send(person, "/looking/choose", platform="prolific", on="1")
    lists = {"prolific:studies": [60, 0.74, "host"]}
    store, clock = house.services.store, house.services.clock
    assert isinstance(clock, FixedClock)
    told = {"at_us": clock.now_us(), "looks": 62, "share": 0.7412, "learned": False, "lists": lists}
    store.write_now(lambda conn: put_value(conn, "looking.outlook", json.dumps(told)))
    page = await read(person, "/platforms", **{"Accept-Language": language})
    assert sentence in page.text.replace("\N{NO-BREAK SPACE}", " ")
    clock.forward(3600)
    assert sentence[:8] not in (await read(person, "/platforms", **{"Accept-Language": language})).text


async def test_it_says_by_which_rates_it_weighs(
    person: aiohttp.ClientSession, seen: Callable[..., None], store: Store, clock: FixedClock
) -> None:
    """Pays in another currency with the rate's day; a currency nobody quotes is named as not known."""
    seen("prolific")
    store.write_now(lambda conn: conn.execute("INSERT OR REPLACE INTO rate VALUES ('USD', '2026-11-12', 'ecb', '2')"))
    await send(person, "/looking/choose", platform="prolific", on="1")
    store.write_now(lambda conn: p.task(conn, "a", clock.now_us(), platform="prolific", pay_currency="USD"))
    told: dict[str, object] = {
        "at_us": clock.now_us(),
        "looks": 1,
        "share": None,
        "learned": False,
        "lists": {},
        "currency": "EUR",
    }
    store.write_now(lambda conn: put_value(conn, "looking.outlook", json.dumps(told)))
    text = (await read(person, "/platforms")).text
    assert "What a look is worth is reckoned in EUR, with the reference rate of 2026-11-12." in text
    store.write_now(lambda conn: conn.execute("UPDATE task SET pay_currency = 'YSP'"))
    text = (await read(person, "/platforms")).text
    assert "No rate for YSP: such a pay counts as not known, like the average of its list." in text


async def test_it_says_how_it_looks_and_whose_the_gap_is(
    person: aiohttp.ClientSession, seen: Callable[..., None], house: Panel
) -> None:
    """By one request or by a load, with the definition's reason; a least gap that is ours is not called a wish."""
    seen("prolific", "sproutgigs", "toloka")
    await send(person, "/looking/choose", platform="sproutgigs", on="1")
    store, clock = house.services.store, house.services.clock
    lists = {"prolific:studies": [60, 0.7, "host"], "sproutgigs:jobs": [60, 0.7, "host"]}
    told = {"at_us": clock.now_us(), "looks": 2, "share": None, "learned": True, "lists": lists}
    store.write_now(lambda conn: put_value(conn, "looking.outlook", json.dumps(told)))
    text = (await read(person, "/platforms")).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "How: its tab is loaded anew, never the one in front of you. The page asks for its list with a token" in text
    assert "page once more. One request; nothing in the tab changes. jobs.php" in text
    assert "Prolific (Studies) limited to one look every 1 min by its wish" in text
    assert "SproutGigs (Jobs) limited to one look every 1 min, as no rule of its own was found" in text
    toloka = text[text.index("Toloka off") :]
    assert "How:" not in toloka[: toloka.index("banned")]
