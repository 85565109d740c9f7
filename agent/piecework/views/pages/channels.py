"""Channels: every way to reach the person, when it last did, what the last test said, and the phone by one scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.control.channels import SERVER, installed, listed, scan_of
from piecework.control.telling import PHONE_CODE_US
from piecework.views.ask import Page

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

_TEST = "SELECT id, at_us FROM alert WHERE reason = 'test' ORDER BY at_us DESC LIMIT 1"
_CAME = "SELECT channel, state, cause FROM delivery WHERE alert = ? ORDER BY channel"


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """Channels, and the last test channel by channel."""
    channels = listed(conn)
    test = conn.execute(_TEST).fetchone()
    came = {row["channel"]: dict(row) for row in conn.execute(_CAME, [test["id"]])} if test else {}
    phone = next((one for one in channels if one["kind"] == "phone"), None)
    waits = phone is not None and "phone" in came and came["phone"]["state"] == "shown"
    # The topic is a secret: it is shown until the phone has it, and on request.
    shown = phone is not None and (phone["confirmed_us"] is None or ask.query.get("scan") == "1")
    return {
        "channels": [one | {"test": came.get(one["name"])} for one in channels],
        "tested_us": test["at_us"] if test else None,
        "phone": phone,
        "asks_code": phone is not None
        and waits
        and phone["confirmed_us"] is None
        and ask.now_us - test["at_us"] < PHONE_CODE_US,
        "scan": scan_of(ask.address("phone") or "") if shown else None,
        "installed": installed(),
        "server": SERVER,
    }


PAGE = Page("channels", "/channels", ("board", "platforms"), load)
