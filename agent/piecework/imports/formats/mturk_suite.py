"""MTurk Suite's backup (HIT_Tracker_Backup_DATE.json): `{hits: [...], days: [...]}`.

The days repeat what the hits say, but for the bonuses: MTurk gave those as sums of a day only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from piecework.errors import BadFile
from piecework.imports.bad import BadRow
from piecework.imports.dates import day_of_packed, noon
from piecework.imports.formats import mturk
from piecework.imports.jsons import NULL, each
from piecework.imports.rows import Extra, Left
from piecework.imports.values import json_amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.jsons import Raws
    from piecework.imports.rows import Amount, Options, Row, Work
    from piecework.imports.source import Source

ID: Final = "mturk-suite"


class _Reward(msgspec.Struct):
    amount_in_dollars: msgspec.Raw = NULL
    currency_code: str | None = None


class _Hit(msgspec.Struct):
    hit_id: str
    date: str | int
    state: str
    reward: msgspec.Raw = NULL
    assignment_id: str | None = None
    requester_name: str | None = None
    title: str | None = None


class _Dashboard(msgspec.Struct):
    bonus_rewards: msgspec.Raw = NULL


class _Day(msgspec.Struct):
    date: str | int
    day: _Dashboard | None = None


_days: Final = msgspec.json.Decoder(_Day)
_hits: Final = msgspec.json.Decoder(_Hit)
_rewards: Final = msgspec.json.Decoder(_Reward)


def fits(source: Source) -> bool:
    """A list `hits` at the top, of entries that MTurk Suite writes."""
    return source.document is not None and "hits" in source.document.entries


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One row for each hit, then one for each day with bonuses."""
    hits = source.document.listed("hits") if source.document is not None else None
    if hits is None:
        raise BadFile("Row 1: there is no list “hits” in this file.")
    days = source.document.listed("days") if source.document is not None else None
    yield from _hit_rows(hits, options)
    for number, day in each(days or [], _days):
        try:
            if not isinstance(day, BadRow) and (extra := _bonus(len(hits) + number, day, options)) is not None:
                yield extra
        except BadRow as cause:
            yield Left(len(hits) + number, f"the bonus of a day: {cause}")


def _bonus(row: int, day: _Day, options: Options) -> Extra | None:
    """A day's bonuses; None for a day without."""
    amount = _pay(day.day.bonus_rewards) if day.day is not None else None
    if amount is None or not amount.micro:
        return None
    at = noon(str(day.date), mturk.zone(options), options.now_us)
    period = day_of_packed(str(day.date)).isoformat()
    return Extra(row, mturk.PLATFORM, f"day:{period}", amount, at, period, title=f"Bonuses of {period}")


def _hit_rows(hits: Raws, options: Options) -> Iterator[Row]:
    zone = mturk.zone(options)

    def read(number: int, hit: _Hit) -> Work:
        return mturk.hit(
            number,
            hit.hit_id,
            status=hit.state,
            title=hit.title or "",
            requester=hit.requester_name or "",
            pay=_pay(hit.reward),
            at=noon(str(hit.date), zone, options.now_us),
            assignment=hit.assignment_id or "",
        )

    entries = each(hits, _hits)
    return mturk.rows_of(entries, read)


def _pay(raw: msgspec.Raw) -> Amount | None:
    """The reward: an object in dollars, or the bare number of older versions."""
    if bytes(raw)[:1] != b"{":
        return json_amount(raw, mturk.CURRENCY)
    try:
        reward = _rewards.decode(raw)
    except msgspec.DecodeError as cause:
        raise BadRow(str(cause)) from cause
    if (reward.currency_code or mturk.CURRENCY) != mturk.CURRENCY:
        raise BadRow(f"the reward is in “{str(reward.currency_code)[:20]}”, MTurk pays in {mturk.CURRENCY}")
    return json_amount(reward.amount_in_dollars, mturk.CURRENCY)
