"""Fixtures every suite may ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable

settings.register_profile("same every time", derandomize=True, deadline=None, database=None)
settings.load_profile("same every time")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds manifest.json."""
    return ROOT


@pytest.fixture(scope="session")
def recorded() -> Callable[[str], Path]:
    """Finds a folder of recorded pages beside the checkout; where it is missing the test is skipped by its name."""

    def find(name: str) -> Path:
        folder = ROOT.parent / "shared" / "recorded" / name
        if not folder.exists():
            pytest.skip(f"recorded pages are not here: ../shared/recorded/{name}")
        return folder

    return find
