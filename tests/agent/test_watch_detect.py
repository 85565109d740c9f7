"""What is new, purely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.watch.detect import REOPEN_US, Face, Known, grew, news, pay_changed, returned

FIVE = Face(50_000, "USD", 10)


def test_a_task_never_seen_is_new() -> None:
    """First seen, with places or without a word about them."""
    assert "new" == news(None, FIVE, 0)
    assert "new" == news(None, Face(), 0)


def test_a_full_task_is_no_news() -> None:
    """No free place: nothing to tell, whatever else changed."""
    assert None is news(None, Face(50_000, "USD", 0), 0)
    assert None is news(Known(FIVE, gone_us=0), Face(90_000, "USD", 0), REOPEN_US * 2)


@pytest.mark.parametrize(("gone_for_us", "expected"), [(0, None), (REOPEN_US, None), (REOPEN_US + 1, "reopened")])
def test_reopened_after_two_minutes(gone_for_us: int, expected: str | None) -> None:
    """A page that flickers is no reopening; one that was gone for more than two minutes is."""
    assert expected == news(Known(FIVE, gone_us=1_000), FIVE, 1_000 + gone_for_us)


def test_moving_to_another_page_is_no_return() -> None:
    """A task that left page 1 and turns up on page 2 has only moved; on its own page again it is back."""
    known = Known(Face(page=1), gone_us=0)
    assert not returned(known, 2, REOPEN_US * 5)
    assert returned(known, 1, REOPEN_US * 5)
    assert returned(known, None, REOPEN_US * 5)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (10, 15, True),
        (10, 14, False),
        (4, 8, False),
        (4, 9, True),
        (100, 149, False),
        (100, 150, True),
        (0, 1, True),
        (5, 3, False),
        (None, 100, False),
        (100, None, False),
    ],
)
def test_places_grew(before: int | None, after: int | None, expected: bool) -> None:  # noqa: FBT001 - a table of cases
    """By at least five and at least half, or from none to some."""
    assert expected == grew(before, after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Face(50_000, "USD"), Face(60_000, "USD"), True),
        (Face(50_000, "USD"), Face(50_000, "EUR"), True),
        (Face(50_000, "USD"), Face(50_000, "USD"), False),
        (Face(None, None), Face(50_000, "USD"), False),
        (Face(50_000, "USD"), Face(None, None), False),
        (Face(0, "USD"), Face(10, "USD"), True),
    ],
)
def test_pay_changed(before: Face, after: Face, expected: bool) -> None:  # noqa: FBT001 - a table of cases
    """A stated pay that became another; zero is a stated pay, unreadable is not."""
    assert expected == pay_changed(before, after)


faces = st.builds(
    Face,
    st.none() | st.integers(0, 10**9),
    st.sampled_from(["USD", "EUR"]),
    st.none() | st.integers(0, 10_000),
    st.none() | st.integers(1, 3),
)


@given(faces, st.integers(0, 10**12))
def test_the_same_again_is_no_news(face: Face, at_us: int) -> None:
    """A task that is there and did not change says nothing, at any time."""
    assert None is news(Known(face), face, at_us)
