"""What an alert says, in the person's language: for a notification, for the desktop, and for a phone.

Rows of table `alert` keep what their words are made of; the words are made when somebody is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from piecework import figures
from piecework.now import DAY_US, HOUR_US
from piecework.watch.raising import TEST, Told
from piecework.watch.record import record
from piecework.watch.rulebook import MONEY_REASONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from piecework.platforms import Platform
    from piecework.watch.record import Record
    from piecework.words import Words

MOST_APART = 3
"""More alerts than this at once are told as one."""
LINES = 5
PHONE_CODE_US = HOUR_US
"""How long the digits of a test are asked for."""


class Saying(NamedTuple):
    """One notification: plain text."""

    title: str
    text: str


def told_of(row: sqlite3.Row) -> Told:
    """What an alert's words are made of."""
    try:
        return msgspec.json.decode(row["told"], type=Told)
    except msgspec.DecodeError:
        return Told()


def say(conn: sqlite3.Connection, row: sqlite3.Row, words: Words, platforms: Mapping[str, Platform]) -> Saying:
    """An alert in full. A task is told by its own title, with the person's own record below; other news by its kind."""
    told = told_of(row)
    if row["reason"] == TEST:
        return Saying(words.t("notice.test"), words.t("notice.test_text"))
    if row["reason"] == "digest":
        return Saying(words.t("alert.digest"), row["title"] if row["rule"] else words.t("dash.tasks", n=told.n))
    if row["reason"] in MONEY_REASONS:
        return _other(row, told, words, name_of(row["platform"], platforms))
    lines = [row["text"]]
    if told.announced:
        lines.append(words.t("alert.announced"))
    if own := record_words(record(conn, row["platform"], row["requester"]), words):
        lines.append(own)
    return Saying(row["title"], "\n".join(line for line in lines if line))


def fold(rows: Sequence[sqlite3.Row], words: Words, platforms: Mapping[str, Platform], *, titles: bool) -> Saying:
    """Many alerts as one: how many and where, with the first titles where they may be shown."""
    names = list(dict.fromkeys(name_of(row["platform"], platforms) for row in rows))
    title = words.t("notice.many", n=len(rows), platform=", ".join(names))
    if not titles:
        return Saying(title, best(rows, words))
    lines = [row["title"] for row in rows[:LINES]]
    rest = len(rows) - len(lines)
    return Saying(title, "\n".join([*lines, *([words.t("notice.more", n=rest)] if rest else [])]))


def push(
    conn: sqlite3.Connection,
    rows: Sequence[sqlite3.Row],
    words: Words,
    platforms: Mapping[str, Platform],
    *,
    titles: bool,
) -> Saying:
    """What leaves the machine: without titles unless the person asked for them, and never those of a site's secrets."""
    titles = titles and not any(_is_secret(row["platform"], platforms) for row in rows)
    if rows[0]["reason"] == TEST:
        return Saying(words.t("notice.test"), words.t("notice.test_code", code=code_of(rows[0]["id"])))
    if len(rows) == 1 and titles:
        return say(conn, rows[0], words, platforms)
    if len(rows) == 1 and rows[0]["reason"] == "digest":
        return say(conn, rows[0], words, platforms)
    if len(rows) == 1 and rows[0]["reason"] in MONEY_REASONS:
        return Saying(words.t(f"alert.{rows[0]['reason']}", platform=name_of(rows[0]["platform"], platforms)), "")
    return fold(rows, words, platforms, titles=titles)


def code_of(alert: str) -> str:
    """Four digits that a test carries: who can type them has seen it."""
    return f"{int(alert.replace('-', '')[:8], 16) % 10_000:04d}"


def best(rows: Sequence[sqlite3.Row], words: Words) -> str:
    """The highest pay among alerts of one currency, "" where none is stated or they can't be compared."""
    found = [told for row in rows if (told := told_of(row)).micro is not None]
    if not found or len({told.currency for told in found}) > 1 or not found[0].currency:
        return ""
    top = max(told.micro or 0 for told in found)
    return words.t("alert.best", pay=figures.amount(top, found[0].currency, words.language))


def record_words(own: Record, words: Words) -> str:
    """A record as one line, "7 done, 6 paid, median 2 days, $9.80/h"; "" where there is none."""
    if not own.done:
        return ""
    parts = [words.t("record.done", n=own.done)]
    if own.approved > own.paid:
        parts.append(words.t("record.approved", n=own.approved))
    if own.paid:
        parts.append(words.t("record.paid", n=own.paid))
    if own.rejected:
        parts.append(words.t("record.rejected", n=own.rejected))
    if own.wait_us is not None:
        parts.append(words.t("record.wait", length=_wait(own.wait_us, words)))
    if own.own is not None:
        parts.append(words.t("record.hourly", pay=figures.amount(own.own.micro, own.own.currency, words.language)))
    return ", ".join(parts)


def name_of(platform: str, platforms: Mapping[str, Platform]) -> str:
    """How people know a platform."""
    found = platforms.get(platform)
    return found.name if found else platform


def _wait(us: int, words: Words) -> str:
    days = (us + DAY_US // 2) // DAY_US
    if days:
        return words.t("record.days", n=days)
    hours = (us + HOUR_US // 2) // HOUR_US
    return words.t("record.hours", n=hours) if hours else figures.length(us)


def _other(row: sqlite3.Row, told: Told, words: Words, platform: str) -> Saying:
    parts = [row["title"], row["requester"]]
    if told.micro is not None and told.currency:
        parts.append(figures.amount(told.micro, told.currency, words.language))
    elif told.pay:
        parts.append(told.pay)
    if told.n:
        parts.append(words.t("alert.overdue_n" if row["reason"] == "overdue" else "alert.unread", n=told.n))
    if told.name:
        parts.append(words.find(told.name, told.name))
    if told.until_us:
        parts.append(words.t("alert.in", length=figures.length(max(0, told.until_us - row["at_us"]))))
    return Saying(words.t(f"alert.{row['reason']}", platform=platform), " · ".join(part for part in parts if part))


def _is_secret(platform: str, platforms: Mapping[str, Platform]) -> bool:
    found = platforms.get(platform)
    return bool(found and found.manners.nda)
