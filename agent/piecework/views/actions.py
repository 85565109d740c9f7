"""What the dashboard's forms do: commands of `piecework.control`, and a sentence on what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.control.commands import run
from piecework.errors import BadUsage, PieceworkError
from piecework.views.session import Said, safe_path
from piecework.views.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from piecework.control import Services
    from piecework.views.words import Words

    Form = Mapping[str, str]
    Plan = tuple[str, dict[str, Any], str]

ACTIONS: Mapping[str, Callable[[Form], Plan | None]] = {
    "/pairing/allow": lambda form: ("pair.approve", {"code": form.get("code", "")}, "allowed"),
    "/pairing/deny": lambda _form: ("pair.deny", {}, "denied"),
    "/pairing/revoke": lambda form: ("pair.revoke", {"cid": form.get("cid", "")}, "revoked"),
    "/pairing/claim": lambda form: ("account.claim", _account(form), "claimed"),
    "/pairing/release": lambda form: ("account.release", _account(form), "released"),
    "/language": lambda form: ("setting.set", {"name": "language", "value": _language(form)}, "language"),
    "/sign-out": lambda _form: None,
}
"""Address of a form: the command it means, its arguments, and the word for its success. None: the session's own."""


async def act(services: Services, words: Words, path: str, form: Form) -> tuple[str, Said]:
    """Does what a form asks; returns the page to go back to and what it is to say. Never raises PieceworkError."""
    back = safe_path(form.get("back", "/pairing" if path.startswith("/pairing/") else "/"))
    try:
        plan = ACTIONS[path](form)
        if plan is not None:
            await run(services, plan[0], plan[1])
    except PieceworkError as failure:
        return back, Said("failed", failure.text)
    return back, Said("done", words.t(f"dash.done_{plan[2] if plan else 'out'}"))


def _account(form: Form) -> dict[str, Any]:
    return {"platform": form.get("platform", ""), "account": form.get("account", "")}


def _language(form: Form) -> str:
    chosen = form.get("language", "")
    if chosen not in {"", *LANGUAGES}:
        raise BadUsage(f"There is no language “{chosen[:10]}”.")
    return chosen
