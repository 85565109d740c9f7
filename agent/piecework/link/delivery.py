"""From a committed alert to somebody who saw it: the extension first, the desktop when none confirms.

The rows of table `delivery` are the outbox: what is `queued` there goes out again after a restart and at every new
connection. During work and in quiet hours an alert is only kept in sight (`hold`), and told when they end. Channels
beside the screen have outboxes of their own (`link/outbox.py`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from piecework.control import telling
from piecework.control.quiet import quiet_until_us
from piecework.errors import StoreError
from piecework.link import outcomes
from piecework.link.desktop import Channel, Desktop, Unavailable
from piecework.link.loudness import Loudness, Tone
from piecework.link.outbox import Outboxes
from piecework.now import HOUR_US
from piecework.protocol.messages import Alert, Withdraw
from piecework.watch import alerts
from piecework.words import Words, told_in
from piecework.worktime.tracker import working_now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Coroutine, Iterable, Sequence

    from piecework.control import Services
    from piecework.link.hub import Hub, Peer
    from piecework.link.outbox import Sender

CONFIRM_S = 1.5
"""How long an extension has to say `shown`."""
RETURN_S = 16.0
"""After a start the browsers get this long to come back before the desktop is asked."""
TEST_S = 20.0
"""How long a test waits for the slowest channel."""
QUIET = Tone(sounds=False, folded=False)

_QUEUED = (
    "SELECT alert.*, delivery.tries, delivery.channel FROM alert JOIN delivery ON delivery.alert = alert.id"
    " WHERE delivery.channel IN ('extension', 'desktop') AND delivery.state = 'queued' AND alert.gone_us IS NULL"
)


class Delivery:
    """The outbox of one agent. Belongs to the event loop."""

    def __init__(
        self,
        services: Services,
        hub: Hub,
        channel: Channel | None = None,
        confirm_s: float = CONFIRM_S,
        sender: Sender | None = None,
    ) -> None:
        self._services = services
        self._hub = hub
        self._channel = channel or Desktop()
        self._confirm_s = confirm_s
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._late: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._loudness = Loudness()
        self._outboxes = Outboxes(services, self.held, sender)

    def start(self, return_s: float = RETURN_S) -> None:
        """Takes up what was queued when the agent ended."""
        with self._services.store.read() as conn:
            waiting = [str(row["id"]) for row in conn.execute(_QUEUED)]
            self._loudness = Loudness(outcomes.sounds(conn, self._services.clock.now_us() - HOUR_US))
        for alert in waiting:
            self._wait(alert, return_s)
        self._outboxes.start()

    async def stop(self) -> None:
        """Ends every timer; what is queued stays queued."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._outboxes.stop()

    def offer(self, ids: Iterable[str]) -> None:
        """Alerts that were committed just now; one that a client was told on connecting is under way already."""
        wanted = [alert for alert in ids if alert not in self._timers]
        if wanted:
            self._send(wanted)
            self._outboxes.wake()

    def channels_changed(self) -> None:
        """A channel was added, switched or removed."""
        self._outboxes.start()

    async def test(self) -> list[dict[str, Any]]:
        """One alert the whole way to every channel that is on: rows {channel, state, cause, at_us}, as they end."""
        services = self._services
        now_us = services.clock.now_us()
        own, names = await services.store.write(lambda conn: outcomes.raise_test(conn, services, now_us))
        with services.store.read() as conn:
            row = conn.execute("SELECT *, 0 AS tries FROM alert WHERE id = ?", (own,)).fetchone()
        if "extension" in names:
            if (peer := self._hub.best("")) is None:
                await self._write(lambda conn: outcomes.keep(conn, outcomes.no_browser(own, now_us)))
            else:
                peer.wire.send(self._message(row, self._said(row), Tone(sounds=True, folded=False), hold=False))
        if "desktop" in names:
            self._run(self._show_on_desktop([row]))
        self._outboxes.wake()
        return await outcomes.wait_for(services, own, len(names), TEST_S)

    def _send(self, ids: Iterable[str]) -> None:
        wanted = set(ids)
        if not wanted:
            return
        with self._services.store.read() as conn:
            held = self.held(conn)
            rows = [row for row in conn.execute(f"{_QUEUED} ORDER BY alert.at_us") if row["id"] in wanted]
        tones = [QUIET] * len(rows) if held else self._tones(rows)
        for row, tone in zip(rows, tones, strict=True):
            self._offer(row, held, tone)

    def _tones(self, rows: Sequence[sqlite3.Row]) -> list[Tone]:
        services = self._services
        now_us = services.clock.now_us()
        tones = self._loudness.decide([outcomes.item(row) for row in rows], now_us, services.settings.sounds_an_hour)
        loud = [row["id"] for row, tone in zip(rows, tones, strict=True) if tone.sounds]
        if loud:
            self._run(self._write(lambda conn: outcomes.note_sounds(conn, loud, now_us)))
        return tones

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

    def _offer(self, row: sqlite3.Row, held: str, tone: Tone) -> None:
        peer = self._hub.best(row["cid"]) if row["channel"] == alerts.EXTENSION else None
        if peer is not None:
            peer.wire.send(self._message(row, self._said(row, brief=tone.folded), tone, hold=bool(held)))
        elif row["channel"] == alerts.EXTENSION and self._hub.is_connected(row["cid"]):
            # It still delivers what it held, and may have told the person already.
            self._forget(row["id"])
            return
        self._wait(row["id"], self._confirm_s if row["channel"] == alerts.EXTENSION else 0)

    def _said(self, row: sqlite3.Row, *, brief: bool = False) -> telling.Saying:
        """The words of an alert; a folded one shows its title alone, and costs no look into the books."""
        if brief:
            return telling.Saying(row["title"], row["text"])
        with self._services.store.read() as conn:
            return telling.say(conn, row, self._words, self._services.platforms)

    @property
    def _words(self) -> Words:
        return told_in(self._services.settings.language)

    def _message(self, row: sqlite3.Row, said: telling.Saying, tone: Tone, *, hold: bool) -> Alert:
        return Alert(
            alert=row["id"],
            platform=row["platform"],
            system=row["system"],
            task=row["task"],
            reason=row["reason"],
            title=said.title,
            text=said.text,
            url=row["url"] or "",
            sound=(row["sound"] or "own") if tone.sounds else "",
            volume=row["volume"],
            sticky=row["level"] == "sound" and not tone.folded,
            at_us=row["at_us"],
            dom_at_us=row["dom_at_us"],
            hold=hold,
            fold=tone.folded,
            open=bool(row["opens"]) and not hold,
        )

    def _wait(self, alert: str, wait_s: float) -> None:
        self._forget(alert)
        self._timers[alert] = asyncio.get_running_loop().call_later(wait_s, self._is_late, alert)

    def _forget(self, alert: str) -> None:
        if (timer := self._timers.pop(alert, None)) is not None:
            timer.cancel()

    def _is_late(self, alert: str) -> None:
        """Nobody said `shown` in time. Those of one moment are told the desktop together."""
        self._timers.pop(alert, None)
        self._late.append(alert)
        if len(self._late) == 1:
            self._run(self._unconfirmed())

    async def _unconfirmed(self) -> None:
        await asyncio.sleep(0)
        late, self._late = self._late, []
        with self._services.store.read() as conn:
            rows = [row for alert in late if (row := conn.execute(f"{_QUEUED} AND alert.id = ?", (alert,)).fetchone())]
            held = self.held(conn)
        rows = [row for row in rows if not self._still_delivers(row)]
        if not rows:
            return
        if held:
            now_us = self._services.clock.now_us()
            keys = [(row["id"], row["channel"]) for row in rows]
            await self._write(lambda conn: outcomes.hold_all(conn, keys, now_us, held))
            return
        wanted = [row for row in rows if row["channel"] == alerts.DESKTOP or telling.told_of(row).desktop]
        if wanted:
            await self._show_on_desktop(wanted)

    def _still_delivers(self, row: sqlite3.Row) -> bool:
        extension = row["channel"] == alerts.EXTENSION
        return extension and self._hub.is_connected(row["cid"]) and self._hub.best(row["cid"]) is None

    async def _show_on_desktop(self, rows: Sequence[sqlite3.Row]) -> None:
        many = len(rows) > telling.MOST_APART
        platforms = self._services.platforms
        said = [telling.fold(rows, self._words, platforms, titles=True)] if many else [self._said(row) for row in rows]
        cause = ""
        for saying, row in zip(said, rows, strict=False):
            try:
                await self._channel.show(saying.title, saying.text, None if many else row["url"])
            except Unavailable as why:
                cause = why.text
        found = outcomes.Outcome(
            self._channel.name, "failed" if cause else "shown", cause, self._services.clock.now_us()
        )
        ids = [row["id"] for row in rows]
        await self._write(lambda conn: outcomes.keep_all(conn, ids, found))

    async def _release(self) -> None:
        now_us = self._services.clock.now_us()
        released: list[str] = []
        await self._write(lambda conn: released.extend(alerts.release_held(conn, now_us)))
        self._send(released)
        self._outboxes.wake()

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
