"""Figures as text, shared with what is told beside the pages: `piecework.figures`."""

from piecework.figures import (
    MICRO,
    ago,
    amount,
    clock,
    day_name,
    decimal,
    iso,
    length,
    local,
    micro_text,
    rough,
    short,
    whole,
)

__all__ = [
    "MICRO",
    "ago",
    "amount",
    "clock",
    "day_name",
    "decimal",
    "iso",
    "length",
    "local",
    "micro_text",
    "rough",
    "short",
    "whole",
]
