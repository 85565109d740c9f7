"""docs/import.md says what the program does."""

import re
from pathlib import Path

from piecework.imports import FORMATS
from piecework.imports.formats import generic

TEXT = (Path(__file__).parents[2] / "docs" / "import.md").read_text()


def test_every_format_is_described() -> None:
    """One row for each, on what evidence, and none for one that does not exist."""
    named = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", TEXT, re.MULTILINE)

    assert sorted(FORMATS) == sorted(name for name, _, _ in named)


def test_every_field_of_a_mapping_is_named() -> None:
    """What a column can be mapped to."""
    mapping = next(line for line in TEXT.splitlines() if line.startswith("**Any other table.**"))

    assert set() == {field for field in generic.FIELDS if field not in mapping}
