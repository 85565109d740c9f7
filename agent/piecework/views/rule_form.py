"""The form of a rule: from a rule to its fields, and back. Pure; what can't be read raises BadUsage."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from piecework.errors import BadUsage
from piecework.figures import micro_text
from piecework.platforms.parts import Fields
from piecework.watch.rulebook import REASONS, Rule
from piecework.watch.tongue import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from piecework.platforms import Platform
    from piecework.watch.rulebook import Sum

LINES = ("requesters", "not_requesters", "words", "not_words")
COMMAS = ("platforms", "not_platforms", "currencies")
COUNTS = ("min_minutes", "max_minutes", "min_places", "volume")
PLAIN = ("hourly_from", "level", "sound", "active_from", "active_to")
FLAGS = ("qualified", "open_tab")
MICRO = 1_000_000
_MOST_DIGITS = 20


def fields_of(rule: Rule, name: str, home: str) -> dict[str, str]:
    """What the form shows of a rule; a box that is ticked is "1"."""
    fields = {"name": name}
    fields |= {one: "\n".join(getattr(rule, one)) for one in LINES}
    fields |= {one: ", ".join(getattr(rule, one)) for one in COMMAS}
    fields |= {one: "" if (value := getattr(rule, one)) is None else str(value) for one in COUNTS}
    fields |= {one: getattr(rule, one) for one in PLAIN}
    fields |= {one: "1" for one in FLAGS if getattr(rule, one)}
    for one in ("min_pay", "min_hourly"):
        limit: Sum | None = getattr(rule, one)
        fields[one] = micro_text(limit.micro) if limit else ""
        fields[f"{one}_currency"] = limit.currency if limit else home
    fields |= {f"on_{reason}": "1" for reason in rule.reasons}
    fields |= {f"lang_{language}": "1" for language in rule.languages}
    return fields | {f"ch_{channel}": "1" for channel in rule.channels}


def rule_of(fields: Mapping[str, str], platforms: Mapping[str, Platform]) -> Rule:
    """The rule that a form describes. Raises BadUsage, naming the field."""
    found: dict[str, Any] = {one: _lines(fields.get(one, "")) for one in LINES}
    found |= {one: _commas(fields.get(one, "")) for one in COMMAS}
    found["platforms"] = [_platform(one, platforms) for one in found["platforms"]]
    found["not_platforms"] = [_platform(one, platforms) for one in found["not_platforms"]]
    found["currencies"] = [one.upper() for one in found["currencies"]]
    found |= {one: _count(one, fields.get(one, "")) for one in COUNTS}
    found |= {one: value for one in PLAIN if (value := fields.get(one, ""))}
    found |= {one: fields.get(one) == "1" for one in FLAGS}
    found |= {one: _amount(one, fields) for one in ("min_pay", "min_hourly")}
    found["reasons"] = [reason for reason in REASONS if fields.get(f"on_{reason}") == "1"]
    found["languages"] = [language for language in LANGUAGES if fields.get(f"lang_{language}") == "1"]
    found["channels"] = [name[3:] for name, value in fields.items() if name.startswith("ch_") and value == "1"]
    if not found["reasons"]:
        raise BadUsage("A rule tells of something: tick at least one kind of news.")
    try:
        return msgspec.convert(found, Rule)
    except msgspec.ValidationError as cause:
        raise BadUsage(f"{cause}.") from cause


def known_on(platforms: Iterable[Platform]) -> dict[str, list[str]]:
    """Names of the platforms, closed ones apart, that say what a few conditions ask: where unknown they don't match.

    `qualified`: whether one may do a task; `message`: how many are unread; `deadline`: the time a task is allowed;
    `session`: how long one stays signed in.
    """
    found: dict[str, list[str]] = {"qualified": [], "message": [], "deadline": [], "session": []}
    for one in sorted(platforms, key=lambda platform: platform.name.casefold()):
        fields = [listing.fields for listing in one.listings if isinstance(listing.fields, Fields)]
        says = {
            "qualified": any(each.qualified is not UNSET for each in fields),
            "message": one.messages is not UNSET,
            "deadline": any(each.allotted is not UNSET for each in fields),
            "session": isinstance(one.manners.session_hours, int | float),
        }
        for name, names in found.items():
            if says[name] and one.life.state != "closed":
                names.append(one.name)
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _commas(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _platform(text: str, platforms: Mapping[str, Platform]) -> str:
    wanted = text.casefold()
    for own, platform in platforms.items():
        if wanted in {own, platform.name.casefold(), *(alias.casefold() for alias in platform.aliases)}:
            return own
    raise BadUsage(f"There is no platform “{text[:60]}”. The page Platforms lists them.")


def _count(name: str, text: str) -> int | None:
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdigit()):
        raise BadUsage(f"{name}: “{text[:20]}” is no whole number.")
    return int(text)


def _amount(name: str, fields: Mapping[str, str]) -> dict[str, Any] | None:
    text = fields.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        micro = Decimal(text[:_MOST_DIGITS]) * MICRO
    except InvalidOperation:
        micro = Decimal(-1)
    if not micro.is_finite() or micro < 0 or micro != int(micro):
        raise BadUsage(f"{name}: “{text[:20]}” is no amount. Write it like 0.50.")
    currency = fields.get(f"{name}_currency", "").strip().upper()
    if not currency:
        raise BadUsage(f"{name}: in which currency? Write it like USD.")
    return {"micro": int(micro), "currency": currency}
