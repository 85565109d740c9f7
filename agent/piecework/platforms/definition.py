"""The parts of a platform definition, as shared/platforms/_schema.json describes them (which see for meanings)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from piecework.platforms.parts import (
    Date,
    Field,
    Fields,
    Id,
    Marker,
    Part,
    Reader,
    Selectors,
    Short,
    Status,
    TotalName,
    Urls,
)


class Life(Part, frozen=True, kw_only=True):
    """Whether the platform still runs, and how that is known."""

    state: Literal["live", "closed", "app only", "unknown"]
    date: Date
    source: str
    successor: Id | UnsetType = UNSET


class System(Part, frozen=True, kw_only=True):
    """One of a site's job systems and the text in a row's URL that tells it."""

    system: str
    in_url: str


class Embedded(Part, frozen=True, kw_only=True):
    """Where JSON lies inside a page."""

    sel: str
    attr: str | UnsetType = UNSET


class AccountPart(Part, frozen=True, kw_only=True):
    """Where a page shows whose sign-in it is."""

    shown: bool
    fields: Field | UnsetType = UNSET
    urls: Urls | UnsetType = UNSET


class Fingerprint(Part, frozen=True, kw_only=True):
    """What a list's rows were like when they were last known to be right: medians per row, and shares of the rows."""

    rows: int
    length: float
    pay: float
    time: float
    links: float
    pieces: float
    beside: int | UnsetType = UNSET
    crowded: int | UnsetType = UNSET
    fields: dict[str, float]


class Looking(Part, frozen=True, kw_only=True):
    """How a look of our own at a list is made, and what is known of its page that decides it."""

    by: Literal["reload", "request"]
    why: Annotated[str, Meta(min_length=1, max_length=300)]


class Listing(Part, frozen=True, kw_only=True):
    """A page or answer that lists tasks."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    name: str | UnsetType = UNSET
    urls: Urls
    answers: Urls | UnsetType = UNSET
    reader: Reader
    embedded: Embedded | UnsetType = UNSET
    root: Selectors | UnsetType = UNSET
    shadow: bool | UnsetType = UNSET
    late: bool | UnsetType = UNSET
    shape: Literal["unknown"] | UnsetType = UNSET
    rows: Selectors | UnsetType = UNSET
    skip: list[Marker] | UnsetType = UNSET
    fields: Fields | UnsetType = UNSET
    systems: list[System] | UnsetType = UNSET
    link: Urls | UnsetType = UNSET
    url_template: str | UnsetType = UNSET
    empty: list[Marker]
    signed_out: list[Marker]
    challenge: list[Marker]
    rate_limited: list[Marker] | UnsetType = UNSET
    complete: bool
    page_number: Field | UnsetType = UNSET
    looking: Looking | UnsetType = UNSET
    fingerprint: Fingerprint | UnsetType = UNSET


class WorkPage(Part, frozen=True, kw_only=True):
    """A page where a task is worked on."""

    urls: Urls
    system: str | UnsetType = UNSET
    kind: Literal["work", "qualification"] | UnsetType = UNSET
    when: list[Marker] | UnsetType = UNSET
    fields: Fields | UnsetType = UNSET


class WorkPlace(Part, frozen=True, kw_only=True):
    """Pages around tasks, and what time in front of them is."""

    urls: Urls
    kind: Literal["search", "qualification", "admin"]


class Signal(Part, frozen=True, kw_only=True):
    """How one step of an assignment is seen."""

    kind: Literal[
        "opened",
        "reserved",
        "accepted",
        "submitted",
        "returned",
        "expired",
        "screened_out",
        "approved",
        "rejected",
        "revise",
        "paid",
        "reversed",
    ]
    on: Literal["page", "click", "submit", "answer"]
    urls: Urls
    answers: Urls | UnsetType = UNSET
    system: str | UnsetType = UNSET
    sel: str | UnsetType = UNSET
    when: list[Marker] | UnsetType = UNSET
    path: str | UnsetType = UNSET
    status: dict[str, str] | UnsetType = UNSET
    fields: Fields | UnsetType = UNSET
    unconfirmed: bool | UnsetType = UNSET


class WorkPart(Part, frozen=True, kw_only=True):
    """Where work happens and how its steps are seen."""

    pages: list[WorkPage]
    places: list[WorkPlace] | UnsetType = UNSET
    signals: list[Signal]


class Legend(Part, frozen=True, kw_only=True):
    """A page's own legend from status icon to word."""

    rows: Selectors
    key: Field
    word: Field


class TotalPart(Part, frozen=True, kw_only=True):
    """One figure of an earnings page."""

    name: TotalName
    pay: Field
    count: Field | UnsetType = UNSET


class Earning(Part, frozen=True, kw_only=True):
    """A page where a platform says what was earned."""

    id: str
    kind: Literal["history", "totals", "payouts"]
    urls: Urls
    answers: Urls | UnsetType = UNSET
    reader: Reader
    embedded: Embedded | UnsetType = UNSET
    root: Selectors | UnsetType = UNSET
    rows: Selectors | UnsetType = UNSET
    fields: Fields | UnsetType = UNSET
    systems: list[System] | UnsetType = UNSET
    status: dict[str, Status] | UnsetType = UNSET
    legend: Legend | UnsetType = UNSET
    totals: list[TotalPart] | UnsetType = UNSET
    period: Field | UnsetType = UNSET
    signed_out: list[Marker] | UnsetType = UNSET
    empty: list[Marker] | UnsetType = UNSET


class Mailbox(Part, frozen=True, kw_only=True):
    """Where a page or an answer says how many messages are unread."""

    urls: Urls
    answers: Urls | UnsetType = UNSET
    reader: Literal["dom", "page-json"]
    count: Field | UnsetType = UNSET
    none: list[Marker] | UnsetType = UNSET
    some: list[Marker] | UnsetType = UNSET


class Minimum(Part, frozen=True, kw_only=True):
    """The least a platform pays out, micro-units."""

    micro: int
    currency: str


class Money(Part, frozen=True, kw_only=True):
    """Currencies, clocks and the zone of the platform's day."""

    currencies: list[Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9-]{2,11}$")]]
    points: str | UnsetType | None = UNSET
    unit: Literal["major", "minor"] | UnsetType = UNSET
    approval_days: int | UnsetType | None = UNSET
    approval_rule: str | UnsetType = UNSET
    history_days: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    payout_minimum: Minimum | UnsetType | None = UNSET
    fee: str | UnsetType = UNSET
    zone: str
    period: Literal["day", "week", "month", "bill run", "none"] | UnsetType = UNSET


class Manners(Part, frozen=True, kw_only=True):
    """What the platform's rules say, quoted and dated, and how gently it is to be looked at."""

    rule: Literal["permitted", "no rule found", "forbidden"]
    quote: str
    source: str
    date: Date
    min_gap_s: Annotated[int, Meta(ge=1)]
    gap_by: Literal["rule", "wish"] | UnsetType = UNSET
    refreshes: Annotated[str, Meta(pattern=r"^(live|every [0-9]+ s|on load|unknown)$")]
    page_world: Literal["allowed", "never"]
    nda: bool
    session_hours: float | UnsetType | None = UNSET
    session_source: str | UnsetType = UNSET
    freeze: str | UnsetType = UNSET


class Quality(Part, frozen=True, kw_only=True):
    """How well the definition is founded."""

    tier: Literal["listed", "checked", "kept"]
    evidence: Literal["recorded", "rebuilt from published selectors", "described", "none"]
    source: str
    date: Date
    missing: list[str] | UnsetType = UNSET
    help: str | UnsetType = UNSET


class Platform(Part, frozen=True, kw_only=True):
    """One site: data, never code."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    aliases: list[Short]
    home: str | UnsetType = UNSET
    life: Life
    route: Literal["page", "generic", "manual+import", "history only", "not read"]
    origins: list[Annotated[str, Meta(pattern=r"^https?://[a-z0-9.-]+/\*$")]]
    account: AccountPart
    listings: list[Listing]
    work: WorkPart
    earnings: list[Earning]
    messages: Annotated[list[Mailbox], Meta(min_length=1)] | UnsetType = UNSET
    money: Money
    manners: Manners
    quality: Quality

    @property
    def zone(self) -> str:
        """IANA name of the zone the platform's day is counted in."""
        return self.money.zone

    def currency(self) -> str | None:
        """The one currency of a platform that has only one: what an unmarked amount is in."""
        return self.money.currencies[0] if len(self.money.currencies) == 1 else None
