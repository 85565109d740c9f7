"""One door for every fact: who it belongs to, what kind it is, and which stage takes it."""

from piecework.ingest.apply import apply
from piecework.ingest.effects import Effects
from piecework.ingest.gate import decide

__all__ = ["Effects", "apply", "decide"]
