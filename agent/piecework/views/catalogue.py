"""Every described platform as the command line, the dashboard and the docs show it."""

from __future__ import annotations

from typing import Any

from piecework.platforms import Platform, load_platforms


def catalogue(name: str = "") -> list[dict[str, Any]]:
    """Rows {id, name, aliases, life, route, tier, evidence, evidence_date, rule, missing}; `name` narrows."""
    wanted = name.strip().casefold()
    rows = [_row(platform) for platform in load_platforms().values()]
    return [row for row in rows if wanted in _names(row)] if wanted else rows


def _row(platform: Platform) -> dict[str, Any]:
    quality = platform.quality
    missing = quality.missing
    return {
        "id": platform.id,
        "name": platform.name,
        "aliases": list(platform.aliases),
        "life": platform.life.state,
        "route": platform.route,
        "tier": quality.tier,
        "evidence": quality.evidence,
        "evidence_date": quality.date,
        "rule": platform.manners.rule,
        "missing": list(missing) if isinstance(missing, list) else [],
    }


def _names(row: dict[str, Any]) -> str:
    return "\n".join([row["id"], row["name"], *row["aliases"]]).casefold()
