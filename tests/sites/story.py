"""What happened before a saved page was saved: the same small story on every platform."""

from piecework.practice.things import Assignment, State, Task
from piecework.practice.world import World

HOUR_US = 3_600_000_000
START_US = 1_790_000_000_000_000
Saved = tuple[str, dict[str, object]]


class Hands:
    """A clock that moves when it is told to. It begins on 21 September 2026."""

    def __init__(self) -> None:
        self.us = START_US

    def __call__(self) -> int:
        """The time, µs UTC."""
        return self.us

    def forward(self, us: int = HOUR_US) -> None:
        """Move on."""
        self.us += us


def live_out(world: World, clock: Hands, tasks: list[Task]) -> list[Assignment]:
    """Four tasks are worked: one waits, one is approved with a bonus, one rejected, one paid out."""
    works = []
    for task, end in zip(tasks, (None, State.APPROVED, State.REJECTED, State.APPROVED), strict=True):
        work = world.accept(task.id)
        clock.forward(4 * 60_000_000)
        world.move(work.id, State.SUBMITTED, proof=f"1. {task.requester}")
        clock.forward()
        if end is not None:
            world.move(work.id, end, feedback="The answer is missing." if end is State.REJECTED else "")
        works.append(work)
    world.bonus(works[1].id, 250_000)
    clock.forward()
    world.pay(works[3].id, fee_micro=10_000)
    return works


def states(works: list[Assignment], *, paid_at_approval: bool) -> list[tuple[Assignment, str, bool]]:
    """Newest first: attempt, the kind of event its state is read as, whether money is shown.

    `paid_at_approval`: the site calls an approval "paid" at once, because the money is in its own balance.
    """
    rows = []
    for work in works[::-1]:
        approved = work.state in {State.APPROVED, State.PAID}
        status = "paid" if approved and paid_at_approval else str(work.state)
        rows.append((work, status, approved))
    return rows
