"""Every error the agent raises on purpose: one tree, each with a text that says what, where and what to do.

`exit_code` is what the command line ends with: 2 bad usage, 3 nothing to show, 4 refused or failed.
"""

from __future__ import annotations

from typing import ClassVar


class PieceworkError(Exception):
    """A failure with a cause the person can be told; its text is shown as it is."""

    exit_code: ClassVar[int] = 4

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BadUsage(PieceworkError):
    """A command was given something it can't mean."""

    exit_code = 2


class NothingToShow(PieceworkError):
    """A command worked and found nothing."""

    exit_code = 3


class BadMessage(PieceworkError):
    """Bytes of the link that are no message, or a body that is not of its kind."""


class Refused(PieceworkError):
    """An event the agent understands and does not take; its text is the reason sent back."""


class NotPaired(PieceworkError):
    """A client without a key, or one whose key was revoked."""


class SecretsUnavailable(PieceworkError):
    """The system's keyring is locked, missing or silent."""


class PortTaken(PieceworkError):
    """None of the agent's ports is free."""


class AlreadyRunning(PieceworkError):
    """Another agent serves the same data folder."""


class NotRunning(PieceworkError):
    """No agent serves this data folder."""


class BadDefinition(PieceworkError):
    """A platform definition that does not fit its schema."""


class UnknownPlatform(BadUsage):
    """A platform's name, alias or id that no definition carries."""


class StoreError(PieceworkError):
    """The store could not do what was asked; what was committed before stays."""


class StoreReadOnly(StoreError):
    """The store's file or folder can't be written to, or was opened for reading only."""


class StoreCorrupt(StoreError):
    """The store's file is damaged."""


class StoreNewer(StoreError):
    """The store was written by a newer Piecework: it can be read, not written."""


class StoreBusy(StoreError):
    """Another program holds the store's write lock."""


class DiskFull(StoreError):
    """No room was left for a commit. The job is undone; the store goes on once there is room again."""


class BadFile(PieceworkError):
    """A file that can't be imported as a whole: of no known kind, damaged, or too large. Nothing of it was taken."""


class BrowserNotFound(PieceworkError):
    """No browser of the wanted kind is on this machine."""


class BrowserFailed(PieceworkError):
    """A browser did not start, refused a command, or did not get where it was sent in time."""
