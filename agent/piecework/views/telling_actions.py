"""What the forms of the pages Alerts, Rules and Channels do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Form = Mapping[str, str]
    Plan = tuple[str, dict[str, Any], str]

CHOICES: Mapping[str, type] = {
    "sounds_an_hour": int,
    "disturbing": str,
    "digest_at": str,
    "quiet_from": str,
    "quiet_to": str,
    "sound": str,
    "volume": int,
}
"""Settings that the page Rules offers."""


def choices_of(form: Form) -> list[dict[str, Any]]:
    """What each field asks `setting.set` for. Raises BadUsage, before anything is kept."""
    return [_setting(name, text.strip()) for name, text in form.items()]


def _setting(name: str, text: str) -> dict[str, Any]:
    if name not in CHOICES:
        raise BadUsage(f"There is no such choice as “{name[:30]}”.")
    if CHOICES[name] is str:
        return {"name": name, "value": text}
    if not (text.isascii() and text.isdigit()):
        raise BadUsage(f"“{text[:20]}” is no whole number.")
    return {"name": name, "value": int(text)}


def _who(form: Form) -> dict[str, Any]:
    return {"platform": form.get("platform", ""), "name": form.get("name", "")}


def _hours(form: Form) -> int:
    text = form.get("hours", "1")
    return int(text) if text.isascii() and text.isdigit() else 1


def _channel(form: Form) -> dict[str, Any]:
    flags = {name: form[name] == "1" for name in ("on", "titles", "at_work") if name in form}
    return {"name": form.get("name", ""), **flags}


TELLING: Mapping[str, Callable[[Form], Plan | None]] = {
    "/rules/switch": lambda form: (
        "rule.switch",
        {"id": form.get("id", ""), "on": form.get("on") == "1"},
        "rule_switched",
    ),
    "/rules/remove": lambda form: ("rule.remove", {"id": form.get("id", "")}, "rule_removed"),
    "/snooze": lambda form: ("snooze", {"what": form.get("what", ""), **_who(form), "hours": _hours(form)}, "snoozed"),
    "/requesters/block": lambda form: ("requester.block", _who(form), "blocked"),
    "/requesters/unblock": lambda form: ("requester.block", {**_who(form), "blocked": False}, "unblocked"),
    "/requesters/note": lambda form: ("requester.note", {**_who(form), "note": form.get("note", "")}, "noted"),
    "/channels/set": lambda form: ("channel.set", _channel(form), "channel"),
    "/channels/remove": lambda form: ("channel.remove", {"name": form.get("name", "")}, "channel_removed"),
    "/channels/add": lambda form: (
        "channel.add",
        {"address": form.get("address", ""), "label": form.get("label", "")},
        "channel_added",
    ),
    "/channels/phone": lambda form: ("channel.phone", {"server": form.get("server", "")}, "phone"),
    "/channels/confirm": lambda form: (
        "channel.confirm",
        {"name": form.get("name", ""), "code": form.get("code", "")},
        "confirmed",
    ),
    "/channels/test": lambda _form: ("alert.test", {}, "tested"),
}
"""Address of a form: the command it means, its arguments, and the word for its success."""
