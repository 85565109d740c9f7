"""Ledger: sums per platform, account and currency, then every attempt with the events behind its figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.ledger import derived, edits
from piecework.ledger.attempts import STEP_KINDS
from piecework.ledger.earnings import earnings
from piecework.ledger.overdue import count_overdue, long_waiting, overdue, owed, stuck
from piecework.ledger.payouts import by_themselves, payouts
from piecework.ledger.postings import FLOWS
from piecework.money.currency import NO_CURRENCY, is_points
from piecework.protocol.kinds import Kind
from piecework.settings import load_settings
from piecework.store.worked import ATTEMPT_US
from piecework.views import attempts
from piecework.views.ask import Page
from piecework.views.home import flows_at_home, valuation

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

MOST_LATE = 10
MOST_PAID = 5
STATES = (
    "reserved",
    "accepted",
    "submitted",
    "approved",
    "paid",
    "revise",
    "rejected",
    "returned",
    "expired",
    "screened_out",
    "reversed",
    "left_window",
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ROWS = f"""
SELECT rowid, id, platform, account, task, session, title, requester, state, accepted_us, submitted_us, decided_us,
  paid_us, pay_micro, pay_currency, bonus_micro, day_local, due_us, {ATTEMPT_US} AS active_us
FROM assignment WHERE rowid IN ({{marks}})
"""  # noqa: S608 - fixed texts
_EVENTS = """
SELECT assignment, seq, id, at_us, kind, source, body, derived FROM event WHERE assignment IN ({marks})
  AND assignment <> '' AND kind <> 'interval' ORDER BY at_us, seq
"""


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """Sums over all time, and one page of attempts as filtered."""
    chosen = {name: ask.query.get(name, "") for name in ("platform", "state", "day")}
    if not _DAY.fullmatch(chosen["day"]):
        chosen["day"] = ""
    found = attempts.newest(conn, chosen, ask.page())
    query = _ROWS.format(marks=",".join("?" * len(found.rowids)))
    by_rowid = {row["rowid"]: dict(row) for row in conn.execute(query, found.rowids)}
    rows = [by_rowid[rowid] for rowid in found.rowids]
    _add_history(conn, rows)
    names = {own: ask.platform_name(own) for own in attempts.platforms(conn)}
    late = overdue(conn, ask.now_us, limit=MOST_LATE)
    sums = _with_stuck([_sum(row, ask) for row in earnings(conn)], conn, ask.now_us)
    long = long_waiting(conn, ask.now_us, limit=MOST_LATE)
    return {
        "sums": sums,
        "home": flows_at_home(valuation(conn, ask.day), sums, ("pending", *FLOWS)),
        "home_chosen": bool(load_settings(conn).home),
        "rows": [row | {"platform_name": ask.platform_name(row["platform"])} for row in rows],
        "platforms": sorted(names.items(), key=lambda one: one[1].casefold()),
        "states": STATES,
        "chosen": chosen,
        "total": found.total,
        "number": found.number,
        "numbers": found.numbers,
        "cut": found.cut,
        "several": _several(conn),
        "late": [row | {"platform_name": ask.platform_name(row["platform"])} for row in (*late, *long)],
        "late_n": count_overdue(conn, ask.now_us) if len(late) == MOST_LATE else len(late),
        "owing": [row | {"platform_name": ask.platform_name(row["platform"])} for row in _owing(conn, ask)],
        "editing": ask.query.get("edit", ""),
        "alone": _alone(conn, ask),
    }


def _owing(conn: sqlite3.Connection, ask: Ask) -> list[dict[str, Any]]:
    """Requesters that let a rule of their platform pass, with all they have yet to decide."""
    return [row for row in owed(conn, ask.now_us, limit=MOST_LATE) if row["overdue"]]


def _sum(row: dict[str, Any], ask: Ask) -> dict[str, Any]:
    """One row of sums: what waits for a decision in micro-units, and what the platform says its points are worth."""
    known = ask.platforms.get(row["platform"])
    worth = known.money.points if known is not None and is_points(row["currency"]) else None
    return row | {
        "platform_name": ask.platform_name(row["platform"]),
        "pending": row["submitted"] - row["approved"] - row["rejected"],
        "worth": worth if isinstance(worth, str) else "",
    }


def _with_stuck(sums: list[dict[str, Any]], conn: sqlite3.Connection, now_us: int) -> list[dict[str, Any]]:
    """Adds what of each row is more than pending; what has no known pay to the first row of its account."""
    waits = stuck(conn, now_us)
    for row in sums:
        own = row["platform"], row["account"]
        row["stuck"] = waits.pop((*own, row["currency"]), [])
        if row["currency"] != NO_CURRENCY:
            row["stuck"] += waits.pop((*own, NO_CURRENCY), [])
    return sums


def _alone(conn: sqlite3.Connection, ask: Ask) -> list[dict[str, Any]]:
    """The newest payouts with what they pay, and amounts that belong to no attempt."""
    newest = payouts(conn, limit=MOST_PAID)
    paid = [{"kind": "payout", "id": one.event, "micro": one.gross} | one._asdict() for one in newest]
    rows = sorted((*paid, *by_themselves(conn)), key=lambda one: -one["at_us"])[:MOST_LATE]
    return [row | {"platform_name": ask.platform_name(row["platform"])} for row in rows]


def _several(conn: sqlite3.Connection) -> set[str]:
    """Platforms on which more than one account was seen: only there an account is named."""
    found = conn.execute("SELECT platform FROM account WHERE alias_of IS NULL GROUP BY platform HAVING count(*) > 1")
    return {row["platform"] for row in found}


def _add_history(conn: sqlite3.Connection, rows: list[dict[str, Any]]) -> None:
    by_id: dict[str, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    query = _EVENTS.format(marks=",".join("?" * len(by_id)))
    for event in conn.execute(query, list(by_id)):
        said = _said(event["derived"]) or _said(event["body"])
        by_id[event["assignment"]].append(dict(event) | {"said": said})
    for row in rows:
        row["history"] = by_id[row["id"]]
        stated = [derived.decode(event["derived"]).spent_us for event in row["history"]]
        row["site_us"] = max((us for us in stated if us is not None), default=None)
        changes = [change for event in row["history"] if (change := _change(event)) is not None]
        gone = edits.undone(changes)
        for event in row["history"]:
            event["undone"] = event["id"] in gone
            event["own"] = event["kind"] in {Kind.EDIT, Kind.CORRECTION, Kind.UNDO}
        steps = [event for event in row["history"] if event["kind"] in STEP_KINDS - edits.KINDS]
        row["typed"] = bool(steps) and all(event["source"] == "typed" and not event["undone"] for event in steps)


def _change(event: dict[str, Any]) -> edits.Change | None:
    return edits.change_of(event["id"], event["kind"], event["at_us"], event["body"])


def _said(text: str) -> str:
    """The pay an event's JSON quotes from the page, as the page wrote it; "" where it quotes none."""
    try:
        pay = msgspec.json.decode(text).get("pay")
    except (msgspec.DecodeError, AttributeError):
        return ""
    raw = pay.get("raw") if isinstance(pay, dict) else None
    return raw[:200] if isinstance(raw, str) else ""


PAGE = Page("ledger", "/ledger", ("ledger",), load)
