"""What open tabs show: which tasks are there, what is new among them, and who is to be told."""

from piecework.watch.effects import WatchEffects

__all__ = ["WatchEffects"]
