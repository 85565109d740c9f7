"""The outboxes of channels beside the screen: phone, e-mail, chat. Each has a task and a thread of its own.

A channel that hangs hangs alone. What fails is tried again a few times, later each time; then it is said so.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, NamedTuple, Protocol

from piecework.control import telling
from piecework.errors import StoreError
from piecework.link import outcomes, push
from piecework.link.desktop import Unavailable
from piecework.watch import alerts
from piecework.watch.raising import TEST
from piecework.words import told_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from piecework.control import Services
    from piecework.control.telling import Saying

SEND_S = 20.0
"""How long a channel may take."""
AGAIN_S = (2.0, 10.0, 60.0)
"""When a failed message is tried again; after the last it has failed."""
GATHER_S = 0.05
"""What is committed within this time is told in one message."""
MOST = 500

_WAITING = (
    "SELECT alert.*, delivery.tries FROM delivery JOIN alert ON alert.id = delivery.alert"
    " WHERE delivery.channel = ? AND delivery.state = 'queued' AND alert.gone_us IS NULL ORDER BY alert.at_us LIMIT ?"
)
_CHANNELS = "SELECT name, titles, at_work FROM channel WHERE kind IN ('push', 'phone') AND on_ = 1"


class Sender(Protocol):
    """Hands one message to a service; `push.send` in the agent."""

    def __call__(self, address: str, title: str, text: str, link: str) -> None:
        """Returns once it was taken. Raises Unavailable, saying why. May block: it runs in a thread."""
        ...


class Channel(NamedTuple):
    """One row of table `channel`."""

    name: str
    titles: bool
    at_work: bool


class Outboxes:
    """Every outbox of one agent. Belongs to the event loop."""

    def __init__(
        self, services: Services, held: Callable[[sqlite3.Connection], str], sender: Sender | None = None
    ) -> None:
        self._services = services
        self._held = held
        self._sender = sender or push.send
        self._open: dict[str, _Outbox] = {}

    def start(self) -> None:
        """Begins the outboxes of channels that are on, ends those of others; what is queued goes out."""
        with self._services.store.read() as conn:
            wanted = {row[0]: Channel(row[0], bool(row[1]), bool(row[2])) for row in conn.execute(_CHANNELS)}
        for name in set(self._open) - set(wanted):
            self._open.pop(name).cancel()
        for name, channel in wanted.items():
            if name in self._open:
                self._open[name].channel = channel
            else:
                self._open[name] = _Outbox(self._services, self._held, self._sender, channel)
        self.wake()

    def wake(self) -> None:
        """Something may be queued, or is no longer held."""
        for outbox in self._open.values():
            outbox.news.set()

    async def stop(self) -> None:
        """Ends every outbox; a message that is under way may still arrive, and is then told once more."""
        tasks = [outbox.cancel() for outbox in self._open.values()]
        self._open.clear()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Outbox:
    """One channel's."""

    def __init__(
        self, services: Services, held: Callable[[sqlite3.Connection], str], sender: Sender, channel: Channel
    ) -> None:
        self.channel = channel
        self.news = asyncio.Event()
        self._services = services
        self._held = held
        self._sender = sender
        self._hanging: asyncio.Task[None] | None = None
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    def cancel(self) -> asyncio.Task[None]:
        """Ends it."""
        if self._hanging is not None:
            self._hanging.cancel()
        self._task.cancel()
        return self._task

    async def _go_on(self) -> None:
        tries = 0
        while True:
            await self.news.wait()
            self.news.clear()
            await asyncio.sleep(GATHER_S)
            tries = 0 if await self._empty(tries) else tries + 1
            if tries:
                await asyncio.sleep(AGAIN_S[min(tries, len(AGAIN_S)) - 1])
                self.news.set()

    async def _empty(self, tries: int) -> bool:
        """Sends all that waits as one message; False where it has to be tried again."""
        rows, held = self._waiting()
        if not rows:
            return True
        ids = [row["id"] for row in rows]
        now_us = self._services.clock.now_us()
        if held:
            await self._write(
                lambda conn: outcomes.hold_all(conn, [(own, self.channel.name) for own in ids], now_us, held)
            )
            return True
        try:
            await self._send(self._saying(rows), rows)
        except Unavailable as cause:
            again = tries < len(AGAIN_S) and rows[0]["reason"] != TEST
            text = cause.text
            await self._write(lambda conn: self._failed(conn, ids, text, final=not again))
            return not again
        found = outcomes.Outcome(self.channel.name, "shown", "", self._services.clock.now_us())
        await self._write(lambda conn: outcomes.keep_all(conn, ids, found))
        return True

    def _waiting(self) -> tuple[Sequence[sqlite3.Row], str]:
        with self._services.store.read() as conn:
            rows = conn.execute(_WAITING, (self.channel.name, MOST)).fetchall()
            held = self._held(conn) if rows else ""
        tests = [row for row in rows if row["reason"] == TEST]
        if tests:
            return tests, ""
        return rows, "" if held == "work" and self.channel.at_work else held

    def _saying(self, rows: Sequence[sqlite3.Row]) -> Saying:
        services = self._services
        words = told_in(services.settings.language)
        with services.store.read() as conn:
            return telling.push(conn, rows, words, services.platforms, titles=self.channel.titles)

    async def _send(self, saying: Saying, rows: Sequence[sqlite3.Row]) -> None:
        """Raises Unavailable: what the service said, no address, or no answer in time."""
        if self._hanging is not None and not self._hanging.done():
            raise Unavailable("unavailable: it still hangs from the last try")
        link = str(rows[0]["url"] or "") if len(rows) == 1 and self.channel.titles else ""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[str] = loop.create_future()

        def work() -> None:
            cause = ""
            try:
                self._sender(self._address(), saying.title, saying.text, link)
            except Exception as why:  # noqa: BLE001 - every service has errors of its own
                cause = why.text if isinstance(why, Unavailable) else f"unavailable: {type(why).__name__}"
            loop.call_soon_threadsafe(_settle, done, cause)

        # A daemon: a service that never answers must not keep the agent from ending.
        threading.Thread(target=work, name=f"channel {self.channel.name}", daemon=True).start()
        try:
            async with asyncio.timeout(SEND_S):
                cause = await asyncio.shield(done)
        except TimeoutError:
            self._hanging = loop.create_task(self._late(done, [row["id"] for row in rows]))
            raise Unavailable(f"unavailable: no answer within {SEND_S:g} s") from None
        if cause:
            raise Unavailable(cause)

    async def _late(self, done: asyncio.Future[str], ids: Sequence[str]) -> None:
        """A service that answers after all: what it took then is not sent to it once more."""
        if not await done:
            found = outcomes.Outcome(self.channel.name, "shown", "", self._services.clock.now_us())
            await self._write(lambda conn: outcomes.keep_all(conn, ids, found))

    def _address(self) -> str:
        """Asks the keyring, which may take a while: only in the channel's thread."""
        address = self._services.secrets.channel(self.channel.name)
        if not address:
            raise Unavailable("unavailable: its address is not kept here any more; add the channel again")
        return address

    def _failed(self, conn: sqlite3.Connection, ids: Sequence[str], cause: str, *, final: bool) -> None:
        now_us = self._services.clock.now_us()
        alerts.note_channel(conn, self.channel.name, now_us, cause)
        conn.executemany(
            "UPDATE delivery SET tries = tries + 1, at_us = ?, cause = ?, state = ? "
            "WHERE alert = ? AND channel = ? AND state = 'queued'",
            [(now_us, cause[:200], "failed" if final else "queued", own, self.channel.name) for own in ids],
        )

    async def _write(self, job: Callable[[sqlite3.Connection], None]) -> None:
        try:
            await self._services.store.write(job)
        except StoreError:
            return
        self._services.bus.publish("board")


def _settle(done: asyncio.Future[str], cause: str) -> None:
    if not done.done():
        done.set_result(cause)
