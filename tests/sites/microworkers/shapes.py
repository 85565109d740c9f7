"""Microworkers' own ids, addresses and words for what the world holds.

A row's element id is `campaign` + twelve hexadecimal digits. The address of a Basic job carries another, longer id; a
Hire Group job's the same twelve digits; a TTV job's the twelve digits and `_B` or `_HG`. The id in the address is
the one that list, detail page and forms share, so it is the task's id for a reader.
"""

from piecework.practice.things import Assignment, State, Task
from piecework.practice.world import World

WWW = "https://www.microworkers.com"
TTV = "https://ttv.microworkers.com"
SYSTEMS = ("basic", "hg", "ttv")

# Icon, words of the legend. Only the icon of a pending task is known from a recorded row.
LEGEND = {
    State.PAID: ("check-circle", "Satisfied & paid"),
    State.APPROVED: ("check-circle", "Satisfied & paid"),
    State.REJECTED: ("times-circle", "Not-Satisfied"),
    State.SUBMITTED: ("minus-circle", "Pending Employer review"),
    State.REVISE: ("redo", "Revise"),
}


def link_id(task: Task) -> str:
    """The id in the task's address."""
    if task.system == "ttv":
        return f"{task.id}_{task.extra.get('suffix', 'B')}"
    return task.id if task.system == "hg" else f"a{task.id[::-1]}q{task.id[3:9]}474"


def url(task: Task) -> str:
    """The task's address, one form per job system."""
    if task.system == "ttv":
        return f"{TTV}/dotask/info/{link_id(task)}"
    name = "hm_jobs_details" if task.system == "hg" else "jobs_details"
    return f"{WWW}/{name}.php?Id={link_id(task)}"


def by_link(world: World, given: str) -> Task | None:
    """The task whose address carries this id."""
    return next((task for task in world.tasks.values() if link_id(task) == given), None)


def number(work: Assignment) -> str:
    """The bare number that names one submission."""
    return str(100_000_000 + int(work.id[:7], 16))


def by_number(world: World, given: str) -> Assignment | None:
    """The submission of this number."""
    return next((work for work in world.attempts() if number(work) == given), None)


def shown(world: World) -> list[Assignment]:
    """Submissions the history lists: Basic and Hire Group work that was sent in."""
    return [work for work in world.attempts() if work.state in LEGEND]


def done_before(world: World, task: Task) -> bool:
    """Whether this person has sent in work for the task."""
    return any(work.task.id == task.id and work.at(State.SUBMITTED) for work in world.attempts())


def expected(task: Task) -> dict[str, object]:
    """What a reader must make of the task's row."""
    return {
        "id": link_id(task),
        "system": task.system,
        "title": task.title,
        "requester": None,
        "pay": {"state": "stated", "micro": task.pay_micro, "currency": "USD", "per": "task"},
        "hourly": None,
        "minutes": task.minutes,
        "places_left": task.places_left,
        "url": url(task),
    }
