"""The person's word over the page's, a newer parser's reading, and the way back from both."""

import random
import sqlite3
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.ledger import derived, edits
from piecework.ledger.amounts import Reading
from piecework.ledger.book import notes
from piecework.ledger.replay import rebuild, verify
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.protocol.messages import Event
from tests.agent.books import DAY, HOUR, NOON, attempts, balances, derived_tables, event, flows, memory, take_all, work
from tests.agent.books import keep_all as keep
from tests.agent.test_book_properties import histories

LATER = NOON + 400 * HOUR


def edit(attempt: str, at_us: int = LATER, **said: Any) -> Event:  # noqa: ANN401 - fields of edits.Edit
    """The person corrects an attempt."""
    pay = said.pop("pay", None)
    body = edits.Edit(attempt, pay=None if pay is None else bodies.PayText(raw=pay, currency="USD"), **said)
    return event(Kind.EDIT, at_us, body)


def undo(target: str, attempt: str = "", at_us: int = LATER + HOUR) -> Event:
    """The person takes an event back."""
    return event(Kind.UNDO, at_us, edits.Undo(target, attempt))


def one(pay: str = "1") -> tuple[sqlite3.Connection, str]:
    """A store with one approved attempt, and that attempt's id."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.SUBMITTED, NOON, work(assignment="A", pay=pay, title="Page title")),
            event(Kind.APPROVED, NOON + DAY, work(assignment="A")),
        ],
    )
    return conn, attempts(conn)[0]["id"]


def test_a_corrected_pay_was_that_pay_from_the_beginning() -> None:
    """The day it was submitted says the new amount; nothing is booked on the day of the correction."""
    conn, own = one("1")
    keep(conn, [edit(own, pay="1.20")])

    assert {"assets:approved:site": 1_200_000, "income:site": -1_200_000} == balances(conn)
    assert [1_200_000] == [
        row["micro"]
        for row in conn.execute("SELECT micro FROM sum_day WHERE day = '2025-11-21' AND state = 'submitted'")
    ]
    assert [] == verify(conn)["differences"]


def test_the_person_outlasts_the_page() -> None:
    """A page that goes on saying the old pay and the old state changes nothing; a new state does."""
    conn, own = one("1")
    keep(conn, [edit(own, pay="1.20", state="rejected")])
    again = event(Kind.APPROVED, LATER + DAY, work(assignment="A", pay="1"))
    keep(conn, [again])

    assert ("rejected", 1_200_000) == (attempts(conn)[0]["state"], attempts(conn)[0]["pay_micro"])
    assert "overruled" == notes(conn, own)[again.id]

    keep(conn, [event(Kind.PAID, LATER + 2 * DAY, work(assignment="A"))])
    assert "paid" == attempts(conn)[0]["state"]
    assert 1_200_000 == flows(conn)["paid"]


def test_a_row_that_was_corrected_is_no_news() -> None:
    """The site's history page is read every day: what the person corrected in it is not written down each time."""
    conn, own = one("1")
    keep(conn, [edit(own, state="rejected")])
    before = conn.execute("SELECT count(*) FROM event").fetchone()[0]
    for day in range(3):
        row = bodies.Record("history", "approved", task="t1", assignment="A", title="Page title")
        take_all(conn, [event(Kind.RECORD, LATER + day * DAY, row)])

    assert before == conn.execute("SELECT count(*) FROM event").fetchone()[0]
    assert "rejected" == attempts(conn)[0]["state"]

    paid = bodies.Record("history", "paid", task="t1", assignment="A", title="Page title")
    take_all(conn, [event(Kind.RECORD, LATER + 9 * DAY, paid)])
    assert "paid" == attempts(conn)[0]["state"]


@pytest.mark.parametrize("state", ["submitted", "accepted", "returned", "paid", "left_window", "reversed"])
def test_any_state_can_be_set(state: str) -> None:
    """No way of the site's has to lead there; the books follow."""
    conn, own = one("1")
    keep(conn, [edit(own, state=state)])
    held = {"submitted": "pending", "left_window": "pending", "paid": "bank"}.get(state)

    assert state == attempts(conn)[0]["state"]
    assert ({} if held is None else {f"assets:{held}:site": 1_000_000, "income:site": -1_000_000}) == balances(conn)
    assert [] == verify(conn)["differences"]


def test_words_are_corrected_and_may_be_emptied() -> None:
    """Title and requester take what the person wrote last, even nothing."""
    conn, own = one()
    keep(conn, [edit(own, title="Mine", requester="Somebody"), edit(own, LATER + 1, requester="")])

    assert ("Mine", "") == (attempts(conn)[0]["title"], attempts(conn)[0]["requester"])


def test_an_undo_can_be_undone() -> None:
    """Edit, undo, and the undo taken back: the edit counts again."""
    conn, own = one("1")
    change = edit(own, pay="2")
    back = undo(change.id, own)
    keep(conn, [change, back])
    assert 1_000_000 == attempts(conn)[0]["pay_micro"]
    assert "undone" == notes(conn, own)[change.id]

    keep(conn, [undo(back.id, own, LATER + 2 * HOUR)])
    assert 2_000_000 == attempts(conn)[0]["pay_micro"]
    assert [] == verify(conn)["differences"]


def test_an_attempt_whose_facts_are_all_taken_back_is_none() -> None:
    """What was typed by mistake leaves no row and no money, and comes back whole."""
    conn = memory()
    fact = event(Kind.SUBMITTED, NOON, work(session="typed", pay="1"))
    take_all(conn, [fact])
    own = attempts(conn)[0]["id"]
    before = derived_tables(conn)
    back = undo(fact.id, own)
    keep(conn, [back])

    assert ([], {}) == (attempts(conn), balances(conn))
    assert [] == verify(conn)["differences"]
    rebuild(conn)
    assert [] == attempts(conn)

    keep(conn, [undo(back.id, own, LATER + 2 * HOUR)])
    assert before == derived_tables(conn)


def test_a_typed_amount_is_taken_back() -> None:
    """Money of no attempt too: its lines go, and come back with the undo of the undo."""
    conn = memory()
    typed = event(Kind.ADJUST, NOON, bodies.Adjust(micro=5, currency="USD", state="paid"))
    keep(conn, [typed])
    before = derived_tables(conn)
    back = undo(typed.id)
    keep(conn, [back])
    assert {} == balances(conn)
    assert [] == verify(conn)["differences"]

    keep(conn, [undo(back.id, at_us=LATER + 2 * HOUR)])
    assert before == derived_tables(conn)


def test_a_correction_replaces_what_was_read() -> None:
    """A newer parser's reading counts from the step it was read from, and can be taken back."""
    conn, own = one("1")
    fact = conn.execute("SELECT id FROM event WHERE kind = 'submitted'").fetchone()[0]
    reading = Reading("stated", 1_500_000, 1_500_000, "USD")
    text = derived.encode(derived.Derived(parser=99, pay=reading))
    fix = event(Kind.CORRECTION, LATER, edits.Correction(fact, text, own))
    keep(conn, [fix])
    assert 1_500_000 == attempts(conn)[0]["pay_micro"]

    keep(conn, [undo(fix.id, own)])
    assert 1_000_000 == attempts(conn)[0]["pay_micro"]
    assert [] == verify(conn)["differences"]


def test_a_corrected_statement_and_payout() -> None:
    """Events that belong to no attempt are read anew as well."""
    conn = memory()
    theirs = event(Kind.STATEMENT, NOON, bodies.Statement("l", "", [bodies.Total("paid", bodies.PayText(raw="?"))]))
    payout = event(Kind.PAYOUT, NOON, bodies.Payout(id="p", amount=bodies.PayText(raw="?")))
    keep(conn, [theirs, payout])
    reading = Reading("stated", 7, 7, "USD")
    total = derived.encode(derived.Derived(totals={"paid": reading}))
    amount = derived.encode(derived.Derived(pay=reading))
    keep(
        conn,
        [
            event(Kind.CORRECTION, LATER, edits.Correction(theirs.id, total)),
            event(Kind.CORRECTION, LATER, edits.Correction(payout.id, amount)),
        ],
    )

    assert (7, "USD") == tuple(conn.execute("SELECT micro, currency FROM statement").fetchone())
    assert 7 == flows(conn)["paid"]
    assert [] == verify(conn)["differences"]


def test_undos_in_a_ring_take_nothing_back() -> None:
    """A made-up history ends no program."""
    ring = [edits.Change("a", Kind.UNDO, 1, "b"), edits.Change("b", Kind.UNDO, 2, "a")]

    assert isinstance(edits.undone(ring), frozenset)
    assert None is edits.read(b"[1]", edits.Edit)


changes = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["", "submitted", "approved", "rejected", "paid", "returned", "accepted"]),
        st.none() | st.sampled_from(["0.25", "3", "€1"]),
        st.none() | st.sampled_from(["", "mine"]),
    ),
    max_size=5,
)


def edited(conn: sqlite3.Connection, wanted: list[tuple[int, str, str | None, str | None]]) -> list[Event]:
    """Edits of attempts of a store, one after the other, without those that there is no attempt for."""
    own = [row["id"] for row in attempts(conn)]
    return [
        edit(own[place], LATER + number, state=state, pay=pay, title=title)
        for number, (place, state, pay, title) in enumerate(wanted)
        if place < len(own)
    ]


def of_account(fact: Event, conn: sqlite3.Connection) -> str:
    """The attempt an edit is about."""
    known = edits.read(bytes(fact.body), edits.Edit)
    assert known is not None
    return str(known.assignment)


@settings(max_examples=60)
@given(histories, changes)
def test_undo_restores_exactly(facts: list[Event], wanted: list[tuple[int, str, str | None, str | None]]) -> None:
    """Whatever was corrected: with every correction taken back, in any order, all tables are what they were."""
    conn = memory()
    take_all(conn, facts)
    before = derived_tables(conn)
    made = edited(conn, wanted)
    keep(conn, made)
    assert [] == verify(conn)["differences"]

    keep(conn, [undo(fact.id, of_account(fact, conn), LATER + DAY + n) for n, fact in enumerate(made)])
    assert before == derived_tables(conn)
    assert [] == verify(conn)["differences"]
    rebuild(conn)
    assert before == derived_tables(conn)


@settings(max_examples=60)
@given(
    histories.map(lambda facts: [fact for fact in facts if fact.kind not in {"payout", "adjust", "bonus"}]),
    changes,
    st.randoms(use_true_random=False),
)
def test_order_of_arrival_changes_nothing_of_edits(
    facts: list[Event], wanted: list[tuple[int, str, str | None, str | None]], chance: random.Random
) -> None:
    """Facts, corrections and undos mixed in any order, and said twice: the same tables."""
    one, other = memory(), memory()
    take_all(one, facts)
    made = edited(one, wanted)
    backs = [undo(fact.id, of_account(fact, one), LATER + DAY + n) for n, fact in enumerate(made[::2])]
    keep(one, [*made, *backs])
    mixed = [*facts, *made, *backs, *made[:1]]
    chance.shuffle(mixed)
    keep(other, mixed)

    assert derived_tables(one, without_seq=True) == derived_tables(other, without_seq=True)


def test_the_body_of_an_edit_is_told_from_an_edit_of_time() -> None:
    """Edits of intervals are another target's: the ledger leaves them alone."""
    conn, own = one()
    before = derived_tables(conn)
    body = msgspec.json.encode({"target": "interval", "action": "x", "gone": [], "put": []})
    keep(conn, [Event(1, "time", LATER, Kind.EDIT, "site", "me", zone="UTC", body=msgspec.Raw(body))])

    assert before == derived_tables(conn)
    assert own == attempts(conn)[0]["id"]
