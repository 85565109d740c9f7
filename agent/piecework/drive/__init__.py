"""Driving a real browser with the extension loaded: for the rehearsal, the tests and the bench."""

from __future__ import annotations

from piecework.drive.base import Browser, Found, Kind, Tab
from piecework.drive.browsers import find_browser, launch
from piecework.drive.chromium import load_unpacked

__all__ = ["Browser", "Found", "Kind", "Tab", "find_browser", "launch", "load_unpacked"]
