"""Where one person's data lies, and what they chose. Choices are rows of the store's table `setting`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import platformdirs

from piecework.errors import BadUsage

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """Every file of one data folder."""

    data: Path

    @property
    def db(self) -> Path:
        """The store."""
        return self.data / "piecework.db"

    @property
    def backups(self) -> Path:
        """Dated copies of the store."""
        return self.data / "backups"

    @property
    def secrets(self) -> Path:
        """Link keys, where no keyring holds them; 0600."""
        return self.data / "secrets.json"

    @property
    def run(self) -> Path:
        """`{pid, port, started_us, version}` of the agent that serves this folder."""
        return self.data / "run.json"

    @property
    def log(self) -> Path:
        """What the agent had to say."""
        return self.data / "agent.log"


def default_data() -> Path:
    """The folder used where no --data is given: the system's own place for a program's data."""
    return platformdirs.user_data_path("piecework", appauthor=False)


class Settings(msgspec.Struct, frozen=True):
    """The person's choices. Empty language and zone mean: what the machine says.

    `home` is the currency totals are shown in beside their own (ISO code; empty: none chosen, nothing is converted);
    `idle_s` is how long without input counts as idle; `volume` is per cent; `quiet_from`/`quiet_to` are
    "HH:MM" of the local day, empty for no quiet hours. `sounds_an_hour`: so many alerts an hour make a sound, the rest
    come folded and without one. `disturbing`: tasks that announce disturbing content are told with a flag, told like
    any other (`tell`), or not told (`mute`). `digest_at`: when the day's digest is told, "HH:MM"; empty: at the end of
    the quiet hours. `look`: ids of the platforms whose lists Piecework may look at by itself, none unless chosen;
    `looks_an_hour`: how many such looks it may make, all platforms together.
    """

    language: str = ""
    home: str = ""
    idle_s: int = 180
    zone: str = ""
    sound: str = "chime"
    volume: int = 80
    quiet_from: str = ""
    quiet_to: str = ""
    sounds_an_hour: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 6
    disturbing: Literal["flag", "mute", "tell"] = "flag"
    digest_at: str = ""
    look: list[str] = []
    looks_an_hour: Annotated[int, msgspec.Meta(ge=1, le=600)] = 60


NAMES = frozenset(field.name for field in msgspec.structs.fields(Settings))


def load_settings(conn: sqlite3.Connection) -> Settings:
    """The choices as stored; a row that no longer fits its type counts as not chosen."""
    chosen: dict[str, object] = {}
    for name, value in conn.execute("SELECT name, value FROM setting"):
        if name in NAMES:
            try:
                msgspec.convert({name: msgspec.json.decode(value)}, Settings)
            except (msgspec.ValidationError, msgspec.DecodeError):
                continue
            chosen[name] = msgspec.json.decode(value)
    return msgspec.convert(chosen, Settings)


def save_setting(conn: sqlite3.Connection, name: str, value: object) -> None:
    """Keeps one choice. Raises BadUsage for an unknown name or a value of the wrong type."""
    if name not in NAMES:
        raise BadUsage(f"There is no setting “{name}”. Known: {', '.join(sorted(NAMES))}.")
    try:
        msgspec.convert({name: value}, Settings)
    except msgspec.ValidationError as cause:
        raise BadUsage(f"Setting {name}: {cause}") from cause
    put_value(conn, name, msgspec.json.encode(value).decode())


def get_value(conn: sqlite3.Connection, name: str) -> str | None:
    """One raw row of table `setting`: the agent's own marks live beside the choices, as dotted names."""
    row = conn.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def put_value(conn: sqlite3.Connection, name: str, value: str) -> None:
    """Writes one raw row of table `setting`."""
    conn.execute(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def drop_value(conn: sqlite3.Connection, name: str) -> None:
    """Removes one raw row of table `setting`."""
    conn.execute("DELETE FROM setting WHERE name = ?", (name,))
