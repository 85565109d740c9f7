"""Open pages of the practice site, read as a tab has them: by an extension without an agent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from piecework.practice.things import State

if TYPE_CHECKING:
    from piecework.practice.site import PracticeSite
    from tests.e2e.reader import Json, Reader


def practice(site: PracticeSite, path: str) -> str:
    """An address of the practice site."""
    return f"{site.url.rstrip('/')}{path}"


async def test_the_practice_site_is_read_from_list_to_payout(reader: Reader, practised: PracticeSite) -> None:
    """Every step a page shows, in order and once each; then what its own pages say of the money."""
    world = practised.stage.world
    task = world.publish(pay_micro=800_000, currency="USD", minutes=3, hourly_micro=14_850_000, places=4)
    tab = await reader.browser.new_tab(practice(practised, f"/tasks/{task.id}"))
    await tab.click("[data-testid=accept]")
    accepted = await reader.fact("accepted")
    await reader.message("task-page", on=True, task=task.id)
    await tab.click("[data-testid=submit]")
    await reader.fact("submitted")
    await reader.message("task-page", on=False, task=task.id)
    work = world.attempts()[0]
    world.pay(*[world.move(work.id, State.APPROVED).id], fee_micro=10_000)
    await tab.goto(practice(practised, "/history"))
    record = await reader.fact("record", status="paid")
    await tab.goto(practice(practised, "/earnings"))
    payout = await reader.fact("payout")

    assert (task.id, work.id, "practice-worker") == (
        accepted["body"]["task"],
        accepted["body"]["assignment"],
        accepted["who"],
    )
    assert ("$0.80", work.id) == (record["body"]["pay"]["raw"], record["body"]["assignment"])
    assert ("$0.80", "$0.01", "bank") == (
        payout["body"]["amount"]["raw"],
        payout["body"]["fee"]["raw"],
        payout["body"]["to"],
    )
    assert ["accepted", "submitted"] == [one["kind"] for one in await reader.facts("accepted", "submitted")]


async def test_a_hidden_tab_is_read_at_once(reader: Reader, practised: PracticeSite) -> None:
    """Its timers wait; what it shows does not."""
    await reader.browser.new_tab(practice(practised, "/tasks"))
    await reader.fact("health", state="empty")
    front = await reader.browser.new_tab("about:blank")
    await front.activate()
    task = practised.stage.world.publish(places=4)
    told = await reader.row(task.id)

    await front.close()
    assert task.title == told["title"]


async def test_a_row_that_vanishes_is_missed_by_a_complete_look(reader: Reader, practised: PracticeSite) -> None:
    """And one whose places changed goes in full, the others as their key."""
    world = practised.stage.world
    gone, grown, same = (world.publish(places=4) for _ in range(3))
    await reader.browser.new_tab(practice(practised, "/tasks"))
    await reader.row(gone.id)
    await reader.row(same.id)

    async def looked(rows: list[str], others: set[str]) -> None:
        def found(said: list[Json]) -> bool:
            looks = [one["body"] for one in said if one.get("kind") == "look" and one["body"]["complete"]]
            return (rows, others) in [([row["id"] for row in one["rows"]], set(one["same"])) for one in looks]

        await reader.until(found, f"a complete look with {rows} in full and {others} as keys")

    world.revise(grown.id, places=40)
    await looked([grown.id], {f":{gone.id}", f":{same.id}"})
    world.vanish(gone.id)
    await looked([], {f":{grown.id}", f":{same.id}"})


async def test_asked_to_read_again_a_tab_says_everything(reader: Reader, practised: PracticeSite) -> None:
    """Unchanged rows too: the agent may have lost them."""
    task = practised.stage.world.publish(places=4)
    await reader.browser.new_tab(practice(practised, "/tasks"))
    await reader.row(task.id)
    await reader.clear()
    await reader.browser.background_eval("tell({ do: 'reread', platform: 'practice', list: 'tasks' })")
    told = await reader.fact("look")

    assert [task.id] == [row["id"] for row in told["body"]["rows"]]
    assert not told["body"]["baseline"]


async def test_scripts_that_are_injected_again_watch_once(reader: Reader, practised: PracticeSite) -> None:
    """As happens to tabs that were open before a permission was given."""
    world = practised.stage.world
    first = world.publish(places=4)
    await reader.browser.new_tab(practice(practised, "/tasks"))
    await reader.row(first.id)
    assert await reader.browser.background_eval("inject()") == 1
    second = world.publish(places=4)
    await reader.row(second.id)
    third = world.publish(places=4)
    await reader.row(third.id)

    looks = [one["body"] for one in await reader.facts("look")]
    assert [[first.id], [second.id], [third.id]] == [[row["id"] for row in one["rows"]] for one in looks]


async def test_facts_are_repeated_until_they_are_stored(reader: Reader, practised: PracticeSite) -> None:
    """With the ids they were made with, and kept once."""
    await reader.browser.background_eval("refusing = 3")
    task = practised.stage.world.publish(places=4)
    await reader.browser.new_tab(practice(practised, "/tasks"))
    await reader.row(task.id)

    ids = [one["id"] for one in await reader.said() if one["do"] == "fact"]
    assert len(set(ids)) == len(ids)


async def test_hostile_rows_are_text_within_limits(reader: Reader, practised: PracticeSite) -> None:
    """A megabyte of title, markup, NUL, half pairs, pays that are none: and the row after them."""
    world = practised.stage.world
    pays = ["-5", "NaN", "1e309", "$0.005", "1.234,56 €"]
    for at, pay in enumerate(pays):
        world.publish(id=f"pay-{at}", pay_text=pay, title=f"<script>alert({at})</script>\u202e\u0000 {at}", places=4)
    world.publish(id="long", title="x" * 1_000_000, requester="y" * 5_000, places=4)
    last = world.publish(id="last", title="An honest task", places=4)
    await reader.browser.new_tab(practice(practised, "/tasks"))
    await reader.row(last.id)

    [look] = [one["body"] for one in await reader.facts("look")][:1]
    rows = {row["id"]: row for row in look["rows"]}
    assert {*(f"pay-{at}" for at in range(5)), "long", "last"} == set(rows)
    assert (300, 200) == (len(rows["long"]["title"]), len(rows["long"]["requester"]))
    assert "<script>alert(0)</script>" in rows["pay-0"]["title"]
    assert 3 == look["unreadable"]
    assert json.dumps(look, ensure_ascii=False).encode("utf-8")
