"""Files handed in on the dashboard: looked at first, taken by a press, without scripts; and work typed in."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import aiohttp
import pytest_asyncio

from piecework.control.commands import run
from piecework.views import import_routes
from tests.agent.importing import PROLIFIC, suite, suite_hit
from tests.agent.panel import HOSTILE, Panel, panel
from tests.agent.visitor import Reader, read, signed_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from piecework.now import FixedClock
    from piecework.settings import Paths
    from piecework.store import Store


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


async def token(person: aiohttp.ClientSession) -> str:
    """The form's token, as the page holds it."""
    async with person.get("/import") as answer:
        found = re.search(r'name="csrf" value="([^"]+)"', await answer.text())
    assert found
    return found[1]


async def hand_in(
    person: aiohttp.ClientSession, data: bytes | str, name: str = "backup.json", **fields: str
) -> tuple[Reader, str]:
    """Hands a file in as a browser does, or a text where `name` is empty; the page it leads to, and the job's id."""
    form = aiohttp.FormData()
    for field, value in ({"csrf": await token(person), "platform": "", "format": "", "dates": ""} | fields).items():
        form.add_field(field, value)
    form.add_field("file", b"" if not name else data, filename=name or "", content_type="application/octet-stream")
    form.add_field("text", data if not name else "")
    async with person.post("/import/read", data=form) as answer:
        assert 200 == answer.status
        return Reader(await answer.text()), answer.url.query.get("job", "")


async def press(person: aiohttp.ClientSession, path: str, **fields: str) -> Reader:
    """Sends one of the small forms from the page Import; returns the page it leads to."""
    async with person.get("/import") as answer:
        headers = {"Referer": str(answer.url)}
    async with person.post(path, data={"csrf": await token(person)} | fields, headers=headers) as answer:
        assert 200 == answer.status
        return Reader(await answer.text())


def count(store: Store, table: str = "assignment") -> int:
    """Rows of a table."""
    with store.read() as conn:
        return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - fixed names


BACKUP = json.dumps(suite(suite_hit(1, title=HOSTILE), suite_hit(2, date="99991231"), suite_hit(3)))


async def test_looked_at_then_taken(person: aiohttp.ClientSession, store: Store, paths: Paths) -> None:
    """The preview shows figures, rows and causes; only the press changes the books; then the copy of the file goes."""
    page, job = await hand_in(person, BACKUP)
    assert "A preview" in page.text
    assert "Rows 3 New 2 Known already 0 Not taken 1 Sums $0.10" in page.text
    assert "2 “99991231” lies in the future" in page.text
    assert HOSTILE.split()[-1] in page.text
    assert "5 Jan 2024 “20240105”" in page.text
    assert 0 == count(store, "event")

    taken = await press(person, "/import/take", job=job)
    assert "2 rows are in the books now." in taken.text
    assert (2, "mturk-suite") == (count(store), "mturk-suite")
    again, second = await hand_in(person, BACKUP)
    assert "Rows 3 New 0 Known already 2" in again.text
    assert "Take" not in again.text
    for one in (job, second):
        assert "Add & import" in (await press(person, "/import/drop", job=one)).text
    assert [] == list((paths.data / "incoming").iterdir())
    assert "MTurk Suite backup 3 2 0 1" in (await read(person, "/import")).text


async def test_what_is_forgotten_is_in_no_file(
    person: aiohttp.ClientSession, house: Panel, store: Store, paths: Paths
) -> None:
    """Neither in the books nor in a file that was looked at and not put away."""
    await hand_in(person, BACKUP.replace("Task 3", "Unmistakable"))
    taken, job = await hand_in(person, BACKUP.replace("Task 3", "Unmistakable"))
    await press(person, "/import/take", job=job)
    assert "Unmistakable" in taken.text
    await run(house.services, "forget", {"platform": "mturk"})

    assert [] == list((paths.data / "incoming").iterdir())
    assert [] == [
        path.name for path in paths.data.rglob("*") if path.is_file() and b"Unmistakable" in path.read_bytes()
    ]
    assert [] == (await run(house.services, "verify", {}))["differences"]


async def test_a_file_that_takes_its_time(
    person: aiohttp.ClientSession, house: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so and asks again by itself, also without scripts; once the file is read it stands still."""
    monkeypatch.setattr(import_routes, "PATIENCE_S", 0.01)
    async with house.services.imports._one:
        page, job = await hand_in(person, BACKUP)
        assert "The file is being read." in page.text
        async with person.get(f"/import/file?job={job}") as answer:
            assert "3" == answer.headers["Refresh"]
    await house.services.imports.wait(house.services.imports.find(job), 20)
    async with person.get(f"/import/file?job={job}") as answer:
        assert "Refresh" not in answer.headers
        assert "A preview" in Reader(await answer.text()).text


async def test_a_mapping_is_chosen_on_the_page(person: aiohttp.ClientSession, store: Store) -> None:
    """A table of an unknown kind shows its columns; a choice leads to the preview and is remembered."""
    table = "When,What,Earned\n2026-01-02,Visit,7.00\n"
    page, job = await hand_in(person, table, "mine.csv")
    assert "Nothing was taken." in page.text
    assert "Which column is what" in page.text

    fields = {
        "map_date": "When",
        "map_amount": "Earned",
        "map_title": "What",
        "same_platform": "Roamler",
        "same_currency": "EUR",
    }
    page = await press(person, "/import/again", job=job, **fields)
    assert "Rows 1 New 1" in page.text
    assert 0 == count(store)
    await press(person, "/import/take", job=job)
    page, _ = await hand_in(person, table.replace("01-02", "01-03"), "mine.csv")
    assert "Rows 1 New 1" in page.text


async def test_a_pasted_text(person: aiohttp.ClientSession) -> None:
    """Lines of a page, with the platform named."""
    page, _ = await hand_in(person, "2026-03-01\tSurvey\t$0.80\tapproved\n", "", platform="Some site")

    assert "Kind of file Lines of text Rows 1 New 1" in page.text


async def test_what_can_not_be_read_says_why(person: aiohttp.ClientSession, store: Store) -> None:
    """The row, the cause, and the way to read it otherwise."""
    page, _ = await hand_in(person, BACKUP[:200])
    assert "Nothing was taken. Row 1" in page.text
    assert "Choose a file, or paste a text." in (await hand_in(person, "", ""))[0].text
    assert "not here any more" in (await press(person, "/import/take", job="none")).text
    assert "not here any more" in (await read(person, "/import/file?job=none")).text
    assert 0 == count(store, "event")


async def test_a_file_that_is_too_large(
    person: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, paths: Paths
) -> None:
    """The way that takes it is named; nothing is left on the disk."""
    monkeypatch.setattr(import_routes, "MOST_BYTES", 100)
    page, _ = await hand_in(person, BACKUP)

    assert "piecework import takes it" in page.text
    assert [] == list((paths.data / "incoming").iterdir())


async def test_a_form_of_another_page_is_turned_away(person: aiohttp.ClientSession, paths: Paths) -> None:
    """Without the token, with a wrong one, with one that comes after the file; and no file is kept."""
    wrong = aiohttp.FormData()
    wrong.add_field("csrf", "x")
    wrong.add_field("file", BACKUP.encode(), filename="a.json")
    late = aiohttp.FormData()
    late.add_field("file", BACKUP.encode(), filename="a.json")
    late.add_field("csrf", await token(person))
    for data in (wrong, late, {"file": "x"}):
        async with person.post("/import/read", data=data) as answer:
            assert 403 == answer.status
    for path in ("/import/take", "/import/drop", "/import/again", "/import/add"):
        async with person.post(path, data={"job": "x"}) as answer:
            assert 403 == answer.status
    assert not list((paths.data / "incoming").glob("*"))


async def test_nobody_without_a_session(house: Panel) -> None:
    """The sign-in page, whatever is asked for."""
    async with aiohttp.ClientSession(house.origin) as stranger:
        for method, path in (("get", "/import"), ("get", "/import/file?job=x"), ("post", "/import/read")):
            async with stranger.request(method, path) as answer:
                assert 401 == answer.status


async def test_work_is_written_down(person: aiohttp.ClientSession, store: Store) -> None:
    """An app's task on a day before, and cash; the day, the time and the money are in the books."""
    said = await press(
        person,
        "/import/add",
        platform="Roamler",
        title="Shelf",
        pay="7.50 EUR",
        state="paid",
        day="2026-11-20",
        minutes="25",
    )
    assert "Written down." in said.text
    await press(
        person, "/import/add", platform="Cash", title="Leaflets", pay="20 EUR", state="paid", day="", minutes=""
    )

    with store.read() as conn:
        rows = [
            tuple(row)
            for row in conn.execute(
                "SELECT platform, title, state, pay_micro, day_local FROM assignment ORDER BY title"
            )
        ]
        worked = conn.execute("SELECT sum(active_us) FROM interval").fetchone()[0]
    assert [
        ("cash", "Leaflets", "paid", 20_000_000, "2026-11-21"),
        ("roamler", "Shelf", "paid", 7_500_000, "2026-11-20"),
    ] == rows
    assert 25 * 60_000_000 == worked


async def test_work_that_can_not_be_written_down(person: aiohttp.ClientSession, store: Store) -> None:
    """A pay that is none, a day that has not come, minutes that are no number."""
    fine = {"platform": "Cash", "title": "", "pay": "1 EUR", "state": "paid", "day": "", "minutes": ""}
    for wrong, says in (
        ({"pay": "much"}, "can't be read"),
        ({"day": "2027-01-01"}, "not come yet"),
        ({"day": "x"}, "no day"),
        ({"minutes": "1e3"}, "minutes"),
    ):
        assert says in (await press(person, "/import/add", **(fine | wrong))).text
    assert 0 == count(store)


async def test_prolific_on_a_french_page(person: aiohttp.ClientSession) -> None:
    """The words are French, the figures the same."""
    form = aiohttp.FormData({"csrf": await token(person)})
    form.add_field("file", f"{PROLIFIC}\nOne,£1.00,£0.00,2026-03-01 10:00:00,,,APPROVED\n", filename="p.csv")
    async with person.post("/import/read", data=form, headers={"Accept-Language": "fr"}) as answer:
        page = Reader(await answer.text())

    assert "Un aperçu" in page.text
    assert "Soumissions de Prolific" in page.text


async def test_causes_on_a_french_page(person: aiohttp.ClientSession) -> None:
    """Why a row or a file is not taken is told in French, with the row's own words."""
    headers = {"Accept-Language": "fr"}
    for data, told in ((BACKUP, "2 « 99991231 » est dans le futur"), (BACKUP[:200], "Ligne 1 : ")):
        form = aiohttp.FormData({"csrf": await token(person)})
        form.add_field("file", data, filename="b.json")
        async with person.post("/import/read", data=form, headers=headers) as answer:
            assert told in Reader(await answer.text()).text


async def test_the_currency_of_amounts_without_one(person: aiohttp.ClientSession) -> None:
    """Said beside the text, or when it is looked at again; one that is none is named."""
    lines = "2026-03-01\tSurvey\t0.80\tapproved\n"
    page, job = await hand_in(person, lines, "", platform="Some site")
    assert "no amount that can be read for sure" in page.text
    again = await press(person, "/import/again", job=job, platform="Some site", same_currency="eur")
    assert "Rows 1 New 1 Known already 0 Not taken 0 Sums €0.80" in again.text
    page, _ = await hand_in(person, lines, "", platform="Some site", same_currency="USD")
    assert "Sums $0.80" in page.text
    page, _ = await hand_in(person, lines, "", platform="Some site", same_currency="thalers")
    assert "“thalers” is no currency" in page.text


async def test_a_table_of_another_kind_shows_its_first_rows(person: aiohttp.ClientSession) -> None:
    """So that what stands in a column can be seen before it is named; the currency alone is no mapping."""
    table = "When,What,Earned,\n2026-01-02,<b>Visit</b>,7.00,\n2026-01-03,Shelf,8.00,\n"
    page, job = await hand_in(person, table, "mine.csv", same_currency="EUR")
    assert "The first rows of the file" in page.text
    assert "When What Earned 2026-01-02 <b>Visit</b> 7.00 2026-01-03 Shelf 8.00" in page.text
    fields = {"map_date": "When", "map_amount": "Earned", "same_currency": "EUR", "platform": "Roamler"}
    await press(person, "/import/again", job=job, **fields)
    await press(person, "/import/take", job=job)
    again, job = await hand_in(person, table, "mine.csv")
    assert "Rows 2 New 0 Known already 2" in again.text
    async with person.get(f"/import/file?job={job}") as answer:
        text = await answer.text()
    assert 'name="platform" value="roamler"' in text.lower()
    assert '<a href="/import" aria-current="true">' in text


async def test_whoever_comes_from_another_program_finds_the_way(person: aiohttp.ClientSession) -> None:
    """An empty board, a day and an empty ledger lead to the page, which says which file it is."""
    for path in ("/", "/today", "/ledger"):
        async with person.get(path) as answer:
            assert '<a href="/import">' in (await answer.text()).split("<main", 1)[1]
    assert "Bring in the history of another program or site" in (await read(person, "/ledger")).text
    assert "HIT_Tracker_Backup_" in (await read(person, "/import")).text


async def test_work_that_was_written_down_by_mistake(person: aiohttp.ClientSession, store: Store) -> None:
    """The Ledger takes the entry back whole, with its time; what is taken back offers it no more."""
    entry = {"platform": "Cash", "title": "Leaflets", "pay": "20 EUR", "state": "paid", "day": "", "minutes": "30"}
    await press(person, "/import/add", **entry)
    assert "Take this entry back, with its time Leaflets" in (await read(person, "/ledger")).text
    with store.read() as conn:
        own = str(conn.execute("SELECT id FROM assignment").fetchone()[0])
    await press(person, "/ledger/undo", event=own)

    assert "Take this entry back" not in (await read(person, "/ledger")).text
    with store.read() as conn:
        books = conn.execute("SELECT book FROM posting GROUP BY book HAVING sum(micro) <> 0").fetchall()
        assert [] == books
    assert 0 == count(store, "interval")
