"""The envelopes of the link, tagged by `t`. One JSON text per websocket message, at most 1 MiB.

Extension to agent: hello, proof, pair, ka, event, ask, command. Agent to extension: challenge, welcome, pairing,
paired, denied, ack, refused, alert, withdraw, lease, settings, definitions, state, open, forget,
result.
"""

from typing import Literal

import msgspec

from piecework.protocol.bodies import Int, ListState


class Hello(msgspec.Struct, tag_field="t", tag="hello", omit_defaults=True):
    """First message of every socket. `cid` is empty while unpaired; `nonce` is 32 bytes, base64url, no padding."""

    v: list[int]
    cid: str = ""
    nonce: str = ""
    browser: str = ""
    version: str = ""


class Challenge(msgspec.Struct, tag_field="t", tag="challenge", omit_defaults=True):
    """The agent proves the link key first (`mac` = mac_a), then asks for the extension's proof."""

    nonce: str
    mac: str


class Proof(msgspec.Struct, tag_field="t", tag="proof", omit_defaults=True):
    """The extension's mac_e. `upto` is the newest sequence number in its outbox: alerts wait until it is reached."""

    mac: str
    upto: Int = 0


class Welcome(msgspec.Struct, tag_field="t", tag="welcome", omit_defaults=True):
    """The link is open. `last` is the highest sequence number the agent holds of this client; resend from last + 1."""

    v: int
    last: int
    salt: str
    agent: str = ""
    now_us: int = 0


class Pair(msgspec.Struct, tag_field="t", tag="pair", omit_defaults=True):
    """Asks to be paired. `name` is how the person knows this browser ("Chromium on Linux")."""

    name: str
    browser: str = ""
    platforms: list[str] = []


class Pairing(msgspec.Struct, tag_field="t", tag="pairing", omit_defaults=True):
    """The four digits that both sides show until Allow, Deny or `expires_s`."""

    code: str
    expires_s: int


class Paired(msgspec.Struct, tag_field="t", tag="paired", omit_defaults=True):
    """Allowed: the client's id, the link key (32 bytes, base64url) and the salt account names are hashed with."""

    cid: str
    key: str
    salt: str


class Denied(msgspec.Struct, tag_field="t", tag="denied", omit_defaults=True):
    """Refused by the person, expired, or one request too many (`busy`)."""

    reason: Literal["denied", "expired", "busy"]


class KeepAlive(msgspec.Struct, tag_field="t", tag="ka", omit_defaults=True):
    """Every 20 s: keeps the background alive, and tells the agent that it lives."""

    at_us: int = 0


def _no_body() -> msgspec.Raw:
    return msgspec.Raw(b"{}")


class Event(msgspec.Struct, tag_field="t", tag="event", omit_defaults=True):
    """One entry of the outbox. `id` is made where the fact is seen (UUIDv7), `seq` when it is stored.

    `body` stays raw until the kind is known. `zone` is the person's IANA zone name at that moment.
    """

    seq: Int
    id: str
    at_us: Int
    kind: str
    platform: str = ""
    account: str = ""
    zone: str = ""
    alone: bool = False
    """Seen while no agent was reachable: kept, counted, never alerted late."""
    body: msgspec.Raw = msgspec.field(default_factory=_no_body)


class Ask(msgspec.Struct, tag_field="t", tag="ask", omit_defaults=True):
    """The popup wants something now: a one-time dashboard address, or the state once more."""

    want: Literal["open", "state"]
    path: str = "/"


class Ack(msgspec.Struct, tag_field="t", tag="ack", omit_defaults=True):
    """Everything up to and with `seq` is committed."""

    seq: int


class Refused(msgspec.Struct, tag_field="t", tag="refused", omit_defaults=True):
    """One entry can't be taken; its bytes are kept on the agent's side. Never sent again."""

    id: str
    seq: int
    reason: str


class Alert(msgspec.Struct, tag_field="t", tag="alert", omit_defaults=True):
    """Show this. The extension sends `shown` right before it calls `create()`.

    `sound`: "" makes none, "own" the one this browser is set to, else chime, knock or bell; `volume` likewise, None as
    the browser is set. `fold`: shown together with the others of its platform that are folded. `open`: the task's page
    is opened in a tab behind the others, three a minute at most and never during work. `hold`: kept in sight only.
    """

    alert: str
    platform: str
    task: str
    reason: str
    title: str
    text: str
    system: str = ""
    url: str = ""
    sound: str = ""
    sticky: bool = False
    at_us: int = 0
    dom_at_us: int | None = None
    hold: bool = False
    volume: int | None = None
    fold: bool = False
    open: bool = False


class Withdraw(msgspec.Struct, tag_field="t", tag="withdraw", omit_defaults=True):
    """The task is gone: take the notification away."""

    alert: str


class Lease(msgspec.Struct, tag_field="t", tag="lease", omit_defaults=True):
    """You may look at this list now. `reread` reads the open tab once more in full and costs the site nothing."""

    lease: str
    platform: str
    list: str
    how: Literal["reread", "reload", "fetch"] = "reread"
    url: str = ""
    expires_us: int = 0


class AccountState(msgspec.Struct, omit_defaults=True):
    """One known sign-in of one platform."""

    platform: str
    account: str
    state: Literal["claimed", "asks", "released"]


class Amount(msgspec.Struct, omit_defaults=True):
    """A sum in one currency, micro-units."""

    micro: int
    currency: str


Amounts = list[Amount]


class AwayRule(msgspec.Struct, omit_defaults=True):
    """A rule as far as an extension follows it by itself.

    Names and words are folded (NFKC, case) and one blank apart. `min_pay` and `min_hourly` are least amounts, one for
    each currency there is a rate for; in any other the rule does not match. `partly`: the rule asks more than this, so
    that it is told of without a sound. `until_us`: it is snoozed until then.
    """

    reasons: list[str]
    platforms: list[str] = []
    not_platforms: list[str] = []
    requesters: list[str] = []
    not_requesters: list[str] = []
    words: list[str] = []
    not_words: list[str] = []
    currencies: list[str] = []
    min_pay: Amounts | None = None
    min_hourly: Amounts | None = None
    min_minutes: int | None = None
    max_minutes: int | None = None
    min_places: int | None = None
    qualified: bool = False
    active_from: str = ""
    active_to: str = ""
    level: Literal["sound", "quiet", "digest"] = "sound"
    sound: str = ""
    volume: int | None = None
    open: bool = False
    partly: bool = False
    until_us: int = 0


class Hushed(msgspec.Struct, omit_defaults=True):
    """A requester, or where none is named a whole platform, nobody is told of: until `until_us`, 0 for good."""

    platform: str
    requester: str = ""
    until_us: int = 0


class Away(msgspec.Struct, omit_defaults=True):
    """What an extension keeps to while it tells the person by itself, because no agent is reachable.

    `warnings` are the words by which a title announces disturbing content; such tasks are told with a flag, or with
    `disturbing` "mute" not at all. `quiet_from` and `quiet_to` are "HH:MM" of the local day, empty for none.
    """

    rules: list[AwayRule] = []
    hushed: list[Hushed] = []
    disturbing: Literal["flag", "mute", "tell"] = "flag"
    warnings: list[str] = []
    quiet_from: str = ""
    quiet_to: str = ""
    sounds_an_hour: int = 6


class Settings(msgspec.Struct, tag_field="t", tag="settings", omit_defaults=True):
    """What the person chose, as far as the extension needs it."""

    language: str = ""
    sound: str = "chime"
    volume: int = 80
    idle_s: int = 180
    accounts: list[AccountState] = []
    quiet_until_us: int = 0
    away: Away | None = None


class Definitions(msgspec.Struct, tag_field="t", tag="definitions", omit_defaults=True):
    """Taught and healed definitions the agent keeps; carried ones stay in the extension."""

    taught: list[dict[str, object]] = []


class ListView(msgspec.Struct, omit_defaults=True):
    """One list as it was seen last: what it is at a later moment follows from the ages (docs/protocol.md)."""

    platform: str
    list: str
    state: ListState
    cause: str = ""
    last_look_us: int = 0
    last_good_us: int = 0
    tasks: int = 0
    account: str = ""
    next_look_us: int = 0
    """When it is heard of next, as far as anybody can say; 0 where nobody can."""
    overdue_us: int = 0
    """From when on its silence is told; 0 where nothing is expected of it."""


class State(msgspec.Struct, tag_field="t", tag="state", omit_defaults=True):
    """What the popup shows, pushed on change."""

    day: str = ""
    earned: list[Amount] = []
    active_s: int = 0
    running: str = ""
    running_title: str = ""
    running_since_us: int = 0
    running_active_s: int = 0
    open_alerts: int = 0
    lists: list[ListView] = []
    notices: list[str] = []
    """What the person has to be told about the agent itself: disk_full, read_only, corrupt, newer, recovered,
    keyring, clock. The dashboard has the whole text."""


class Open(msgspec.Struct, tag_field="t", tag="open", omit_defaults=True):
    """A one-time address of the dashboard; good for one minute and one use."""

    url: str


class Command(msgspec.Struct, tag_field="t", tag="command", omit_defaults=True):
    """Only from a client that proved the command line's own key: one of the names of `piecework.control`."""

    id: str
    name: str
    args: dict[str, object] = {}


class Forget(msgspec.Struct, tag_field="t", tag="forget", omit_defaults=True):
    """The person had something forgotten: what the extension still holds of it goes as well.

    All that is given must hold of an entry: its platform, its account, made before `before_us`; `everything` stands
    alone.
    """

    platform: str = ""
    account: str = ""
    before_us: Int = 0
    everything: bool = False


class Result(msgspec.Struct, tag_field="t", tag="result", omit_defaults=True):
    """The answer to a command. `exit_code` is what the command line ends with where `ok` is false."""

    id: str
    ok: bool
    data: dict[str, object] = {}
    error: str = ""
    exit_code: int = 0


FromExtension = Hello | Proof | Pair | KeepAlive | Event | Ask | Command
FromAgent = (
    Challenge
    | Welcome
    | Pairing
    | Paired
    | Denied
    | Ack
    | Refused
    | Alert
    | Withdraw
    | Lease
    | Settings
    | Definitions
    | State
    | Open
    | Forget
    | Result
)
