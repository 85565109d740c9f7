"""What a rule says, as data: its shape, its limits, and how it is read from JSON. Pure.

A rule that names nothing meets everything: each condition that is given must hold.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal

import msgspec

from piecework.errors import BadUsage
from piecework.watch.patterns import BadPattern, compile_words

TASK_REASONS = ("new", "reopened", "places", "pay")
MONEY_REASONS = ("approved", "bonus", "rejected", "overdue", "payable", "message", "deadline", "session", "health")
REASONS = (*TASK_REASONS, *MONEY_REASONS)
LEVELS = ("sound", "quiet", "digest")
"""From the loudest: sound and sticky, a notification without a sound, a line of the digest only."""
SOUNDS = ("chime", "knock", "bell")
MOST_WORDS = 50
MOST_RULES = 100
LONGEST_NAME = 80
DEFAULT = "default"

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Texts = Annotated[list[Text], msgspec.Meta(max_length=MOST_WORDS)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Clock = Annotated[str, msgspec.Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$")]
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9-]{2,11}$")]
Reason = Literal[
    "new",
    "reopened",
    "places",
    "pay",
    "approved",
    "bonus",
    "rejected",
    "overdue",
    "payable",
    "message",
    "deadline",
    "session",
    "health",
]
Reasons = Annotated[list[Reason], msgspec.Meta(min_length=1, max_length=len(REASONS))]


def _tasks() -> Reasons:
    return list(TASK_REASONS)  # type: ignore[arg-type]  # these are such words


class Sum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in micro-units of one currency."""

    micro: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    currency: Code


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rule's body, as table `rule` and the JSON file hold it.

    `words` and `not_words` are words, "phrases" in quotation marks, or /regular expressions/ between slashes.
    `hourly_from`: the pay an hour that counts is the one the site states (or its pay by its minutes), the person's
    `own`, or their own where it is known and else the stated one. `active_from`/`active_to` are "HH:MM" of the local
    day and may cross midnight; both empty means always. `channels` empty: every one that is on. `sound` empty and
    `volume` None: as each browser is set.
    """

    reasons: Reasons = msgspec.field(default_factory=_tasks)
    platforms: Texts = []
    not_platforms: Texts = []
    requesters: Texts = []
    not_requesters: Texts = []
    words: Texts = []
    not_words: Texts = []
    languages: Texts = []
    currencies: Annotated[list[Code], msgspec.Meta(max_length=MOST_WORDS)] = []
    min_pay: Sum | None = None
    min_hourly: Sum | None = None
    hourly_from: Literal["either", "stated", "own"] = "either"
    min_minutes: Count | None = None
    max_minutes: Count | None = None
    min_places: Count | None = None
    qualified: bool = False
    level: Literal["sound", "quiet", "digest"] = "sound"
    sound: Literal["", "chime", "knock", "bell"] = ""
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    channels: Texts = []
    open_tab: bool = False
    active_from: Clock = ""
    active_to: Clock = ""


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as a file carries it."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
    rule: Rule
    on: bool = True


Rules = Annotated[list[Named], msgspec.Meta(max_length=MOST_RULES)]


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of `piecework rules --export`: version 1 of the format, and the rules."""

    piecework_rules: Literal[1]
    rules: Rules


def read_book(text: str | bytes) -> list[Named]:
    """The rules of a file. Raises BadUsage, naming the rule and what is wrong with it."""
    try:
        book = msgspec.json.decode(text, type=Book)
    except (msgspec.DecodeError, UnicodeError) as cause:
        raise BadUsage(f"This is no file of rules: {cause}.") from cause
    ids = [one.id for one in book.rules]
    if len(set(ids)) < len(ids):
        raise BadUsage("Two rules of this file have the same id.")
    for one in book.rules:
        check(one.rule, one.name)
    return book.rules


def write_book(rules: list[Named]) -> str:
    """The same as text, to be read by people and programs."""
    return msgspec.json.format(msgspec.json.encode(Book(1, rules)), indent=2).decode() + "\n"


def check(rule: Rule, name: str = "") -> None:
    """Raises BadUsage for a rule that no task could meet, or with a pattern that is wrong or takes too long."""
    where = f"Rule “{name}”: " if name else ""
    try:
        for words in (rule.words, rule.not_words):
            compile_words(tuple(words), careful=True)
    except BadPattern as cause:
        raise BadUsage(f"{where}{cause}") from cause
    if bool(rule.active_from) != bool(rule.active_to) or (rule.active_from and rule.active_from == rule.active_to):
        raise BadUsage(f"{where}Active hours need a beginning and another end; leave both empty for always.")
    if rule.min_minutes is not None and rule.max_minutes is not None and rule.min_minutes > rule.max_minutes:
        raise BadUsage(f"{where}No task takes at least {rule.min_minutes} and at most {rule.max_minutes} minutes.")


@lru_cache(maxsize=256)
def read_rule(body: str) -> Rule:
    """A stored body; one that no longer fits its shape (of a newer version) tells of every new task, as before."""
    try:
        return msgspec.json.decode(body, type=Rule)
    except msgspec.DecodeError:
        return Rule()
