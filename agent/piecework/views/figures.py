"""Figures as text, shared with what is told beside the pages: `piecework.figures`."""

from piecework.figures import MICRO, ago, amount, clock, day_name, iso, length, local, micro_text, short, whole

__all__ = ["MICRO", "ago", "amount", "clock", "day_name", "iso", "length", "local", "micro_text", "short", "whole"]
