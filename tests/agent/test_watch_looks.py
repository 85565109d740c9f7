"""Looks: what appears, changes and vanishes, in parts, in pages, from two readers and two browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from piecework.errors import Refused
from piecework.now import DAY_US
from piecework.protocol.bodies import Health, Look, PayText, Row, Work
from tests.agent.conftest import NOON_US
from tests.agent.sender import Sender, row

if TYPE_CHECKING:
    from piecework.now import FixedClock
    from piecework.store import Store


@pytest.fixture
def browser(store: Store, clock: FixedClock) -> Sender:
    """One paired browser."""
    return Sender(store, clock)


def open_tasks(browser: Sender) -> list[str]:
    """Ids on the board."""
    return [own for (own,) in browser.all("SELECT id FROM task WHERE state = 'open' ORDER BY id")]


def test_a_row_becomes_a_task(browser: Sender) -> None:
    """Everything the row says is on the board, parsed, with the moment of the sighting."""
    browser.look(
        row(
            "t1",
            system="hit",
            title="  Rate\0 pictures ",
            requester="A lab",
            pay=PayText(raw="£1.50 • £9.00/hr"),
            hourly=PayText(raw="£9.00/hr"),
            minutes_raw="10 min",
            places_raw="2980/3000",
            url="https://site.example/t1",
        )
    )
    assert [
        (
            "hit",
            "t1",
            "Rate pictures",
            "A lab",
            "stated",
            1_500_000,
            "GBP",
            9_000_000,
            10,
            20,
            "https://site.example/t1",
        )
    ] == browser.all(
        "SELECT system, id, title, requester, pay_state, pay_micro, pay_currency, hourly_micro, minutes, places, url "
        "FROM task"
    )
    assert [(NOON_US, NOON_US, None, 1, "open", "main")] == browser.all(
        "SELECT first_seen_us, last_seen_us, gone_us, episode, state, list FROM task"
    )


def test_exact_numbers_of_the_pages_data_win(browser: Sender) -> None:
    """A page's own data say 0.005 dollars exactly; the text beside them is kept as it is."""
    browser.look(row("t1", pay=PayText(raw="half a cent", micro=5_000, currency="USD", per="unit")), source="page-json")
    assert [("stated", 5_000, 5_000, "USD", "unit", "half a cent")] == browser.all(
        "SELECT pay_state, pay_micro, pay_max_micro, pay_currency, pay_per, pay_raw FROM task"
    )


@pytest.mark.parametrize(
    ("pay", "state", "micro"),
    [
        (PayText(raw="-5"), "unreadable", None),
        (PayText(raw="NaN"), "unreadable", None),
        (PayText(raw="1e309"), "unreadable", None),
        (PayText(raw="$0.005"), "stated", 5_000),
        (PayText(raw="1.234,56 €", lang="de"), "stated", 1_234_560_000),
        (PayText(raw="$0.00"), "stated", 0),
        (PayText(raw=""), "none", None),
        (None, "none", None),
        (PayText(micro=-1, currency="USD"), "unreadable", None),
        (PayText(micro=2**53 - 1, currency="USD"), "stated", 2**53 - 1),
    ],
)
def test_hostile_pays(browser: Sender, pay: PayText | None, state: str, micro: int | None) -> None:
    """Nothing is guessed, zero is a pay, and the row beside a strange one is read all the same."""
    browser.look(row("a", pay=pay), row("b"))
    assert [(state, micro)] == browser.all("SELECT pay_state, pay_micro FROM task WHERE id = 'a'")
    assert 50_000 == browser.one("SELECT pay_micro FROM task WHERE id = 'b'")


def test_hostile_texts_are_kept_within_limits(browser: Sender) -> None:
    """A megabyte of title, script tags, right-to-left marks: cut text, and only addresses a browser may open."""
    browser.look(
        row("a", title="x" * 100_000, requester="y" * 9_999, url="javascript:alert(1)"),
        row("b", title="<script>alert(1)</script>\u202e", url="https://site.example/" + "z" * 5_000),
        row("i" * 1_000),
        row("i" * 1_000 + "j"),
        Row(id="\0 "),
    )
    assert [("a", 300, 200, None), ("b", 26, 0, None)] == browser.all(
        "SELECT id, length(title), length(requester), url FROM task WHERE id < 'c' ORDER BY id"
    )
    long = browser.all("SELECT id FROM task WHERE id GLOB 'sha256-*'")
    assert 2 == len(set(long))
    assert "<script>alert(1)</script>\u202e" == browser.one("SELECT title FROM task WHERE id = 'b'")
    assert 4 == browser.one("SELECT tasks FROM list_state")


def test_what_a_complete_look_lacks_is_gone(browser: Sender) -> None:
    """A task that is no longer listed leaves the board; unchanged rows come as keys."""
    browser.look(row("a"), row("b"))
    effects = browser.look(same=[":a"])
    assert ["a"] == open_tasks(browser)
    assert [("gone", NOON_US + 1_000_000)] == browser.all("SELECT state, gone_us FROM task WHERE id = 'b'")
    assert "board" in effects.topics
    assert 1 == len(effects.gone)


def test_an_incomplete_look_takes_nothing_away(browser: Sender) -> None:
    """A reading that was cut short proves nothing about what it does not show."""
    browser.look(row("a"), row("b"))
    browser.look(row("c"), complete=False)
    assert ["a", "b", "c"] == open_tasks(browser)


def test_pages_of_a_list_leave_each_other_alone(browser: Sender) -> None:
    """Page 2 makes no row of page 1 vanish; a row that moves to another page is not new there."""
    browser.look(row("a"), row("b"), page=1, complete=False)
    browser.look(row("c"), page=2, complete=False)
    assert ["a", "b", "c"] == open_tasks(browser)
    browser.look(same=[":a"], page=1, complete=False)
    assert ["a", "c"] == open_tasks(browser)
    browser.wait(10)
    assert [] == browser.look(row("b"), row("c"), page=2, complete=False).alerts
    assert ["a", "b", "c"] == open_tasks(browser)


def test_an_unknown_key_asks_for_the_whole_list(browser: Sender) -> None:
    """A browser believes the agent knows a row it does not know: the list is asked for once more, in full."""
    assert [] == browser.look(row("a")).rereads
    effects = browser.look(same=[":a", "hit:b", "hit:c"])
    assert [("site", "main")] == effects.rereads
    assert ["a"] == open_tasks(browser)


def test_rows_vanish_only_with_all_parts(browser: Sender) -> None:
    """Part 2 alone, then part 1: only then is what neither holds gone."""
    browser.look(row("a"), row("b"), row("z"))
    browser.look(row("b"), look="L", part=2, of=2)
    assert ["a", "b", "z"] == open_tasks(browser)
    browser.look(same=[":a"], look="L", part=1, of=2)
    assert ["a", "b"] == open_tasks(browser)
    assert [] == browser.all("SELECT * FROM look_part")
    assert 2 == browser.one("SELECT tasks FROM list_state")


def test_a_part_that_was_cut_short_spoils_the_look(browser: Sender) -> None:
    """One incomplete part: nothing vanishes, although all are there."""
    browser.look(row("a"), row("z"))
    browser.look(row("a"), look="L", part=1, of=2)
    browser.look(row("b"), look="L", part=2, of=2, complete=False)
    assert ["a", "b", "z"] == open_tasks(browser)


def test_parts_of_different_looks_do_not_mix(browser: Sender) -> None:
    """An abandoned look's part counts for nothing, and does not stay for ever."""
    browser.look(row("a"), row("z"))
    browser.look(row("a"), look="old", part=1, of=2)
    browser.look(row("a"), look="new", part=2, of=2)
    assert ["a", "z"] == open_tasks(browser)
    browser.look(row("a"), look="new", part=1, of=2)
    assert ["a"] == open_tasks(browser)
    assert [] == browser.all("SELECT * FROM look_part")


@pytest.mark.parametrize(
    "look",
    [{"rows": [row(str(n)) for n in range(201)]}, {"part": 3, "of": 2}, {"part": 0}, {"list": ""}, {"look": ""}],
)
def test_what_can_be_no_look_is_refused(browser: Sender, look: dict[str, object]) -> None:
    """Too many rows, a part out of range, no name: refused with its reason, nothing changed."""
    with pytest.raises(Refused):
        browser.look(**look)
    assert [] == open_tasks(browser)


def test_the_same_task_in_two_browsers_is_one(browser: Sender, store: Store, clock: FixedClock) -> None:
    """Two profiles show the same list: one task, one alert; and a replayed look changes nothing."""
    other = Sender(store, clock, cid="c2")
    assert 1 == len(browser.look(row("a")).alerts)
    assert [] == other.look(row("a")).alerts
    assert [("a", "new")] == browser.reasons()


def test_a_look_sent_twice_is_one(browser: Sender) -> None:
    """A look whose acknowledgement was lost comes again, after a newer one: it takes nothing back."""
    first = browser.event("look", {"list": "main", "look": "1", "rows": [row("a")]})
    browser.deliver(first)
    browser.wait(5)
    browser.look(row("b"))
    browser.wait(5)
    assert [] == browser.deliver(first).alerts
    assert ["b"] == open_tasks(browser)


def test_a_look_made_alone_before_what_is_known_is_too_late(browser: Sender, store: Store, clock: FixedClock) -> None:
    """Another browser was away and delivers its old looks: what is known now stays."""
    old = clock.now_us() - DAY_US
    other = Sender(store, clock, cid="c2")
    browser.look(row("a"))
    other.look(row("b"), event={"at_us": old, "alone": True})
    assert ["a"] == open_tasks(browser)


def test_a_clock_set_back_does_not_blind(browser: Sender, clock: FixedClock) -> None:
    """After the clock was corrected by a day, looks of this moment count, although they are dated before the last."""
    browser.look(row("a"))
    clock.set_wall(clock.now_us() - DAY_US)
    browser.look(row("b"))
    assert ["b"] == open_tasks(browser)


def test_two_accounts_lists_do_not_clear_each_other(browser: Sender) -> None:
    """Each claimed account sees its own list."""
    browser.look(row("a"))
    browser.send("claim", {}, account="second")
    browser.look(row("b"), event={"account": "second"})
    assert ["a", "b"] == open_tasks(browser)


def test_the_pages_data_win_field_by_field(browser: Sender) -> None:
    """The same task read from data and from text: data win, text fills what data lack, places are the newest."""
    browser.look(row("a", title="From data", requester="", places_raw="9", minutes_raw="7 min"), source="page-json")
    browser.look(row("a", title="From text", requester="A lab", places_raw="4", pay=PayText(raw="$0.10")))
    query = "SELECT title, requester, places, minutes, pay_micro, source FROM task"
    assert [("From data", "A lab", 4, 7, 50_000, "page-json")] == browser.all(query)
    assert [("a", "new")] == browser.reasons()
    browser.look(row("a", title="Newer data", requester=""), source="page-json")
    assert [("Newer data", "A lab", 4, 7, 50_000, "page-json")] == browser.all(query)


def test_lists_say_how_they_are(browser: Sender) -> None:
    """Watching with tasks, empty without, another state from health; since when, last look, last good look."""
    query = "SELECT state, cause, since_us, last_look_us, last_good_us, tasks FROM list_state"
    at_us = browser.clock.now_us()
    browser.look(row("a"))
    browser.look(same=[":a"])
    assert [("watching", "", at_us, at_us + 1_000_000, at_us + 1_000_000, 1)] == browser.all(query)
    browser.look()
    assert [("empty", "", at_us + 2_000_000, at_us + 2_000_000, at_us + 2_000_000, 0)] == browser.all(query)
    effects = browser.send("health", Health(list="main", state="signed_out", cause="login form"))
    late = at_us + 3_000_000
    assert [("signed_out", "login form", late, late, late - 1_000_000, 0)] == browser.all(query)
    assert {"platforms"} == effects.topics
    assert effects.state


def test_arrivals_are_kept_without_ids(browser: Sender) -> None:
    """When it came, when it was last there, how long nobody had looked before."""
    browser.look()
    browser.wait(1)
    browser.look(row("a"))
    seen = browser.clock.now_us() - 1_000_000
    browser.look(same=[":a"])
    browser.look()
    assert [("site", "main", "new", seen, seen + 1_000_000, 61_000_000, 50_000, "USD")] == browser.all(
        "SELECT platform, list, kind, first_seen_us, last_seen_us, gap_before_us, pay_micro, pay_currency FROM arrival"
    )


def test_a_reopening_is_a_new_episode(browser: Sender) -> None:
    """Gone for three minutes and back: second episode, second arrival, first seen stays."""
    browser.look(row("a"))
    browser.look()
    browser.wait(3)
    browser.look(same=[":a"])
    assert [(2, NOON_US)] == browser.all("SELECT episode, first_seen_us FROM task")
    assert [("new",), ("reopened",)] == browser.all("SELECT kind FROM arrival ORDER BY id")


def test_a_page_that_flickers_keeps_its_episode(browser: Sender) -> None:
    """Gone for a minute: the same episode, no arrival, no alert."""
    browser.look(row("a"))
    browser.look()
    browser.wait(1)
    assert [] == browser.look(row("a")).alerts
    assert [(1, "open", None)] == browser.all("SELECT episode, state, gone_us FROM task")
    assert 1 == browser.one("SELECT count(*) FROM arrival")


def test_what_the_person_does_shows_on_the_board(browser: Sender) -> None:
    """Accepted is working, submitted is done, returned is open again, or gone where the list lacks it."""
    states = []
    browser.look(row("a"))
    for kind in ("accepted", "returned", "accepted", "submitted"):
        browser.send(kind, Work(task="a", session=f"s-{kind}"))
        states.append(browser.one("SELECT state FROM task"))
    assert ["working", "open", "working", "done"] == states
    browser.look()
    browser.send("expired", Work(task="a", session="s-2"))
    assert "gone" == browser.one("SELECT state FROM task")


def test_page_text_is_kept_where_it_is_new(browser: Sender) -> None:
    """The row as the page said it, when it came and when it changed, not every time it was seen."""
    browser.look(row("a"))
    browser.look(row("a"))
    browser.look(row("a", title="Other words"))
    assert [(":a",), (":a",)] == browser.all("SELECT task FROM raw")


keys = st.lists(st.sampled_from("abcdefghij"), unique=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), before=keys, after=keys)
def test_parts_may_come_in_any_order(browser: Sender, data: st.DataObject, before: list[str], after: list[str]) -> None:
    """However a look is cut and shuffled, and whichever part comes twice, the board holds just what the look held."""
    browser.look(*(row(own) for own in before))
    parts = data.draw(st.integers(1, 4))
    order = data.draw(st.permutations(range(parts)))
    twice = data.draw(st.lists(st.sampled_from(order[:-1]))) if parts > 1 else []
    look = f"parts of {browser.seq}"
    for number in [*order[:-1], *twice, order[-1]]:
        piece = after[number::parts]
        fresh = [row(own) for own in piece if own not in before]
        same = [f":{own}" for own in piece if own in before]
        browser.send("look", Look(list="main", look=look, part=number + 1, of=parts, rows=fresh, same=same))
    assert sorted(after) == open_tasks(browser)


def test_the_time_between_two_looks_was_watched(browser: Sender, clock: FixedClock) -> None:
    """A quiet hour can be told from one nobody looked at; a first look, after whatever pause, vouches for nothing."""
    browser.look(row("t1"), baseline=True)
    clock.forward(3600)
    browser.look(row("t1"), baseline=True)
    assert [] == browser.all("SELECT us FROM watched")

    for _ in range(4):
        clock.forward(15)
        browser.look(row("t1"))
    [(platform, name, us)] = browser.all("SELECT platform, list, us FROM watched")
    assert ("site", "main") == (platform, name)
    assert 63_000_000 < us <= 64_000_000
