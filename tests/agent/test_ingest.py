"""The door: whose fact it is, what kind, what is cut, what is refused, and that twice is once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from piecework.errors import BadMessage, Refused
from piecework.now import DAY_US, FixedClock
from piecework.protocol.bodies import (
    Account,
    Beat,
    DefinitionChange,
    Health,
    Load,
    Look,
    Note,
    PayText,
    Standing,
    Told,
    Work,
)
from piecework.protocol.kinds import AGENT_ONLY
from piecework.settings import Paths
from piecework.store import Store
from tests.agent.conftest import NOON_US
from tests.agent.sender import HASH, Sender, row

if TYPE_CHECKING:
    from pathlib import Path

    import msgspec

SECOND = "fedcba9876543210"


@pytest.fixture
def browser(store: Store, clock: FixedClock) -> Sender:
    """One paired browser."""
    return Sender(store, clock)


def kinds(browser: Sender) -> list[str]:
    """Kinds in the history."""
    return [kind for (kind,) in browser.all("SELECT kind FROM event ORDER BY seq")]


def test_a_fact_becomes_a_row_of_the_history(browser: Sender) -> None:
    """With both days, both times, who sent it and what it says."""
    late = NOON_US + DAY_US // 2
    browser.clock.set_wall(late)
    effects = browser.send("note", Note(text="hello"), at_us=late - 1)
    assert [
        (
            "note",
            "page",
            "c1",
            "site",
            HASH,
            late - 1,
            late,
            "Europe/Paris",
            "2026-11-21",
            "2026-11-21",
            '{"text":"hello"}',
        )
    ] == browser.all(
        "SELECT kind, source, cid, platform, account, at_us, recv_us, zone, day_platform, day_local, body FROM event"
    )
    assert effects.state


def test_the_days_are_the_platforms_and_the_persons(browser: Sender, checkout: Path) -> None:
    """23:30 in Paris is still the day before in Los Angeles, and the other way round in UTC."""
    browser.clock.set_wall(NOON_US + 12 * 3600 * 1_000_000)
    browser.send("note", Note(text="a"), zone="Asia/Tokyo")
    browser.send("note", Note(text="b"), zone="America/Los_Angeles")
    browser.send("note", Note(text="c"), zone="no such zone")
    assert [("2026-11-22",), ("2026-11-21",), ("2026-11-21",)] == browser.all(
        "SELECT day_local FROM event ORDER BY seq"
    )
    assert {"2026-11-21"} == {day for (day,) in browser.all("SELECT day_platform FROM event")}


def test_made_alone_is_said(browser: Sender) -> None:
    """What was seen while no agent was reachable keeps its time and says so."""
    browser.send("note", Note(), alone=True, at_us=NOON_US - 40 * DAY_US)
    assert [("alone", NOON_US - 40 * DAY_US, "2026-10-12")] == browser.all("SELECT source, at_us, day_local FROM event")


def test_the_same_event_twice_is_once(browser: Sender) -> None:
    """A message whose acknowledgement was lost comes again: no second row, no effects."""
    event = browser.event("note", Note(text="a"))
    assert browser.deliver(event).topics
    assert not browser.deliver(event).topics
    assert ["note"] == kinds(browser)


@pytest.mark.parametrize("kind", sorted(AGENT_ONLY))
def test_what_only_the_agent_makes(browser: Sender, kind: str) -> None:
    """No browser can write corrections, intervals or rates."""
    with pytest.raises(Refused, match="only the agent"):
        browser.send(kind, {})
    assert [] == kinds(browser)


def test_an_unknown_kind_is_kept_as_it_is(browser: Sender) -> None:
    """A newer extension's fact waits for a newer agent."""
    browser.send("telepathy", {"strength": 1.5, "of": ["a"]})
    assert [("telepathy", '{"strength":1.5,"of":["a"]}')] == browser.all("SELECT kind, body FROM event")


@pytest.mark.parametrize(
    ("kind", "body", "envelope"),
    [
        ("accepted", {"task": 5}, {}),
        ("beat", {}, {}),
        ("adjust", {"micro": 2**63, "currency": "USD"}, {}),
        ("adjust", {"micro": 1.5, "currency": "USD"}, {}),
        ("telepathy", [1], {}),
        ("no kind!", {}, {}),
        ("note", {}, {"platform": "../etc"}),
        ("note", {}, {"platform": "A" * 80}),
        ("note", {}, {"at_us": -1}),
        ("note", {}, {"id": ""}),
        ("note", {}, {"id": "a\0b"}),
        ("note", {"text": "x" * 100_000}, {}),
        ("health", {"list": "main", "state": "confused"}, {}),
        ("claim", {}, {"account": ""}),
    ],
)
def test_what_cannot_be_taken(browser: Sender, kind: str, body: msgspec.Struct, envelope: dict[str, object]) -> None:
    """Wrong types, numbers no clock or ledger holds, names no platform has: refused, nothing of it kept."""
    with pytest.raises((Refused, BadMessage)):
        browser.send(kind, body, **envelope)
    assert [] == kinds(browser)
    assert [] == browser.all("SELECT * FROM list_state")


def test_texts_are_cut_on_this_side_too(browser: Sender) -> None:
    """A client that does not cut, or sends NUL, fills no page: texts are cut, ids become hashes."""
    browser.send(
        "accepted",
        Work(task="t" * 900, session="s", title="x" * 9_000, requester="a\0b", pay=PayText(raw="$1" * 900)),
    )
    browser.send("standing", Standing(name="approval", raw="9" * 900))
    body = json.loads(browser.one("SELECT body FROM event WHERE kind = 'accepted'"))
    assert (300, "ab", 200) == (len(body["title"]), body["requester"], len(body["pay"]["raw"]))
    assert body["task"].startswith("sha256-")
    assert "9" * 200 == browser.one("SELECT raw FROM standing")


def test_the_first_account_is_claimed_by_itself(browser: Sender) -> None:
    """Switching a platform on claims who is signed in; everybody's settings change by that, once."""
    effects = browser.look(row("a"))
    assert effects.accounts
    assert "platforms" in effects.topics
    assert [("site", HASH, "claimed")] == browser.all("SELECT platform, account, state FROM account")
    assert not browser.look(row("b")).accounts


def test_a_second_account_asks_and_is_not_recorded(browser: Sender) -> None:
    """On a shared computer nothing mixes: no task, no alert, no fact, until the person says whose it is."""
    browser.look(row("a"))
    asked = browser.look(row("b"), event={"account": SECOND})
    assert asked.accounts
    assert asked.dropped
    for kind, body in (
        ("note", Note()),
        ("submitted", Work(task="b")),
        ("beat", Beat(session="s")),
        ("told", Told("b")),
    ):
        assert browser.send(kind, body, account=SECOND).dropped
    assert [("a",)] == browser.all("SELECT id FROM task")
    assert [] == browser.all("SELECT id FROM beat UNION ALL SELECT id FROM event UNION ALL SELECT task FROM told")
    assert [(HASH, "claimed"), (SECOND, "asks")] == browser.all("SELECT account, state FROM account ORDER BY account")


def test_that_an_account_asks_is_shown(browser: Sender) -> None:
    """The list of an account that asks says so: silence has a cause."""
    browser.look(row("a"))
    browser.send("health", Health(list="main", state="account_asks"), account=SECOND)
    assert ("account_asks",) in browser.all("SELECT state FROM list_state WHERE account = ?", SECOND)


def test_claimed_and_released(browser: Sender) -> None:
    """Claimed, an account's facts are kept; released, they no longer are. Both choices are in the history."""
    browser.look(row("a"))
    browser.look(row("b"), event={"account": SECOND})
    assert browser.send("claim", Account(), account=SECOND).accounts
    assert not browser.look(row("b"), event={"account": SECOND}).dropped
    browser.send("release", Account(), account=SECOND)
    assert browser.send("note", Note(), account=SECOND).dropped
    assert not browser.send("note", Note()).dropped
    assert ["claim", "release", "note"] == kinds(browser)


def test_an_account_not_known_yet_is_the_claimed_one(browser: Sender) -> None:
    """Facts of a page that has not shown its account yet belong to whom the platform belongs to."""
    browser.send("note", Note(text="before"), account="")
    browser.look(row("a"))
    browser.send("note", Note(text="behind"), account="")
    browser.send("claim", Account(), account=SECOND)
    browser.send("note", Note(text="whose?"), account="")
    assert [("",), (HASH,), ("",)] == browser.all("SELECT account FROM event WHERE kind = 'note' ORDER BY seq")


def test_pages_that_show_no_account(browser: Sender) -> None:
    """One account per profile: `-` is an account like another."""
    browser.send("note", Note(), account="-")
    assert [("-", "claimed")] == browser.all("SELECT account, state FROM account")


def test_a_new_salt_does_not_make_a_new_person(browser: Sender) -> None:
    """Paired anew, the same sign-in has another hash: its facts go on under the first one."""
    browser.send("account", Account())
    effects = browser.send("account", Account(was=HASH), account=SECOND)
    assert effects.accounts
    browser.look(row("a"), event={"account": SECOND})
    assert [(HASH,)] == browser.all("SELECT DISTINCT account FROM task")
    assert {HASH} == {account for (account,) in browser.all("SELECT account FROM event")}
    browser.send("release", Account(), account=HASH)
    assert browser.send("note", Note(), account=SECOND).dropped


def test_a_wrong_clock_is_noted_once_a_day(browser: Sender) -> None:
    """A fact dated three days ahead keeps its date, ours beside it, and one note says the clock was off."""
    for _ in range(3):
        browser.send("note", Note(), at_us=NOON_US + 3 * DAY_US)
    browser.send("note", Note(), at_us=NOON_US - 3 * DAY_US, alone=True)
    assert 1 == kinds(browser).count("clock_set")
    assert [(NOON_US + 3 * DAY_US, NOON_US)] == browser.all(
        "SELECT at_us, recv_us FROM event WHERE kind = 'note' ORDER BY seq LIMIT 1"
    )


def test_a_sighting_from_the_future_is_seen_now(browser: Sender) -> None:
    """A list dated three days ahead would look fresh for three days: it was seen when it arrived."""
    browser.look(row("a"), event={"at_us": NOON_US + 3 * DAY_US})
    assert NOON_US == browser.one("SELECT last_seen_us FROM task")


def test_kinds_that_are_no_history(browser: Sender) -> None:
    """Looks, health, page loads, beats, openings and drifts are no rows of the history."""
    browser.look(row("a"))
    browser.send("health", Health(list="main", state="offline"))
    browser.send("load", Load(host="site.example"))
    browser.send("beat", Beat(session="s", task="a"))
    browser.send("opened", Work(task="a", session="s"))
    browser.send("drift", DefinitionChange(list="main", version="2", definition={"rows": [".x"]}))
    assert [] == kinds(browser)
    assert [("site", "main", "2", '{"rows":[".x"]}', "drift")] == browser.all(
        "SELECT platform, list, version, body, state FROM definition"
    )


def test_a_taught_definition_is_history_too(browser: Sender) -> None:
    """What the person taught is kept as data and as a fact."""
    browser.send("taught", DefinitionChange(list="main", version="1", definition={"rows": [".x"]}))
    assert ["taught"] == kinds(browser)
    assert "taught" == browser.one("SELECT state FROM definition")


def test_the_newest_standing_counts(browser: Sender) -> None:
    """Standing is what the page said last, however late an older word arrives."""
    browser.send("standing", Standing(name="approval", raw="97 %"))
    browser.send("standing", Standing(name="approval", raw="95 %"), at_us=NOON_US - DAY_US // 2)
    assert [("approval", "97 %")] == browser.all("SELECT name, raw FROM standing")


moves = st.lists(
    st.tuples(
        st.sampled_from(["look", "note", "accepted", "submitted", "returned", "told", "shown", "health", "standing"]),
        st.sets(st.sampled_from("abc")),
        st.integers(0, 4),
        st.booleans(),
    ),
    max_size=14,
)


def play(browser: Sender, steps: list[tuple[str, set[str], int, bool]], *, repeat: bool) -> None:
    """Sends a stream of events; with `repeat` some come twice, some come again much later."""
    sent = []
    for kind, names, minutes, again in steps:
        first = min(names, default="a")
        body = {
            "look": Look(list="main", look=f"l{browser.seq}", rows=[row(own) for own in sorted(names)]),
            "note": Note(text=first),
            "told": Told(task=first),
            "shown": {"alert": browser.one("SELECT coalesce(min(id), '') FROM alert")},
            "health": Health(list="main", state="signed_out"),
            "standing": Standing(name="approval", raw=f"{minutes} %"),
        }.get(kind, Work(task=first, session=f"session-{first}", pay=PayText(raw="$0.05", currency="USD")))
        event = browser.event(kind, body)
        sent.append(event)
        browser.deliver(event)
        if repeat and again:
            browser.deliver(event)
        browser.wait(minutes)
    for event in sent if repeat else ():
        browser.deliver(event)


def everything(browser: Sender) -> dict[str, list[tuple[object, ...]]]:
    """Every table, without the numbers that only say in which order rows were tried, and when they arrived."""
    tables = ("event", "task", "alert", "delivery", "told", "list_state", "arrival", "assignment", "posting", "sum_day")
    passing = {"recv_us", "seq", "event_seq"}
    found = {}
    for table in (*tables, "account", "standing", "look_part", "raw", "interval", "statement"):
        with browser.store.read() as conn:
            names = [name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        kept = ", ".join(name for name in names if name not in passing)
        found[table] = sorted(browser.all(f"SELECT {kept} FROM {table}"), key=repr)  # noqa: S608 - our own tables
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=moves)
def test_any_stream_twice_is_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, set[str], int, bool]]
) -> None:
    """Whatever comes again, at once or after everything else, leaves every table as if it had come once."""
    found = []
    for repeat in (False, True):
        clock = FixedClock(NOON_US)
        store = Store.open(Paths(tmp_path_factory.mktemp("store") / "data"), clock)
        browser = Sender(store, clock)
        play(browser, steps, repeat=repeat)
        found.append(everything(browser))
        store.close()
    assert found[0] == found[1]
