"""What must hold of the books after any history at all."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.ledger.replay import rebuild, verify
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.protocol.messages import Event
from tests.agent.books import HOUR, NOON, balances, derived_tables, event, flows, memory, take_all, usd

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
def test_step_by_step_is_the_same_as_a_rebuild(facts: list[Event]) -> None:
    """Whatever comes in whatever order: what was kept in step equals what the history says."""
    conn = memory()
    take_all(conn, facts)
    before = derived_tables(conn)

    assert [] == verify(conn)["differences"]
    rebuild(conn)
    assert before == derived_tables(conn)


@settings(max_examples=100)
@given(histories.map(lambda facts: [fact for fact in facts if fact.kind in KINDS]), st.randoms(use_true_random=False))
def test_order_of_delivery_changes_nothing_of_named_attempts(facts: list[Event], chance: random.Random) -> None:
    """Attempts the site names, without payouts between: any order of delivery, and repetition, give the same books."""
    one, other = memory(), memory()
    take_all(one, facts)
    shuffled = [*facts, *facts[:3]]
    chance.shuffle(shuffled)
    take_all(other, shuffled)

    assert derived_tables(one, without_seq=True) == derived_tables(other, without_seq=True)


@settings(max_examples=100)
@given(histories)
def test_the_books_hold_what_the_sums_say(facts: list[Event]) -> None:
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


@settings(max_examples=100)
@given(histories)
def test_every_transaction_adds_up_to_nothing(facts: list[Event]) -> None:
    """Per currency, whatever happened; every amount of every table is a whole number; both ways of days agree."""
    conn = memory()
    take_all(conn, facts)
    wrong = conn.execute("SELECT txn FROM posting GROUP BY txn, currency HAVING sum(micro) <> 0").fetchall()
    kinds = {
        row[0]
        for table, column in AMOUNTS
        for row in conn.execute(f"SELECT DISTINCT typeof({column}) FROM {table}")  # noqa: S608 - our own names
    }
    ours, theirs = (
        conn.execute(f"SELECT currency, state, sum(micro), sum(n) FROM {table} GROUP BY 1, 2").fetchall()  # noqa: S608 - the same
        for table in ("sum_day", "sum_site_day")
    )

    assert [] == wrong
    assert kinds <= {"integer", "null"}
    assert list(map(tuple, ours)) == list(map(tuple, theirs))


@settings(max_examples=100)
@given(st.lists(steps, max_size=25, unique_by=lambda fact: fact.id))
def test_pending_is_what_was_submitted_and_not_decided(facts: list[Event]) -> None:
    """The book says what the attempts say one by one: the pay, where it is known, of each that nobody has decided."""
    conn = memory()
    take_all(conn, facts)
    waiting = conn.execute(
        "SELECT pay_currency, sum(pay_micro) FROM assignment WHERE pay_micro <> 0 "
        "AND state IN ('submitted', 'revise', 'left_window') GROUP BY 1 ORDER BY 1"
    ).fetchall()
    book = conn.execute(
        "SELECT currency, sum(micro) FROM posting WHERE book = 'assets:pending:site' GROUP BY 1 "
        "HAVING sum(micro) <> 0 ORDER BY 1"
    ).fetchall()

    assert list(map(tuple, waiting)) == list(map(tuple, book))


alone = st.one_of(
    st.builds(
        lambda at_s, given, got: event(
            Kind.RATE,
            NOON + at_s * HOUR,
            bodies.Exchange(
                amount=bodies.PayText(micro=given, currency="USD"), received=bodies.PayText(micro=got, currency="KES")
            ),
        ),
        st.integers(0, 100),
        st.integers(1, 10**9),
        st.integers(1, 10**12),
    ),
    others.filter(lambda fact: fact.kind != Kind.PAYOUT),
)


@settings(max_examples=60)
@given(st.lists(alone, max_size=12, unique_by=lambda fact: fact.id), st.randoms(use_true_random=False))
def test_order_of_delivery_changes_nothing_of_money_by_itself(facts: list[Event], chance: random.Random) -> None:
    """Bonuses of a day, typed amounts and exchanges: in any order, some of them twice."""
    one, other = memory(), memory()
    take_all(one, facts)
    shuffled = [*facts, *facts[:3]]
    chance.shuffle(shuffled)
    take_all(other, shuffled)

    assert derived_tables(one, without_seq=True) == derived_tables(other, without_seq=True)


AMOUNTS = [
    (table, column)
    for table in ("posting", "assignment", "statement", "sum_day", "sum_month", "sum_site_day")
    for (_, column, *_) in memory().execute(f"PRAGMA table_info({table})")
    if column.endswith("micro")
]


def test_every_column_of_money_is_whole() -> None:
    """No table of the store, whichever is added, declares a float."""
    conn = memory()
    tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    declared = {(table, row[1]): row[2] for table in tables for row in conn.execute(f"PRAGMA table_info({table})")}

    assert {"INTEGER"} == {kind for (_, column), kind in declared.items() if "micro" in column}
    assert not [place for place, kind in declared.items() if kind in {"REAL", "FLOAT", "NUMERIC", "ANY"}]
