"""Histories of Amazon Mechanical Turk, which closed in 2026: three programs' backups, one set of books."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from piecework.errors import BadFile
from tests.agent.importing import Person, causes, suite, suite_hit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_recorded_database_to_the_cent(recorded: Callable[[str], Path]) -> None:
    """63 HITs, 63.95 dollars exactly, where binary numbers add up to more; a second time nothing is new."""
    person = Person()
    data = (recorded("mturk") / "mturk-engine_hit-database_2017-10-01.json").read_bytes()

    assert (63, 63, 0, {"USD": 63_950_000}) == _figures(person.take(data))
    written = person.events()
    assert (63, 0, 63, {"USD": 63_950_000}) == _figures(person.take(data))
    assert written == person.events()
    assert [] == person.differences()
    assert [("approved", 2), ("paid", 61)] == person.rows("SELECT state, count(*) FROM assignment GROUP BY state")
    assert [(63_950_000,)] == person.rows("SELECT sum(micro) FROM sum_month WHERE state = 'approved'")
    assert [("2017-08-19", "2017-09-30", 22)] == person.rows(
        "SELECT min(day_platform), max(day_platform), count(DISTINCT day_platform) FROM assignment"
    )


def test_mturk_suites_states_and_amounts() -> None:
    """Half a cent stays half a cent; what still waits is not called paid, however old."""
    person = Person()
    answer = person.take(
        suite(
            suite_hit(1, reward={"amount_in_dollars": 0.005, "currency_code": "USD"}),
            suite_hit(2, state="Submitted", date="20190105"),
            suite_hit(3, state="Rejected"),
            suite_hit(4, state="Returned"),
            suite_hit(5, state="Approved", reward=0.1),
            suite_hit(6, state="Abandoned"),
        )
    )

    assert (6, 6, 0, {"USD": 155_000}) == _figures(answer)
    assert [
        ("Task 1", "paid", 5_000, "USD"),
        ("Task 2", "submitted", 50_000, "USD"),
        ("Task 3", "rejected", 50_000, "USD"),
        ("Task 4", "returned", 50_000, "USD"),
        ("Task 5", "approved", 100_000, "USD"),
        ("Task 6", "expired", 50_000, "USD"),
    ] == person.states()
    assert [] == person.differences()


def test_the_work_day_is_the_sites() -> None:
    """A bare date is a day of Los Angeles, whatever day that was at home; how it was dated is written down."""
    person = Person()
    person.take(suite(suite_hit(1)))

    assert {("2024-01-05",)} == set(person.rows("SELECT day_platform FROM event WHERE kind IN ('submitted', 'paid')"))
    (submitted,), (paid,) = person.rows("SELECT body FROM event WHERE assignment <> '' ORDER BY seq")
    assert "20240105" == json.loads(submitted)["at_raw"]
    assert "no date of this" in json.loads(paid)["rule"]


def test_bonuses_of_a_day() -> None:
    """They stand with the days alone; a later backup adds what a day's sum has grown by."""
    person = Person()

    def backup(bonus: object) -> dict[str, object]:
        days = [
            {"date": "20240105", "submitted": 1, "day": {"hits_rewards": 0.05, "bonus_rewards": bonus}},
            {"date": "20240106"},
        ]
        return suite(suite_hit(1)) | {"days": days}

    assert (2, 2, 0, {"USD": 1_300_000}) == _figures(person.take(backup(1.25)))
    assert (2, 0, 2, {"USD": 1_300_000}) == _figures(person.take(backup({"amount_in_dollars": 1.25})))
    assert (2, 1, 1, {"USD": 2_050_000}) == _figures(person.take(backup(2)))
    assert (2, 0, 2, {"USD": 1_300_000}) == _figures(person.take(backup(1.25)))
    assert [("2024-01-05", 2_000_000)] == person.rows(
        "SELECT day, sum(micro) FROM sum_day WHERE state = 'bonus' GROUP BY day"
    )
    assert {2: "the bonus of a day: “x” can't be read as an amount"} == causes(person.take(backup("x")))
    assert [] == person.differences()


def test_three_backups_of_the_same_hits_are_one_history() -> None:
    """A HIT is known by its id, in whatever program's backup it comes, even a day off."""
    person = Person()
    hit = suite_hit(1)["hit_id"]
    person.take(suite(suite_hit(1, assignment_id="A" * 30)))
    old = {"HIT": [{"hitId": hit, "date": "2024-01-05", "title": "Task 1", "reward": 0.05, "status": "Paid"}]}
    engine = {hit: {"id": hit, "date": "2024-01-06T05:00:00.000Z", "reward": 0.05, "status": "Paid", "title": "Task 1"}}

    assert (1, 0, 1, {"USD": 50_000}) == _figures(person.take(old))
    assert (1, 0, 1, {"USD": 50_000}) == _figures(person.take(engine))
    assert 1 == len(person.states())


def test_a_later_backup_says_what_became_of_it() -> None:
    """What was submitted is paid now: one step more, the same attempt."""
    person = Person()
    person.take(suite(suite_hit(1, state="Submitted"), suite_hit(2)))
    answer = person.take(suite(suite_hit(1, state="Paid"), suite_hit(2)))

    assert (2, 1, 1, {"USD": 100_000}) == _figures(answer)
    assert ["paid", "paid"] == [state for _, state, _, _ in person.states()]
    assert (2, 0, 2, {"USD": 100_000}) == _figures(person.take(suite(suite_hit(1), suite_hit(2))))
    assert [] == person.differences()


def test_an_older_backup_takes_nothing_back() -> None:
    """The books know more than an old file."""
    person = Person()
    person.take(suite(suite_hit(1, state="Paid")))

    assert 0 == person.take(suite(suite_hit(1, state="Submitted"))).new
    assert ["paid"] == [state for _, state, _, _ in person.states()]


def test_two_attempts_at_one_hit_are_two() -> None:
    """Told apart by the site's own id of the attempt; without one they are the same."""
    person = Person()
    first, second = (suite_hit(1, assignment_id=letter * 30) for letter in "AB")

    assert 2 == person.take(suite(first, second)).new
    assert 0 == person.take(suite(second, first)).new
    assert 0 == person.take(suite(suite_hit(1))).new
    assert 2 == len(person.states())


def test_a_hit_that_stands_twice_in_a_file_is_one() -> None:
    """As it is when two backups were joined by hand, the later state last."""
    person = Person()
    answer = person.take(suite(suite_hit(1, state="Submitted"), suite_hit(1), suite_hit(1)))

    assert (3, 2, 1) == (answer.rows, answer.new, answer.known)
    assert ["paid"] == [state for _, state, _, _ in person.states()]
    assert [] == person.differences()


def test_hitdb_with_its_own_words() -> None:
    """States with a remark behind them, rewards as numbers, texts or parts; a bonus is money of its own."""
    person = Person()
    hits = [
        {"hitId": "H1", "date": "2016-02-29", "title": "One", "reward": "0.50", "status": "Pending Approval"},
        {"hitId": "H2", "date": "2016-02-29", "title": "Two", "reward": {"pay": 1, "bonus": 0.25}, "status": "Paid"},
        {"hitId": "H3", "date": "2016-02-29", "title": "Three", "reward": 0.1, "status": "Approved - Pending Payment"},
        {"hitId": "H4", "date": "2016-02-30", "title": "Four", "reward": 0.1, "status": "Paid"},
    ]
    answer = person.take({"HIT": hits, "STATS": [], "NOTES": []})

    assert (4, 3, 0, {"USD": 1_850_000}) == _figures(answer)
    assert {4: "“2016-02-30” is no day of the calendar"} == causes(answer)
    assert [(250_000,)] == person.rows("SELECT bonus_micro FROM assignment WHERE title = 'Two'")
    assert 0 == person.take({"HIT": hits[:3]}).new
    assert [] == person.differences()


def test_mturk_engines_state_as_the_program_keeps_it() -> None:
    """Its parts are JSON texts inside of JSON; dates are written MMDDYYYY; names keep "+" for blanks."""
    entry = {
        "id": "H1",
        "assignmentId": "A1",
        "requester": {"id": "R", "name": "Some+Lab"},
        "date": "09222017",
        "reward": 0.03,
        "bonus": 0.30000000000000004,
        "status": "Approved\u00a0-",
        "title": "One",
    }
    for data in ({"reduxPersist:hitDatabase": json.dumps({"H1": entry})}, {"hitDatabase": {"H1": entry}}):
        person = Person()

        assert (1, 1, 0, {"USD": 330_000}) == _figures(person.take(data))
        assert [("Some Lab", "2017-09-22", 30_000, 300_000)] == person.rows(
            "SELECT requester, day_platform, pay_micro, bonus_micro FROM assignment"
        )


def test_a_title_that_was_cut_in_the_middle_of_a_letter() -> None:
    """Half of a surrogate pair is no text: it is replaced, and the other hits are not lost for it."""
    person = Person()
    data = json.dumps(suite(suite_hit(1, title="Smile \ud83d"), suite_hit(2, title="Whole \U0001f600")))
    answer = person.take(data)

    assert 2 == answer.new
    assert ["Smile \ufffd", "Whole \U0001f600"] == [title for title, _, _, _ in person.states()]


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    """New, known and refused are counted as the import would."""
    person = Person()
    person.take(suite(suite_hit(1), suite_hit(2, state="Submitted")))
    written = person.events()
    data = suite(suite_hit(1), suite_hit(2), suite_hit(3), suite_hit(4, state="Lost"))
    looked = person.take(data, dry_run=True)

    assert written == person.events()
    assert looked.plain() == person.take(data).plain()
    assert (4, 2, 1) == (looked.rows, looked.new, looked.known)
    assert {4: "the state “Lost” is not known"} == causes(looked)


def test_the_import_itself_is_an_event() -> None:
    """With the file's hash and its counts; an import that brings nothing new leaves none."""
    person = Person()
    person.take(suite(suite_hit(1), suite_hit(2, date="00000101")))
    person.take(suite(suite_hit(1)))

    ((body, platform),) = person.rows("SELECT body, platform FROM event WHERE kind = 'import'")
    says = json.loads(body)
    assert ("mturk-suite", 2, 1, 0, 1) == tuple(says[name] for name in ("format", "rows", "new", "known", "refused"))
    assert (64, "mturk") == (len(says["sha256"]), platform)
    ((record,),) = person.rows("SELECT DISTINCT json_extract(derived, '$.record') FROM event WHERE assignment <> ''")
    assert record.endswith(":1")


def _figures(answer: object) -> tuple[object, ...]:
    return tuple(getattr(answer, name) for name in ("rows", "new", "known", "sums"))


@pytest.mark.parametrize("wrapped", [False, True])
def test_mturk_engines_older_backup_that_is_no_json(*, wrapped: bool) -> None:
    """Its parts one behind the other with nothing between them, a part as itself or as a text; and its own words."""
    hit = {"requester": {"id": "A", "name": "R"}, "date": "09222017", "reward": 0.5, "title": "t"}
    hits = {
        name: {"id": name, "status": status, **hit} for name, status in (("X", "Pending Payment"), ("Y", "Pending"))
    }
    part = json.dumps(json.dumps({"data": hits, "__serializedType__": "ImmutableMap"})) if wrapped else json.dumps(hits)
    text = f'"reduxPersist:account":{{"a":1}}"reduxPersist:hitDatabase":{part}"reduxPersist:watchers":[]'
    person = Person()
    answer = person.take(text)

    assert ("mturk-engine", 2, {"USD": 1_000_000}) == (answer.form, answer.new, answer.sums)
    assert {("approved",), ("submitted",)} == set(person.rows("SELECT state FROM assignment"))
    with pytest.raises(BadFile, match="cut off"):
        person.take(text[: text.index("title")])
