"""Rows of a site's own pages, read again and again: only what is new in them becomes history."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.ledger.attempts import MADE_UP
from piecework.ledger.moments import Moment, read_moment
from piecework.ledger.replay import verify
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store import Context
from piecework.store.events import EventRow
from tests.agent.books import DAY, HOUR, NOON, S, attempts, event, flows, memory, take, usd, work


def row(status: str, **said: object) -> bodies.Record:
    """One row of the history page for the task "t1"."""
    pay, bonus = said.pop("pay", "1"), said.pop("bonus", "")
    fields = {"list": "history", "status": status, "task": "t1", **said}
    return bodies.Record(
        **fields,  # type: ignore[arg-type]
        pay=usd(str(pay)) if pay else None,
        bonus=usd(str(bonus)) if bonus else None,
    )


def kinds(rows: list[EventRow]) -> list[str]:
    """The kinds of the rows that were written."""
    return [one.kind for one in rows]


def test_a_row_becomes_the_steps_it_dates() -> None:
    """The first look at a history: accepted, submitted and approved with the site's own times."""
    conn = memory()
    record = row(
        "approved",
        assignment="X9",
        accepted_raw="2025-11-20T10:00:00Z",
        submitted_raw="2025-11-20T10:05:00Z",
        decided_raw="2025-11-21T09:00:00Z",
    )
    written = take(conn, event(Kind.RECORD, NOON, record))
    [attempt] = attempts(conn)

    assert ["accepted", "submitted", "approved"] == kinds(written)
    assert 5 * 60 * S == attempt["submitted_us"] - attempt["accepted_us"]
    assert {"submitted": 1_000_000, "approved": 1_000_000} == flows(conn)


def test_the_same_row_again_is_no_news() -> None:
    """The page is opened every day."""
    conn = memory()
    record = row("approved", assignment="X9", submitted_raw="2025-11-20T10:05:00Z", bonus="0.25")
    first = take(conn, event(Kind.RECORD, NOON, record))

    assert ["submitted", "approved", "bonus"] == kinds(first)
    assert [] == take(conn, event(Kind.RECORD, NOON + DAY, record))
    assert 250_000 == flows(conn)["bonus"]


def test_a_row_completes_what_was_seen_live() -> None:
    """Submission was seen on the task's page; the history page knows the site's name for it and the decision."""
    conn = memory()
    take(conn, event(Kind.ACCEPTED, NOON, work(session="s1", pay="1")))
    take(conn, event(Kind.SUBMITTED, NOON + HOUR, work(session="s1", pay="1")))
    record = row("approved", assignment="X9", submitted_raw="2025-11-21T13:00:07Z")

    assert ["approved"] == kinds(take(conn, event(Kind.RECORD, NOON + DAY, record)))
    [attempt] = attempts(conn)
    assert ("X9", "s1", "approved") == tuple(attempt[name] for name in ("site_id", "session", "state"))


def test_rows_that_name_no_task_are_found_by_their_title() -> None:
    """Each row takes one attempt of its title, and keeps it under the site's own number; an older row takes none."""
    conn = memory()
    live = {"title": "Sort 12 photos", "pay": "1"}
    take(conn, event(Kind.SUBMITTED, NOON, work(session="s1", task="a", **live)))
    pending = row("submitted", task="", assignment="X2", title="Sort 12 photos", pay="")
    older = row("paid", task="", assignment="X1", title="Sort 12 photos", pay="1")
    first = take(conn, event(Kind.RECORD, NOON + HOUR, pending))
    take(conn, event(Kind.RECORD, NOON + HOUR, older))

    assert ["submitted"] == kinds(first)
    assert [] == take(conn, event(Kind.RECORD, NOON + 2 * HOUR, pending))
    assert {("s1", "X2", "submitted"), ("", "X1", "paid")} == {
        (one["session"], one["site_id"], one["state"]) for one in attempts(conn)
    }
    paid = row("paid", task="", assignment="X2", title="Sort 12 photos", pay="1")
    assert ["paid"] == kinds(take(conn, event(Kind.RECORD, NOON + DAY, paid)))
    assert {"submitted": 2_000_000, "approved": 2_000_000, "paid": 2_000_000} == flows(conn)
    assert [] == verify(conn)["differences"]


def test_a_naive_date_of_another_zone_still_finds_its_attempt() -> None:
    """The site writes local times and says no zone: hours off, and still the same attempt."""
    conn = memory()
    take(conn, event(Kind.SUBMITTED, NOON, work(session="s1", pay="1")))
    take(conn, event(Kind.RECORD, NOON + DAY, row("approved", assignment="X9", submitted_raw="2025-11-21 04:00")))

    assert 1 == len(attempts(conn))


def test_an_old_row_of_the_same_task_is_another_attempt() -> None:
    """Last month's attempt at this task is not the one that waits now."""
    conn = memory()
    take(conn, event(Kind.SUBMITTED, NOON, work(session="s1", pay="1")))
    take(conn, event(Kind.RECORD, NOON + HOUR, row("approved", assignment="OLD", submitted_raw="2025-10-20T10:00:00Z")))

    assert ["approved", "submitted"] == [attempt["state"] for attempt in attempts(conn)]


def test_a_page_that_lags_behind_is_no_news() -> None:
    """A cached page still says submitted."""
    conn = memory()
    take(conn, event(Kind.RECORD, NOON, row("paid", assignment="X9")))

    assert [] == take(conn, event(Kind.RECORD, NOON + HOUR, row("submitted", assignment="X9")))
    assert [] == take(conn, event(Kind.RECORD, NOON + HOUR, row("approved", assignment="X9")))


def test_the_next_word_is_news() -> None:
    """Submitted, then approved, then paid, each seen on its own day."""
    conn = memory()
    seen = [
        take(conn, event(Kind.RECORD, NOON + place * DAY, row(status, assignment="X9")))
        for place, status in enumerate(["submitted", "approved", "paid", "reversed"])
    ]

    assert [["submitted"], ["approved"], ["paid"], ["reversed"]] == [kinds(rows) for rows in seen]


def test_a_decision_dated_before_the_submission_still_moves_it() -> None:
    """The site's clock lags, or shows only the date: the step comes after those that are known."""
    conn = memory()
    take(conn, event(Kind.SUBMITTED, NOON, work(assignment="X9", pay="1")))
    record = row("rejected", assignment="X9", decided_raw="2025-11-21T11:00:00Z")
    take(conn, event(Kind.RECORD, NOON + HOUR, record))

    assert ["rejected"] == [attempt["state"] for attempt in attempts(conn)]
    assert [] == take(conn, event(Kind.RECORD, NOON + DAY, record))


def test_a_bare_date_is_its_last_moment() -> None:
    """Approved "on the 20th": after everything of that day, on that day."""
    conn = memory()
    written = take(conn, event(Kind.RECORD, NOON, row("approved", assignment="X9", decided_raw="2025-11-20")))

    assert "2025-11-20" == written[-1].day_local


def test_a_row_without_a_name_is_known_by_its_date() -> None:
    """No id on the page: two rows of one task on two days are two attempts, each read twice."""
    conn = memory()
    rows = [row("approved", submitted_raw=day) for day in ("2025-11-10 10:00", "2025-11-12 10:00")]
    for place in (0, 1):
        for record in rows:
            take(conn, event(Kind.RECORD, NOON + place * DAY, record))

    assert 2 == len(attempts(conn))
    assert all(attempt["site_id"].startswith(MADE_UP) for attempt in attempts(conn))


def test_a_row_with_only_a_title_is_known_by_what_it_says() -> None:
    """No task, no id: title, requester, pay and code tell rows apart; the state may change."""
    conn = memory()
    for place, status in enumerate(["submitted", "approved", "approved"]):
        for title in ("One", "Two"):
            take(conn, event(Kind.RECORD, NOON + place * DAY, row(status, task="", title=title)))

    assert ["approved", "approved"] == [attempt["state"] for attempt in attempts(conn)]


def test_a_relative_date_makes_no_new_attempt_at_every_look() -> None:
    """Two hours ago is another moment each time."""
    conn = memory()
    take(conn, event(Kind.RECORD, NOON, row("approved", submitted_raw="2 hours ago")))
    take(conn, event(Kind.RECORD, NOON + HOUR, row("approved", submitted_raw="3 hours ago")))

    assert 1 == len(attempts(conn))


def test_a_pay_that_was_unknown_or_changed_is_news_once() -> None:
    """The row says another pay than we knew: one correction, however often it is read."""
    conn = memory()
    take(conn, event(Kind.SUBMITTED, NOON, work(assignment="X9")))
    first = take(conn, event(Kind.RECORD, NOON + HOUR, row("submitted", assignment="X9", pay="0.75")))
    again = take(conn, event(Kind.RECORD, NOON + DAY, row("submitted", assignment="X9", pay="0.75")))

    assert (["submitted"], []) == (kinds(first), kinds(again))
    assert {"submitted": 750_000} == flows(conn)


def test_two_pages_that_disagree_make_no_endless_history() -> None:
    """One page rounds, the other does not: each figure is noted once."""
    conn = memory()
    take(conn, event(Kind.RECORD, NOON, row("approved", assignment="X9", pay="0.125")))
    written = [
        kinds(take(conn, event(Kind.RECORD, NOON + place * HOUR, row("approved", assignment="X9", pay=pay))))
        for place, pay in enumerate(["0.13", "0.125", "0.13", "0.125"], start=1)
    ]

    assert 2 >= sum(len(kinds_written) for kinds_written in written)
    assert 1 == len(attempts(conn))


def test_a_status_without_a_meaning_is_no_step() -> None:
    """The definition could not translate the word: nothing is guessed."""
    conn = memory()

    assert [] == take(conn, event(Kind.RECORD, NOON, row("unknown", status_raw="On hold", assignment="X9")))


def test_a_step_remembers_the_row_it_was_read_from() -> None:
    """Every figure can be traced to the page, its words and its date."""
    conn = memory()
    fact = event(Kind.RECORD, NOON, row("approved", status_raw="OK'd", assignment="X9", decided_raw="2025-11-20"))
    [written] = take(conn, fact)

    assert all(text in written.derived for text in (fact.id, "OK'd", '"list":"history"'))
    assert "2025-11-20" in written.body


def test_a_growing_bonus_counts_what_was_added() -> None:
    """The row shows the whole bonus of the attempt."""
    conn = memory()
    for place, bonus in enumerate(["0.25", "0.25", "0.40"]):
        take(conn, event(Kind.RECORD, NOON + place * DAY, row("approved", assignment="X9", bonus=bonus)))

    assert 400_000 == flows(conn)["bonus"]
    assert 400_000 == attempts(conn)[0]["bonus_micro"]


def test_a_days_bonus_total_counts_what_was_added() -> None:
    """A site that gives bonuses as the day's total only."""
    conn = memory()
    for place, total in enumerate(["0.25", "0.25", "0.40", "0.30"]):
        body = bodies.Bonus(pay=usd(total), period="2025-11-21")
        take(conn, event(Kind.BONUS, NOON + place * HOUR, body))

    assert {"bonus": 400_000} == flows(conn)


def test_a_payout_is_known_by_its_name_or_by_all_it_says() -> None:
    """The payouts page is read again: the same rows are no news."""
    conn = memory()
    named = bodies.Payout(id="p1", amount=usd("10"))
    dated = bodies.Payout(amount=usd("10"), at_raw="2025-11-01", to="PayPal")
    other = bodies.Payout(amount=usd("10"), at_raw="2025-11-08", to="PayPal")
    for place in (0, 1):
        for payout in (named, dated, other):
            take(conn, event(Kind.PAYOUT, NOON + place * DAY, payout))

    assert {"paid": 30_000_000} == flows(conn)


def test_a_statement_is_kept_when_a_figure_changed() -> None:
    """The earnings page as it was, one version per change; what can't be read is kept as unknown."""
    conn = memory()

    def page(approved: str, count: int) -> bodies.Statement:
        totals = [bodies.Total("approved", usd(approved), count), bodies.Total("pending", usd("see below"))]
        return bodies.Statement(list="earnings", period="2025-11", totals=totals)

    written = [
        len(take(conn, event(Kind.STATEMENT, NOON + place * HOUR, page(*said))))
        for place, said in enumerate([("1.50", 3), ("1.50", 3), ("2", 4)])
    ]
    rows = conn.execute("SELECT name, micro, count FROM statement ORDER BY event_seq, name").fetchall()

    assert [1, 0, 1] == written
    assert [("approved", 1_500_000, 3), ("pending", None, None)] == [tuple(one) for one in rows[:2]]
    assert [] == verify(conn)["differences"]


def test_pages_that_contradict_each_other_do_so_once_a_day() -> None:
    """An old tab still says approved, a new one rejected, and both are read every minute."""
    conn = memory()
    for minute in range(20):
        status = "rejected" if minute % 2 else "approved"
        take(conn, event(Kind.RECORD, NOON + minute * 60 * S, row(status, assignment="X9", list=status)))

    assert 4 >= conn.execute("SELECT count(*) FROM event").fetchone()[0]
    assert [] == verify(conn)["differences"]


STATUSES = ["accepted", "submitted", "approved", "rejected", "paid", "returned", "screened_out", "reversed", "unknown"]
rows = st.builds(
    lambda status, name, pay, bonus, date: row(status, assignment=name, pay=pay, bonus=bonus, submitted_raw=date),
    st.sampled_from(STATUSES),
    st.sampled_from(["A", "B", "C", "D"]),
    st.sampled_from(["", "1", "1.25"]),
    st.sampled_from(["", "0.10", "0.20"]),
    st.sampled_from(["", "2025-11-19 10:00", "2025-11-20", "yesterday"]),
)


@settings(max_examples=100)
@given(st.lists(rows, max_size=4, unique_by=lambda one: one.assignment))
def test_a_page_that_was_read_is_no_news(records: list[bodies.Record]) -> None:
    """However odd its rows are, the second look at the same page writes nothing."""
    conn = memory()
    grown = []
    for place in range(3):
        before = conn.execute("SELECT count(*) FROM event").fetchone()[0]
        for index, record in enumerate(records):
            fact = event(Kind.RECORD, NOON + place * DAY + index * S, record, id=f"{place}.{index}")
            take(conn, fact, Context(now_us=fact.at_us))
        grown.append(conn.execute("SELECT count(*) FROM event").fetchone()[0] - before)

    assert [0, 0] == grown[1:]
    assert [] == verify(conn)["differences"]


MOMENT = 1_763_734_200 * S  # 2025-11-21T14:10:00Z


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-11-21T14:10:00Z", MOMENT),
        ("2025-11-21T15:10:00+01:00", MOMENT),
        ("2025-11-21 06:10", MOMENT),
        ("2025-11-21 14:10:00 UTC", MOMENT),
        ("2025-11-21T14:10:00.000000Z", MOMENT),
        ("1763734200", MOMENT),
        ("1763734200000", MOMENT),
        ("21 Nov 2025, 06:10", MOMENT),
        ("Nov 21, 2025 6:10 AM", MOMENT),
        ("21 novembre 2025 06:10", MOMENT),
        ("November 21, 2025 2:10 pm UTC", MOMENT),
    ],
)
def test_a_date_that_names_one_moment_is_read(text: str, moment: int) -> None:
    """Naive ones are in the platform's zone, here Los Angeles."""
    assert Moment(moment) == read_moment(text, "America/Los_Angeles")


@pytest.mark.parametrize("text", ["2025-11-21", "21 Nov 2025", "Nov 21st, 2025", "21 nov. 2025"])
def test_a_bare_date_is_a_day(text: str) -> None:
    """From its midnight, as long as that day is."""
    assert Moment(1_763_712_000 * S, DAY) == read_moment(text, "America/Los_Angeles")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2 hours ago",
        "yesterday",
        "11/12/2025",
        "12.11.2025",
        "21 Foo 2025",
        "99 Nov 2025",
        "14:10",
        "1" * 12,
        "2025-13-01",
        "2025-11-21T99:00",
        "Nov 21",
        "x" * 200,
        "0000-00-00",
    ],
)
def test_a_date_that_could_be_another_is_none(text: str) -> None:
    """Month and day may be swapped, "ago" moves on: better no date than a wrong one."""
    assert read_moment(text, "UTC") is None


@given(st.text(max_size=70))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    """Whatever a page says: a moment of our calendar, or none."""
    found = read_moment(text, "Europe/Paris")

    assert found is None or found.us >= 0
