"""Piecework: one board, one clock and one ledger for micro-task work."""

__version__ = "0.1.0"
