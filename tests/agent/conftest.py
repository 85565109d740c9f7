"""A store in a fresh folder, with a clock that stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from piecework.now import FixedClock
from piecework.settings import Paths
from piecework.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON_US = 1_795_258_800_000_000
"""2026-11-21 11:00:00 UTC, noon in Paris."""


@pytest.fixture
def clock() -> FixedClock:
    """Stands at NOON_US until it is moved."""
    return FixedClock(NOON_US)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A data folder that does not exist yet."""
    return Paths(tmp_path / "data")


@pytest.fixture
def store(paths: Paths, clock: FixedClock) -> Iterator[Store]:
    """An empty store of the newest version."""
    opened = Store.open(paths, clock)
    yield opened
    opened.close()
