"""What the dashboard's forms do: commands of `piecework.control`, and a sentence on what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.control.commands import run
from piecework.errors import BadUsage, PieceworkError
from piecework.views.session import Said
from piecework.views.telling_actions import TELLING
from piecework.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from piecework.control import Services

    Form = Mapping[str, str]
    Plan = tuple[str, dict[str, Any], str]

ACTIONS: Mapping[str, Callable[[Form], Plan | None]] = {
    "/pairing/allow": lambda form: ("pair.approve", {"code": form.get("code", "")}, "allowed"),
    "/pairing/deny": lambda _form: ("pair.deny", {}, "denied"),
    "/pairing/revoke": lambda form: ("pair.revoke", {"cid": form.get("cid", "")}, "revoked"),
    "/pairing/claim": lambda form: ("account.claim", _account(form), "claimed"),
    "/pairing/release": lambda form: ("account.release", _account(form), "released"),
    "/language": lambda form: ("setting.set", {"name": "language", "value": _language(form)}, "language"),
    "/notices/dismiss": lambda form: ("notice.dismiss", {"cause": form.get("cause", "")}, "dismissed"),
    "/time/edit": lambda form: ("time.edit", _time_edit(form), "corrected"),
    "/time/undo": lambda form: ("time.undo", {"edit": form.get("edit", "")}, "undone"),
    "/ledger/edit": lambda form: ("edit", _given(form), "corrected"),
    "/ledger/undo": lambda form: ("undo", {"event": form.get("event", "")}, "undone"),
    "/reconcile/settle": lambda form: ("reconcile.settle", _fields(form), "settled"),
    **TELLING,
    "/rates/home": lambda form: ("rates.home", {"currency": form.get("currency", "")}, "home"),
    "/rates/exchange": lambda form: ("exchange", _fields(form), "exchanged"),
    "/import/add": lambda form: ("add", _added(form), "added"),
    "/looking/choose": lambda form: ("look.choose", _fields(form), "looking"),
    "/looking/budget": lambda form: ("look.budget", _fields(form), "looking"),
    "/sign-out": lambda _form: None,
}
"""Address of a form: the command it means, its arguments, and the word for its success. None: the session's own."""


async def act(services: Services, path: str, form: Form) -> Said:
    """Does what a form asks; returns what the next page is to say. Never raises PieceworkError."""
    try:
        plan = ACTIONS[path](form)
        if plan is not None:
            await run(services, plan[0], plan[1])
    except PieceworkError as failure:
        return Said("failed", failure.text)
    return Said("done", plan[2] if plan else "out")


def _account(form: Form) -> dict[str, Any]:
    return {"platform": form.get("platform", ""), "account": form.get("account", "")}


def _time_edit(form: Form) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name != "csrf"}


def _fields(form: Form) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name != "csrf"}


def _given(form: Form) -> dict[str, Any]:
    """What was filled in; words may be emptied."""
    return {name: value for name, value in _fields(form).items() if value or name in {"title", "requester"}}


def _added(form: Form) -> dict[str, Any]:
    """A piece of work as it was typed: what is left empty is not said."""
    fields = {name: value.strip() for name, value in _fields(form).items() if value.strip()}
    minutes = fields.pop("minutes", "")
    if minutes and not (minutes.isascii() and minutes.isdigit()):
        raise BadUsage(f"“{minutes[:20]}” is no number of minutes.")
    return fields | ({"minutes": int(minutes)} if minutes else {})


def _language(form: Form) -> str:
    chosen = form.get("language", "")
    if chosen not in {"", *LANGUAGES}:
        raise BadUsage(f"There is no language “{chosen[:10]}”.")
    return chosen
