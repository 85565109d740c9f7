"""Table `task`: one row per task of a platform, updated by every sighting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from piecework.store.events import task_key
from piecework.watch.coverage import note_arrival
from piecework.watch.detect import Face, Known, Reason, news, returned
from piecework.watch.forecast import Arrival
from piecework.watch.reading import Sight

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from piecework.protocol.bodies import Row

TEXT = 8_000
"""Longest page text of one row that is kept, in characters."""


class Where(NamedTuple):
    """Where and when a task was seen. `before_us` is the look before this one, None for a list's first.

    `page` is the number of the page where the list has many, None where the look was the whole list.
    """

    platform: str
    account: str
    list: str
    at_us: int
    source: str
    page: int | None
    before_us: int | None
    baseline: bool


class Change(NamedTuple):
    """What a sighting changed: the task as it is now, its episode, and why that is news, if it is."""

    sight: Sight
    episode: int
    reason: Reason | None
    differs: bool


Key = tuple[str, str]
"""A task's system and id."""
JSON = "page-json"
_THERE = "INDEXED BY task_there"
_HELD = "WHERE platform = ? AND list = ? AND account = ? AND gone_us IS NULL"
"""What a list holds. Left to itself SQLite reads every task of the platform for it."""
_UPSERT = """
INSERT INTO task (platform, system, id, account, list, title, requester, pay_state, pay_micro, pay_max_micro,
  pay_currency, pay_per, pay_raw, hourly_micro, hourly_currency, minutes, places, url, page, allotted_s, qualified,
  rated_days, source, first_seen_us, last_seen_us, episode, episode_us, arrival, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')
ON CONFLICT (platform, system, id) DO UPDATE SET account = excluded.account, list = excluded.list,
  title = excluded.title, requester = excluded.requester, pay_state = excluded.pay_state,
  pay_micro = excluded.pay_micro, pay_max_micro = excluded.pay_max_micro, pay_currency = excluded.pay_currency,
  pay_per = excluded.pay_per, pay_raw = excluded.pay_raw, hourly_micro = excluded.hourly_micro,
  hourly_currency = excluded.hourly_currency, minutes = excluded.minutes, places = excluded.places,
  url = excluded.url, page = excluded.page, allotted_s = excluded.allotted_s,
  qualified = excluded.qualified, rated_days = excluded.rated_days, source = excluded.source,
  last_seen_us = excluded.last_seen_us,
  gone_us = NULL, episode = excluded.episode, episode_us = excluded.episode_us, arrival = excluded.arrival,
  state = iif(task.state = 'working' OR (task.state IN ('done', 'hidden') AND task.gone_us IS NULL),
    task.state, 'open')
"""
_SINGLE = ("title", "requester", "minutes", "url", "allotted_s", "qualified", "rated_days")
_PAY = ("pay_state", "pay_micro", "pay_max_micro", "pay_currency", "pay_per", "pay_raw")
_QUIET = {"working": frozenset({"new", "reopened", "places", "pay"}), "done": frozenset({"places", "pay"})}
_QUIET["hidden"] = _QUIET["working"]
"""News that is none, by what the person does with the task."""


def find(conn: sqlite3.Connection, platform: str, system: str, task: str) -> sqlite3.Row | None:
    """The row of a task; its columns by name."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM task WHERE platform = ? AND system = ? AND id = ?", (platform, system, task)
    ).fetchone()
    return row


def see(
    conn: sqlite3.Connection, where: Where, old: sqlite3.Row | None, sight: Sight, row: Row | None = None
) -> Change:
    """Stores a sighting of a task whose row was `old`; `row` is what the page said, kept where it is new."""
    before = None if old is None else _sight(old)
    known = None if old is None or before is None else Known(_face(before), old["gone_us"])
    begins = known is None or returned(known, where.page, where.at_us)
    if old is not None and before is not None and not begins:
        sight = merge(before, old["source"], sight, where.source)
    differs = begins or before is None or before._replace(page=None) != sight._replace(page=None)
    if differs and row is not None:
        conn.execute(
            "INSERT INTO raw (at_us, platform, task, account, text) VALUES (?, ?, ?, ?, ?)",
            (where.at_us, where.platform, task_key(sight.system, sight.id), where.account, _text(row)),
        )
    if old is not None and not differs and _is_here(old, where):
        touch(conn, where, [sight[:2]])
        return Change(sight, old["episode"], None, differs=False)
    episode = _begin(conn, where, sight, old) if begins or old is None else _same(old)
    _store(conn, where, sight, episode, _strongest(old, where.source, begins=begins))
    reason = news(known, _face(sight), where.at_us)
    if old is not None and reason in _QUIET.get(old["state"], ()):
        reason = None
    return Change(sight, episode.number, reason, differs or (old is not None and old["gone_us"] is not None))


def see_again(conn: sqlite3.Connection, where: Where, old: sqlite3.Row) -> Change:
    """A task that came as its key alone and was not in this list at the look before."""
    return see(conn, where, old, _sight(old)._replace(page=where.page))


def present(conn: sqlite3.Connection, where: Where) -> list[Key]:
    """The (system, id) of every task the list held at the look before, and of what this one has added."""
    cursor = conn.cursor()
    # Plain tuples: this is read many times a second.
    cursor.row_factory = None
    cursor.execute(
        f"SELECT system, id FROM task {_THERE} {_HELD}",  # noqa: S608 - a constant
        (where.platform, where.list, where.account),
    )
    return cursor.fetchall()


def touch(conn: sqlite3.Connection, where: Where, keys: Iterable[Key], *, whole: bool = False) -> None:
    """Tasks of this list that are there still, as they were. `whole`: all that were there are."""
    if whole:
        conn.execute(
            f"UPDATE task {_THERE} SET last_seen_us = ?, page = ? {_HELD}",  # noqa: S608 - a constant
            (where.at_us, where.page, where.platform, where.list, where.account),
        )
        return
    conn.executemany(
        "UPDATE task SET last_seen_us = ?, page = ? WHERE platform = ? AND system = ? AND id = ?",
        [(where.at_us, where.page, where.platform, *key) for key in keys],
    )


def merge(before: Sight, before_source: str, now: Sight, now_source: str) -> Sight:
    """One task seen in a page's data and in its text: the data win field by field, free places are the newest."""
    if JSON not in {before_source, now_source}:
        return now
    strong, weak = (now, before) if now_source == JSON else (before, now)
    fields = {name: getattr(weak, name) for name in _SINGLE if getattr(strong, name) in {None, ""}}
    if strong.pay_state == "none":
        fields |= {name: getattr(weak, name) for name in _PAY}
    if strong.hourly_micro is None:
        fields |= {"hourly_micro": weak.hourly_micro, "hourly_currency": weak.hourly_currency}
    places = before.places if now.places is None else now.places
    return strong._replace(**fields, places=places, page=now.page)


def vanish(conn: sqlite3.Connection, where: Where, keys: set[Key], held: Iterable[Key] | None = None) -> list[Key]:
    """Marks as gone what the list no longer holds; only rows of the same page where the list has pages.

    `held` is what `present` found in a list without pages, where that was asked already.
    """
    missing = [key for key in (_on_page(conn, where) if held is None else held) if key not in keys]
    for key in missing:
        arrival, last_us = conn.execute(
            "UPDATE task SET gone_us = ?, state = iif(state = 'open', 'gone', state) "
            "WHERE platform = ? AND system = ? AND id = ? RETURNING arrival, last_seen_us",
            (where.at_us, where.platform, *key),
        ).fetchone()
        if arrival is not None:
            conn.execute("UPDATE arrival SET last_seen_us = ? WHERE id = ?", (last_us, arrival))
    return missing


def _on_page(conn: sqlite3.Connection, where: Where) -> list[Key]:
    if where.page is None:
        return present(conn, where)
    rows = conn.execute(
        f"SELECT system, id FROM task {_THERE} {_HELD} AND page = ?",  # noqa: S608 - a constant
        (where.platform, where.list, where.account, where.page),
    )
    return [(row[0], row[1]) for row in rows]


def mark(
    conn: sqlite3.Connection, platform: str, system: str, task: str, state: Literal["working", "done", "open"]
) -> bool:
    """What the person does with a task: on the way back to `open` one that has vanished becomes gone."""
    done = conn.execute(
        "UPDATE task SET state = iif(:state = 'open' AND gone_us IS NOT NULL, 'gone', :state) "
        "WHERE platform = :platform AND system = :system AND id = :id AND state <> :state",
        {"state": state, "platform": platform, "system": system, "id": task},
    )
    return done.rowcount > 0


class _Episode(NamedTuple):
    number: int
    since_us: int
    arrival: int | None


def _begin(conn: sqlite3.Connection, where: Where, sight: Sight, old: sqlite3.Row | None) -> _Episode:
    kind = "baseline" if where.baseline else "new" if old is None else "reopened"
    gap = None if where.before_us is None else max(0, where.at_us - where.before_us)
    done = conn.execute(
        "INSERT INTO arrival (platform, list, kind, first_seen_us, last_seen_us, gap_before_us, pay_micro, "
        "pay_currency) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (where.platform, where.list, kind, where.at_us, where.at_us, gap, sight.pay_micro, sight.pay_currency),
    )
    if not where.baseline:
        note_arrival(conn, where.platform, kind, Arrival(where.at_us, gap))
    return _Episode(1 if old is None else old["episode"] + 1, where.at_us, done.lastrowid)


def _same(old: sqlite3.Row) -> _Episode:
    return _Episode(old["episode"], old["episode_us"], old["arrival"])


def _text(row: Row) -> str:
    return msgspec.json.encode(row).decode()[:TEXT]


def _is_here(old: sqlite3.Row, where: Where) -> bool:
    there = (old["list"], old["account"], old["source"])
    return old["gone_us"] is None and there == (where.list, where.account, where.source)


def _strongest(old: sqlite3.Row | None, source: str, *, begins: bool) -> str:
    return JSON if old is not None and not begins and old["source"] == JSON else source


def _store(conn: sqlite3.Connection, where: Where, sight: Sight, episode: _Episode, source: str) -> None:
    conn.execute(
        _UPSERT,
        (
            where.platform,
            *sight[:2],
            where.account,
            where.list,
            *sight[2:],
            source,
            where.at_us,
            where.at_us,
            episode.number,
            episode.since_us,
            episode.arrival,
        ),
    )


def _sight(old: sqlite3.Row) -> Sight:
    return Sight(*(old[name] for name in Sight._fields))


def _face(sight: Sight) -> Face:
    return Face(sight.pay_micro, sight.pay_currency, sight.places, sight.page)
