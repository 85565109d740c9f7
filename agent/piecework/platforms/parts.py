"""What every part of a definition is written in: its texts, places and fields, as shared/platforms/_schema.json says.

Every struct refuses fields it does not know: a definition is a closed vocabulary. Names are the schema's.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Selector = Annotated[str, Meta(min_length=1, max_length=200)]
Selectors = Annotated[list[Selector], Meta(min_length=1)]
UrlPattern = Annotated[str, Meta(pattern=r"^https?://[a-z0-9.-]+/")]
Urls = Annotated[list[UrlPattern], Meta(min_length=1)]
Date = Annotated[str, Meta(pattern=r"^20[0-9]{2}-[0-9]{2}(-[0-9]{2})?$")]
Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
Short = Annotated[str, Meta(max_length=60)]
Reader = Literal["dom", "embedded-json", "page-json"]
TotalName = Literal["submitted", "approved", "rejected", "pending", "paid", "bonus", "balance", "available", "fee"]
Status = Literal[
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
    "unknown",
]


class Part(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True, kw_only=True):
    """Any part of a definition."""


class Piece(Part, frozen=True, kw_only=True):
    """One piece of a joined text."""

    sel: Selector | UnsetType = UNSET
    nth: int | UnsetType = UNSET
    has: Annotated[str, Meta(min_length=1, max_length=60)] | UnsetType = UNSET
    attr: Short | UnsetType = UNSET
    own: bool | UnsetType = UNSET
    path: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    const: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET


class Place(Part, frozen=True, kw_only=True):
    """Where one value is, and which piece of it is meant."""

    sel: Selector | UnsetType = UNSET
    nth: int | UnsetType = UNSET
    has: Annotated[str, Meta(min_length=1, max_length=60)] | UnsetType = UNSET
    attr: Short | UnsetType = UNSET
    own: bool | UnsetType = UNSET
    path: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    query: Short | UnsetType = UNSET
    segment: int | UnsetType = UNSET
    after: Short | UnsetType = UNSET
    before: Short | UnsetType = UNSET
    url: bool | UnsetType = UNSET
    captured: Literal["id", "n"] | UnsetType = UNSET
    const: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    next: Annotated[int, Meta(ge=1, le=4)] | UnsetType = UNSET
    label: Annotated[str, Meta(min_length=1, max_length=60)] | UnsetType = UNSET
    like: Literal["pay", "time", "count", "heading"] | UnsetType = UNSET
    join: Annotated[list[Piece], Meta(min_length=2, max_length=6)] | UnsetType = UNSET


class Field(Part, frozen=True, kw_only=True):
    """Places tried in order; the first that holds text wins; `as` names its parser."""

    from_: Annotated[list[Place], Meta(min_length=1)] = msgspec.field(name="from")
    as_: (
        Literal["text", "id", "url", "pay", "pay-minor", "time", "minutes", "seconds", "places", "count", "date"]
        | UnsetType
    ) = msgspec.field(name="as", default=UNSET)
    currency: str | UnsetType = UNSET
    currency_from: list[Place] | UnsetType = UNSET
    per: Literal["task", "hour", "minute", "day", "page", "unit"] | UnsetType = UNSET
    required: bool | UnsetType = UNSET


class Fields(Part, frozen=True, kw_only=True):
    """What is read from a row or a page."""

    id: Field | UnsetType = UNSET
    title: Field | UnsetType = UNSET
    requester: Field | UnsetType = UNSET
    pay: Field | UnsetType = UNSET
    hourly: Field | UnsetType = UNSET
    minutes: Field | UnsetType = UNSET
    places: Field | UnsetType = UNSET
    allotted: Field | UnsetType = UNSET
    rated: Field | UnsetType = UNSET
    qualified: Field | UnsetType = UNSET
    taken: Field | UnsetType = UNSET
    total: Field | UnsetType = UNSET
    url: Field | UnsetType = UNSET
    assignment: Field | UnsetType = UNSET
    status: Field | UnsetType = UNSET
    bonus: Field | UnsetType = UNSET
    fee: Field | UnsetType = UNSET
    to: Field | UnsetType = UNSET
    accepted: Field | UnsetType = UNSET
    submitted: Field | UnsetType = UNSET
    decided: Field | UnsetType = UNSET
    code: Field | UnsetType = UNSET
    spent: Field | UnsetType = UNSET
    account: Field | UnsetType = UNSET


class Marker(Part, frozen=True, kw_only=True):
    """True when all that is given holds."""

    sel: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    path: str | UnsetType = UNSET
    equals: str | float | bool | UnsetType | None = UNSET
    status: int | UnsetType = UNSET

    def __post_init__(self) -> None:
        """A marker that says nothing would hold everywhere."""
        if all(getattr(self, name) is UNSET for name in self.__struct_fields__):
            raise ValueError("a marker has to say something")
