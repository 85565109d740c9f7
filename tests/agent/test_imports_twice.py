"""Importing again changes nothing: the same file, an overlapping one, in another order, from another zone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agent.importing import PAYPAL, PROLIFIC, Person, suite, suite_hit

STATES = ("Submitted", "Approved", "Paid", "Rejected", "Returned")
TOGGL = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags"
FILES: dict[str, tuple[str, dict[str, object]]] = {
    "prolific": (
        f"{PROLIFIC}\nOne,£1.00,£0.00,2026-03-01 23:50:00,2026-03-01 23:59:00,C,APPROVED\nTwo,£1.00,,,,,RETURNED\n",
        {},
    ),
    "paypal": (f"{PAYPAL}\n13/01/2026,23:50:00,,Prolific,Payment,Completed,GBP,5.00,-0.10,4.90,,,T1\n", {}),
    "wise": ("TransferWise ID,Date,Amount,Currency,Description\n,13-01-2026,5.00,GBP,From Prolific\n", {}),
    "toggl": (f"{TOGGL}\nA,a@b.example,,A site,,Labels,No,2026-03-01,23:50:00,2026-03-02,00:20:00,00:30:00,\n", {}),
    "generic": (
        "When,What,Earned\n13/01/2026,Visit,7.00\n13/01/2026,Visit,7.00\n",
        {"columns": {"date": "When", "amount": "Earned", "title": "What", "platform": "=a-site", "currency": "=EUR"}},
    ),
    "pasted": ("13/01/2026 23:50\tSurvey\t$0.80\tapproved\n", {"platform": "a-site"}),
}


@pytest.mark.parametrize("name", FILES)
def test_from_another_zone_too(name: str) -> None:
    """A person who moves from Paris to Auckland and imports the same file has the same books."""
    data, options = FILES[name]
    person = Person()
    first = person.take(data, **options)
    written = person.events()
    person.zone = "Pacific/Auckland"
    again = person.take(data, **options)

    assert name == first.form
    assert (first.rows, 0, first.rows) == (again.rows, again.new, again.known)
    assert first.sums == again.sums
    assert written == person.events()


def test_a_claimed_account_afterwards() -> None:
    """An import before the site's own sign-in was seen, and the same one after it."""
    person = Person()
    data = suite(suite_hit(1, state="Submitted"), suite_hit(2))
    person.take(data)
    person.conn.execute("INSERT INTO account VALUES ('mturk', 'abc', 'claimed', NULL, 1)")

    assert 0 == person.take(data).new
    assert 1 == person.take(suite(suite_hit(1, state="Paid"), suite_hit(2))).new
    assert [("",)] == person.rows("SELECT DISTINCT account FROM assignment")
    person.take(suite(suite_hit(3)))
    assert [("",), ("abc",)] == person.rows("SELECT DISTINCT account FROM assignment ORDER BY account")
    assert [] == person.differences()


hits = st.lists(st.tuples(st.integers(1, 6), st.sampled_from(STATES), st.integers(0, 3)), max_size=12)


@settings(max_examples=60)
@given(hits, hits)
def test_two_files_in_one_or_in_two(first: list[tuple[int, str, int]], second: list[tuple[int, str, int]]) -> None:
    """However hits repeat and change their state: the books hold each once, in step with the history."""
    person = Person()
    for part in (first, second, first + second):
        person.take(suite(*(suite_hit(n, state=state, assignment_id=f"A{n}-{which}") for n, state, which in part)))
    written = person.events()
    person.take(
        suite(*(suite_hit(n, state=state, assignment_id=f"A{n}-{which}") for n, state, which in first + second))
    )

    assert written == person.events()
    assert [] == person.differences()
    assert [] == person.rows("SELECT site_id FROM assignment WHERE site_id <> '' GROUP BY site_id HAVING count(*) > 1")
