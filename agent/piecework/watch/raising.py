"""Raising alerts: what the rules want told becomes rows of the transaction that stored the news."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from piecework.now import SECOND_US
from piecework.watch.alerts import DESKTOP, EXTENSION, alert_id, insert, queue
from piecework.watch.detect import REOPEN_US
from piecework.watch.matching import Facts
from piecework.watch.rules import Chosen, Judge

if TYPE_CHECKING:
    import sqlite3

    from piecework.store import Context
    from piecework.watch.reading import Sight
    from piecework.watch.tasks import Where

TEST = "test"


class Told(msgspec.Struct, omit_defaults=True):
    """What the words of an alert are made of, beside its own columns: column `told`, as JSON.

    `pay`: as the page wrote it. `micro` and `currency` are for comparing only. `desktop`: the desktop may be asked
    where no browser confirms. `announced`: the title warns of its content. `n`: a count, where the news is one.
    `until_us`: the moment a deadline or a session ends.
    """

    pay: str = ""
    micro: int | None = None
    currency: str = ""
    desktop: bool = False
    announced: bool = False
    rate_day: str = ""
    n: int = 0
    until_us: int = 0
    name: str = ""


class News(NamedTuple):
    """A task that is news. `at_us` is when it was seen, `dom_at_us` when the page drew it."""

    platform: str
    account: str
    sight: Sight
    reason: str
    episode: int
    at_us: int
    dom_at_us: int | None
    alone: bool


class Word(NamedTuple):
    """Other news: money, standing, a deadline, a list's health. The same `key` and `episode` is told once."""

    reason: str
    platform: str
    account: str
    key: str
    at_us: int
    episode: int = 1
    title: str = ""
    requester: str = ""
    url: str | None = None
    told: Told = Told()


def raise_alert(conn: sqlite3.Connection, ctx: Context, news: News, judge: Judge) -> str | None:
    """Stores the alert of a task and queues its deliveries; returns its id where somebody is still to be told.

    None where no rule wants it told, or the digest alone; where the same news is there already, was told by an
    extension on its own, or was seen while no agent could be reached: that is kept as told or gone, never alerted late.
    """
    chosen = judge.choose(facts_of(news.platform, news.sight, news.reason))
    if chosen is None:
        return None
    sight = news.sight
    told = Told(pay=sight.pay_raw, micro=sight.pay_micro, currency=sight.pay_currency or "")
    row: dict[str, str | int | None] = {
        "platform": news.platform,
        "system": sight.system,
        "task": sight.id,
        "account": news.account,
        "reason": news.reason,
        "episode": news.episode,
        "title": sight.title or sight.id,
        "text": " · ".join(part for part in (sight.requester, sight.pay_raw) if part),
        "requester": sight.requester,
        "url": sight.url,
        "at_us": news.at_us,
        "dom_at_us": news.dom_at_us,
    }
    told_us = _told_us(conn, news)
    state = "told" if told_us is not None else "gone" if news.alone else "queued"
    return _raise(conn, ctx, chosen, row, told, state=state, at_us=told_us)


def tell(conn: sqlite3.Connection, ctx: Context, word: Word, judge: Judge | None = None) -> str | None:
    """Stores an alert of other news where a rule wants it told; its id where somebody is to be told, else None."""
    judge = judge or Judge(conn, ctx)
    facts = Facts(
        reason=word.reason,
        platform=word.platform,
        requester=word.requester,
        title=word.title,
        pay_micro=word.told.micro,
        pay_currency=word.told.currency or None,
    )
    chosen = judge.choose(facts)
    return None if chosen is None else _raise(conn, ctx, chosen, _row(word), word.told)


def tell_always(conn: sqlite3.Connection, ctx: Context, word: Word, chosen: Chosen) -> str | None:
    """The same without asking the rules: a test, the day's digest."""
    return _raise(conn, ctx, chosen, _row(word), word.told)


def note_digest(conn: sqlite3.Connection, ctx: Context, where: Where, count: int) -> None:
    """The one line of a baseline: how many tasks were there. `task` is the list, `episode` the second of the look.

    It is written down and nobody is told: the person has that very list before them.
    """
    second = where.at_us // SECOND_US
    row: dict[str, str | int | None] = {
        "id": alert_id(where.platform, where.account, where.list, second, "digest"),
        "platform": where.platform,
        "system": "",
        "task": where.list,
        "account": where.account,
        "reason": "digest",
        "rule": "",
        "episode": second,
        "title": "1 task" if count == 1 else f"{count} tasks",
        "text": "",
        "cid": ctx.cid,
        "at_us": where.at_us,
        "stored_us": ctx.now_us,
        "level": "digest",
        "told": msgspec.json.encode(Told(n=count)).decode(),
    }
    insert(conn, row)


def facts_of(platform: str, sight: Sight, reason: str) -> Facts:
    """What rules ask of a task."""
    return Facts(
        reason=reason,
        platform=platform,
        requester=sight.requester,
        title=sight.title,
        pay_micro=sight.pay_micro,
        pay_currency=sight.pay_currency,
        pay_per=sight.pay_per,
        hourly_micro=sight.hourly_micro,
        hourly_currency=sight.hourly_currency,
        minutes=sight.minutes,
        places=sight.places,
        qualified=None if sight.qualified is None else bool(sight.qualified),
    )


def _row(word: Word) -> dict[str, str | int | None]:
    return {
        "platform": word.platform,
        "system": "",
        "task": word.key,
        "account": word.account,
        "reason": word.reason,
        "episode": word.episode,
        "title": word.title,
        "text": " · ".join(part for part in (word.requester, word.told.pay) if part),
        "requester": word.requester,
        "url": word.url,
        "at_us": word.at_us,
        "dom_at_us": None,
    }


def _raise(  # noqa: PLR0913 - what the rules chose, the row, its words, and how its delivery begins
    conn: sqlite3.Connection,
    ctx: Context,
    chosen: Chosen,
    row: dict[str, str | int | None],
    told: Told,
    *,
    state: str = "queued",
    at_us: int | None = None,
) -> str | None:
    named = (str(row["platform"]), str(row["system"]), str(row["task"]))
    own = alert_id(*named, int(row["episode"] or 0), f"{row['reason']}:{chosen.rule}")
    told = msgspec.structs.replace(
        told, desktop=DESKTOP in chosen.channels, announced=chosen.announced, rate_day=chosen.rate_day
    )
    full = row | {
        "id": own,
        "rule": chosen.rule,
        "cid": ctx.cid,
        "stored_us": ctx.now_us,
        "level": chosen.level,
        "sound": chosen.sound,
        "volume": chosen.volume,
        "opens": int(chosen.opens),
        "told": msgspec.json.encode(told).decode(),
    }
    if not insert(conn, full):
        return None
    if chosen.level == "digest":
        return None
    since_us = ctx.now_us if at_us is None else at_us
    screen = EXTENSION if EXTENSION in chosen.channels else DESKTOP if DESKTOP in chosen.channels else ""
    if screen:
        queue(conn, own, screen, state, since_us)
    if state == "told":
        conn.execute("UPDATE alert SET shown_us = ? WHERE id = ?", (since_us, own))
    if state != "queued":
        return None
    for name in chosen.channels:
        if name not in {EXTENSION, DESKTOP}:
            queue(conn, own, name, state, since_us)
    return own


def _told_us(conn: sqlite3.Connection, news: News) -> int | None:
    told: int | None = conn.execute(
        "SELECT max(at_us) FROM told WHERE platform = ? AND system = ? AND task = ? AND at_us >= ?",
        (news.platform, news.sight.system, news.sight.id, news.at_us - REOPEN_US),
    ).fetchone()[0]
    return told
