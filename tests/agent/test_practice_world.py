"""The engine of the pretend sites: what a task and an attempt at it may go through, and what it adds up to."""

import asyncio
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.practice.control import command
from piecework.practice.script import STAR, come_and_go
from piecework.practice.stage import Face, Stage
from piecework.practice.text import age, amount
from piecework.practice.things import State, Totals
from piecework.practice.words import EN, FR, Words, language
from piecework.practice.world import World, WorldError

DAY_US = 86_400_000_000


class Hands:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.us = 1_764_000_000_000_000

    def __call__(self) -> int:
        """The time, µs UTC."""
        return self.us


@pytest.fixture
def clock() -> Hands:
    """Some evening in November 2025."""
    return Hands()


@pytest.fixture
def world(clock: Hands) -> World:
    """An empty site."""
    return World("practice", clock)


def test_the_same_seed_gives_the_same_tasks(clock: Hands) -> None:
    """Two worlds of one seed agree, a world of another seed does not."""
    ids = [[World("p", clock, seed=seed).publish().id for _ in range(2)] for seed in (7, 7, 8)]
    assert ids[0] == ids[1]
    assert ids[0] != ids[2]


def test_dated_ids_begin_with_the_time_of_publication(clock: Hands) -> None:
    """Eight digits of seconds come first, as Prolific's ids have them."""
    task = World("prolific", clock, dated_ids=True).publish()
    assert (24, f"{clock.us // 1_000_000:08x}") == (len(task.id), task.id[:8])


def test_the_list_shows_newest_first_and_drops_what_is_full_or_gone(world: World) -> None:
    """Full tasks come back with `full`, vanished ones only when they reopen."""
    first, full, gone = (world.publish(places=1) for _ in range(3))
    world.fill(full.id)
    world.vanish(gone.id)
    assert [first.id] == [task.id for task in world.offered()]
    assert [full.id, first.id] == [task.id for task in world.offered(full=True)]
    world.reopen(gone.id, places=4)
    assert 4 == world.task(gone.id).places_left


def test_accepting_takes_a_place_and_returning_gives_it_back(world: World) -> None:
    """The same open attempt is handed out again, never a second one."""
    task = world.publish(places=1)
    work = world.accept(task.id)
    assert 0 == world.task(task.id).places_left
    assert work is world.accept(task.id)
    world.move(work.id, State.RETURNED)
    assert 1 == world.task(task.id).places_left


@pytest.mark.parametrize("gone", ["fill", "vanish"])
def test_nothing_can_be_accepted_that_is_full_or_gone(world: World, gone: str) -> None:
    """The refusal names the task."""
    task = world.publish(places=1)
    getattr(world, gone)(task.id)
    with pytest.raises(WorldError, match=task.id):
        world.accept(task.id)


def test_an_attempt_keeps_every_state_with_its_moment(world: World, clock: Hands) -> None:
    """Accept, submit, approve, pay: four entries in order."""
    work = world.accept(world.publish(pay_micro=800_000).id)
    for state in (State.SUBMITTED, State.APPROVED):
        clock.us += 60_000_000
        world.move(work.id, state)
    world.pay(work.id, fee_micro=50_000)
    assert ["accepted", "submitted", "approved", "paid"] == [state for state, _ in work.history]
    assert 60_000_000 == work.at(State.SUBMITTED) - work.history[0][1]  # type: ignore[operator] # it was submitted


@pytest.mark.parametrize(
    ("state", "then"), [(State.ACCEPTED, State.PAID), (State.RETURNED, State.APPROVED), (State.PAID, State.REJECTED)]
)
def test_a_step_that_cannot_follow_is_refused(world: World, state: State, then: State) -> None:
    """The refusal names both states."""
    work = world.accept(world.publish().id)
    work.state = state
    with pytest.raises(WorldError, match=f"is {state}, it can't become {then}"):
        world.move(work.id, then)


def test_the_statement_counts_each_attempt_once_under_its_state(world: World, clock: Hands) -> None:
    """Pending, available, rejected and paid, per day of submission; the bonus stands alone."""
    works = [world.accept(world.publish(pay_micro=micro, currency="GBP").id) for micro in (1, 20, 300, 4_000)]
    for work in works:
        world.move(work.id, State.SUBMITTED)
    for work in works[1:]:
        world.move(work.id, State.REJECTED if work is works[2] else State.APPROVED)
    world.bonus(works[1].id, 7)
    clock.us += DAY_US
    world.pay(works[3].id, fee_micro=40)
    days = world.days()
    assert Totals(pending=1, available=20, rejected=300, paid=4_000, bonus=7, fee=40) == world.totals("GBP")
    assert [date(2025, 11, 25), date(2025, 11, 24)] == days
    assert Totals(fee=40) == world.totals("GBP", days[0])
    assert Totals() == world.totals("USD")


def test_a_payout_holds_what_was_owed_of_one_currency(world: World) -> None:
    """Pay and bonus of everything approved; another currency waits for its own payout."""
    for currency in ("USD", "USD", "EUR"):
        work = world.accept(world.publish(pay_micro=100, currency=currency).id)
        world.move(work.id, State.SUBMITTED)
        world.move(work.id, State.APPROVED)
    world.bonus(world.attempts()[1].id, 11)
    paid = [world.pay(), world.pay(), world.pay()]
    assert {("EUR", 100), ("USD", 211)} == {(payout.currency, payout.micro) for payout in paid if payout}
    assert paid[2] is None


def test_a_screen_out_may_pay_a_little(world: World) -> None:
    """What is owed is the small sum, not the task's pay."""
    work = world.accept(world.publish(pay_micro=800_000).id)
    world.screen_out(work.id, 140_000)
    assert 140_000 == work.owed_micro


@pytest.mark.parametrize(
    "order",
    [
        {"do": "dance"},
        {"do": "fill"},
        {"do": "mode", "look": "green"},
        {"do": "publish", "colour": 1},
        {"do": "pay", "assignments": ["x"]},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(world: World, order: dict[str, object]) -> None:
    """One error class whatever is wrong with it."""
    with pytest.raises(WorldError):
        command(Stage(world), order)


def test_orders_reach_the_newest_attempt(world: World) -> None:
    """Without a name, the attempt accepted last is meant."""
    stage = Stage(world)
    task = command(stage, {"do": "publish", "pay_micro": 5})["task"]
    work = command(stage, {"do": "accept", "task": task})["assignment"]
    for name in ("submit", "approve", "pay"):
        command(stage, {"do": name})
    assert {work: "paid"} == command(stage, {"do": "state"})["assignments"]


def test_pages_repeat_rows_at_their_border(world: World) -> None:
    """With an overlap of two, page 2 opens with the last two rows of page 1."""
    stage = Stage(world, Face(page_size=4, overlap=2))
    for _ in range(10):
        world.publish()
    rows = [task.id for task in stage.listed()]
    pages = [[task.id for task in stage.page(number)] for number in range(1, stage.pages() + 1)]
    assert [rows[:4], rows[2:8], rows[6:]] == pages


async def test_tasks_come_and_go_without_end(world: World) -> None:
    """The list stays short, what is worked stays on it, and the oldest of the others leave."""
    world.publish(id=STAR)
    world.accept(STAR)
    stage, going = Stage(world), asyncio.Event()
    world.watch(lambda: going.set() if len(world.tasks) == 9 else None)
    playing = asyncio.create_task(come_and_go(stage, every_s=0, most=3))
    await going.wait()
    playing.cancel()

    assert STAR in {task.id for task in world.offered(full=True)}
    assert 4 >= len(world.offered(full=True)) > 1


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_amounts_are_exact(micro: int) -> None:
    """Written and read back, an amount is the same number of micro-units."""
    text = amount(micro)
    sign = -1 if text.startswith("-") else 1
    whole, part = text.lstrip("-").lstrip("$").split(".")
    assert micro == sign * (int(whole) * 1_000_000 + int(part.ljust(6, "0")))
    assert len(part) >= 2


def test_words_exist_in_both_languages() -> None:
    """The same keys, none empty; the header's first known language wins."""
    assert EN.keys() == FR.keys()
    assert all(EN.values())
    assert all(FR.values())
    assert ("fr", "en", "en") == tuple(map(language, ("fr-CA,en;q=0.5", "de,en-GB,fr", "")))
    assert ["3 tâches", "1 tâche", "1 min"] == [
        Words("fr")("shown", 3),
        Words("fr")("shown", 1),
        Words("fr")("minutes", 1),
    ]


def test_ages_are_whole_units() -> None:
    """As a list writes them."""
    minute = 60_000_000
    assert ["just now", "1 min ago", "38 mins ago", "2 hours ago", "1 day ago"] == [
        age(0, minutes * minute) for minutes in (0, 1, 38, 125, 1500)
    ]
