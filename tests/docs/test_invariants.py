"""What docs/ledger.md says always holds is held by tests of those names."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_promise_of_the_ledger_has_its_test() -> None:
    """A test that is renamed or dropped takes its row of the table with it, or this fails."""
    table = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8").split("## What always holds", 1)[1]
    named = set(re.findall(r"`(test_[a-z_]+)`", table))
    there = {
        name
        for path in (ROOT / "tests" / "agent").glob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    rows = [line for line in table.splitlines() if line.startswith("| ")]

    assert set() == named - there
    assert all("`test_" in row for row in rows[2:])
    assert len(rows) > len(("head", "rule"))
