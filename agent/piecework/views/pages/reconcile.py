"""Reconcile: what each platform says of itself, beside what the books say, and three ways to settle a difference."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.ledger.reconcile import ORDER, reckon, stated
from piecework.views.ask import Page
from piecework.views.reckoning import row

if TYPE_CHECKING:
    import sqlite3

    from piecework.ledger.reconcile import Asked
    from piecework.views.ask import Ask

A_PAGE = 20
MOST_BALANCES = 60
_SETTLED = """
SELECT id, kind, platform, body, at_us, recv_us FROM event WHERE kind IN ('settled', 'adjust') AND source = 'typed'
AND id NOT IN (SELECT json_extract(body, '$.undoes') FROM event WHERE kind = 'undo' AND assignment = '')
AND (kind = 'settled' OR json_extract(body, '$.statement') <> '') ORDER BY seq DESC LIMIT 20
"""


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """The newest balance of every account, then one page of periods, then what was settled lately."""
    asked = stated(conn)
    balances = [one for one in asked if not one.period][:MOST_BALANCES]
    periods = [one for one in asked if one.period]
    numbers = max(1, -(-len(periods) // A_PAGE))
    number = min(ask.page(), numbers)
    now, then = (
        [_named(row(one), ask) for each in some for one in reckon(conn, each, ask.platforms)]
        for some in (balances, periods[(number - 1) * A_PAGE : number * A_PAGE])
    )
    return {
        "balances": now,
        "periods": then,
        "open": sum(one["state"] == "differs" for one in (*now, *then)),
        "number": number,
        "numbers": numbers,
        "several": _several(asked),
        "settled": [_decided(dict(one), ask) for one in conn.execute(_SETTLED)],
        "names": ORDER,
    }


def _named(one: dict[str, Any], ask: Ask) -> dict[str, Any]:
    tones = {"agrees": "good", "differs": "bad"}
    key = f"{one['platform']} {one['account']} {one['period']} {one['currency']}"
    return one | {
        "platform_name": ask.platform_name(one["platform"]),
        "tone": tones.get(one["state"], "warn"),
        "key": sha256(key.encode()).hexdigest()[:12],
    }


def _decided(one: dict[str, Any], ask: Ask) -> dict[str, Any]:
    """A decision of the person's: what it was about, and the amount where one was taken over."""
    body = msgspec.json.decode(one["body"])
    return one | {
        "platform_name": ask.platform_name(one["platform"]),
        "how": body.get("how", "accepted"),
        "period": body.get("period", ""),
        "micro": body.get("micro"),
        "currency": body["currency"],
        "reason": body.get("reason", ""),
    }


def _several(asked: list[Asked]) -> set[str]:
    """Platforms of which more than one account has statements: only there an account is named."""
    pairs = {(one.platform, one.account) for one in asked}
    names = [platform for platform, _ in pairs]
    return {name for name in names if names.count(name) > 1}


PAGE = Page("reconcile", "/reconcile", ("ledger",), load)
