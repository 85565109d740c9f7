"""Why a row or a file is not taken, told in the person's language: every text of the readers has its words."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

import pytest

import piecework.imports
from piecework.words import words_in
from tests.agent.importing import Person, suite, suite_hit

FRENCH, ENGLISH = words_in("fr"), words_in("en")
PREFIX = "import_cause."
SAID = {"BadRow", "BadFile", "Left"}
FOLDER = Path(piecework.imports.__file__).parent


def texts(node: ast.expr) -> list[str]:
    """What an expression can say, a 7 in the place of what only the file knows; nothing for what is made elsewhere."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)]  # type: ignore[misc]
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    if isinstance(node, ast.BinOp):
        return ["".join(pair) for pair in itertools.product(texts(node.left), texts(node.right))]
    return []


def causes() -> list[str]:
    """Every text a reader gives as a cause."""
    found: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID:
                found.update(text for argument in node.args for text in texts(argument))
    # A file's text begins with the place it speaks of, which the code takes from elsewhere.
    return sorted(f"Row {text}" if text.startswith("7: ") else text for text in found if len(text) > 1)


def test_there_are_texts_to_tell() -> None:
    """The list is found by itself; an empty one would prove nothing."""
    assert 50 < len(causes())


@pytest.mark.parametrize("text", causes())
def test_every_cause_is_told_in_french(text: str) -> None:
    """And stays what it is in English."""
    assert text != FRENCH.anew(PREFIX, text)
    assert text == ENGLISH.anew(PREFIX, text)


def test_what_the_file_says_is_kept() -> None:
    """The row's own words stand in the French ones, whatever they are."""
    answer = Person().take(suite(suite_hit(1, date="99991231"), suite_hit(2, state="Rêvé ; “ou” non")))
    first, second = (FRENCH.anew(PREFIX, one.cause) for one in answer.left)

    assert first == "« 99991231 » est dans le futur"
    assert "« Rêvé ; “ou” non »" in second
