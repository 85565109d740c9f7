"""SproutGigs' addresses and words for what the world holds."""

from piecework.practice.things import Task

BASE = "https://sproutgigs.com"


def url(task: Task) -> str:
    """The task's address."""
    return f"{BASE}/jobs/submit-task.php?Id={task.id}"


def expected(task: Task) -> dict[str, object]:
    """What a reader must make of the task's row. The list names neither minutes nor an hourly rate."""
    return {
        "id": task.id,
        "system": "",
        "title": task.title,
        "requester": task.requester,
        "pay": {"state": "stated", "micro": task.pay_micro, "currency": "USD", "per": "task"},
        "hourly": None,
        "minutes": None,
        "places_left": task.places_left,
        "url": url(task),
    }
