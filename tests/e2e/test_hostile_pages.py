"""Pages that mean harm, through the real extension: shown as text, kept within limits, every other row intact."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from piecework.practice.control import command
from piecework.views import reports
from tests.e2e.harness import Rig
from tests.sites import hostile

PLATFORMS = ["practice", "microworkers", "sproutgigs", "prolific"]
LONGEST = 300
ROWS = 10_000
# What of hostile.PAYS is money, and how much; None is what can't be read, "" what is not there.
PAYS: list[tuple[int, str] | str | None] = [
    None,
    None,
    None,
    (5_000, "USD"),
    (1_234_560_000, "EUR"),
    "",
    "zero",
    (0, "USD"),
    None,
    None,
]
# hostile.JSON_PAYS in minor units of GBP; the seventh is no amount in the answer, but the page itself says "£80".
JSON_PAYS: list[tuple[int, str] | str | None] = [None, None, None, (5_000, "GBP"), None, None, None, "page", None]
TITLES = hostile.TITLES | {
    "nul": "beforeafter",
    "high": "cut inside an emoji \ufffd",
    "low": "\ufffd begins with half an emoji",
    "combining": hostile.TITLES["combining"][:LONGEST],
    "blanks": "",
    "line": "one two three\u2028four",
}
"""Titles as they are kept: on one line, without NUL and halves of characters, cut; nothing where nothing is seen."""


def rows_of(platform: str) -> Iterator[dict[str, object]]:
    """Every hostile task of one platform, each with a name of its own as its requester."""
    if platform == "prolific":
        yield from hostile.studies()
    else:
        yield from hostile.tasks(24 if platform == "sproutgigs" else 12)


def publish(rig: Rig, platform: str, **fields: object) -> str:
    """One task; returns its title."""
    if platform == "practice":
        return rig.practice.stage.world.publish(**fields).title
    return rig.sites.publish(platform, **fields).title


def by_title(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The board's rows by title."""
    return {row["title"]: row for row in rows}


async def board(rig: Rig, title: str) -> list[dict[str, Any]]:
    """Waits until a task with that title is on the board; returns the whole board."""

    def look(conn: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401 - a connection
        rows = reports.tasks(conn)
        return rows if title in by_title(rows) else None

    found: list[dict[str, Any]] = await rig.read(look, f"“{title}” is on the board", timeout_s=60)
    return found


async def list_of_horrors(rig: Rig, platform: str) -> list[dict[str, Any]]:
    """A list that shows an honest task, then every hostile one, then an honest one; returns the board."""
    publish(rig, platform, title="First of all", pay_micro=250_000, currency="USD", places=10)
    await rig.on(platform)
    await rig.watch(platform, "watching")
    for fields in rows_of(platform):
        publish(rig, platform, places=20, **fields)
    publish(rig, platform, title="Last of all", pay_micro=250_000, currency="USD", places=10)
    await board(rig, "Last of all")
    await rig.settled(platform)
    return rig.now(reports.tasks)  # type: ignore[no-any-return] # rows of reports


def is_fit(text: str) -> bool:
    """One line of well-formed text within limits, without control characters."""
    harmful = {one for one in text if unicodedata.category(one) in {"Cc", "Cs"}}
    return not harmful and len(text) <= LONGEST


def money(task: dict[str, Any]) -> tuple[int, str] | str | None:
    """A task's pay in the words of PAYS."""
    pay = task["pay"]
    if pay["state"] != "stated":
        return "" if pay["state"] == "none" else None
    return (pay["micro"], pay["currency"]) if pay["micro"] or pay["currency"] else "zero"


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_hostile_rows_are_kept_as_text_and_break_no_other(rig: Rig, platform: str) -> None:
    """Every row is there with its own pay; what can't be read is counted as that, and the outbox is empty."""
    rows = await list_of_horrors(rig, platform)
    expected = 2 + len(list(rows_of(platform)))
    named = by_title(rows)

    assert expected == len(rows)
    assert all(is_fit(row[name] or "") for row in rows for name in ("title", "requester", "id"))
    assert all(is_fit(row["pay"]["raw"]) for row in rows)
    assert set(TITLES.values()) <= set(named)
    assert LONGEST - 1 <= len(next(title for title in named if title.startswith("long long")))
    for honest in ("First of all", "Last of all"):
        assert (250_000, "USD") == money(named[honest])
    if platform == "prolific":
        assert [pay for pay in JSON_PAYS if pay != "page"] == [
            money(named[f"amount {number}"]) for number, pay in enumerate(JSON_PAYS) if pay != "page"
        ]
    else:
        found = [money(named[f"pay {number}"]) for number in range(len(PAYS))]
        assert PAYS == [("zero" if number == 6 and one == (0, "USD") else one) for number, one in enumerate(found)]
    await rig.sent()
    assert "watching" == (await rig.health(platform))["state"]
    assert [] == rig.now(lambda conn: conn.execute("SELECT reason FROM refused").fetchall())


@pytest.mark.parametrize("platform", ["practice", "prolific"])
async def test_the_dashboard_shows_them_as_text(rig: Rig, platform: str) -> None:
    """No script runs, no mark-up of theirs becomes an element, and what turns text round stays within its own cell."""
    rows = await list_of_horrors(rig, platform)
    tab = await rig.browser.new_tab(rig.agent.url)
    await tab.wait_for("document.querySelectorAll('table.stack tbody tr').length > 20", what="the board")
    shown = await tab.eval(
        "[...document.querySelectorAll('table.stack tbody tr')].map((row) => ({"
        " title: row.querySelector('.title').textContent, dir: row.querySelector('.title').dir,"
        " children: row.querySelectorAll('.title *, .under *').length }))"
    )
    strange = await tab.eval(
        "document.querySelectorAll('main script, main img, main svg[onload], main [onerror]').length"
    )
    title = await tab.eval("document.title")
    await tab.close()

    assert len(rows) == len(shown)
    assert {row["title"] or row["id"] for row in rows} == {one["title"] for one in shown}
    assert {("auto", 0)} == {(one["dir"], one["children"]) for one in shown}
    assert 0 == strange
    assert "owned" not in title


@pytest.mark.parametrize("name", ["script", "turned", "nul", "blanks"])
async def test_a_hostile_task_can_be_worked(rig: Rig, name: str) -> None:
    """Popup, notification and books say what it is called, as text; nothing of the work is lost."""
    await rig.on("practice")
    await rig.watch("practice", "empty")
    task = rig.practice.stage.world.publish(id="evil", title=hostile.TITLES[name], pay_text="$0.80", places=3)
    await rig.alerted("evil")
    notified = await rig.calls.of("notification")
    tab = await rig.browser.new_tab(f"{rig.practice.url}/tasks/{task.id}")
    await tab.click("[data-testid=accept]")
    await rig.event("accepted", "evil")
    popup = await rig.browser.new_tab(rig.browser.extension_url("extension/pages/popup.html"))
    await popup.wait_for("document.body.innerText.includes('Practice')", what="the popup")
    strange = await popup.eval("document.querySelectorAll('img, svg[onload], main script, [onerror]').length")
    page = await popup.eval("document.title")
    await popup.close()
    await tab.click("[data-testid=submit]")
    await rig.event("submitted", "evil")
    command(rig.practice.stage, {"do": "approve"})
    await tab.goto(f"{rig.practice.url}/history")
    await rig.event("approved", "evil")

    assert 0 == strange
    assert "owned" not in page
    assert notified
    assert all(is_fit(line) for one in notified for text in one[1:] for line in text.split("\n"))
    assert [800_000] == [row["approved"] for row in await rig.cli_json("earnings")]


async def test_ten_thousand_rows_are_read_and_the_next_one_still_arrives(rig: Rig) -> None:
    """The flood is read, handed over and kept; a task that appears after it comes through like any other."""
    await rig.on("practice")
    rig.practice.stage.show(page_size=ROWS + 10)
    for number, fields in enumerate(hostile.flood(ROWS)):
        publish(rig, "practice", **fields | {"title": f"Row {number}"})
    await rig.browser.new_tab(rig.list_url("practice"))
    await rig.read(lambda conn: count(conn) >= ROWS, "every row is on the board", timeout_s=90)
    publish(rig, "practice", title="After the flood", places=3)
    await rig.read(lambda conn: count(conn) > ROWS, "the next one is on the board", timeout_s=90)
    await rig.sent()

    assert ROWS + 1 == rig.now(count)
    assert "After the flood" in by_title(rig.now(reports.tasks))
    assert "watching" == (await rig.health("practice"))["state"]


def count(conn: Any) -> int:  # noqa: ANN401 - a connection
    """How many tasks are on the board."""
    return int(conn.execute("SELECT count(*) FROM task WHERE gone_us IS NULL").fetchone()[0])


# In the world of the page's content scripts, by their own sender.
WRONG = """browser.scripting.executeScript({ target: { tabId: TAB }, func: () => {
  const env = piecework.world({});
  const sender = new piecework.Sender(env);
  const about = () => ({ id: env.uuid(), at_us: env.nowUs(), platform: "practice", who: "" });
  const fact = (kind, body, more) => ({ ...about(), kind, body, ...more });
  const wide = Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`${at}`.padEnd(199, "x"), at]));
  sender.put(
    fact("note", { text: "before" }),
    fact("correction", { text: "only the agent corrects" }),
    fact("submitted", { task: 7, pay: "much" }),
    fact("no kind at all", {}),
    fact("note", { text: "not mine" }, { platform: "prolific" }),
    fact("note", wide),
    fact("note", { text: "no id" }, { id: "1" }),
    fact("note", { text: "no time" }, { at_us: "now" }),
    fact("colour_of_the_sky", { text: "a kind nobody knows yet" }),
    fact("note", { text: "\\ud83d half, NUL \\0, long " + "x".repeat(1_000_000) }),
    fact("note", { text: "after" }),
  );
} })"""


async def test_facts_that_are_none_stop_no_other(rig: Rig) -> None:
    """Whatever a page's script world hands over: what can be kept is, the rest is gone, nothing is sent for ever."""
    await rig.on("practice")
    await rig.watch("practice", "empty")
    tab = "(await browser.tabs.query({ url: 'http://practice.localhost/*' }))[0].id"
    await rig.browser.background_eval(WRONG.replace("TAB", tab))

    def arrived(conn: Any) -> list[str] | None:  # noqa: ANN401 - a connection
        texts = [row[0] for row in conn.execute("SELECT body ->> 'text' FROM event WHERE kind = 'note' ORDER BY seq")]
        return texts if texts and texts[-1] == "after" else None

    texts = await rig.read(arrived, "the last note has arrived")
    await rig.sent()
    assert ["before", "after"] == [texts[0], texts[-1]]
    assert 3 == len(texts)
    assert texts[1].startswith("\ufffd half, NUL , long xxx")
    kinds = {row[0] for row in rig.now(lambda conn: conn.execute("SELECT DISTINCT kind FROM event").fetchall())}
    assert "colour_of_the_sky" in kinds
    assert {"correction", "submitted"}.isdisjoint(kinds)
    assert 2 == rig.now(lambda conn: conn.execute("SELECT count(*) FROM refused").fetchone()[0])
    before = rig.now(lambda conn: conn.execute("SELECT last_seq FROM client WHERE cid <> 'cli'").fetchone()[0])
    await rig.browser.stop_background()
    await rig.says(lambda state: state["agent"]["state"] == "connected", "it is linked again")
    assert 0 == (await rig.state())["unsent"]
    assert before <= rig.now(lambda conn: conn.execute("SELECT last_seq FROM client WHERE cid <> 'cli'").fetchone()[0])
    assert 2 == rig.now(lambda conn: conn.execute("SELECT count(*) FROM refused").fetchone()[0])
