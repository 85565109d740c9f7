"""Commands about rates: what is known, newer ones from a file, and the person's home currency."""

from __future__ import annotations

import asyncio
import re
import zlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from piecework import rates
from piecework.control.arguments import read
from piecework.errors import BadFile, BadUsage, NothingToShow
from piecework.now import day_of
from piecework.rates import packaged
from piecework.rates.reference import LARGEST_FILE, Row, is_reference, text_of
from piecework.settings import get_value, put_value, save_setting

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from piecework.control.services import Services

MARK: Final = "rates.packaged"
"""Row of table `setting`: which packaged copy of the bank's file is in the table."""
_A_JOB: Final = 5_000
"""Rows of one transaction: other writers wait for no more than these."""
_CODE: Final = re.compile(r"[A-Z]{3}", re.ASCII)


class Pair(msgspec.Struct):
    """Two currencies and a day; no day means today."""

    base: str
    quote: str
    day: str = ""


class File(msgspec.Struct):
    """A file of rates on this machine."""

    path: str


class Home(msgspec.Struct):
    """A currency's code, empty for none."""

    currency: str = ""


async def take_packaged(services: Services) -> int:
    """Brings the packaged rates into the table where these are not there yet; returns how many rows came."""
    path = packaged.packaged_file()
    if path is None or services.store.refusal is not None:
        return 0
    content = await asyncio.to_thread(_content, path)
    mark = f"{zlib.crc32(content):08x}"
    with services.store.read() as conn:
        if get_value(conn, MARK) == mark:
            return 0
    found = await asyncio.to_thread(_reference, content)
    await _write(services, found)
    await services.store.write(lambda conn: put_value(conn, MARK, mark))
    return len(found)


async def refresh_packaged(services: Services) -> None:
    """The same where rates were taken once: a newer Piecework may come with newer ones."""
    with services.store.read() as conn:
        taken = get_value(conn, MARK) is not None
    if taken and await take_packaged(services):
        services.bus.publish("today", "ledger")


async def rates_list(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """`{home, rates: [{currency, per_eur, day, source, age_days, firm}]}`: the newest of each currency."""
    await take_packaged(services)
    today = _today(services)
    with services.store.read() as conn:
        found = [
            {
                "currency": one.currency,
                "per_eur": one.per_eur,
                "day": one.day,
                "source": one.source,
                **_aged(rates.age(one.day, today)),
            }
            for one in rates.known(conn, today)
        ]
    return {"home": services.settings.home, "rates": found}


async def rates_show(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """`{base, quote, rate, day, source, age_days, firm}` of a day. Raises NothingToShow where none is known."""
    asked = read(args, Pair)
    base, quote, day = code(asked.base), code(asked.quote), asked.day or _today(services)
    check_day(day)
    await take_packaged(services)
    with services.store.read() as conn:
        found = rates.find(conn, base, quote, day)
    if found is None:
        raise NothingToShow(
            f"No rate of {base} in {quote} is known for {day}. Bring your own with: piecework rates import FILE"
        )
    shown = {"base": base, "quote": quote, "rate": found.text, "day": found.day, "source": found.source}
    return {**shown, **_aged(found.age_days)}


async def rates_import(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Takes the bank's file (zip or CSV) or rows of one's own: `{source, rows, first, last, currencies}`.

    All rows or none. Raises BadFile with the line and the cause.
    """
    path = Path(read(args, File).path)
    text = text_of(await asyncio.to_thread(_content, path))
    await take_packaged(services)
    if is_reference(text):
        source, found = rates.ECB, await asyncio.to_thread(lambda: list(rates.read_reference(text)))
        days, currencies = {row.day for row in found}, {row.currency for row in found}
        await _write(services, found)
    else:
        source, own = rates.OWN, rates.read_own(text)
        days, currencies = {row.day for row in own}, {row.currency for row in own}
        await services.store.write(lambda conn: rates.add_own(conn, own))
    services.bus.publish("today", "ledger")
    counted = {"source": source, "rows": len(found) if source == rates.ECB else len(own)}
    return {**counted, "first": min(days, default=""), "last": max(days, default=""), "currencies": sorted(currencies)}


async def rates_home(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Chooses the home currency, or none: `{home}`. Raises BadUsage for what is no currency."""
    chosen = read(args, Home).currency
    home = code(chosen) if chosen else ""
    await services.store.write(lambda conn: save_setting(conn, "home", home))
    services.reload_settings()
    if home:
        await take_packaged(services)
    services.bus.publish("today", "ledger")
    return {"home": home}


def code(text: str) -> str:
    """A currency's code as it is kept. Raises BadUsage."""
    found = text.strip().upper()
    if not _CODE.fullmatch(found):
        raise BadUsage(f"“{text[:20]}” is no currency. Write its three letters, such as EUR.")
    return found


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadFile(f"{path.name} is larger than {LARGEST_FILE >> 20} MB: no file of rates is.")
        return path.read_bytes()
    except OSError as cause:
        raise BadFile(f"{path} can't be read: {cause.strerror or cause}.") from cause


def _reference(content: bytes) -> list[Row]:
    return list(rates.read_reference(text_of(content)))


async def _write(services: Services, found: Sequence[Row]) -> None:
    # Oldest first, in the order of the table's key: pages of the file fill up one after another.
    rows = sorted(found)
    for at in range(0, len(rows), _A_JOB):
        part = rows[at : at + _A_JOB]

        def job(conn: sqlite3.Connection, part: Sequence[Row] = part) -> int:
            return rates.add(conn, part, rates.ECB)

        await services.store.write(job)


def _today(services: Services) -> str:
    return day_of(services.clock.now_us(), services.zone)


def _aged(days: int) -> dict[str, Any]:
    return {"age_days": days, "firm": days <= rates.FIRM_DAYS}


def check_day(day: str) -> None:
    """Raises BadUsage for what is no day "YYYY-MM-DD"."""
    try:
        known = date.fromisoformat(day).isoformat() == day
    except ValueError:
        known = False
    if not known:
        raise BadUsage(f"“{day[:20]}” is no day. Write it as 2026-11-30.")
