"""From a committed alert to somebody who saw it: the extension first, the desktop when none confirms.

The rows of table `delivery` are the outbox: what is `queued` there goes out again after a restart and at every new
connection. During work and in quiet hours an alert is only kept in sight (`hold`), and told when they end.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from piecework.control.quiet import quiet_until_us
from piecework.errors import StoreError
from piecework.link.desktop import Channel, Desktop, Unavailable
from piecework.protocol.messages import Alert, Withdraw
from piecework.watch import alerts
from piecework.worktime.tracker import working_now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Coroutine, Iterable

    from piecework.control import Services
    from piecework.link.hub import Hub, Peer

CONFIRM_S = 1.5
"""How long an extension has to say `shown`."""
RETURN_S = 16.0
"""After a start the browsers get this long to come back before the desktop is asked."""

_QUEUED = (
    "SELECT alert.*, delivery.tries FROM alert JOIN delivery ON delivery.alert = alert.id"
    " WHERE delivery.channel = 'extension' AND delivery.state = 'queued' AND alert.gone_us IS NULL"
)


class Delivery:
    """The outbox of one agent. Belongs to the event loop."""

    def __init__(
        self, services: Services, hub: Hub, channel: Channel | None = None, confirm_s: float = CONFIRM_S
    ) -> None:
        self._services = services
        self._hub = hub
        self._channel = channel or Desktop()
        self._confirm_s = confirm_s
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, return_s: float = RETURN_S) -> None:
        """Takes up what was queued when the agent ended."""
        with self._services.store.read() as conn:
            waiting = [str(row["id"]) for row in conn.execute(_QUEUED)]
        for alert in waiting:
            self._wait(alert, return_s)

    async def stop(self) -> None:
        """Ends every timer; what is queued stays queued."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def offer(self, ids: Iterable[str]) -> None:
        """Alerts that were committed just now; one that a client was told on connecting is under way already."""
        self._send(alert for alert in ids if alert not in self._timers)

    def _send(self, ids: Iterable[str]) -> None:
        wanted = set(ids)
        if not wanted:
            return
        with self._services.store.read() as conn:
            held = self.held(conn)
            rows = [row for row in conn.execute(f"{_QUEUED} ORDER BY alert.at_us") if row["id"] in wanted]
        for row in rows:
            self._offer(row, held)

    def resume(self, peer: Peer) -> None:
        """A client holds nothing back any more: it gets what is queued and nobody else is better placed to show."""
        peer.caught_up = True
        with self._services.store.read() as conn:
            queued = [(str(row["id"]), row["cid"]) for row in conn.execute(_QUEUED)]
        self._send(alert for alert, cid in queued if self._hub.best(cid) is peer)

    def confirmed(self, ids: Iterable[str]) -> None:
        """An extension has shown these, or keeps them in sight until the work is done."""
        for alert in ids:
            self._forget(alert)
        self.release()

    def withdraw(self, ids: Iterable[str]) -> None:
        """The tasks are gone: their notifications go away."""
        for alert in ids:
            self._forget(alert)
            self._hub.send(Withdraw(alert=alert))

    def release(self) -> None:
        """Tells what was held, if nothing holds it any more. Cheap where nothing is held."""
        with self._services.store.read() as conn:
            if not conn.execute("SELECT 1 FROM delivery WHERE state = 'held' LIMIT 1").fetchone() or self.held(conn):
                return
        self._run(self._release())

    def held(self, conn: sqlite3.Connection) -> str:
        """Why alerts are only kept in sight now: "work", "quiet", or "" where they are told."""
        now_us = self._services.clock.now_us()
        if working_now(conn, now_us):
            return "work"
        return "quiet" if quiet_until_us(self._services.settings, now_us, self._services.zone) else ""

    def _offer(self, row: sqlite3.Row, held: str) -> None:
        peer = self._hub.best(row["cid"])
        if peer is not None:
            peer.wire.send(self._message(row, hold=bool(held)))
        elif self._hub.is_connected(row["cid"]):
            # It still delivers what it held, and may have told the person already.
            self._forget(row["id"])
            return
        self._wait(row["id"], self._confirm_s)

    def _message(self, row: sqlite3.Row, *, hold: bool) -> Alert:
        return Alert(
            alert=row["id"],
            platform=row["platform"],
            system=row["system"],
            task=row["task"],
            reason=row["reason"],
            title=row["title"],
            text=row["text"],
            url=row["url"] or "",
            sound="" if hold else self._services.settings.sound,
            at_us=row["at_us"],
            dom_at_us=row["dom_at_us"],
            hold=hold,
        )

    def _wait(self, alert: str, wait_s: float) -> None:
        self._forget(alert)
        loop = asyncio.get_running_loop()
        self._timers[alert] = loop.call_later(wait_s, lambda: self._run(self._unconfirmed(alert)))

    def _forget(self, alert: str) -> None:
        if (timer := self._timers.pop(alert, None)) is not None:
            timer.cancel()

    async def _unconfirmed(self, alert: str) -> None:
        """Nobody said `shown` in time."""
        self._timers.pop(alert, None)
        with self._services.store.read() as conn:
            row = conn.execute(f"{_QUEUED} AND alert.id = ?", (alert,)).fetchone()
            held = self.held(conn)
        if row is None or (self._hub.is_connected(row["cid"]) and self._hub.best(row["cid"]) is None):
            return
        now_us = self._services.clock.now_us()
        if held:
            await self._write(lambda conn: alerts.hold(conn, alert, now_us, held))
            return
        try:
            await self._channel.show(row["title"], row["text"], row["url"])
        except Unavailable as cause:
            outcome = Outcome(alert, self._channel.name, "failed", cause.text, now_us)
        else:
            outcome = Outcome(alert, self._channel.name, "shown", "", now_us)
        await self._write(lambda conn: _keep(conn, outcome))

    async def _release(self) -> None:
        now_us = self._services.clock.now_us()
        released: list[str] = []
        await self._write(lambda conn: released.extend(alerts.release_held(conn, now_us)))
        self._send(released)

    async def _write(self, job: Callable[[sqlite3.Connection], None]) -> None:
        try:
            await self._services.store.write(job)
        except StoreError:
            # The rows stay as they are: told twice after a full disk is better than never told.
            return
        self._services.bus.publish("board")

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Outcome(NamedTuple):
    """What became of an alert in a channel of the agent's own."""

    alert: str
    channel: str
    state: str
    cause: str
    at_us: int


def _keep(conn: sqlite3.Connection, outcome: Outcome) -> None:
    """Where another channel told the person, the extension need not; where none did, it may later."""
    conn.execute(
        "INSERT INTO delivery (alert, channel, state, cause, at_us, tries) VALUES (?, ?, ?, ?, ?, 1)"
        " ON CONFLICT (alert, channel) DO UPDATE SET state = excluded.state, cause = excluded.cause,"
        " at_us = excluded.at_us, tries = tries + 1",
        outcome,
    )
    conn.execute(
        "UPDATE delivery SET tries = tries + 1 WHERE alert = ? AND channel = 'extension' AND state = 'queued'",
        (outcome.alert,),
    )
    if outcome.state == "shown":
        conn.execute("UPDATE alert SET shown_us = coalesce(shown_us, ?) WHERE id = ?", (outcome.at_us, outcome.alert))
        conn.execute(
            "UPDATE delivery SET state = 'failed', at_us = ?, cause = 'no browser confirmed in time'"
            " WHERE alert = ? AND channel = 'extension' AND state = 'queued'",
            (outcome.at_us, outcome.alert),
        )
