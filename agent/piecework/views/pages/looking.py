"""Looking by ourselves, in plain words: what is done, what it promises, and the choice for each platform."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import msgspec

from piecework import figures
from piecework.now import MINUTE_US, SECOND_US, day_of
from piecework.platforms.asking import asking
from piecework.settings import get_value, load_settings
from piecework.watch.looking import gap_s, offered
from piecework.watch.worth import Scale

if TYPE_CHECKING:
    import sqlite3

    from piecework.platforms import Platform
    from piecework.settings import Settings
    from piecework.views.ask import Ask

OUTLOOK = "looking.outlook"
FRESH_US = 10 * MINUTE_US
PER_CENT = 100


class Told(msgspec.Struct):
    """What the scheduler last said: looks of the last hour, the share of tasks to be seen, each list's pace.

    `share` is None while it is not known. A list's pace is seconds between looks, its share, and what holds it back:
    "", host, refused, failed or person.
    """

    at_us: int
    looks: int
    share: float | None
    learned: bool
    lists: dict[str, tuple[int, float, str]]
    currency: str = ""


def looking(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """`{sentence, budget, rates, choices}` for the page Platforms: a choice for each platform with a list seen."""
    settings = load_settings(conn)
    seen = [str(row[0]) for row in conn.execute("SELECT DISTINCT platform FROM list_state ORDER BY platform")]
    names = list(dict.fromkeys([*settings.look, *seen]))
    choices = [_choice(ask, name, on=name in settings.look) for name in names if name in ask.platforms]
    return {
        "sentence": _sentence(conn, ask) if settings.look else "",
        "budget": settings.looks_an_hour,
        "rates": _rates(conn, ask, settings) if settings.look else [],
        "choices": choices,
    }


def _rates(conn: sqlite3.Connection, ask: Ask, settings: Settings) -> list[str]:
    """By which rates looks are weighed just now, where lists pay in several currencies."""
    kept = get_value(conn, OUTLOOK)
    told = _read(kept) if kept else None
    if told is None or not told.currency:
        return []
    rated = Scale(conn, told.currency, day_of(ask.now_us, "UTC")).rated(settings.look)
    parts = []
    if rated.day:
        parts.append(ask.words.t("dash.looking_rates", currency=rated.currency, day=rated.day))
    if rated.unrated:
        parts.append(ask.words.t("dash.looking_unrated", currencies=", ".join(rated.unrated)))
    return parts


def _choice(ask: Ask, name: str, *, on: bool) -> dict[str, Any]:
    platform = ask.platforms[name]
    manners = platform.manners
    return {
        "id": name,
        "name": platform.name,
        "offered": offered(platform),
        "on": on and offered(platform),
        "rule": manners.rule.replace(" ", "_"),
        "quote": manners.quote,
        "source": manners.source,
        "date": manners.date,
        "gap": figures.length(int(gap_s(platform)) * SECOND_US),
        "ways": list(dict.fromkeys(_way(platform, one.id) for one in platform.listings)) if offered(platform) else [],
    }


def _way(platform: Platform, name: str) -> tuple[str, str]:
    """(request or reload, the definition's own words on why) for one list."""
    told = asking(platform, name)
    return ("reload", "") if told is None else (told.by, told.why)


def _sentence(conn: sqlite3.Connection, ask: Ask) -> str:
    """'62 looks this hour; about 74 % of tasks expected to be seen; Prolific limited to one a minute by its wish'."""
    words = ask.words
    kept = get_value(conn, OUTLOOK)
    told = _read(kept) if kept else None
    if told is None or ask.now_us - told.at_us > FRESH_US:
        return words.t("dash.looks_none")
    parts = [words.t("dash.looks_hour", n=told.looks)]
    if told.share is None:
        parts.append(words.t("dash.looks_unknown"))
    else:
        parts.append(words.t("dash.looks_share", share=round(PER_CENT * told.share)))
    for own, (every_s, _share, held) in sorted(told.lists.items()):
        platform, _, name = own.partition(":")
        if held:
            whole = f"{ask.platform_name(platform)} ({ask.list_name(platform, name)})"
            every = figures.length(every_s * SECOND_US)
            parts.append(words.t(f"dash.looks_{_limit(ask, platform, held)}", platform=whole, every=every))
    if not told.learned:
        parts.append(words.t("dash.looks_even"))
    return reduce(lambda before, after: words.t("dash.looks_join", before=before, after=after), parts) + "."


def _limit(ask: Ask, platform: str, held: str) -> str:
    """Whose figure a least gap is: the rule's, a wish of the site's people, or ours where nothing was found."""
    known = ask.platforms.get(platform)
    if held != "host" or known is None:
        return held
    by = known.manners.gap_by
    return "host" if by == "wish" else "host_rule" if by == "rule" else "host_ours"


def _read(text: str) -> Told | None:
    try:
        return msgspec.json.decode(text, type=Told)
    except msgspec.DecodeError:
        return None
