"""A dashboard on loopback over a store of its own: what its tests talk to, and a person's day to fill it with."""

from __future__ import annotations

import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from piecework.control import PairRequest, Services
from piecework.control.services import NoDesk, NoHub
from piecework.errors import BadUsage
from piecework.ledger.edits import Edit
from piecework.ledger.reconcile import Settled
from piecework.now import DAY_US, HOUR_US, MINUTE_US, SECOND_US, day_of
from piecework.platforms import load_platforms
from piecework.protocol.bodies import Exchange, PayText, Statement, Total
from piecework.protocol.kinds import Kind
from piecework.rates import add_own, read_own
from piecework.resources import locales_dir
from piecework.secrets import Secrets
from piecework.settings import Settings
from piecework.store.timesums import sum_up
from piecework.views.routes import attach
from tests.agent import books

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator

    from piecework.now import Clock
    from piecework.settings import Paths
    from piecework.store import Store

ZONE = "Europe/Paris"
LOCALES = locales_dir()
CODE = "4071"
TITLE = "Label photographs of road signs"
HOSTILE = "<script>alert(1)</script> \u202e\u2067gnp.exe & 'x' \"y\" {{ 7 * 7 }}"


class Hub(NoHub):
    """One connected browser."""

    def __init__(self) -> None:
        self.cids = frozenset({"c1"})

    def connected(self) -> frozenset[str]:
        """Its cid."""
        return self.cids


class Desk(NoDesk):
    """A request that waits, where `waiting` is set; remembers what was decided."""

    def __init__(self) -> None:
        self.waiting: PairRequest | None = None
        self.decided: list[str] = []

    def pending(self) -> PairRequest | None:
        """The request."""
        return self.waiting

    async def approve(self, code: str) -> str:
        """Allows it where the code fits."""
        if self.waiting is None or code != self.waiting.code:
            raise BadUsage("This is not the code the extension shows.")
        self.decided.append(f"allow {code}")
        self.waiting = None
        return "c9"

    def deny(self) -> None:
        """Turns it down."""
        self.decided.append("deny")
        self.waiting = None


@dataclass
class Panel:
    """A served dashboard. `address()` is a one-time address of a page."""

    services: Services
    desk: Desk
    hub: Hub

    @property
    def origin(self) -> str:
        """http://127.0.0.1:PORT."""
        return f"http://127.0.0.1:{self.services.port}"

    def address(self, path: str = "/") -> str:
        """A one-time address."""
        return self.services.sessions.mint(path)

    def once(self, path: str = "/") -> str:
        """The part of a one-time address behind the origin."""
        parts = urlsplit(self.address(path))
        return f"{parts.path}?{parts.query}"


@asynccontextmanager
async def panel(paths: Paths, store: Store, clock: Clock, **settings: Any) -> AsyncIterator[Panel]:  # noqa: ANN401 - fields of Settings
    """Serves the dashboard on a free port."""
    services = Services(
        paths=paths,
        clock=clock,
        store=store,
        platforms=load_platforms(),
        secrets=Secrets.open(paths, keyring_allowed=False),
        settings=Settings(**{"zone": ZONE, **settings}),
    )
    services.hub, services.desk = hub, desk = Hub(), Desk()
    application = web.Application()
    attach(application, services)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    services.port = runner.addresses[0][1]
    try:
        yield Panel(services, desk, hub)
    finally:
        await runner.cleanup()


def request(expires_us: int, name: str = "Chromium on Linux") -> PairRequest:
    """A browser that asks to be paired."""
    return PairRequest(CODE, "chrome-extension://" + "a" * 32, name, "chromium", ("site",), expires_us)


def put(conn: sqlite3.Connection, table: str, **row: Any) -> None:  # noqa: ANN401 - columns of any type
    """Inserts one row."""
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    conn.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", row)  # noqa: S608 - our own names


def task(conn: sqlite3.Connection, own: str, at_us: int, **more: Any) -> None:  # noqa: ANN401 - columns of any type
    """A sighted task, open, with a pay of 1.20 pounds for 8 minutes."""
    row: dict[str, Any] = {
        "platform": "site",
        "system": "",
        "id": own,
        "account": "-",
        "list": "main",
        "title": f"Task {own}",
        "requester": "A lab",
        "pay_state": "stated",
        "pay_micro": 1_200_000,
        "pay_currency": "GBP",
        "pay_per": "task",
        "pay_raw": "£1.20",
        "minutes": 8,
        "places": 12,
        "url": f"https://site.test/task/{own}",
        "first_seen_us": at_us,
        "last_seen_us": at_us,
        "episode_us": at_us,
        "state": "open",
        **more,
    }
    put(conn, "task", **{"pay_max_micro": row["pay_micro"], **row})


def look(conn: sqlite3.Connection, at_us: int, name: str = "main", **more: Any) -> None:  # noqa: ANN401 - columns of any type
    """A list that was read well just now."""
    times = {"since_us": at_us - HOUR_US, "last_look_us": at_us, "last_good_us": at_us}
    row = {"platform": "site", "list": name, "account": "-", "state": "watching", "tasks": 3, **times}
    put(conn, "list_state", **row | more)


def attempt(conn: sqlite3.Connection, own: str, at_us: int, state: str, **more: Any) -> None:  # noqa: ANN401 - columns of any type
    """An attempt with its steps up to `state`, ten minutes of work, and its line in the sums of the day."""
    day = day_of(at_us, ZONE)
    row: dict[str, Any] = {
        "id": own,
        "platform": "site",
        "account": "-",
        "task": f":{own}",
        "session": f"s-{own}",
        "title": f"Assignment {own}",
        "requester": "A lab",
        "state": state,
        "accepted_us": at_us - 11 * MINUTE_US,
        "submitted_us": at_us,
        "pay_micro": 1_200_000,
        "pay_currency": "GBP",
        "day_platform": day,
        "day_local": day,
        **more,
    }
    if state == "accepted":
        row["submitted_us"] = None
    put(conn, "assignment", **row)
    where = {"platform": row["platform"], "session": row["session"], "assignment": own}
    interval(conn, own, at_us - 10 * MINUTE_US, 10 * MINUTE_US, **where)
    way = ["accepted", "submitted", "approved", "paid"]
    for place, kind in enumerate(way[: way.index(state) + 1] if state in way else [*way[:2], state]):
        step(conn, own, kind, at_us + (place - 1) * MINUTE_US, platform=row["platform"])
    flows = [one for one in ("submitted", "approved", "paid") if state in way and way.index(state) >= way.index(one)]
    for flow in flows or {"accepted": [], "rejected": ["submitted", "rejected"]}[state]:
        if row["pay_micro"] is None:
            break
        add_sum(conn, day, row["platform"], flow, (row["pay_micro"], row["pay_currency"]))


def step(conn: sqlite3.Connection, assignment: str, kind: str, at_us: int, **more: Any) -> None:  # noqa: ANN401 - columns of any type
    """One event of an attempt, quoting its pay."""
    day = day_of(at_us, ZONE)
    row = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{assignment} {kind} {at_us}")),
        "at_us": at_us,
        "recv_us": at_us,
        "source": "page",
        "platform": "site",
        "kind": kind,
        "task": f":{assignment}",
        "assignment": assignment,
        "body": "{}",
        "derived": '{"pay": {"raw": "£1.20"}}',
        "day_platform": day,
        "day_local": day,
    }
    put(conn, "event", **row | more)


def interval(conn: sqlite3.Connection, own: str, start_us: int, length_us: int, **more: Any) -> None:  # noqa: ANN401 - columns of any type
    """Active time, in the sums of its day too."""
    day = day_of(start_us, ZONE)
    row = {
        "id": f"i-{own}",
        "platform": "site",
        "account": "-",
        "task": f":{own}",
        "assignment": "",
        "session": f"s-{own}",
        "kind": "work",
        "start_us": start_us,
        "end_us": start_us + length_us,
        "active_us": length_us,
        "source": "agent",
        "day_local": day,
        **more,
    }
    put(conn, "interval", **row)
    sum_up(conn, (day, row["platform"], row["account"], row["kind"]), start_us)


def add_sum(conn: sqlite3.Connection, day: str, platform: str, flow: str, money: tuple[int, str]) -> None:
    """Adds an amount (micro-units, currency) to the sums of a day and its month."""
    for table, when in (("sum_day", day), ("sum_month", day[:7])):
        conn.execute(
            f"INSERT INTO {table} VALUES (?, ?, '-', ?, ?, ?, 1) ON CONFLICT DO UPDATE SET "  # noqa: S608 - two names
            "micro = micro + excluded.micro, n = n + 1",
            (when, platform, money[1], flow, money[0]),
        )


def alert(conn: sqlite3.Connection, own: str, at_us: int, state: str, **more: Any) -> None:  # noqa: ANN401 - columns of any type
    """An alert and its delivery in the browser."""
    row = {
        "id": own,
        "platform": "site",
        "system": "",
        "task": own,
        "account": "-",
        "reason": "new",
        "rule": "default",
        "episode": 1,
        "title": f"Task {own}",
        "text": "A lab · £1.20",
        "url": f"https://site.test/task/{own}",
        "cid": "c1",
        "at_us": at_us,
        "dom_at_us": at_us,
        "stored_us": at_us + 50_000,
        "shown_us": at_us + 180_000 if state in {"shown", "clicked"} else None,
    }
    put(conn, "alert", **row | more)
    cause = "work" if state == "held" else ""
    put(conn, "delivery", alert=own, channel="extension", state=state, at_us=at_us, cause=cause)


def clients(conn: sqlite3.Connection, now_us: int) -> None:
    """Two paired browsers, one ended pairing, and accounts in each state."""
    for cid, name, ended in (("c1", "Chromium on Linux", None), ("c2", "Firefox on Linux", None), ("c3", "Old", 5)):
        origin = f"moz-extension://{uuid.uuid5(uuid.NAMESPACE_OID, cid)}"
        put(conn, "client", cid=cid, origin=origin, name=name, paired_us=now_us - DAY_US, revoked_us=ended)
    for own, state in (("-", "claimed"), ("91ab22cd44ef0011", "asks"), ("0011aabbccddeeff", "released")):
        put(conn, "account", platform="site", account=own, state=state, first_seen_us=now_us - HOUR_US)


def withdrawal(conn: sqlite3.Connection, at_us: int) -> None:
    """Rates of the person's own, one of them old, and dollars that became shillings and dinars."""
    day = day_of(at_us, ZONE)
    add_own(
        conn, read_own(f"day,currency,rate,per\n2026-01-05,PHP,64.8,EUR\n{day},USD,1.16,EUR\n{day},KES,129.5,USD\n")
    )
    for to, fee in (("KES 1250", PayText(raw="$0.50")), ("DZD 1300", None)):
        body = Exchange(amount=PayText(raw="$10"), received=PayText(raw=to), fee=fee, source="PayPal", to=HOSTILE)
        books.take(conn, books.event(Kind.RATE, at_us, body, platform="", account="", zone=ZONE))


def reckoned(conn: sqlite3.Connection, now_us: int) -> None:
    """Statements that agree, differ and can't be read, one of them settled; work that is overdue, and a correction."""
    attempt(conn, "late", now_us - 41 * DAY_US, "submitted", title=HOSTILE, due_us=now_us - 34 * DAY_US)
    for place, (period, micro) in enumerate((("", 2_400_000), ("2026-11-20", 5_000), (HOSTILE[:40], None))):
        total = Total("pending", PayText(raw="?" if micro is None else f"£{micro / 1_000_000}"))
        body = Statement("earnings", period, [total])
        books.take(conn, books.event(Kind.STATEMENT, now_us - place * HOUR_US, body, platform="site", account="-"))
    kept = Settled("x", "2026-11-20", "GBP", "kept", {"pending": 5_000}, HOSTILE)
    books.keep_all(conn, [books.event(Kind.SETTLED, now_us, kept, platform="site", account="-")])
    edit = books.event(Kind.EDIT, now_us, Edit("b1", title="Another"), platform="site", account="-")
    books.keep_all(conn, [edit])


def fill(conn: sqlite3.Connection, now_us: int) -> None:
    """A person's day: lists in several states, open tasks, work, money, alerts, pairings."""
    look(conn, now_us - 12 * SECOND_US)
    look(conn, now_us - 40 * MINUTE_US, "invited", state="signed_out", cause="marker")
    task(
        conn,
        "a1",
        now_us - 8 * SECOND_US,
        title="Label photographs of road signs",
        hourly_micro=9_000_000,
        hourly_currency="GBP",
    )
    task(conn, "a2", now_us - 4 * MINUTE_US, pay_currency="EUR", pay_micro=50_000, pay_raw="0,05 €", minutes=None)
    task(conn, "a3", now_us - 3 * HOUR_US, title=HOSTILE, requester=HOSTILE, pay_state="unreadable", pay_micro=None)
    task(conn, "a4", now_us - DAY_US, title="W" * 300, pay_state="none", pay_micro=None, places=None, url=None)
    task(conn, "a5", now_us - DAY_US, state="gone")
    for place, state in enumerate(("accepted", "submitted", "approved", "paid", "rejected", "paid", "paid", "paid")):
        attempt(conn, f"b{place}", now_us - place * 40 * MINUTE_US - 12 * MINUTE_US, state)
    for back in range(1, 13):
        for kind, minutes in (("work", 31 * back % 190), ("search", 17 * back % 45), ("admin", 3)):
            start = now_us - back * DAY_US
            interval(conn, f"{kind}{back}", start, minutes * MINUTE_US, kind=kind)
    alert(conn, "a1", now_us - 8 * SECOND_US, "held")
    alert(conn, "a2", now_us - 4 * MINUTE_US, "shown")
    alert(conn, "a3", now_us - 3 * HOUR_US, "clicked", title=HOSTILE, reason="reopened")
    clients(conn, now_us)
    withdrawal(conn, now_us - DAY_US)
    reckoned(conn, now_us)
