"""What is wrong with one row of a file; what is wrong with all of it is `piecework.errors.BadFile`."""

from __future__ import annotations


class BadRow(ValueError):
    """Why one row can't be taken, worded for the person."""
