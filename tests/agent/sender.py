"""A stand-in for one paired browser: makes events as an extension does and hands them to ingest."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.ingest import Effects, apply
from piecework.now import SECOND_US
from piecework.protocol import bodies, codec
from piecework.protocol.messages import Event
from piecework.store import Context, Store

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.now import FixedClock
    from piecework.platforms import Platform

HASH = "0123456789abcdef"


def row(own: str, **more: Any) -> bodies.Row:  # noqa: ANN401 - fields of Row
    """A row with a title and a pay of five cents."""
    return bodies.Row(**{"id": own, "title": f"Task {own}", "pay": bodies.PayText(raw="$0.05", currency="USD"), **more})


class Sender:
    """`send` applies one event in a transaction of its own, as the link does, and moves the client's number on."""

    def __init__(self, store: Store, clock: FixedClock, cid: str = "c1", platform: str = "site") -> None:
        self.store = store
        self.clock = clock
        self.cid = cid
        self.platform = platform
        self.account = HASH
        self.seq = 0
        self.platforms: Mapping[str, Platform] = {}
        store.write_now(
            lambda conn: conn.execute(
                "INSERT OR IGNORE INTO client (cid, origin, name, paired_us) VALUES (?, 'origin', 'name', 1)", (cid,)
            )
        )

    def event(self, kind: str, body: msgspec.Struct | dict[str, Any] | None = None, **more: Any) -> Event:  # noqa: ANN401 - fields of Event
        """The next event of the outbox, dated now."""
        self.seq += 1
        text = msgspec.json.encode({} if body is None else body)
        return Event(
            **{
                "seq": self.seq,
                "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.cid} {self.seq}")),
                "at_us": self.clock.now_us(),
                "kind": kind,
                "platform": self.platform,
                "account": self.account,
                "zone": "Europe/Paris",
                "body": msgspec.Raw(text),
                **more,
            }
        )

    def deliver(self, event: Event) -> Effects:
        """Applies an event that may have been sent before, through the wire's own bytes."""
        sent = codec.decode(codec.encode(event))
        assert isinstance(sent, Event)

        def job(conn: sqlite3.Connection) -> Effects:
            context = Context(self.clock.now_us(), cid=self.cid, platforms=self.platforms, zone="Europe/Paris")
            effects = apply(conn, context, sent)
            conn.execute("UPDATE client SET last_seq = max(last_seq, ?) WHERE cid = ?", (sent.seq, self.cid))
            return effects

        return self.store.write_now(job)

    def send(self, kind: str, body: msgspec.Struct | dict[str, Any] | None = None, **more: Any) -> Effects:  # noqa: ANN401 - fields of Event
        """Makes an event and delivers it; a second passes."""
        effects = self.deliver(self.event(kind, body, **more))
        self.clock.forward(1)
        return effects

    def look(self, *rows: bodies.Row, **more: Any) -> Effects:  # noqa: ANN401 - fields of Look, `event` for the envelope
        """Sends a look of list "main", complete in one part unless told otherwise."""
        envelope = more.pop("event", {})
        fields = {"list": "main", "look": f"look-{self.seq + 1}", "rows": list(rows), **more}
        return self.send("look", bodies.Look(**fields), **envelope)

    def wait(self, minutes: float) -> None:
        """Lets time pass."""
        self.clock.forward(us=round(minutes * 60 * SECOND_US))

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows as tuples, as a reader sees them."""
        with self.store.read() as conn:
            return [tuple(found) for found in conn.execute(query, values)]

    def one(self, query: str, *values: object) -> Any:  # noqa: ANN401 - whatever the column holds
        """The first column of the only row."""
        (found,) = self.all(query, *values)
        return found[0]

    def reasons(self) -> list[tuple[str, str]]:
        """(task, reason) of every alert, in the order they were raised."""
        return self.all("SELECT task, reason FROM alert ORDER BY stored_us, rowid")

    def deliveries(self) -> list[str]:
        """State of every delivery, in the order of their alerts."""
        found = self.all("SELECT d.state FROM delivery d JOIN alert a ON a.id = d.alert ORDER BY a.stored_us, a.rowid")
        return [state for (state,) in found]
