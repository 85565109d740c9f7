"""The pages Rules, Channels and Alerts: what their forms do, without a script."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import aiohttp
import pytest
import pytest_asyncio

from piecework.now import HOUR_US
from piecework.watch.rulebook import Rule, Sum
from piecework.watch.rules import stored
from tests.agent import panel as p
from tests.agent.panel import HOSTILE, Panel, panel
from tests.agent.visitor import Reader, read, signed_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

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


@pytest.fixture
def put(store: Store) -> Callable[..., None]:
    """Runs a job on the store."""
    return lambda job, *args, **more: store.write_now(lambda conn: job(conn, *args, **more))


async def token_of(person: aiohttp.ClientSession) -> str:
    """What every form carries."""
    async with person.get("/rules") as answer:
        found = re.search(r'name="csrf" value="([^"]+)"', await answer.text())
    assert found
    return found[1]


async def send(person: aiohttp.ClientSession, path: str, came_from: str = "/rules", **form: str) -> Reader:
    """Sends a form as from one of our pages; returns the page it leads to."""
    fields = {"csrf": await token_of(person), **form}
    referer = str(person._build_url(came_from))
    async with person.post(path, data=fields, headers={"Referer": referer}) as answer:
        return Reader(await answer.text())


def rules(store: Store) -> dict[str, Rule]:
    """Every rule by its name."""
    with store.read() as conn:
        return {one.name: one.rule for one in stored(conn)}


FORM = {
    "name": "Well paid",
    "on_new": "1",
    "words": 'survey\n"bus seat"\n/stud(y|ie)/',
    "min_pay": "1,5",
    "min_pay_currency": "gbp",
    "platforms": "Prolific",
    "max_minutes": "20",
    "level": "quiet",
    "lang_en": "1",
    "ch_extension": "1",
    "active_from": "22:00",
    "active_to": "06:00",
}


async def test_a_rule_is_made_shown_and_removed(person: aiohttp.ClientSession, store: Store) -> None:
    """Every field of the form becomes a condition; the page lists it with its week."""
    page = await send(person, "/rules/save", **FORM)
    assert "The rule is kept." in page.text
    made = rules(store)["Well paid"]
    assert ["new"] == made.reasons
    assert (["survey", '"bus seat"', "/stud(y|ie)/"], ["prolific"]) == (made.words, made.platforms)
    assert (Sum(1_500_000, "GBP"), 20, "quiet", ["en"]) == (made.min_pay, made.max_minutes, made.level, made.languages)
    assert (["extension"], "22:00", "06:00") == (made.channels, made.active_from, made.active_to)
    assert all(
        part in page.text for part in ("from Prolific", 'with survey, "bus seat"', "£1.50 or more", "20 min or s")
    )
    (own,) = [own for own in page.ids if own.startswith("rule-r-")]
    assert "Another pay: counted only where" in (await read(person, "/rules/edit")).text
    edit = await read(person, f"/rules/edit?id={own.removeprefix('rule-')}")
    assert "Would have told you 0 times" in edit.text
    assert own not in (await send(person, "/rules/remove", id=own.removeprefix("rule-"))).ids
    assert "switched off, not removed" in (await send(person, "/rules/remove", id="default")).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": "/(a+)+$/"}, "takes too long"),
        ({"min_pay": "much"}, "is no amount"),
        ({"max_minutes": "-1"}, "is no whole number"),
        ({"platforms": "Nowhere"}, "There is no platform"),
        ({"on_new": ""}, "tick at least one"),
        ({"active_to": ""}, "Active hours need"),
        ({"name": "x" * 81}, "name"),
    ],
)
async def test_what_is_no_rule_stays_in_the_form(
    person: aiohttp.ClientSession, store: Store, wrong: dict[str, str], said: str
) -> None:
    """With the reason, and with all that was typed; nothing is kept."""
    page = await send(person, "/rules/save", **(FORM | wrong))
    assert said in page.text
    assert "bus seat" in page.text or "words" in wrong
    assert {"Every new task", "Money and deadlines"} == set(rules(store))


async def test_the_week_of_what_is_typed(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Asked for by the form while it is filled in, or by the button without scripts."""
    for number in range(3):
        put(p.task, f"t{number}", clock.now_us() - HOUR_US, title="A survey of things")
    week = await person.get("/rules/preview", params={"on_new": "1", "words": "survey", "level": "sound"})
    assert "Would have told you 3 times" in await week.text()
    page = await read(person, "/rules/edit?typed=1&on_new=1&name=Mine&words=nothing")
    assert "Would have told you 0 times of 3" in page.text
    wrong = await person.get("/rules/preview", params={"words": "/[/", "on_new": "1"})
    assert "no regular expression" in await wrong.text()


async def test_rules_leave_and_come_as_a_file(person: aiohttp.ClientSession, house: Panel, store: Store) -> None:
    """What was taken out is taken in; a file that is none changes nothing."""
    await send(person, "/rules/save", **FORM)
    answer = await person.get("/rules/export")
    book = json.loads(await answer.text())
    book["rules"][-1]["name"] = "Renamed"
    token = await token_of(person)
    for content, said in ((json.dumps(book), "The rules were taken."), ("nonsense", "This is no file of rules")):
        form = aiohttp.FormData()
        form.add_field("csrf", token)
        form.add_field("file", content.encode(), filename="rules.json", content_type="application/json")
        done = await person.post("/rules/import", data=form, headers={"Origin": house.origin})
        assert said in Reader(await done.text()).text
    assert "Renamed" in rules(store)


async def test_a_requester_is_noted_and_blocked(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """The board leaves blocked ones out until they are asked for; a note stands beside the task."""
    put(p.look, clock.now_us())
    put(p.task, "t1", clock.now_us(), requester="Bad lab", title="The first")
    put(p.task, "t2", clock.now_us(), requester="A lab", title="The second")
    await send(person, "/requesters/note", platform="site", name="A lab", note="Pays fast")
    board = await send(person, "/requesters/block", "/", platform="site", name="Bad lab")
    assert "Pays fast" in board.text
    assert "The first" not in board.text
    assert "1 task of a blocked requester is left out." in board.text
    assert "The first" in (await read(person, "/?blocked=1")).text
    assert "Bad lab" in (await read(person, "/rules")).text
    assert "The first" in (await send(person, "/requesters/unblock", "/", platform="site", name="Bad lab")).text


async def test_the_own_record_stands_beside_a_task(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """In the person's language and under the rule of five."""
    put(p.look, clock.now_us())
    put(p.task, "t1", clock.now_us())
    for number in range(5):
        put(p.attempt, f"x{number}", clock.now_us() - (number + 30) * HOUR_US, "paid")
    assert "5 done, 5 paid, £7.20/h" in (await read(person, "/")).text
    french = await read(person, "/", **{"Accept-Language": "fr"})
    assert "5 faits, 5 payés, 7,20 £GB/h" in french.text.replace("\N{NO-BREAK SPACE}", " ")


async def test_an_alert_names_its_rule_and_the_rate_that_decided(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """In the person's language where Piecework named it; one whose rule is gone names none."""
    put(p.alert, "a1", clock.now_us(), "shown", told='{"rate_day": "2026-11-20"}')
    put(p.alert, "a2", clock.now_us(), "shown", rule="gone")
    page = (await read(person, "/alerts")).text
    assert 1 == page.count("By the rule Every new task · Compared at the rate of")
    assert 1 == page.count("By the rule")
    assert "Par la règle Chaque nouvelle tâche" in (await read(person, "/alerts", **{"Accept-Language": "fr"})).text


async def test_snoozes_begin_and_end(person: aiohttp.ClientSession) -> None:
    """By one press each."""
    page = await send(person, "/snooze", what="rule", name="default", hours="4")
    assert "Snoozed" in (await read(person, "/rules")).text
    assert "Done." in page.text
    await send(person, "/snooze", what="rule", name="default", hours="0")
    assert "Snoozed" not in (await read(person, "/rules")).text
    assert "A snooze names" in (await send(person, "/snooze", what="requester", name="x")).text


async def test_choices_for_all_rules(person: aiohttp.ClientSession, house: Panel) -> None:
    """Kept together where they make sense; where one does not, nothing is."""
    chosen = {"sounds_an_hour": "3", "disturbing": "mute", "quiet_from": "22:00", "quiet_to": "07:30", "digest_at": ""}
    await send(person, "/rules/choices", **chosen)
    settings = house.services.settings
    assert (3, "mute", "22:00", "07:30") == (
        settings.sounds_an_hour,
        settings.disturbing,
        settings.quiet_from,
        settings.quiet_to,
    )
    assert "no whole number" in (await send(person, "/rules/choices", disturbing="flag", volume="x")).text
    assert "no such choice" in (await send(person, "/rules/choices", disturbing="flag", home="EUR")).text
    assert "mute" == house.services.settings.disturbing


async def test_the_phone_s_code_is_shown_until_it_answered(person: aiohttp.ClientSession, store: Store) -> None:
    """The topic is a secret: once confirmed it is shown on request only; another press makes another."""
    await send(person, "/channels/phone", server="https://ntfy.sh")
    first = await read(person, "/channels")
    assert "ntfy.sh/piecework-" in first.text
    store.write_now(lambda conn: conn.execute("UPDATE channel SET confirmed_us = 1 WHERE name = 'phone'"))
    assert "ntfy.sh/piecework-" not in (await read(person, "/channels")).text
    assert "ntfy.sh/piecework-" in (await read(person, "/channels?scan=1")).text
    again = await send(person, "/channels/phone", server="https://ntfy.sh")
    assert first.text != again.text


async def test_hostile_words_stay_words(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Requesters, notes, rules and causes are text on every page."""
    put(p.task, "t1", clock.now_us(), requester=HOSTILE, title=HOSTILE)
    await send(person, "/requesters/note", platform="site", name=HOSTILE, note=HOSTILE)
    await send(person, "/rules/save", **(FORM | {"name": HOSTILE[:80]}))
    put(
        p.put,
        "alert",
        id="al",
        platform="site",
        system="",
        task="t1",
        account="-",
        reason="new",
        rule="default",
        episode=1,
        title=HOSTILE,
        text=HOSTILE,
        requester=HOSTILE,
        cid="c1",
        at_us=clock.now_us(),
        stored_us=clock.now_us(),
    )
    put(p.put, "delivery", alert="al", channel=HOSTILE, state="failed", at_us=1, cause=HOSTILE)
    for path in ("/", "/alerts", "/rules", "/channels"):
        answer = await person.get(path)
        assert "<script>alert(1)" not in await answer.text()


async def test_a_full_week_is_counted_apart(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is there at once, with a way to the count that needs no script; the count is remembered."""
    put(p.task, "t1", clock.now_us())
    monkeypatch.setattr("piecework.views.weeks.FEW", 0)
    count = "Count the last week"

    for path in ("/rules", "/rules/edit?id=default"):
        text = (await read(person, path)).text
        assert count in text
        assert "Would have told" not in text
    counted = (await read(person, "/rules/week?id=default")).text
    assert "Would have told you 1 time of 1 pieces of news in 7 days" == counted
    assert counted in (await read(person, "/rules")).text
    assert count not in (await read(person, "/rules?weeks=1")).text
    assert count not in (await read(person, "/rules/edit?id=default&weeks=1")).text
