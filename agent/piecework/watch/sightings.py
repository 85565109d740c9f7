"""Applying a look: tasks appear, change and vanish, and what is new becomes alerts, all in one transaction.

A look may come in parts of at most 200 rows, in any order; rows vanish only once every part is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from piecework.errors import Refused
from piecework.now import MINUTE_US
from piecework.watch import alerts, raising, tasks
from piecework.watch.coverage import note_watched
from piecework.watch.effects import WatchEffects
from piecework.watch.expected import GOOD, OVERDUE_US
from piecework.watch.health import LIST, Before, Looked, before, note_look, rhythm_after
from piecework.watch.reading import RAW, cut, read_row, short_id
from piecework.watch.rules import Judge
from piecework.watch.tasks import Key, Where

if TYPE_CHECKING:
    import sqlite3

    from piecework.protocol.bodies import Look
    from piecework.protocol.messages import Event
    from piecework.store import Context

MOST_ROWS = 200
MOST_PARTS = 1_000
LATE_US = MINUTE_US
"""A look that is older than this when it arrives waited in an outbox."""


def apply_look(
    conn: sqlite3.Connection, ctx: Context, event: Event, look: Look, *, again: bool = False
) -> WatchEffects:
    """Applies one message of a look. `again`: the client's sequence number was there before.

    Raises Refused for a message that can't be part of a look (more than 200 rows, part 3 of 2). A look that was
    applied before, or that was made alone before what is already known, changes nothing.
    """
    _refuse(look)
    name = cut(look.list, LIST)
    at_us = min(event.at_us, ctx.now_us)
    known = before(conn, event.platform, name, event.account)
    before_us = None if known is None else known.last_us
    if before_us is not None and _is_old(ctx, event, at_us, before_us, again=again):
        return WatchEffects()
    where = Where(event.platform, event.account, name, at_us, look.source, look.page, before_us, look.baseline)
    reading = _Reading(conn, ctx, event, look, where)
    reading.known = known
    reading.see_all()
    whole = reading.join()
    if whole is not None:
        reading.finish(whole)
    return reading.effects


class _Whole(NamedTuple):
    """A look with all its parts: every key in it, how many tasks were news, whether each part was complete."""

    keys: set[Key]
    fresh: int
    complete: bool


def _is_old(ctx: Context, event: Event, at_us: int, before_us: int, *, again: bool) -> bool:
    """Whether a look tells less than is known: one that is sent once more, or that was made before the last one.

    A look of this moment is taken whatever it is dated, as somebody may have set the clock back.
    """
    late = event.alone or ctx.now_us - at_us > LATE_US
    return (again and at_us <= before_us) or (late and at_us < before_us)


def _refuse(look: Look) -> None:
    if len(look.rows) > MOST_ROWS:
        raise Refused(f"a look has at most {MOST_ROWS} rows a message, this one {len(look.rows)}")
    if not 1 <= look.part <= look.of <= MOST_PARTS:
        raise Refused(f"part {look.part} of {look.of} is no part of a look")
    if not look.list or not look.look:
        raise Refused("a look names its list and itself")


class _Reading:
    """One message of a look on its way into the store."""

    def __init__(self, conn: sqlite3.Connection, ctx: Context, event: Event, look: Look, where: Where) -> None:
        self.conn = conn
        self.ctx = ctx
        self.event = event
        self.look = look
        self.where = where
        self.effects = WatchEffects(topics={"platforms"}, state=True)
        self.keys: list[Key] = []
        self.fresh = 0
        self.known: Before | None = None
        self.held: list[Key] | None = None
        self._judge: Judge | None = None

    def see_all(self) -> None:
        """Stores every row that came in full and every key of one that did not change."""
        currency = self.ctx.currency(self.event.platform)
        for row in self.look.rows:
            sight = read_row(row, currency, self.look.page)
            if sight is None:
                continue
            self.keys.append((sight.system, sight.id))
            old = tasks.find(self.conn, self.where.platform, sight.system, sight.id)
            change = tasks.see(self.conn, self.where, old, sight, row)
            self._note(change, row.dom_at_us)
        if self.look.same:
            self._see_same()

    def join(self) -> _Whole | None:
        """Puts this part to the others of its look; the whole look once the last one is there."""
        look = self.look
        if look.of == 1:
            return _Whole(set(self.keys), self.fresh, look.complete)
        name = (self.ctx.cid, self.where.platform, self.where.list, cut(look.look, RAW))
        self.conn.execute(
            "INSERT OR IGNORE INTO look_part (cid, platform, list, look, part, of_parts, complete, fresh, keys, at_us) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*name, look.part, look.of, look.complete, self.fresh, _pack(self.keys), self.where.at_us),
        )
        parts = self.conn.execute(
            "SELECT keys, fresh, complete FROM look_part "
            "WHERE cid = ? AND platform = ? AND list = ? AND look = ? AND of_parts = ?",
            (*name, look.of),
        ).fetchall()
        if len(parts) < look.of:
            return None
        self.conn.execute(
            "DELETE FROM look_part WHERE cid = ? AND platform = ? AND list = ? AND at_us <= ?",
            (*name[:3], self.where.at_us),
        )
        keys = {key for part in parts for key in _unpack(part["keys"])}
        return _Whole(keys, sum(part["fresh"] for part in parts), all(part["complete"] for part in parts))

    def finish(self, whole: _Whole) -> None:
        """The look is whole: what it no longer holds is gone, the list is well, a baseline gets its one line."""
        if whole.complete or self.look.page is not None:
            missing = tasks.vanish(self.conn, self.where, whole.keys, self.held)
            if self.held:
                tasks.touch(self.conn, self.where, (), whole=True)
            self.effects.gone = alerts.withdraw(self.conn, self.where.platform, missing, self.where.at_us)
            if missing:
                self.effects.topics.add("board")
        looked = Looked(len(whole.keys), max(0, self.look.unreadable), whole.complete, self.look.look, self.look.of)
        self._note_list(looked)
        if not self.look.baseline:
            note_watched(self.conn, self.where.platform, self.where.list, self.where.before_us, self.where.at_us)
        if self.look.baseline and whole.fresh and not self.event.alone:
            raising.note_digest(self.conn, self.ctx, self.where, whole.fresh)

    def _note_list(self, looked: Looked) -> None:
        """The list is well; nobody is waited for any more. A look that changed nothing, unseen, shows its rhythm."""
        where, known, cid = self.where, self.known, self.ctx.cid
        by_itself = not (self.look.visible or self.look.baseline or "board" in self.effects.topics)
        note_look(self.conn, where, looked, rhythm_after(known, where.at_us, cid, by_itself=by_itself), cid)
        if known is not None and (known.state not in GOOD or where.at_us - known.last_us > OVERDUE_US):
            self.effects.gone += alerts.withdraw_list(self.conn, where.platform, where.list, where.at_us)

    def _see_same(self) -> None:
        """Keys of rows that did not change: those that were there stay, others came back or are not known."""
        held = tasks.present(self.conn, self.where)
        there = {f"{key[0]}:{key[1]}": key for key in held if ":" not in key[0]}
        same = dict.fromkeys(self.look.same)
        known = [there[text] for text in same if text in there]
        self.keys += known
        if self.look.of == 1 and self.look.complete and self.look.page is None:
            # What stays is touched in one step, once what is gone has been marked.
            self.held = held
        else:
            tasks.touch(self.conn, self.where, known, whole=len(known) == len(held))
        for text in same:
            if text in there:
                continue
            key = _key(text)
            self.keys.append(key)
            old = tasks.find(self.conn, self.where.platform, *key)
            if old is None:
                self.effects.rereads = [(self.where.platform, self.where.list)]
            else:
                self._note(tasks.see_again(self.conn, self.where, old), None)

    def _note(self, change: tasks.Change, dom_at_us: int | None) -> None:
        if change.differs:
            self.effects.topics.add("board")
        if change.reason is None:
            return
        self.fresh += 1
        if self.look.baseline:
            return
        if self._judge is None:
            self._judge = Judge(self.conn, self.ctx)
        where = self.where
        found = raising.News(
            platform=where.platform,
            account=where.account,
            sight=change.sight,
            reason=change.reason,
            episode=change.episode,
            at_us=where.at_us,
            dom_at_us=dom_at_us,
            alone=self.event.alone,
        )
        own = raising.raise_alert(self.conn, self.ctx, found, self._judge)
        if own is not None:
            self.effects.alerts.append(own)


def _key(text: str) -> Key:
    system, _, own = text.partition(":")
    return cut(system, RAW), short_id(own)


def _pack(keys: list[Key]) -> str:
    return msgspec.json.encode(keys).decode()


def _unpack(text: str) -> list[Key]:
    return msgspec.json.decode(text, type=list[Key])
