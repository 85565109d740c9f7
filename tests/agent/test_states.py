"""The way of one attempt: which steps move it, what late and repeated ones do, and that order of arrival is nothing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.ledger.amounts import Money
from piecework.ledger.states import MOVES, STATES, Course, Step, allowed, run
from piecework.protocol.kinds import ASSIGNMENT, Kind


def way(*kinds: str, pay: Money | None = None) -> Course:
    """An attempt whose steps come a second apart, the first one with the pay."""
    return run(Step(place, kind, f"e{place}", pay if place == 1 else None) for place, kind in enumerate(kinds, start=1))


def test_the_usual_way() -> None:
    """Accepted, submitted, approved, paid: every time is kept."""
    course = way("accepted", "submitted", "approved", "paid")

    assert "paid" == course.standing.state
    assert (1, 2, 3, 4) == (course.accepted_us, course.submitted_us, course.decided_us, course.paid_us)
    assert 2 == course.ended_us
    assert ["", "", "", ""] == [turn.note for turn in course.turns]


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (("reserved",), "reserved"),
        (("reserved", "accepted", "returned"), "returned"),
        (("accepted", "expired", "submitted"), "submitted"),
        (("accepted", "screened_out"), "screened_out"),
        (("submitted", "revise", "submitted", "approved"), "approved"),
        (("submitted", "rejected", "approved"), "approved"),
        (("submitted", "approved", "rejected"), "rejected"),
        (("submitted", "left_window"), "left_window"),
        (("submitted", "left_window", "approved"), "approved"),
        (("approved",), "approved"),
        (("paid",), "paid"),
        (("submitted", "paid", "reversed"), "reversed"),
        (("submitted", "paid", "reversed", "paid"), "paid"),
        (("submitted", "screened_out", "paid"), "paid"),
    ],
)
def test_ways_that_happen(kinds: tuple[str, ...], state: str) -> None:
    """What sites do to an attempt, step by step, without a note."""
    course = way(*kinds)

    assert state == course.standing.state
    assert not any(turn.note for turn in course.turns)


@pytest.mark.parametrize(
    ("kinds", "state", "note"),
    [
        (("submitted", "accepted"), "submitted", "accepted after submitted"),
        (("submitted", "submitted"), "submitted", "repeated"),
        (("paid", "approved"), "paid", "approved after paid"),
        (("approved", "returned"), "approved", "returned after approved"),
        (("returned", "rejected"), "returned", "rejected after returned"),
        (("rejected", "reversed"), "rejected", "reversed after rejected"),
    ],
)
def test_what_can_not_be_is_kept_and_noted(kinds: tuple[str, ...], state: str, note: str) -> None:
    """An impossible step changes no state and is still one of the turns."""
    course = way(*kinds)

    assert state == course.standing.state
    assert len(kinds) == len(course.turns)
    assert note == course.turns[-1].note


def test_revise_reopens_the_work() -> None:
    """Work that was sent back goes on until it is submitted again."""
    assert way("accepted", "submitted", "revise").ended_us is None
    assert 4 == way("accepted", "submitted", "revise", "submitted").ended_us


def test_a_late_step_takes_its_place_by_its_time() -> None:
    """Accepted is delivered after approved, with the time it really had."""
    steps = [Step(30, "approved", "c"), Step(20, "submitted", "b"), Step(10, "accepted", "a")]
    course = run(steps)

    assert ["accepted", "submitted", "approved"] == [turn.step.kind for turn in course.turns]
    assert 10 == course.accepted_us


def test_steps_of_one_moment_take_the_natural_order() -> None:
    """A page that shows only dates gives submission and approval the same time."""
    course = run([Step(5, "paid", "a"), Step(5, "approved", "b"), Step(5, "submitted", "c")])

    assert ["submitted", "approved", "paid"] == [turn.step.kind for turn in course.turns]


def test_a_steps_own_pay_wins_over_the_sighted_one() -> None:
    """What the task's page states at acceptance holds against the list's row at submission."""
    stated, listed = Money(1_000_000, "USD"), Money(900_000, "USD")
    course = run([Step(1, "accepted", "a", pay=stated), Step(2, "submitted", "b", sighted=listed)])

    assert stated == course.standing.pay


def test_the_sighted_pay_of_the_submission_wins_over_an_older_one() -> None:
    """Without any stated pay it is the list's row at the moment of submission."""
    old, new = Money(900_000, "USD"), Money(1_100_000, "USD")
    course = run([Step(1, "accepted", "a", sighted=old), Step(2, "submitted", "b", sighted=new)])

    assert new == course.standing.pay


def test_an_unknown_pay_is_filled_by_a_step_that_comes_late() -> None:
    """Approved was seen without a pay; the repeated row says it."""
    course = run([Step(1, "approved", "a"), Step(2, "approved", "b", pay=Money(5, "USD"))])

    assert Money(5, "USD") == course.standing.pay
    assert "amended" == course.turns[-1].note


def test_a_screened_out_attempt_has_the_small_pay_or_none() -> None:
    """The pay of the whole task is not owed; it comes back if the site approves after all."""
    full, small = Money(1_000_000, "USD"), Money(140_000, "USD")
    steps = [Step(1, "accepted", "a", pay=full), Step(2, "screened_out", "b", pay=small)]

    assert small == run(steps).standing.pay
    assert run([steps[0], Step(2, "screened_out", "b")]).standing.pay is None
    assert full == run([steps[0], Step(2, "screened_out", "b"), Step(3, "approved", "c")]).standing.pay


def test_a_bonus_on_the_page_is_a_whole_one_and_a_bonus_event_is_one_more() -> None:
    """Two pages show the same bonus: it counts once. A bonus of its own adds to it."""
    cent = Money(10_000, "USD")
    steps = [Step(1, "approved", "a", bonus=cent), Step(2, "paid", "b", bonus=cent), Step(3, "bonus", "c", bonus=cent)]

    assert (Money(20_000, "USD"),) == run(steps).standing.bonus


def test_every_kind_of_an_attempt_but_opened_is_a_step() -> None:
    """`opened` starts the clock only."""
    assert {*MOVES} == ASSIGNMENT - {Kind.OPENED}
    assert all(state in STATES for states in MOVES.values() for state in states)
    assert all(any(allowed(kind, state) for state in STATES) for kind in MOVES)


monies = st.none() | st.builds(Money, st.integers(0, 5_000_000), st.sampled_from(["USD", "EUR"]))
ways = st.lists(
    st.builds(
        Step,
        at_us=st.integers(0, 20),
        kind=st.sampled_from([*sorted(MOVES), Kind.BONUS]),
        id=st.uuids().map(str),
        pay=monies,
        sighted=monies,
        bonus=monies,
        settled=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda step: step.id,
)


@given(ways)
def test_the_graph_is_never_left(steps: list[Step]) -> None:
    """Whatever comes, each turn is a legal move or changes no state; nothing raises and nothing is lost."""
    course = run(steps)

    assert {step.id for step in steps} == {turn.step.id for turn in course.turns}
    for turn in course.turns:
        assert turn.after.state in STATES
        moved = turn.after.state != turn.before.state
        assert not moved or turn.before.state in MOVES[turn.step.kind]


@given(ways, st.randoms(use_true_random=False), st.integers(0, 12))
def test_order_of_arrival_and_repetition_make_no_difference(
    steps: list[Step], chance: random.Random, again: int
) -> None:
    """The outcome follows from when things happened."""
    shuffled = [*steps, *steps[:again]]
    chance.shuffle(shuffled)

    assert run(steps) == run(shuffled)
