"""Moments, days and zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.now import DAY_US, MAX_US, FixedClock, SystemClock, day_of, local_zone, to_us, utc, zone


def at(text: str) -> int:
    """Microseconds of an ISO time."""
    return to_us(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("moment", "name", "expected"),
    [
        ("2026-11-21T03:00:00Z", "America/Los_Angeles", "2026-11-20"),
        ("2026-11-21T03:00:00Z", "Europe/Paris", "2026-11-21"),
        ("2026-03-08T09:59:59Z", "America/Los_Angeles", "2026-03-08"),
        ("2026-03-09T06:59:59Z", "America/Los_Angeles", "2026-03-08"),
        ("2026-03-09T07:00:00Z", "America/Los_Angeles", "2026-03-09"),
        ("2026-10-25T22:59:59Z", "Europe/Paris", "2026-10-25"),
        ("2026-10-25T23:00:00Z", "Europe/Paris", "2026-10-26"),
        ("2026-11-21T18:29:59Z", "Asia/Kolkata", "2026-11-21"),
        ("2026-11-21T18:30:00Z", "Asia/Kolkata", "2026-11-22"),
        ("2026-11-21T23:59:59Z", "no such zone", "2026-11-21"),
        ("2026-11-21T23:59:59Z", "", "2026-11-21"),
        ("2026-11-21T23:59:59Z", "../../etc/passwd", "2026-11-21"),
    ],
)
def test_days_of_zones(moment: str, name: str, expected: str) -> None:
    """Days of 23 and 25 hours, half-hour zones, zones nobody knows."""
    assert expected == day_of(at(moment), name)


@given(st.integers(0, MAX_US), st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"]))
def test_a_day_is_what_the_calendar_says(at_us: int, name: str) -> None:
    """The shortcut by whole minutes gives what the full conversion gives."""
    try:
        expected = utc(at_us).astimezone(zone(name)).date().isoformat()
    except OverflowError:
        expected = "9999-12-31"
    assert expected == day_of(at_us, name)


@given(st.integers())
def test_any_number_has_a_day(at_us: int) -> None:
    """Numbers that are no time a calendar knows are clamped, never raised over."""
    assert "1970-01-01" <= day_of(at_us, "UTC") <= "9999-12-31"


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_there_and_back(moment: datetime) -> None:
    """Microseconds lose nothing."""
    assert moment == utc(to_us(moment))


def test_a_clock_that_stands_still() -> None:
    """It moves by what it is told; setting the wall leaves the monotonic one alone."""
    clock = FixedClock(1_000)
    assert 1_501_000 == clock.forward(1.5)
    clock.forward(us=DAY_US)
    clock.set_wall(7)
    assert (7, 1_500_000 + DAY_US) == (clock.now_us(), clock.mono_us())


def test_the_machines_clock_is_utc() -> None:
    """Wall time within a day of what the standard library says; monotonic time does not go back."""
    clock = SystemClock()
    assert timedelta(days=1) > abs(utc(clock.now_us()) - datetime.now(UTC))
    first = clock.mono_us()
    assert first <= clock.mono_us()


def test_the_persons_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """TZ is believed where it names a zone; nonsense in it is passed over."""
    monkeypatch.setenv("TZ", ":Asia/Tokyo")
    assert "Asia/Tokyo" == local_zone()
    monkeypatch.setenv("TZ", "CET-1CEST")
    assert "CET-1CEST" != local_zone()
    assert local_zone() == zone(local_zone()).key
