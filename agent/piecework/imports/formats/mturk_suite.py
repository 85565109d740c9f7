"""MTurk Suite's backup (HIT_Tracker_Backup_DATE.json): `{hits: [...], days: [...]}`; the days repeat the hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from piecework.errors import BadFile
from piecework.imports.dates import noon
from piecework.imports.formats import mturk
from piecework.imports.jsons import NULL, each
from piecework.imports.rows import BadRow
from piecework.imports.values import json_amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Amount, Options, Row, Work
    from piecework.imports.source import Source

ID: Final = "mturk-suite"


class _Reward(msgspec.Struct):
    amount_in_dollars: msgspec.Raw = NULL
    currency_code: str = mturk.CURRENCY


class _Hit(msgspec.Struct):
    hit_id: str
    date: str | int
    state: str
    reward: msgspec.Raw = NULL
    assignment_id: str | None = None
    requester_name: str | None = None
    title: str | None = None


_hits: Final = msgspec.json.Decoder(_Hit)
_rewards: Final = msgspec.json.Decoder(_Reward)


def fits(source: Source) -> bool:
    """A list `hits` at the top, of entries that MTurk Suite writes."""
    return source.document is not None and "hits" in source.document.entries


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One row for each hit."""
    hits = source.document.listed("hits") if source.document is not None else None
    if hits is None:
        raise BadFile("Row 1: there is no list “hits” in this file.")
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
    if reward.currency_code != mturk.CURRENCY:
        raise BadRow(f"the reward is in “{reward.currency_code[:20]}”, MTurk pays in {mturk.CURRENCY}")
    return json_amount(reward.amount_in_dollars, mturk.CURRENCY)
