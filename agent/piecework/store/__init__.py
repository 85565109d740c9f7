"""What is kept: one SQLite file with an append-only history, what is derived from it, and sightings beside it."""

from piecework.store.context import Context
from piecework.store.database import Store
from piecework.store.events import EventRow, NewEvent, append, task_key

__all__ = ["Context", "EventRow", "NewEvent", "Store", "append", "task_key"]
