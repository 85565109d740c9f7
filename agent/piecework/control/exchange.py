"""Money that the person took out in one currency and got in another, written down."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.control.arguments import read
from piecework.control.rates import check_day, take_packaged
from piecework.control.typed import state, stated
from piecework.errors import BadUsage
from piecework.ledger import exchange as ledger
from piecework.ledger.amounts import Money
from piecework.ledger.amounts import exact as exact_amount
from piecework.ledger.amounts import read as read_amount
from piecework.ledger.book import readings
from piecework.now import to_us
from piecework.now import zone as zone_of
from piecework.protocol.bodies import Exchange, PayText
from piecework.protocol.kinds import Kind
from piecework.rates.convert import plain

if TYPE_CHECKING:
    from piecework.control.services import Services

LONGEST = 100
LANGUAGES = ("en", "fr")
_NOON = time(12)


class Asked(msgspec.Struct):
    """What the person says: amounts with their currency, as "10 USD" or "1 200 KES"; `on` is the day, else now."""

    given: str
    received: str
    fee: str = ""
    source: str = ""
    to: str = ""
    on: str = ""


async def exchange(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Writes one exchange down: `{event, rate, reference, loss}`. Raises BadUsage for an amount that can't be read.

    `rate` is received per unit given, fee included; `reference` what it should have been, or None; `loss` in percent.
    """
    asked = read(args, Asked)
    (given, given_text), (received, received_text) = _amount(asked.given), _amount(asked.received)
    fee, fee_text = _amount(asked.fee) if asked.fee.strip() else (None, None)
    if given.currency == received.currency:
        raise BadUsage(f"Both amounts are in {given.currency}: nothing was exchanged.")
    if fee is not None and (fee.currency != given.currency or fee.micro >= given.micro):
        raise BadUsage(f"The fee is a part of what was given: less than that, and in {given.currency}.")
    if max(len(asked.source), len(asked.to)) > LONGEST:
        raise BadUsage(f"A bank's name has at most {LONGEST} letters.")
    await take_packaged(services)
    body = Exchange(amount=given_text, received=received_text, fee=fee_text, source=asked.source, to=asked.to)
    event = stated(services, Kind.RATE, body, at_us=_moment(services, asked.on))
    await state(services, [event])
    with services.store.read() as conn:
        one = next(one for one in ledger.exchanges(conn, readings(conn).undone) if one.event == event.id)
    return {
        "event": one.event,
        "rate": f"{plain(one.rate)} {received.currency} per {given.currency}",
        "reference": None if one.reference is None else msgspec.to_builtins(one.reference),
        "loss": percent(one),
    }


async def own_rates(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """`{exchanges: [{event, day, given, fee, received, from, to, rate, reference, loss, …}]}`, the newest first.

    Amounts are `{micro, currency}`, `fee` is of what was given, in micro-units; `age_days` and `firm` are the
    reference's on the day of the exchange.
    """
    with services.store.read() as conn:
        found = ledger.exchanges(conn, readings(conn).undone)
    return {"exchanges": [_told(one) for one in found]}


def _told(one: ledger.Exchanged) -> dict[str, Any]:
    return {
        "event": one.event,
        "day": one.day,
        "given": one.given._asdict(),
        "fee": one.fee_micro,
        "received": one.received._asdict(),
        "from": one.origin,
        "to": one.to,
        "rate": plain(one.rate),
        "reference": None if one.reference is None else msgspec.to_builtins(one.reference),
        "loss": percent(one),
        "age_days": one.reference_age,
        "firm": one.firm,
    }


def percent(one: ledger.Exchanged) -> str:
    """The loss in percent with one decimal, as text."""
    return f"{one.loss * 100:.1f}"


def _amount(text: str) -> tuple[Money, PayText]:
    """An amount as either language writes it, and the text it is kept as."""
    for language in LANGUAGES:
        said = PayText(raw=text.strip()[:LONGEST], lang=language)
        found = exact_amount(read_amount(said))
        if found is not None and found.micro:
            return found, said
    raise BadUsage(f"“{text[:50]}” is no amount. Write it with its currency, such as “10 USD”.")


def _moment(services: Services, day: str) -> int | None:
    if not day:
        return None
    check_day(day)
    return to_us(datetime.combine(datetime.fromisoformat(day).date(), _NOON, zone_of(services.zone)))
