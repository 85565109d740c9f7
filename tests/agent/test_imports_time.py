"""Time of other clocks: two trackers' tables, and ActivityWatch's log of the browser's tabs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from piecework.errors import BadFile
from tests.agent.importing import Person, causes, us

MINUTE = 60_000_000
CLOCKIFY = (
    "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,"
    "Duration (h),Duration (decimal)"
)
TOGGL = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags"


def clockify(start: str, end: str, project: str = "MTurk") -> str:
    """One row of its detailed report; `start` and `end` are a date, a comma and a time."""
    return f"{project},,Batch of receipts,,A,,a@b.example,,No,{start},{end},00:10:00,0.17"


def spans(person: Person) -> list[tuple[object, ...]]:
    """(platform, kind, start, length) of every interval."""
    return person.rows("SELECT platform, kind, start_us, end_us - start_us FROM interval ORDER BY start_us")


def test_clockify_in_the_accounts_own_order() -> None:
    """Times are of the person's own zone; the platform is the one a project's name speaks of."""
    person = Person()
    data = "\n".join(
        (
            CLOCKIFY,
            clockify("13/07/2026,09:00:00 AM", "13/07/2026,09:30:00 AM"),
            clockify("02/08/2026,10:00:00 PM", "02/08/2026,10:05:00 PM", "Prolific studies"),
            clockify("02/08/2026,10:00:00 PM", "02/08/2026,09:05:00 PM"),
            clockify("02/08/2026,", "02/08/2026,09:05:00 PM"),
        )
    )
    answer = person.take(data)

    assert ("clockify", 4, 2, {}) == (answer.form, answer.rows, answer.new, answer.sums)
    assert {4: "ends when it begins, or before", 5: "the start time is missing"} == causes(answer)
    assert [
        ("mturk", "work", us(datetime(2026, 7, 13, 7, tzinfo=UTC)), 30 * MINUTE),
        ("prolific", "work", us(datetime(2026, 8, 2, 20, tzinfo=UTC)), 5 * MINUTE),
    ] == spans(person)
    assert (0, 2) == ((again := person.take(data)).new, again.known)
    assert [] == person.differences()


def test_toggl_over_midnight() -> None:
    """ISO dates; work is cut at the person's midnight, each day has its part."""
    person = Person()
    row = "A,a@b.example,,A new site,,Labels,No,2026-03-01,23:50:00,2026-03-02,00:20:00,00:30:00,"
    answer = person.take(f"{TOGGL}\n{row}\n")

    assert ("toggl", 1) == (answer.form, answer.new)
    assert [("2026-03-01", 10 * MINUTE), ("2026-03-02", 20 * MINUTE)] == person.rows(
        "SELECT day, active_us FROM sum_time_day ORDER BY day"
    )
    assert 0 == person.take(f"{TOGGL}\n{row}\n").new


def test_the_hour_that_a_clock_change_skips() -> None:
    """Between one and four of that night in Paris two hours passed."""
    person = Person()
    row = "A,a@b.example,,A site,,Labels,No,2026-03-29,01:00:00,2026-03-29,04:00:00,02:00:00,"
    person.take(f"{TOGGL}\n{row}\n")

    assert [120 * MINUTE] == [length for *_, length in spans(person)]


def event(minute: int, length: float, **data: str) -> dict[str, object]:
    """One event of a bucket, `length` in seconds."""
    return {"id": minute, "timestamp": f"2026-11-20T10:{minute:02}:00.000000+00:00", "duration": length, "data": data}


def log(*tabs: dict[str, object], away: tuple[dict[str, object], ...] = ()) -> dict[str, object]:
    """ActivityWatch's export of a browser and of the keyboard."""
    return {
        "buckets": {
            "aw-watcher-web-firefox": {"id": "w", "type": "web.tab.current", "events": list(tabs)},
            "aw-watcher-afk_home": {"id": "a", "type": "afkstatus", "events": list(away)},
            "aw-watcher-window_home": {
                "id": "x",
                "type": "currentwindow",
                "events": [event(50, 9, title="Secret", app="Bank")],
            },
        }
    }


def test_activitywatch_sees_platforms_only() -> None:
    """Tabs elsewhere are passed over unread; a task page is work, any other page of a platform search."""
    person = Person()
    answer = person.take(
        log(
            event(0, 120.5, url="https://app.prolific.com/studies", title="Studies"),
            event(3, 60, url="https://bank.example/", title="Secret"),
            event(5, 300, url="https://www.microworkers.com/jobs_details.php?Id=abc", title="Job"),
            event(20, 0.2, url="https://app.prolific.com/studies", title="Glance"),
            event(30, -5, url="https://app.prolific.com/studies", title="Odd"),
        )
    )

    assert ("activitywatch", 3, 2) == (answer.form, answer.rows, answer.new)
    assert [("prolific", "search", 120_500_000), ("microworkers", "work", 300_000_000)] == [
        (platform, kind, length) for platform, kind, _, length in spans(person)
    ]
    assert [] == person.rows("SELECT body FROM event WHERE body LIKE '%Secret%'")


def test_what_the_person_was_away_is_no_time() -> None:
    """Cut out of the tab's time, however the pauses lie; twice changes nothing."""
    person = Person()
    pauses = (
        event(1, 60, status="afk"),
        event(1, 30, status="afk"),
        event(4, 600, status="afk"),
        event(3, 9, status="not-afk"),
    )
    data = log(event(0, 300, url="https://app.prolific.com/studies"), away=pauses)

    assert 2 == person.take(data).new
    assert [60_000_000, 120_000_000] == [length for *_, length in spans(person)]
    assert 0 == person.take(data).new
    assert [] == person.differences()


def test_while_another_program_was_in_front() -> None:
    """A tab stays the current one behind a word processor, which is no time on it; a browser's own window is."""
    windows = [
        event(0, 60, app="firefox"),
        event(1, 120, app="Knowledge"),
        event(3, 600, app="Firefox Developer Edition"),
    ]
    data = log(event(0, 300, url="https://app.prolific.com/studies"))
    data["buckets"]["aw-watcher-window_home"]["events"] = windows  # type: ignore[index]
    person = Person()
    person.take(data)

    assert [60_000_000, 120_000_000] == [length for *_, length in spans(person)]


def test_a_tab_that_plays_sound_is_listened_to() -> None:
    """Nobody touches the keyboard during a recording to transcribe."""
    tab = event(0, 300, url="https://app.prolific.com/studies")
    tab["data"] = {**tab["data"], "audible": True}  # type: ignore[dict-item]
    person = Person()
    person.take(log(tab, away=(event(1, 60, status="afk"),)))

    assert [300_000_000] == [length for *_, length in spans(person)]


def test_what_another_computer_saw_is_no_matter() -> None:
    """An export holds every computer of a person: being away from one is not being away from the other."""
    data = log(event(0, 300, url="https://app.prolific.com/studies"), away=(event(1, 60, status="afk"),))
    for bucket, host in zip(data["buckets"].values(), ("desk", "train", "unknown"), strict=True):  # type: ignore[attr-defined]
        bucket["hostname"] = host
    person = Person()
    person.take(data)

    assert [300_000_000] == [length for *_, length in spans(person)]


def test_a_log_without_a_browser_is_refused() -> None:
    """Windows alone do not say which page was open."""
    with pytest.raises(BadFile, match=r"web\.tab\.current"):
        Person().take({"buckets": {"w": {"type": "currentwindow", "events": []}}})


def test_toggls_newer_report() -> None:
    """It says “Stop”, has the columns the account chose, a mark at its head and “-” for nothing; a clock may run."""
    header = '"Description","Billable","Duration","Member","Email","Project","Tags","Start date","Start time"'
    rows = (
        f'\ufeff{header},"Stop date","Stop time"',
        '"Prolific","No","1:00:00","A","a@b.example","-","-","2026-03-01","09:00:00","2026-03-01","10:00:00"',
        '"Labels","No","-","A","a@b.example","MTurk","-","2026-03-01","11:00:00","-","-"',
        '"-","No","0:30:00","A","a@b.example","-","-","2026-03-01","12:00:00","2026-03-01","12:30:00"',
    )
    person = Person()
    answer = person.take("\r\n".join(rows))

    assert ("toggl", 3, 1) == (answer.form, answer.rows, answer.new)
    assert {3: "has no end yet: the clock runs", 4: "the platform is missing"} == causes(answer)
    assert [("prolific", "work", us(datetime(2026, 3, 1, 8, tzinfo=UTC)), 60 * MINUTE)] == spans(person)


def test_a_report_with_other_columns_is_the_same_time() -> None:
    """A second report in which the account left columns out, or a newer one of the same days, adds nothing."""
    person = Person()
    older = "A,a@b.example,A client,MTurk,,Labels,No,2026-03-01,09:00:00,2026-03-01,10:00:00,01:00:00,quick"
    newer = "Project,Start date,Start time,Stop date,Stop time\nMTurk,2026-03-01,09:00:00,2026-03-01,10:00:00"
    person.take(f"{TOGGL}\n{older}\n")

    assert (0, 1) == ((again := person.take(newer)).new, again.known)


def test_a_break_is_no_work() -> None:
    """Clockify's newer report says of each stretch whether it was one."""
    row = f"{clockify('13/07/2026,09:00', '13/07/2026,09:30')},{{}}"
    person = Person()
    answer = person.take("\n".join((f"{CLOCKIFY},Type", row.format("Regular"), row.format("Break"))))

    assert (1, {3: "is a break, no work"}) == (answer.new, causes(answer))
