"""Prolific's JSON for what the world holds; amounts are in minor units (pence, cents).

Field names are those that typed readers of the participant API agree on; no body of it was ever published.
"""

import json
import re
from decimal import Decimal

from piecework.practice.text import instant
from piecework.practice.things import Assignment, State, Task

APP = "https://app.prolific.com"
API = "https://internal-api.prolific.com"
PARTNER = "https://survey.partner.test"
MINOR = 10_000
PARTICIPANT = "5f00000000000000000000aa"

STATUS = {
    State.SUBMITTED: "AWAITING REVIEW",
    State.REVISE: "AWAITING REVIEW",
    State.APPROVED: "APPROVED",
    State.PAID: "APPROVED",
    State.REJECTED: "REJECTED",
    State.RETURNED: "RETURNED",
    State.EXPIRED: "TIMED-OUT",
    State.SCREENED_OUT: "SCREENED OUT",
}


def raw(text: str) -> str:
    """A JSON value given as text: `raw("1e309")` is a number no float holds."""
    return f"@raw:{text}@"


def dumps(value: object) -> str:
    """JSON with the values of `raw` standing as they are; half surrogates go out as escapes."""
    return re.sub(r'"@raw:([^"]*)@"', r"\1", json.dumps(value))


def money(micro: int, currency: str) -> dict[str, object]:
    """An amount in minor units; a fraction of one where the pay has it."""
    whole = micro // MINOR
    return {"amount": whole if whole * MINOR == micro else raw(str(Decimal(micro) / MINOR)), "currency": currency}


def study(task: Task) -> dict[str, object]:
    """One study; `task.extra["json"]` replaces fields."""
    told: dict[str, object] = {
        "id": task.id,
        "name": task.title,
        "description": task.description,
        "study_type": "SINGLE",
        "date_created": instant(task.published_us),
        "published_at": instant(task.published_us),
        "total_available_places": task.places,
        "places_taken": task.taken,
        "study_reward": money(task.pay_micro, task.currency),
        "study_average_reward_per_hour": money(task.hourly_micro or 0, task.currency),
        "estimated_completion_time": task.minutes,
        "average_completion_time_in_seconds": (task.minutes or 0) * 55,
        "maximum_allowed_time": (task.minutes or 1) * 5,
        "researcher": {"id": "6000000000000000000000bb", "name": task.requester, "country": "GB"},
        "device_compatibility": ["desktop", "mobile", "tablet"],
        "peripheral_requirements": [],
        "submissions_config": {"max_submissions_per_participant": 1},
        "previous_submission_count": 0,
        "pii": {"enabled": False},
        "is_custom_screening": False,
        "is_confidential": False,
        "is_ongoing_study": False,
        "submission_started_at": None,
        "study_labels": ["survey"],
        "ai_inferred_study_labels": [],
    }
    own = task.extra.get("json")
    return told | own if isinstance(own, dict) else told


def status(work: Assignment) -> str:
    """The site's word for where a submission stands."""
    if work.state is State.ACCEPTED:
        return "ACTIVE" if work.started_us else "RESERVED"
    return STATUS[work.state]


def submission(work: Assignment) -> dict[str, object]:
    """One submission, as list, reserve and transition answer it."""
    task, currency = work.task, work.task.currency
    ended = work.at(State.SUBMITTED)
    return {
        "id": work.id,
        "status": status(work),
        "participant_id": PARTICIPANT,
        "study_id": task.id,
        "study": {
            "id": task.id,
            "name": task.title,
            "estimated_completion_time": task.minutes,
            "researcher": {"id": "6000000000000000000000bb", "name": task.requester},
        },
        "study_url": f"{PARTNER}/s/{task.id}?PROLIFIC_PID={PARTICIPANT}&STUDY_ID={task.id}&SESSION_ID={work.id}",
        "started_at": instant(work.history[0][1]),
        "completed_at": instant(ended) or None,
        "returned_at": instant(work.at(State.RETURNED)) or None,
        "submission_reward": money(work.pay_micro, currency),
        "submission_bonuses": [money(work.bonus_micro, currency)] if work.bonus_micro else [],
        "study_code": work.code if ended else None,
        "return_reason": None,
        "rejection_message": work.feedback or None,
        "is_trial_study": False,
        "time_taken": (ended - work.history[0][1]) // 1_000_000 if ended else None,
    }


def links(path: str) -> dict[str, object]:
    """The envelope's `_links`: one page only."""
    here = {"href": f"{API}{path}", "title": "Self"}
    none = {"href": None, "title": "None"}
    return {"self": here, "next": none, "previous": none, "last": here}


def error(code: int, title: str, detail: str) -> dict[str, object]:
    """The body of a refusal."""
    return {"error": {"status": code, "title": title, "detail": detail, "error_code": code * 1000}}


def expected(task: Task) -> dict[str, object]:
    """What a reader must make of the study."""
    hourly = None
    if task.hourly_micro is not None:
        hourly = {"state": "stated", "micro": task.hourly_micro, "currency": task.currency, "per": "hour"}
    return {
        "id": task.id,
        "system": "",
        "title": task.title,
        "requester": task.requester,
        "pay": {"state": "stated", "micro": task.pay_micro, "currency": task.currency, "per": "task"},
        "hourly": hourly,
        "minutes": task.minutes,
        "places_left": task.places_left,
        "url": f"{APP}/studies/{task.id}",
    }
