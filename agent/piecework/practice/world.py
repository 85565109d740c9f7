"""The engine behind every pretend site: tasks arrive, fill up, are worked, decided and paid.

Pure: no page, socket, disk or clock. The clock is handed in, ids come from the seed, so the same calls at the
same times give the same world.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from piecework.errors import PieceworkError
from piecework.practice.cast import sample
from piecework.practice.things import GIVES_BACK, MICRO, NEXT, Assignment, Payout, State, Task, Totals

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOTAL_OF = {
    State.SUBMITTED: "pending",
    State.REVISE: "pending",
    State.APPROVED: "available",
    State.SCREENED_OUT: "available",
    State.REJECTED: "rejected",
    State.PAID: "paid",
}


class WorldError(PieceworkError):
    """The pretend site refuses: no such task, no place left, or a step that can't follow the last one."""


def day_of(at_us: int) -> date:
    """The UTC day of a moment given in µs."""
    return (EPOCH + timedelta(microseconds=at_us)).date()


class World:
    """One platform's tasks and one person's attempts at them.

    Args:
        platform: its id, as in the platform definitions.
        clock: gives the time, µs UTC.
        seed: same seed, same ids and sample tasks.
        id_chars: length of a task id in hexadecimal digits.
        dated_ids: a task id begins with its publication time in seconds, eight digits, as Prolific's do.
    """

    def __init__(
        self,
        platform: str,
        clock: Callable[[], int],
        *,
        seed: int = 0,
        id_chars: int = 24,
        dated_ids: bool = False,
    ) -> None:
        self.platform = platform
        self.clock = clock
        self.account = "practice-worker"
        self.unread = 0
        self.tasks: dict[str, Task] = {}
        self.assignments: dict[str, Assignment] = {}
        self.payouts: list[Payout] = []
        self.version = 0
        self.seed = seed
        self._id_chars = id_chars
        self._dated_ids = dated_ids
        self._random = Random(f"{platform} {seed}")  # noqa: S311 - repeatable ids, no secrets
        self._watchers: list[Callable[[], None]] = []

    # what happens to tasks

    def publish(self, **fields: object) -> Task:
        """A task arrives. Fields left out are drawn from the seed; `id` may be given."""
        now = self.clock()
        told = sample(self._random) | fields
        given = str(told.pop("id", "") or self._task_id(now))
        if given in self.tasks:
            raise WorldError(f"{self.platform}: task {given} is there already; reopen it instead")
        task = Task(id=given, published_us=now, **told)  # type: ignore[arg-type] # names are checked by Task itself
        self.tasks[given] = task
        self._changed()
        return task

    def mail(self, unread: int) -> None:
        """So many messages are unread now."""
        self.unread = unread
        self._changed()

    def revise(self, task_id: str, **fields: object) -> Task:
        """The same task with other fields: its pay, its title, its places."""
        self.tasks[task_id] = replace(self.task(task_id), **fields)  # type: ignore[arg-type] # as above
        self._changed()
        return self.tasks[task_id]

    def take(self, task_id: str, places: int = 1) -> Task:
        """Other people take places."""
        task = self.task(task_id)
        return self.revise(task_id, taken=min(task.places, task.taken + places))

    def fill(self, task_id: str) -> Task:
        """Other people take all places that are left."""
        return self.revise(task_id, taken=self.task(task_id).places)

    def vanish(self, task_id: str) -> Task:
        """The task leaves the list."""
        return self.revise(task_id, gone_us=self.clock())

    def reopen(self, task_id: str, places: int = 1) -> Task:
        """A task that was gone or full is back with that many free places."""
        task = self.task(task_id)
        return self.revise(task_id, gone_us=None, places=max(task.places, task.taken + places))

    # what becomes of an attempt

    def accept(self, task_id: str) -> Assignment:
        """The person takes a place. A task already being worked is given back as it is."""
        task = self.task(task_id)
        if (working := self.working_on(task_id)) is not None:
            return working
        if task.gone_us is not None:
            raise WorldError(f"{self.platform}: task {task_id} is no longer offered")
        if not task.places_left:
            raise WorldError(f"{self.platform}: task {task_id} has no place left")
        self.take(task_id)
        made = Assignment(
            id=self._hex(24),
            task=self.tasks[task_id],
            state=State.ACCEPTED,
            history=[(State.ACCEPTED, self.clock())],
            pay_micro=task.pay_micro,
            code=self._hex(8).upper(),
        )
        self.assignments[made.id] = made
        self._changed()
        return made

    def start(self, assignment_id: str) -> Assignment:
        """The work itself was opened (a reserved study becomes an active one)."""
        work = self.assignment(assignment_id)
        work.started_us = work.started_us or self.clock()
        self._changed()
        return work

    def move(self, assignment_id: str, state: State, *, feedback: str = "", proof: str = "") -> Assignment:
        """The attempt reaches `state`; WorldError when that can't follow the state it is in."""
        work = self.assignment(assignment_id)
        if state not in NEXT[work.state]:
            raise WorldError(f"{self.platform}: {assignment_id} is {work.state}, it can't become {state}")
        work.state = state
        work.history.append((state, self.clock()))
        work.feedback = feedback or work.feedback
        work.proof = proof or work.proof
        if state in GIVES_BACK:
            task = self.task(work.task.id)
            self.revise(task.id, taken=max(0, task.taken - 1))
        self._changed()
        return work

    def screen_out(self, assignment_id: str, pay_micro: int = 0) -> Assignment:
        """The person did not fit; some sites pay a little for the time it took."""
        work = self.move(assignment_id, State.SCREENED_OUT)
        work.pay_micro = pay_micro
        return work

    def bonus(self, assignment_id: str, micro: int) -> Assignment:
        """Money beside the pay, in the task's currency."""
        work = self.assignment(assignment_id)
        work.bonus_micro += micro
        self._changed()
        return work

    def pay(self, *assignment_ids: str, fee_micro: int = 0, to: str = "bank") -> Payout | None:
        """One payout of the attempts named, of every approved one if none is; None when nothing was owed."""
        chosen = [self.assignment(one) for one in assignment_ids] or [
            work for work in self.assignments.values() if State.PAID in NEXT[work.state] and work.owed_micro
        ]
        if not chosen:
            return None
        currency = chosen[0].task.currency
        chosen = [work for work in chosen if work.task.currency == currency]
        micro = sum(work.owed_micro for work in chosen)
        for work in chosen:
            self.move(work.id, State.PAID)
        payout = Payout(self._hex(12), self.clock(), micro, fee_micro, currency, to)
        self.payouts.append(payout)
        self._changed()
        return payout

    # what a page may ask

    def task(self, task_id: str) -> Task:
        """The task, WorldError when the site never had it."""
        if task_id not in self.tasks:
            raise WorldError(f"{self.platform}: no task {task_id!r}")
        return self.tasks[task_id]

    def assignment(self, assignment_id: str) -> Assignment:
        """The attempt, WorldError when there is none of that id."""
        if assignment_id not in self.assignments:
            raise WorldError(f"{self.platform}: no assignment {assignment_id!r}")
        return self.assignments[assignment_id]

    def offered(self, *, full: bool = False) -> list[Task]:
        """Tasks on the list, newest first; those without a free place only when `full` is set."""
        tasks = [task for task in self.tasks.values() if task.gone_us is None and (full or task.places_left)]
        return tasks[::-1]

    def working_on(self, task_id: str) -> Assignment | None:
        """The attempt at this task that is still open."""
        open_states = (State.ACCEPTED, State.REVISE)
        return next((a for a in self.attempts() if a.task.id == task_id and a.state in open_states), None)

    def attempts(self) -> list[Assignment]:
        """Every attempt, newest first."""
        return list(self.assignments.values())[::-1]

    def by_code(self, code: str) -> Assignment | None:
        """The attempt whose completion code this is."""
        return next((work for work in self.attempts() if work.code == code), None)

    def totals(self, currency: str, day: date | None = None) -> Totals:
        """The site's own statement, for the UTC day on which work was submitted, or for all days."""
        attempts = [work for work in self.attempts() if work.task.currency == currency]
        payouts = [payout for payout in self.payouts if payout.currency == currency]
        if day is not None:
            attempts = [work for work in attempts if self._day(work) == day]
            payouts = [payout for payout in payouts if day_of(payout.at_us) == day]
        return _add_up(attempts, payouts)

    def days(self) -> list[date]:
        """The UTC days on which anything was submitted or paid out, newest first."""
        days = {self._day(a) for a in self.attempts() if a.state in TOTAL_OF}
        return sorted(days | {day_of(p.at_us) for p in self.payouts}, reverse=True)

    def currencies(self) -> list[str]:
        """The currencies of what was worked on."""
        return sorted({work.task.currency for work in self.assignments.values()})

    # the rest

    def watch(self, called: Callable[[], None]) -> None:
        """Have `called` run after every change."""
        self._watchers.append(called)

    def _changed(self) -> None:
        self.version += 1
        for called in self._watchers:
            called()

    def _day(self, work: Assignment) -> date:
        return day_of(work.at(State.SUBMITTED) or work.history[0][1])

    def _hex(self, chars: int) -> str:
        return f"{self._random.getrandbits(4 * chars):0{chars}x}"

    def _task_id(self, now_us: int) -> str:
        if not self._dated_ids:
            return self._hex(self._id_chars)
        return f"{now_us // MICRO:08x}{self._hex(self._id_chars - 8)}"


def _add_up(attempts: Iterable[Assignment], payouts: Iterable[Payout]) -> Totals:
    totals = Totals()
    for work in attempts:
        if (name := TOTAL_OF.get(work.state)) is not None:
            setattr(totals, name, getattr(totals, name) + work.pay_micro)
            totals.bonus += work.bonus_micro
    totals.fee = sum(payout.fee_micro for payout in payouts)
    return totals
