"""From events in the store to attempts, postings and sums, one event at a time."""

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.ledger.replay import rebuild, verify
from piecework.platforms import Platform
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store import Context
from tests.agent.books import (
    DAY,
    HOUR,
    NOON,
    S,
    attempts,
    balances,
    body_of,
    derived_tables,
    event,
    flows,
    keep,
    memory,
    take,
    take_all,
    usd,
    work,
)


def sighted(conn: sqlite3.Connection, pay: str = "stated", micro: int | None = 500_000, **more: object) -> None:
    """A row of table task for the task "t1", as a look leaves it."""
    row = {
        "platform": "site",
        "system": "",
        "id": "t1",
        "account": "me",
        "list": "tasks",
        "title": "Listed title",
        "requester": "Listed requester",
        "pay_state": pay,
        "pay_micro": micro,
        "pay_max_micro": micro,
        "pay_currency": "USD",
        "pay_per": "task",
        "pay_raw": "",
        "first_seen_us": NOON,
        "last_seen_us": NOON,
        "state": "open",
        "episode_us": NOON,
        **more,
    }
    columns = {name for (_, name, *_) in conn.execute("PRAGMA table_info(task)")}
    known = {name: value for name, value in row.items() if name in columns}
    conn.execute(
        f"INSERT OR REPLACE INTO task ({', '.join(known)}) VALUES ({', '.join('?' * len(known))})",  # noqa: S608 - test
        list(known.values()),
    )


def test_the_rehearsed_way() -> None:
    """Accept, submit, approve, pay: one attempt, four events, the money agrees to the micro-unit."""
    conn = memory()
    way = [Kind.ACCEPTED, Kind.SUBMITTED, Kind.APPROVED, Kind.PAID]
    take_all(conn, [event(kind, NOON + place * S, work(session="s1", pay="0.495")) for place, kind in enumerate(way)])
    [attempt] = attempts(conn)

    assert ("paid", 495_000, "USD") == (attempt["state"], attempt["pay_micro"], attempt["pay_currency"])
    assert {"assets:bank:site": 495_000, "income:site": -495_000} == balances(conn)
    assert {"submitted": 495_000, "approved": 495_000, "paid": 495_000} == flows(conn)
    assert {"events": 4, "postings": 6, "differences": []} == verify(conn)


def test_the_sighted_pay_at_the_moment_of_submission_counts() -> None:
    """The page of the task says no pay: the list said one, and what the list says later changes nothing."""
    conn = memory()
    sighted(conn)
    take(conn, event(Kind.SUBMITTED, NOON, work(session="s1")))
    sighted(conn, micro=900_000)
    rebuild(conn)

    assert {"submitted": 500_000} == flows(conn)
    assert ("Listed title", "Listed requester") == tuple(attempts(conn)[0])[6:8]


@pytest.mark.parametrize(
    "task",
    [
        {"pay": "none", "micro": None},
        {"pay": "unreadable", "micro": None},
        {"pay_per": "hour"},
        {"pay_max_micro": 900_000},
        {"pay_currency": None},
    ],
)
def test_what_the_list_does_not_say_exactly_stays_unknown(task: dict[str, Any]) -> None:
    """No pay, an unreadable one, a pay per hour, a range, no currency: no posting."""
    conn = memory()
    sighted(conn, **task)
    take(conn, event(Kind.SUBMITTED, NOON, work(session="s1")))

    assert {} == balances(conn)
    assert attempts(conn)[0]["pay_micro"] is None


def test_an_event_keeps_its_reading_and_the_parsers_version() -> None:
    """What was read is stored beside what was written; replay believes the stored one."""
    conn = memory()
    [row] = take(conn, event(Kind.SUBMITTED, NOON, work(session="s1", pay="1.05")))
    derived = msgspec.json.decode(row.derived)

    assert "$1.05" == body_of(row)["pay"]["raw"]
    assert {"state": "stated", "micro": 1_050_000, "max_micro": 1_050_000, "currency": "USD"} == derived["pay"]
    assert derived["parser"] >= 1


def test_one_attempt_through_session_and_site_id() -> None:
    """Accepted by session, submitted with both names, approved by the site's name alone."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.ACCEPTED, NOON, work(session="s1")),
            event(Kind.SUBMITTED, NOON + S, work(session="s1", assignment="X9", pay="1")),
            event(Kind.APPROVED, NOON + DAY, work(task="", assignment="X9")),
        ],
    )
    [attempt] = attempts(conn)

    assert ("approved", "X9", "s1", ":t1") == tuple(attempt[name] for name in ("state", "site_id", "session", "task"))


def test_two_sites_ids_are_two_attempts() -> None:
    """A batch of one task: each assignment by itself."""
    conn = memory()
    for name in ("A", "B"):
        take(conn, event(Kind.ACCEPTED, NOON, work(session=name, assignment=name)))
        take(conn, event(Kind.SUBMITTED, NOON + S, work(session=name, assignment=name, pay="1")))

    assert 2 == len(attempts(conn))
    assert {"submitted": 2_000_000} == flows(conn)


def test_two_tabs_submit_the_same_task_twice() -> None:
    """Without any name of the site, each session's submission is one."""
    conn = memory()
    for place, (kind, session) in enumerate(
        [(Kind.ACCEPTED, "a"), (Kind.ACCEPTED, "b"), (Kind.SUBMITTED, "a"), (Kind.SUBMITTED, "b")]
    ):
        take(conn, event(kind, NOON + place * S, work(session=session, pay="1")))

    assert {"submitted": 2_000_000} == flows(conn)


def test_a_submission_seen_in_two_tabs_counts_once() -> None:
    """The same session reports it twice, under two event ids."""
    conn = memory()
    take_all(conn, [event(Kind.SUBMITTED, NOON + second * S, work(session="s1", pay="1")) for second in (0, 3)])

    assert 1 == len(attempts(conn))
    assert {"submitted": 1_000_000} == flows(conn)


def test_a_step_without_a_name_belongs_to_the_attempt_that_waits_for_it() -> None:
    """Approval names only the task: it is the submitted attempt's; the next acceptance begins a new one."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.SUBMITTED, NOON, work(session="s1", pay="1")),
            event(Kind.ACCEPTED, NOON + HOUR, work(session="s2", pay="1")),
            event(Kind.APPROVED, NOON + 2 * HOUR, work()),
        ],
    )

    assert ["approved", "accepted"] == [attempt["state"] for attempt in attempts(conn)]


def test_an_acceptance_delivered_last_joins_its_attempt() -> None:
    """The other browser was off for a day."""
    conn = memory()
    take(conn, event(Kind.APPROVED, NOON + HOUR, work(assignment="X9", pay="1")))
    take(conn, event(Kind.ACCEPTED, NOON, work(session="s1")))
    [attempt] = attempts(conn)

    assert (NOON, "approved", "s1") == (attempt["accepted_us"], attempt["state"], attempt["session"])


def test_accounts_do_not_mix() -> None:
    """The same task of two sign-ins is two attempts, even with the same names."""
    conn = memory()
    for account in ("me", "other"):
        take(
            conn, event(Kind.SUBMITTED, NOON, work(session="s1", assignment="X9", pay="1"), account=account, id=account)
        )

    assert 2 == len(attempts(conn))


def test_sums_go_by_the_persons_own_day() -> None:
    """Half past eleven in the evening in Paris is the next day in Kolkata."""
    conn = memory()
    late = NOON + 10 * HOUR + HOUR // 2
    take(conn, event(Kind.SUBMITTED, late, work(session="a", pay="1"), zone="Europe/Paris"))
    take(conn, event(Kind.SUBMITTED, late, work(session="b", pay="2", task="t2"), zone="Asia/Kolkata"))
    rows = conn.execute("SELECT day, micro, n FROM sum_day ORDER BY day").fetchall()
    months = conn.execute("SELECT month, micro, n FROM sum_month").fetchall()

    assert [("2025-11-21", 1_000_000, 1), ("2025-11-22", 2_000_000, 1)] == [tuple(row) for row in rows]
    assert [("2025-11", 3_000_000, 2)] == [tuple(row) for row in months]


def test_a_late_step_moves_money_back_to_its_day() -> None:
    """Approved without a pay today; the submission of yesterday arrives and says it."""
    conn = memory()
    take(conn, event(Kind.APPROVED, NOON + DAY, work(assignment="X9")))
    assert {} == flows(conn)

    take(conn, event(Kind.SUBMITTED, NOON, work(assignment="X9", pay="1")))
    rows = conn.execute("SELECT day, state FROM sum_day ORDER BY day").fetchall()

    assert [("2025-11-21", "submitted"), ("2025-11-22", "approved")] == [tuple(row) for row in rows]


def test_a_payout_with_a_fee() -> None:
    """Ten dollars leave the platform, half a dollar stays on the way."""
    conn = memory()
    take(conn, event(Kind.APPROVED, NOON, work(assignment="X9", pay="10")))
    take(conn, event(Kind.PAYOUT, NOON + DAY, bodies.Payout(id="p1", amount=usd("10"), fee=usd("0.50"), to="PayPal")))

    assert {"submitted": 10_000_000, "approved": 10_000_000, "paid": 9_500_000, "fee": 500_000} == flows(conn)
    assert {
        "assets:bank:paypal": 9_500_000,
        "expenses:fee:site": 500_000,
        "income:site": -10_000_000,
    } == balances(conn)


def test_paid_attempts_and_their_payout_are_one_money() -> None:
    """First the history says paid, then the payouts page shows the transfer: the bank got it once."""
    conn = memory()
    take(conn, event(Kind.PAID, NOON, work(assignment="X9", pay="10")))
    take(conn, event(Kind.PAYOUT, NOON + DAY, bodies.Payout(id="p1", amount=usd("10"), fee=usd("1"), to="PayPal")))

    assert {"submitted": 10_000_000, "approved": 10_000_000, "paid": 9_000_000, "fee": 1_000_000} == flows(conn)
    assert 9_000_000 == balances(conn)["assets:bank:paypal"]
    assert "assets:bank:site" not in balances(conn)


def test_a_payout_seen_before_its_attempts_are_called_paid() -> None:
    """The other way round: the payout books the money, the attempts only change their state."""
    conn = memory()
    for name in ("A", "B"):
        take(conn, event(Kind.APPROVED, NOON, work(task=name, assignment=name, pay="5")))
    take(conn, event(Kind.PAYOUT, NOON + DAY, bodies.Payout(id="p1", amount=usd("10"), to="PayPal")))
    for name in ("A", "B"):
        take(conn, event(Kind.PAID, NOON + 2 * DAY, work(task=name, assignment=name)))

    assert ["paid", "paid"] == [attempt["state"] for attempt in attempts(conn)]
    assert 10_000_000 == flows(conn)["paid"]


def test_an_old_payout_does_not_swallow_new_work() -> None:
    """The first look at the payouts page shows last year's; work submitted since is paid by itself."""
    conn = memory()
    take(conn, event(Kind.PAYOUT, NOON, bodies.Payout(id="p0", amount=usd("50"), at_raw="2024-12-01", to="PayPal")))
    take(conn, event(Kind.SUBMITTED, NOON, work(session="s1", pay="1")))
    take(conn, event(Kind.PAID, NOON + DAY, work(session="s1")))

    assert 51_000_000 == flows(conn)["paid"]


def test_a_payout_that_names_attempts_pays_them() -> None:
    """Where the payouts page says what it pays, the attempts are paid and nothing else."""
    conn = memory()
    for name in ("A", "B"):
        take(conn, event(Kind.APPROVED, NOON, work(task=name, assignment=name, pay="5")))
    take(conn, event(Kind.PAYOUT, NOON + DAY, bodies.Payout(id="p1", amount=usd("5"), pays=["A"])))

    assert {"A": "paid", "B": "approved"} == {one["site_id"]: one["state"] for one in attempts(conn)}
    assert 5_000_000 == flows(conn)["paid"]


def test_bonus_adjust_and_fee_stand_by_themselves() -> None:
    """Money beside the attempts: a day's bonus, a typed amount, a fee without a payout."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.BONUS, NOON, bodies.Bonus(pay=usd("0.25"), period="2025-11-21")),
            event(Kind.ADJUST, NOON, bodies.Adjust(micro=2_000_000, currency="USD", reason="phone task")),
            event(Kind.FEE, NOON, bodies.Payout(id="f1", fee=usd("0.10"))),
        ],
    )

    assert {"submitted": 2_000_000, "approved": 2_000_000, "bonus": 250_000, "fee": 100_000} == flows(conn)
    assert [] == attempts(conn)
    assert [] == verify(conn)["differences"]


def test_a_typed_amount_can_be_taken_back() -> None:
    """A negative one undoes the other."""
    conn = memory()
    for micro in (2_000_000, -2_000_000):
        take(conn, event(Kind.ADJUST, NOON, bodies.Adjust(micro=micro, currency="USD", state="paid")))

    assert {} == balances(conn)


@pytest.mark.parametrize(("micro", "currency"), [(2 * 10**15, "USD"), (1, "not a code"), (0, "USD")])
def test_a_typed_amount_that_is_none_is_not_booked(micro: int, currency: str) -> None:
    """It stays in the history and moves no money."""
    conn = memory()
    take(conn, event(Kind.ADJUST, NOON, bodies.Adjust(micro=micro, currency=currency)))

    assert 0 == verify(conn)["postings"]


def test_the_platforms_only_currency_marks_an_unmarked_amount(tmp_path: Path) -> None:
    """A site that pays in one currency only may write "0.10"."""
    definition = msgspec.convert(
        {
            "id": "site",
            "name": "Site",
            "aliases": [],
            "life": {"state": "live", "date": "2026-11", "source": "test"},
            "route": "page",
            "origins": ["https://site.test/*"],
            "account": {"shown": False},
            "listings": [],
            "work": {"pages": [], "signals": []},
            "earnings": [],
            "money": {"currencies": ["USD"], "zone": "America/Los_Angeles"},
            "manners": {
                "rule": "no rule found",
                "quote": "",
                "source": "",
                "date": "2026-11",
                "min_gap_s": 60,
                "refreshes": "unknown",
                "page_world": "never",
                "nda": False,
            },
            "quality": {"tier": "listed", "evidence": "none", "source": "", "date": "2026-11"},
        },
        Platform,
    )
    conn = memory()
    fact = event(Kind.SUBMITTED, NOON, bodies.Work(task="t1", session="s1", pay=bodies.PayText(raw="0.10")))
    row = keep(conn, Context(now_us=NOON, platforms={"site": definition}), fact)

    assert row is not None
    assert "2025-11-21" == row.day_platform
    assert {"submitted": 100_000} == flows(conn)


def test_a_repeated_delivery_changes_nothing() -> None:
    """The same id again is not even booked."""
    conn = memory()
    fact = event(Kind.SUBMITTED, NOON, work(session="s1", pay="1"))
    take(conn, fact)
    before = derived_tables(conn)

    assert [] == take(conn, fact)
    assert before == derived_tables(conn)


KINDS = [
    Kind.RESERVED,
    Kind.ACCEPTED,
    Kind.SUBMITTED,
    Kind.APPROVED,
    Kind.REJECTED,
    Kind.REVISE,
    Kind.PAID,
    Kind.RETURNED,
    Kind.EXPIRED,
    Kind.SCREENED_OUT,
    Kind.REVERSED,
    Kind.LEFT_WINDOW,
]
PAYS = st.none() | st.sampled_from(["0.005", "0.10", "1", "2.50", "€3", "up to $4", "$9/hr", "0"])


def payday(at_us: int, amount: str, fee: str) -> bodies.Payout:
    """A payout that can be told from others."""
    return bodies.Payout(id=f"p{at_us}", amount=usd(amount), fee=usd(fee), to="PayPal")


steps = st.builds(
    lambda kind, at_s, name, pay, bonus: event(
        kind,
        NOON + at_s * HOUR,
        bodies.Work(
            task=f"t{name}",
            assignment=name,
            pay=None if pay is None else bodies.PayText(raw=pay, currency="USD"),
            bonus=None if bonus is None else bodies.PayText(raw=bonus, currency="USD"),
        ),
    ),
    st.sampled_from(KINDS),
    st.integers(0, 100),
    st.sampled_from("ABC"),
    PAYS,
    st.none() | st.sampled_from(["0.10", "0.20"]),
)
others = st.one_of(
    st.builds(
        lambda at_s, amount, fee: event(Kind.PAYOUT, NOON + at_s * HOUR, payday(at_s, amount, fee)),
        st.integers(0, 100),
        st.sampled_from(["1", "2.5", "0"]),
        st.sampled_from(["0", "0.25", "7"]),
    ),
    st.builds(
        lambda at_s, micro, state: event(
            Kind.ADJUST, NOON + at_s * HOUR, bodies.Adjust(micro=micro, currency="USD", state=state)
        ),
        st.integers(0, 100),
        st.integers(-3_000_000, 3_000_000),
        st.sampled_from(["submitted", "approved", "paid"]),
    ),
    st.builds(
        lambda at_s, pay: event(Kind.BONUS, NOON + at_s * HOUR, bodies.Bonus(pay=usd(pay), period=f"d{at_s}")),
        st.integers(0, 100),
        st.sampled_from(["0.01", "0.5"]),
    ),
)
histories = st.lists(st.one_of(steps, steps, steps, others), max_size=25, unique_by=lambda fact: fact.id)


@settings(max_examples=150)
@given(histories)
def test_step_by_step_is_the_same_as_a_rebuild(facts: list[Any]) -> None:
    """Whatever comes in whatever order: what was kept in step equals what the history says."""
    conn = memory()
    take_all(conn, facts)
    before = derived_tables(conn)

    assert [] == verify(conn)["differences"]
    rebuild(conn)
    assert before == derived_tables(conn)


@settings(max_examples=100)
@given(histories.map(lambda facts: [fact for fact in facts if fact.kind in KINDS]), st.randoms(use_true_random=False))
def test_order_of_delivery_changes_nothing_of_named_attempts(facts: list[Any], chance: Any) -> None:  # noqa: ANN401 - random.Random
    """Attempts the site names, without payouts between: any order of delivery, and repetition, give the same books."""
    one, other = memory(), memory()
    take_all(one, facts)
    shuffled = [*facts, *facts[:3]]
    chance.shuffle(shuffled)
    take_all(other, shuffled)

    assert derived_tables(one, without_seq=True) == derived_tables(other, without_seq=True)


@settings(max_examples=100)
@given(histories)
def test_the_books_hold_what_the_sums_say(facts: list[Any]) -> None:
    """Pending is what is undecided; approved is what is approved and not paid; days add up to months."""
    conn = memory()
    take_all(conn, facts)
    held, moved = balances(conn), flows(conn)
    pending = moved.get("submitted", 0) - moved.get("approved", 0) - moved.get("rejected", 0)
    approved = moved.get("approved", 0) + moved.get("bonus", 0) - moved.get("paid", 0) - moved.get("fee", 0)
    banks = sum(micro for book, micro in held.items() if book.startswith("assets:bank:"))
    days = conn.execute("SELECT sum(micro), sum(n) FROM sum_day").fetchone()
    months = conn.execute("SELECT sum(micro), sum(n) FROM sum_month").fetchone()

    assert pending == held.get("assets:pending:site", 0)
    assert approved == held.get("assets:approved:site", 0)
    assert moved.get("paid", 0) == banks
    assert tuple(days) == tuple(months)
