"""What is new about a task, compared with what was known of it. Pure: no store, no clock."""

from __future__ import annotations

from typing import Literal, NamedTuple

from piecework.now import MINUTE_US

REOPEN_US = 2 * MINUTE_US
"""Gone for longer than this and back is a reopening; shorter is a page that flickered."""
GREW_LEAST = 5
GREW_PERCENT = 50
"""Places grew when there are more by at least 5 and by at least half of what there was."""

Reason = Literal["new", "reopened", "places", "pay"]


class Face(NamedTuple):
    """The part of a task that can be news. `pay_micro` is None unless a pay is stated; `places` where unknown."""

    pay_micro: int | None = None
    pay_currency: str | None = None
    places: int | None = None
    page: int | None = None


class Known(NamedTuple):
    """What was known: the last face, and since when the task has been missing (None while it is there)."""

    face: Face
    gone_us: int | None = None


def returned(known: Known, page: int | None, at_us: int) -> bool:
    """Whether a task that is seen again begins a new episode.

    A task that left one page of a list and turns up on another has only moved.
    """
    if known.gone_us is None or at_us - known.gone_us <= REOPEN_US:
        return False
    return page is None or known.face.page is None or page == known.face.page


def news(known: Known | None, face: Face, at_us: int) -> Reason | None:
    """Why a sighting is worth an alert, if it is. A task without free places never is.

    What is already there at a baseline is for the caller to keep quiet about.
    """
    if face.places == 0:
        return None
    if known is None:
        return "new"
    if returned(known, face.page, at_us):
        return "reopened"
    if grew(known.face.places, face.places):
        return "places"
    return "pay" if pay_changed(known.face, face) else None


def grew(before: int | None, after: int | None) -> bool:
    """Whether places grew by max(5, 50 %), or from none to some."""
    if before is None or after is None:
        return False
    if before == 0:
        return after > 0
    more = after - before
    return more >= GREW_LEAST and more * 100 >= before * GREW_PERCENT


def pay_changed(before: Face, after: Face) -> bool:
    """Whether a stated pay became another stated pay; unreadable or missing on either side is no change."""
    if before.pay_micro is None or after.pay_micro is None:
        return False
    return (before.pay_micro, before.pay_currency) != (after.pay_micro, after.pay_currency)
