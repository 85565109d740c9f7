"""A list that no definition knows is taught on its own page, by mouse and by keyboard, and then watched."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from piecework.demo.browser import until
from piecework.drive import Tab
from piecework.views import reports
from tests.e2e.harness import Rig, stand_in
from tests.e2e.test_popup import faults, words
from tests.sites.unknown.site import HOST

URL = f"https://{HOST}/jobs"
PANEL = "piecework-teach >>> "
SHADOW = "document.querySelector('piecework-teach')?.shadowRoot"
BOXES = f"{SHADOW}.querySelectorAll('.box:not(.cursor)').length"
PLATFORM = "my-board-unknown-test"


def press(name: str) -> str:
    """The panel's button of that name."""
    return f"{PANEL}button[data-press={name}]"


async def panel(tab: Tab, title: str) -> None:
    """Waits until the panel shows that step."""
    await tab.wait_for(
        f"{SHADOW}?.querySelector('h2')?.textContent === {json.dumps(title)}",
        timeout_s=20,
        what=f"the panel says {title!r}",
    )


async def number_of(rig: Rig, url: str) -> int:
    """The browser's own number of the tab that shows an address."""

    async def look() -> Any:  # noqa: ANN401 - JSON
        found = await rig.browser.background_eval(
            f"browser.tabs.query({{}}).then((all) => all.find((one) => one.url === {json.dumps(url)})?.id ?? 0)"
        )
        return found or None

    number: int = await until(look, f"a tab at {url}")
    return number


@pytest_asyncio.fixture(loop_scope="session")
async def board(rig: Rig) -> AsyncIterator[Tab]:
    """The board with six jobs, and the permission its page would ask for in the press."""
    for count in range(6):
        rig.sites.publish(
            "unknown",
            id=f"job{count}",
            title=f"Describe picture {count} in a few words",
            requester=f"Studio {count % 3}",
            pay_micro=400_000 + 50_000 * count,
            currency="USD",
            minutes=4 + count,
            places=20 + count,
        )
    await rig.browser.grant([f"https://{HOST}/*"])
    yield await rig.browser.new_tab(URL)
    await rig.browser.revoke([f"https://{HOST}/*"])


async def begin(rig: Rig, tab: Tab, url: str = URL) -> None:
    """Presses "Teach this site" in the popup, opened over the board."""
    number = await number_of(rig, url)
    popup = await rig.browser.new_tab(rig.browser.extension_url(f"extension/pages/popup.html?tab={number}"))
    await popup.wait_for("document.querySelector('#teach').textContent")
    await popup.click("#teach")
    await tab.activate()


async def name_column(tab: Tab, sample: str, field: str) -> None:
    """Says by keyboard what the column is called that shows a text in its first row."""
    cells = f"[...{SHADOW}.querySelectorAll('tbody tr:first-child td')]"
    cell = f"{cells}.findIndex((one) => one.textContent.startsWith('{sample}'))"
    select = f"{SHADOW}.querySelectorAll('thead select')[{cell}]"
    if await tab.eval(f"{select}.value") != field:
        await tab.eval(f"{select}.focus()")
        await tab.type_text("Req")
    await tab.wait_for(f"{select}.value === '{field}'", what=f"the column is called {field}")


async def saved(rig: Rig, tab: Tab) -> dict[str, dict[str, Any]]:
    """Saves what is taught; the tasks as the agent has them, by title."""
    await tab.click(press("save"))
    await panel(tab, "Taught")

    def all_there() -> dict[str, dict[str, Any]] | None:
        rows = {row["title"]: row for row in rig.now(reports.tasks) if row["platform"] == PLATFORM}
        return rows if len(rows) == 6 else None

    found: dict[str, dict[str, Any]] = await until(all_there, "six tasks of the taught site are on the board")
    return found


async def test_a_list_nobody_described_is_taught_by_presses(rig: Rig, board: Tab) -> None:
    """The best guess is boxed and right: two presses, and the next task that comes is told."""
    await begin(rig, board)
    await panel(board, "Which tasks are listed here?")
    assert 6 == await board.eval(BOXES)
    await board.click(press("columns"))
    await panel(board, "What are the columns called?")
    await name_column(board, "Studio", "requester")
    rows = await saved(rig, board)

    third = rows["Describe picture 3 in a few words"]
    assert ("stated", 550_000, "USD") == tuple(third["pay"][name] for name in ("state", "micro", "currency"))
    assert (7, 23, f"https://{HOST}/job/job3") == (third["minutes"], third["places"], third["url"])
    assert "Studio 0" == third["requester"]
    assert [] == rig.now(reports.alerts)

    rig.sites.publish("unknown", id="job9", title="Name three colours", pay_micro=900_000, currency="USD")
    await board.goto(URL)
    alert = await rig.alerted("job9")
    assert ("new", "Name three colours") == (alert["reason"], alert["title"])
    (entry,) = (await rig.ask(do="book"))["taught"]
    assert (PLATFORM, ["taught"]) == (entry["id"], [one["why"] for one in entry["versions"]])
    assert entry["confirmed_us"] > 0


async def test_one_click_on_an_example_corrects_the_guess(rig: Rig, board: Tab) -> None:
    """A click on a word inside one job brings the list of jobs, and the page hears nothing of the click."""
    await board.eval("(() => { globalThis.heard = 0; document.addEventListener('click', () => { heard += 1; }); })()")
    await begin(rig, board)
    await panel(board, "Which tasks are listed here?")
    await board.click(press("pick"))
    await board.click("#j-job2 .b1")
    await board.wait_for(
        f"{BOXES} === 6",
        what="six jobs are boxed",
    )
    assert URL == await board.url()
    assert 0 == await board.eval("heard")
    await board.click(press("columns"))
    await panel(board, "What are the columns called?")
    assert 6 == len(await saved(rig, board))


async def test_a_page_that_rewrites_itself_all_the_time_is_taught(rig: Rig, board: Tab) -> None:
    """Ten times a second every job is another element: the list is found, boxed, checked and read all the same."""
    await board.eval(
        "(() => { const list = document.querySelector('.a9'); const html = list.innerHTML;"
        " setInterval(() => { list.innerHTML = html; }, 100); })()"
    )
    await begin(rig, board)
    await panel(board, "Which tasks are listed here?")
    await board.click(press("columns"))
    await panel(board, "What are the columns called?")
    assert 6 == len(await saved(rig, board))


async def test_it_is_taught_by_keyboard_alone_in_french(rig: Rig, board: Tab) -> None:
    """The panel has the focus; Tab and Enter reach every press; nothing of it shuts a screen reader out."""
    await stand_in(rig.browser, language="fr")
    await begin(rig, board)
    await panel(board, words("fr")["teach.title_list"])
    assert [] == await faults(board, "piecework-teach")

    async def reach(name: str) -> None:
        for _ in range(20):
            await board.key("Tab")
            if await board.eval(f"{SHADOW}.activeElement?.dataset.focus") == name:
                return
        pytest.fail(f"Tab never reaches {name}")

    await reach("columns")
    await board.key("Enter")
    await panel(board, words("fr")["teach.title_columns"])
    await reach("save")
    await board.key("Enter")
    await panel(board, words("fr")["teach.title_done"])


async def test_a_page_cannot_press_for_the_person(rig: Rig, board: Tab) -> None:
    """Presses that a script of the page makes are nobody's: nothing is saved."""
    await begin(rig, board)
    await panel(board, "Which tasks are listed here?")
    await board.eval(f"{SHADOW}.querySelector('button[data-press=columns]').click()")
    await board.click(press("columns"))
    await panel(board, "What are the columns called?")
    await board.eval(f"{SHADOW}.querySelector('button[data-press=save]').click()")
    await board.click(press("back"))
    await panel(board, "Which tasks are listed here?")
    assert [] == (await rig.ask(do="book"))["taught"]
    answer = await rig.ask(do="taught", definition={}, redacted={})
    assert {"ok": False, "cause": "not_teaching"} == answer


async def test_what_was_taught_is_shared_as_a_file_and_loaded_from_one(rig: Rig, board: Tab) -> None:
    """The file holds the definition and one record without its words; what is no list of tasks is turned away."""
    await begin(rig, board)
    await panel(board, "Which tasks are listed here?")
    await board.click(press("columns"))
    await panel(board, "What are the columns called?")
    await saved(rig, board)
    file = (await rig.ask(do="book-share", id=PLATFORM))["file"]
    assert [f"https://{HOST}/*"] == file["definition"]["origins"]
    assert file["record"]
    assert not any("Describe picture" in text for text in file["record"].values())

    assert {"ok": True} == await rig.ask(do="book-remove", id=PLATFORM)
    assert [] == (await rig.ask(do="book"))["taught"]
    done = await rig.ask(do="book-open", document=file)
    assert (True, PLATFORM) == (done["ok"], done["id"])
    state = await rig.state()
    assert [False] == [one["on"] for one in state["platforms"] if one["id"] == PLATFORM]

    definition = file["definition"]
    signal = {"kind": "submitted", "on": "page", "urls": [URL]}
    for wrong, cause in (
        ({**definition, "id": "prolific"}, "carried"),
        ({**definition, "work": {"pages": [], "signals": [signal]}}, "lists_only"),
        ({**definition, "code": "alert(1)"}, "$ has code, which means nothing"),
        ("no definition", "$ is no object"),
    ):
        assert {"ok": False, "cause": cause} == await rig.ask(do="book-open", document=wrong)
