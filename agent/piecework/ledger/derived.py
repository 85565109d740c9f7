"""What is settled about an event before its row is written: column `derived`, the only thing replay believes."""

from __future__ import annotations

from typing import Final

import msgspec

from piecework.ledger.amounts import Reading
from piecework.money.pay import PARSER_VERSION

VERSION: Final = 1
"""Version of the shape below."""
Readings = dict[str, Reading]
Texts = list[str]


class Reference(msgspec.Struct, frozen=True):
    """What one unit of the currency given was worth in the one received: decimal text, of which day, by whose word."""

    rate: str
    day: str
    source: str


class Derived(msgspec.Struct, omit_defaults=True):
    """Readings of one event's amounts, and what was looked up for it at that moment.

    `parser` is the money parser's version. `pay` is the event's own, `sighted` the task row's. `bank` names where a
    payout went; `wallet` (micro-units) is the part of it that single attempts had been booked as paid before;
    `pays` are the site's ids of attempts it names; `key` is what the same payout or statement is recognised by.
    `record`, `list` and `status_raw` name the row of a site's page that this was read from, in the site's own words.
    `received` is what an exchange brought, `origin` the bank it left, `reference` the rate of that day.
    `settled` tells that the money of a `paid` was booked with a payout. `site_us` is the site's own date,
    `spent_us` how long the site itself says the work took.
    `clock_days` is how long the platform's own rule gave a submission to be decided, when it was made.
    """

    v: int = VERSION
    parser: int = PARSER_VERSION
    pay: Reading | None = None
    sighted: Reading | None = None
    bonus: Reading | None = None
    fee: Reading | None = None
    title: str = ""
    requester: str = ""
    bank: str = ""
    wallet: int = 0
    pays: Texts = []
    key: str = ""
    settled: bool = False
    received: Reading | None = None
    origin: str = ""
    reference: Reference | None = None
    site_us: int | None = None
    clock_days: int | None = None
    spent_us: int | None = None
    totals: Readings = {}
    record: str = ""
    list: str = ""
    status_raw: str = ""


_decoder: Final = msgspec.json.Decoder(Derived)


def encode(derived: Derived) -> str:
    """JSON text; the two versions are always in it."""
    fields = msgspec.to_builtins(derived)
    return msgspec.json.encode({"v": derived.v, "parser": derived.parser, **fields}).decode()


def decode(text: str) -> Derived:
    """Reads it back; a text of no known shape counts as nothing settled."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return Derived(parser=0)
