"""Attempts by the thousand are what each would be by itself."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.ledger import derived
from piecework.ledger.amounts import Reading
from piecework.ledger.attempts import Attempt, derive
from piecework.ledger.shapes import Shapes
from piecework.ledger.states import MOVES
from piecework.ledger.step import StepRow
from piecework.protocol.kinds import Kind

KINDS = (*MOVES, Kind.SUBMITTED, Kind.APPROVED, Kind.PAID, Kind.BONUS, Kind.EDIT, "unheard-of")
USD = Reading("stated", 50_000, 50_000, "USD")
PAYS = (None, USD, USD, Reading("stated", 1, 1, "EUR"), Reading("stated", 0, 0), Reading("unreadable"))

Told = tuple[str, int, Reading | None, Reading | None, bool, int | None, str, str]

steps = st.tuples(
    st.sampled_from(KINDS),
    st.integers(0, 4),
    st.sampled_from(PAYS),
    st.sampled_from(PAYS),
    st.booleans(),
    st.sampled_from((None, 3, 45)),
    st.sampled_from(("", "A title")),
    st.sampled_from(("", "~made", "S")),
)
histories = st.lists(st.lists(steps, min_size=1, max_size=4), max_size=12)


def derive_many(attempts: list[list[StepRow]]) -> list[Attempt]:
    """Each of them, with one memory for all."""
    shapes = Shapes()
    return [shapes.derive(rows) for rows in attempts]


def row(seq: int, attempt: int, told: Told) -> StepRow:
    """One event row of an attempt."""
    kind, moment, pay, sighted, settled, days, title, site_id = told
    bonus = kind == Kind.BONUS
    known = derived.Derived(
        pay=None if bonus else pay,
        sighted=sighted,
        bonus=pay if bonus else None,
        settled=settled,
        clock_days=days,
        requester="Seen" if days == 3 and settled else "",
        record=f"r:{seq}",
    )
    body = {
        "target": "assignment",
        "title": title and f"{title} {attempt}",
        "assignment": site_id and f"{site_id}{attempt}",
        "code": "c",
    }
    day = f"2026-01-0{1 + moment % 2}"
    at_us = 1_000_000 * attempt + moment
    text = msgspec.json.encode(body).decode()
    return StepRow(
        seq, f"e{seq}", at_us, kind, "p", "", f":t{attempt}", f"a{attempt}", text, derived.encode(known), day, day
    )


@settings(max_examples=300)
@given(histories)
def test_each_is_what_it_would_be_alone(
    found: list[list[Told]],
) -> None:
    """Rows and lines, to the last field, whatever shapes repeat: each history stands there twice."""
    seq, attempts = 0, []
    for number, told in enumerate([*found, *found], start=1):
        rows = []
        for step in told:
            seq += 1
            rows.append(row(seq, number, step))
        attempts.append(rows)

    assert [derive(rows) for rows in attempts] == derive_many(attempts)


def test_the_usual_history_is_followed_once() -> None:
    """A thousand attempts that were submitted and paid are followed as one: the others are copied."""
    told = (("submitted", 0), ("paid", 0))
    attempts = [
        [
            row(2 * number + place, number, (kind, moment, USD, None, False, 3, "A title", "S"))
            for place, (kind, moment) in enumerate(told)
        ]
        for number in range(1, 1000)
    ]

    assert [derive(rows) for rows in attempts] == derive_many(attempts)
    assert 6 == len(derive_many(attempts)[-1].lines)
