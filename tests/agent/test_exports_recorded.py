"""Real histories of real people's tools, imported and handed on: every program finds the same sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.agent.exported import wanted_sums
from tests.agent.importing import Person
from tests.agent.test_exports_read_back import READERS, named_for_beancount, saved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = (
    ("mturk", "mturk-engine_hit-database_2017-10-01.json"),
    ("prolific", "prolific_submissions-export_2026-03.csv"),
)
INCOME = {
    ("income:mturk", "USD"): -63_950_000,
    ("income:prolific", "GBP"): -2_670_000,
    ("income:prolific", "USD"): -17_500_000,
}


@pytest.mark.parametrize("form", READERS)
def test_every_program_agrees_on_a_recorded_history(tmp_path: Path, recorded: Callable[[str], Path], form: str) -> None:
    """63 HITs of 63.95 dollars, five submissions in two currencies; twice imported, counted once."""
    person = Person()
    for _ in range(2):
        for folder, name in FILES:
            person.take((recorded(folder) / name).read_bytes())
    wanted = wanted_sums(person.conn)
    found = READERS[form](saved(person.conn, tmp_path, form))

    assert INCOME == {key: micro for key, micro in wanted.items() if key[0].startswith("income:")}
    assert (named_for_beancount(wanted) if form == "beancount" else wanted) == found
