"""What an event of each kind carries. Field names are the wire names; unknown fields are ignored.

Units: `*_us` microseconds since 1970 UTC; `*_ms` milliseconds of a monotonic clock; money as the page's own
text (`*_raw`): the agent parses it, the extension's own reading is a preview and travels beside it.
"""

from typing import Annotated, Literal

import msgspec

LARGEST = 2**53 - 1
Int = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
"""A whole number that both languages count to; a larger one refuses the message."""

ListState = Literal[
    "watching",
    "empty",
    "signed_out",
    "challenge",
    "rate_limited",
    "changed_shape",
    "tab_asleep",
    "not_refreshing",
    "offline",
    "agent_off",
    "resting",
    "account_asks",
]
"""What a list can be. `empty` is a healthy look with no task in it."""


Texts = list[str]


class PayText(msgspec.Struct, omit_defaults=True):
    """A pay as the page says it. `micro` and `currency` only where the page's own data holds exact numbers."""

    raw: str = ""
    currency: str | None = None
    micro: Int | None = None
    per: str | None = None
    lang: str = "en"


class Row(msgspec.Struct, omit_defaults=True):
    """One task of a look. `key` is what an unchanged row is called by in the looks that follow."""

    id: str
    system: str = ""
    title: str = ""
    requester: str = ""
    pay: PayText | None = None
    hourly: PayText | None = None
    minutes_raw: str | None = None
    places_raw: str | None = None
    url: str | None = None
    page: str | None = None
    dom_at_us: Int | None = None
    allotted_raw: str | None = None
    """The time the site allows from accepting to submitting, as written; a bare number is minutes."""
    rated_raw: str | None = None
    """Within how long the site says this task's work is decided, as written; a bare number is days."""
    qualified: bool | None = None
    """Whether the site says that the person may do it; left out where it does not say."""


Rows = list[Row]


class Look(msgspec.Struct, omit_defaults=True):
    """One message of one reading of a listing: at most 200 rows; rows vanish only by a complete look."""

    list: str
    look: str
    part: Int = 1
    of: Int = 1
    complete: bool = True
    rows: Rows = []
    same: Texts = []
    """Keys `system:id` of rows that have not changed since they were last sent in full."""
    baseline: bool = False
    """True for the first look after a start, a sign-in or a long sleep: nothing in it is new."""
    source: Literal["dom", "embedded-json", "page-json", "import"] = "dom"
    page: Int | None = None
    """Number of the page where the list is one page of many; None where the look is the whole list."""
    definition: str = ""
    url: str = ""
    visible: bool = True
    unreadable: Int = 0


class Health(msgspec.Struct, omit_defaults=True):
    """A list's state changed, or was confirmed: `cause` is a short code, the views put it into words."""

    list: str
    state: ListState
    cause: str = ""
    url: str = ""
    retry_after_s: Int | None = None


class Load(msgspec.Struct, omit_defaults=True):
    """The person's own page load of a platform's host: debited from that host's budget."""

    host: str


class LeaseDone(msgspec.Struct, omit_defaults=True):
    """The outcome of a look that the agent allowed."""

    lease: str
    list: str
    status: Int = 0
    retry_after_s: Int | None = None
    cause: str = ""


class Told(msgspec.Struct, omit_defaults=True):
    """The extension alerted by itself while the agent was away: the agent stays silent about this task."""

    task: str
    system: str = ""
    list: str = ""
    reason: str = "new"


class Delivery(msgspec.Struct, omit_defaults=True):
    """`shown`, `clicked` or `dismissed`: what became of an alert in the browser."""

    alert: str
    channel: str = "extension"
    state: Literal["shown", "held", "failed", "clicked", "dismissed"] = "shown"
    cause: str = ""


class Beat(msgspec.Struct, omit_defaults=True):
    """One pulse of the clock for one work session. `state` is why the pulse was sent.

    `since_us` dates an `idle` beat back to the last input. `mono_ms` is the browser's monotonic clock: where it
    and the wall clock disagree, the machine slept or its clock was set.
    """

    session: str
    task: str = ""
    system: str = ""
    state: Literal["active", "away", "idle", "end"] = "active"
    mono_ms: Int = 0
    since_us: Int | None = None
    work: Literal["work", "search", "qualification", "admin"] = "work"
    origin: Literal["page", "lineage"] = "page"
    pulse_s: Int = 30


class Work(msgspec.Struct, omit_defaults=True):
    """One step of one assignment, as a page showed it (kinds of `kinds.ASSIGNMENT`).

    `session` is the extension's own id of the attempt, `assignment` the site's. Title, requester and pay travel
    along where the page shows them, so that a step is whole even when no look ever saw the task.
    """

    task: str = ""
    system: str = ""
    session: str = ""
    assignment: str = ""
    title: str = ""
    requester: str = ""
    pay: PayText | None = None
    bonus: PayText | None = None
    code: str = ""
    rule: str = ""
    url: str = ""
    at_raw: str = ""
    site_seconds_raw: str = ""
    """How long the site itself says that the work took, in its words."""
    rated_raw: str = ""
    """Within how long the site says this task's work is decided; a bare number is days."""


class Record(msgspec.Struct, omit_defaults=True):
    """One row of a site's own history or submissions page: the agent turns news in it into events."""

    list: str
    status: str
    """One of the assignment kinds, translated from the site's words by the definition; `unknown` keeps the raw."""
    status_raw: str = ""
    task: str = ""
    system: str = ""
    assignment: str = ""
    title: str = ""
    requester: str = ""
    pay: PayText | None = None
    bonus: PayText | None = None
    accepted_raw: str = ""
    submitted_raw: str = ""
    decided_raw: str = ""
    site_seconds_raw: str = ""
    code: str = ""
    rule: str = ""


class Total(msgspec.Struct, omit_defaults=True):
    """One figure of a platform's own earnings page."""

    name: Literal["submitted", "approved", "rejected", "pending", "paid", "bonus", "balance", "available", "fee"]
    pay: PayText
    count: Int | None = None


Totals = list[Total]


class Statement(msgspec.Struct, omit_defaults=True):
    """What the platform's own earnings page says for one of its own periods."""

    list: str
    period: str = ""
    totals: Totals = []
    rule: str = ""


class Payout(msgspec.Struct, omit_defaults=True):
    """Money that left the platform for the person: `fee` is part of what was taken off."""

    id: str = ""
    amount: PayText | None = None
    fee: PayText | None = None
    to: str = ""
    at_raw: str = ""
    pays: list[str] = []
    """Assignments this payout pays, where the page says so."""
    list: str = ""


class Bonus(msgspec.Struct, omit_defaults=True):
    """Money beside a task's pay; `task` empty where a site gives it as a day's total only."""

    task: str = ""
    system: str = ""
    assignment: str = ""
    pay: PayText | None = None
    period: str = ""


class Exchange(msgspec.Struct, omit_defaults=True):
    """Money that became another currency on its way to the person: `amount` left `source`, `received` reached `to`.

    `fee` is the part of `amount` that was taken off before the rest was exchanged.
    """

    amount: PayText
    received: PayText
    fee: PayText | None = None
    source: str = ""
    to: str = ""


class Adjust(msgspec.Struct, omit_defaults=True):
    """A typed or settled amount that no page row stands behind, with its reason."""

    micro: Int
    currency: str
    state: Literal["submitted", "approved", "rejected", "bonus", "paid", "fee"] = "approved"
    only: bool = False
    """False: the amount goes through every state up to this one; true: it makes this one step."""
    statement: str = ""
    """Id of the statement whose difference this settles."""
    reason: str = ""
    title: str = ""
    requester: str = ""


class Account(msgspec.Struct, omit_defaults=True):
    """A sign-in was seen: `account` of the envelope is its salted hash, `was` its hash under an older salt."""

    was: str = ""
    state: Literal["seen", "asks"] = "seen"


class PlatformSwitch(msgspec.Struct, omit_defaults=True):
    """The person switched a platform on or off in this browser profile."""

    on: bool


class Standing(msgspec.Struct, omit_defaults=True):
    """Approval or success rate, level, spam score, as the page says it."""

    name: str
    raw: str


class Message(msgspec.Struct, omit_defaults=True):
    """Unread messages on the platform, as a count the page shows."""

    unread: Int


class Note(msgspec.Struct, omit_defaults=True):
    """A few words of the person's own, or a probe of doctor, bench and tests."""

    text: str = ""
    task: str = ""
    system: str = ""


class DefinitionChange(msgspec.Struct, omit_defaults=True):
    """A definition drifted, was taught or healed: the definition as data, and what it replaces."""

    list: str
    version: str = ""
    definition: dict[str, object] = {}
    cause: str = ""
