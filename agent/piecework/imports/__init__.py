"""Files of other programs and sites: bytes in, rows out (`formats`), and what is news in them into the history."""

from piecework.imports.answer import Answer
from piecework.imports.reading import FORMATS, open_file
from piecework.imports.take import take

__all__ = ["FORMATS", "Answer", "open_file", "take"]
