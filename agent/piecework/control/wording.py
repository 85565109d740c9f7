"""Messages to the extension that are made of what the store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.control.away import away
from piecework.control.quiet import quiet_until_us
from piecework.protocol.messages import AccountState, Definitions, Settings, State
from piecework.store.definitions import documents

if TYPE_CHECKING:
    from piecework.control.services import Services


def settings_message(services: Services) -> Settings:
    """What the person chose, and every account a platform's pages have shown."""
    chosen = services.settings
    with services.store.read() as conn:
        rows = conn.execute("SELECT platform, account, state FROM account ORDER BY platform, account").fetchall()
        alone = away(services, conn)
    return Settings(
        language=chosen.language,
        sound=chosen.sound,
        volume=chosen.volume,
        idle_s=chosen.idle_s,
        accounts=[AccountState(**dict(row)) for row in rows],
        quiet_until_us=quiet_until_us(chosen, services.clock.now_us(), services.zone),
        away=alone,
    )


def definitions_message(services: Services) -> Definitions:
    """The person's own definitions, which one browser taught and another may not know."""
    with services.store.read() as conn:
        return Definitions(taught=list(documents(conn).values()))


def state_message(services: Services) -> State:
    """What the popup shows; `notices` are the causes, the dashboard has their text."""
    with services.store.read() as conn:
        state = services.state(conn, services.clock.now_us(), services.zone)
    state.notices = sorted(services.notices)
    return state
