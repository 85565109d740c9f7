"""Every described platform as the command line, the dashboard and the docs show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from piecework.money.amount import plain
from piecework.platforms import Platform, load_names, load_platforms
from piecework.platforms.names import slug

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.platforms import Named
    from piecework.platforms.definition import Money

NOT_DESCRIBED = "not described yet"
HELP = {
    "page": "Where its list reads wrongly, or is empty: save that page, take names out, and send it (CONTRIBUTING.md).",
    "generic": "Open its list in a tab of your own, press “Teach this site”, check the preview, send its file.",
    "manual+import": "Write work down with piecework add; tell what its payouts look like in your bank's file.",
    "history only": "Nothing to do: it is closed.",
    "not read": "Tell what its pages show, with names taken out.",
    NOT_DESCRIBED: "Teach it: open its list, press “Teach this site”, and send the file it makes.",
}
"""How to help, by route, where a definition says nothing of its own."""


def catalogue(
    name: str = "",
    *,
    platforms: Mapping[str, Platform] | None = None,
    last_good: Mapping[str, int] | None = None,
) -> list[dict[str, Any]]:
    """Rows by name: {id, name, aliases, life, route, tier, evidence, evidence_date, rule, missing, help, …}.

    `name` narrows by id, name or any older name; `last_good` gives each platform's last good look, µs UTC. Names that
    nobody has described yet stand among them, with the route `not described yet`. `docs/cli.md` has all keys.
    """
    looks = last_good or {}
    described = load_platforms() if platforms is None else platforms
    rows = [
        *(_row(one, looks.get(one.id)) for one in described.values()),
        *(_named(one) for one in load_names() if slug(one.name) not in described),
    ]
    wanted = name.strip().casefold()
    found = [row for row in rows if wanted in _names(row)] if wanted else rows
    return sorted(found, key=lambda row: str(row["name"]).casefold())


def last_good(conn: sqlite3.Connection) -> dict[str, int]:
    """Each platform's last look that read its list well, µs UTC."""
    rows = conn.execute("SELECT platform, max(last_good_us) FROM list_state WHERE last_good_us > 0 GROUP BY platform")
    return {str(platform): int(at_us) for platform, at_us in rows}


def _row(platform: Platform, seen_us: int | None) -> dict[str, Any]:
    quality, rules, life, money = platform.quality, platform.manners, platform.life, platform.money
    return {
        "id": platform.id,
        "name": platform.name,
        "aliases": list(platform.aliases),
        "life": life.state,
        "route": platform.route,
        "tier": quality.tier,
        "evidence": quality.evidence,
        "evidence_date": quality.date,
        "rule": rules.rule,
        "missing": list(quality.missing) if isinstance(quality.missing, list) else [],
        "help": _text(quality.help) or HELP[platform.route],
        "last_good_us": seen_us,
        "life_date": life.date,
        "life_source": life.source,
        "successor": _text(life.successor) or None,
        "evidence_source": quality.source,
        "approval_days": money.approval_days if isinstance(money.approval_days, int) else None,
        "approval": _text(money.approval_rule),
        "payout": _payout(money),
        "points": _text(money.points),
        "zone": platform.zone,
        "rule_quote": rules.quote,
        "rule_source": rules.source,
        "rule_date": rules.date,
        "looks": _looks(platform),
        "session_hours": rules.session_hours if isinstance(rules.session_hours, int | float) else None,
        "session_source": _text(rules.session_source),
    }


def _looks(platform: Platform) -> str:
    """How a look of our own would be made, in the definition's own words; "" where nothing is said."""
    told = dict.fromkeys(f"by {one.looking.by}. {one.looking.why}" for one in platform.listings if one.looking)
    return " ".join(told)


def _named(named: Named) -> dict[str, Any]:
    return {
        "id": slug(named.name),
        "name": named.name,
        "aliases": list(named.aliases),
        "life": "unknown",
        "route": NOT_DESCRIBED,
        "tier": "none",
        "evidence": "none",
        "evidence_date": named.date,
        "rule": "no rule found",
        "missing": [named.note] if named.note else [],
        "help": HELP[NOT_DESCRIBED],
        "last_good_us": None,
        "life_date": named.date,
        "life_source": named.source,
        "successor": None,
        "evidence_source": named.source,
        "approval_days": None,
        "approval": "",
        "payout": "",
        "points": "",
        "zone": "UTC",
        "rule_quote": "",
        "rule_source": "",
        "rule_date": named.date,
        "looks": "",
        "session_hours": None,
        "session_source": "",
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _payout(money: Money) -> str:
    """The least that is paid out and what it costs, in words."""
    least = money.payout_minimum
    parts = [_text(money.fee)]
    if least is not None and not isinstance(least, msgspec.UnsetType):
        parts.insert(0, f"from {plain(least.micro)} {least.currency}")
    return "; ".join(part for part in parts if part)


def _names(row: dict[str, Any]) -> str:
    return "\n".join([row["id"], row["name"], *row["aliases"]]).casefold()
