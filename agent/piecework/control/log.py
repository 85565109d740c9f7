"""The agent's log: one JSON object a line, rotated, the same cause once."""

from __future__ import annotations

import json
import logging
import os
from collections import OrderedDict
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from piecework.oscalls import private_folder

if TYPE_CHECKING:
    from collections.abc import Hashable
    from io import TextIOWrapper
    from pathlib import Path

MAX_BYTES = 1 << 20
KEPT_FILES = 3
REMEMBERED = 1000

_seen: OrderedDict[Hashable, None] = OrderedDict()


class JsonLines(logging.Formatter):
    """`{"at", "level", "where", "text"}`, with `trace` where an exception is behind it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of ASCII JSON: a stranger's words can neither break lines nor move the cursor."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "where": record.name.removeprefix("piecework."),
            "text": record.getMessage()[:2000],
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


class PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", opener=_private)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class EachOnce(logging.Filter):
    """Lets a cause through the first time; of a client's own mistakes only the words, not where they were found."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this was not said before."""
        cause = record.exc_info[1] if record.exc_info else None
        if isinstance(cause, Exception) and hasattr(cause, "code"):
            record.msg, record.args, record.exc_info = "a request is no HTTP: %s", (type(cause).__name__,), None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            return _first_time((record.name, type(cause)))
        return _first_time((record.name, record.getMessage(), repr(cause)[:200]))


def http_log() -> logging.Logger:
    """The log of the server itself: whoever sends it noise fills neither file nor terminal."""
    logger = logging.getLogger("piecework.http")
    if not logger.filters:
        logger.addFilter(EachOnce())
    return logger


def start_log(path: Path) -> logging.Handler:
    """Lets the package's log go to a file; returns the handler, for `stop_log`."""
    private_folder(path.parent)
    handler = PrivateFile(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("piecework")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return handler


def stop_log(handler: logging.Handler) -> None:
    """Ends what `start_log` began."""
    logging.getLogger("piecework").removeHandler(handler)
    handler.close()


def once(log: logging.Logger, cause: Hashable, level: int, text: str, *args: object, **more: object) -> bool:
    """Logs a cause the first time it is met, among the last thousand causes; True where it was logged."""
    if not _first_time(cause):
        return False
    log.log(level, text, *args, exc_info=more.get("exc_info"))  # type: ignore[arg-type]
    return True


def _first_time(cause: Hashable) -> bool:
    if cause in _seen:
        _seen.move_to_end(cause)
        return False
    _seen[cause] = None
    if len(_seen) > REMEMBERED:
        _seen.popitem(last=False)
    return True
