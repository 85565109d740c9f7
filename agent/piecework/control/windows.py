"""Once a day: submissions that no page of their platform shows any more are marked as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.control.typed import context, state
from piecework.ledger.windows import left_window

if TYPE_CHECKING:
    from piecework.control.services import Services


async def close_windows(services: Services) -> int:
    """Writes down what has left its platform's history undecided; returns how many submissions that were."""
    done: set[str] = set()
    while True:
        with services.store.read() as conn:
            found = [event for event in left_window(conn, context(services)) if event.id not in done]
        if not found:
            return len(done)
        await state(services, found, source="rule")
        done.update(event.id for event in found)
