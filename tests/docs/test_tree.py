"""What the tree as a whole promises: loadable as it is, small files, nothing of one machine."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES = 400
MOST_FUNCTION_LINES = 60
P90_FUNCTION_LINES = 30


def tracked(*patterns: str) -> list[Path]:
    """Files git knows, or every file where this is no checkout."""
    try:
        out = subprocess.run(
            ["git", "ls-files", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return [
            path
            for pattern in patterns
            for path in ROOT.rglob(pattern)
            if ".venv" not in path.parts and "node_modules" not in path.parts
        ]
    return [ROOT / line for line in out.splitlines() if (ROOT / line).is_file()]


def test_the_root_can_be_loaded_unpacked() -> None:
    """Chromium's button refuses a root with a name that starts with `_`; Python at the root would leave one there."""
    assert [] == [path.name for path in ROOT.iterdir() if path.name.startswith("_")]
    assert [] == [path.name for path in ROOT.glob("*.py")]


def test_files_stay_small() -> None:
    """No file over 400 lines, and the median near 130 or under."""
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text(errors="replace").splitlines())
        for path in tracked("*.py", "*.js")
        if "tests/sites" not in str(path)
    }

    assert {} == {name: size for name, size in sizes.items() if size > MOST_LINES}
    assert statistics.median(sizes.values()) <= 140


def function_sizes() -> dict[str, int]:
    """Lines of each function of the agent."""
    found = {}
    for path in tracked("agent/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                found[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = node.end_lineno - node.lineno + 1
    return found


def test_functions_stay_small() -> None:
    """Nine of ten functions are under 30 lines, none is over 60."""
    sizes = function_sizes()

    assert {} == {name: size for name, size in sizes.items() if size > MOST_FUNCTION_LINES}
    assert sorted(sizes.values())[int(len(sizes) * 0.9)] <= P90_FUNCTION_LINES


MACHINE = re.compile(r"(?<![\w.-])/(?:home|root|work|farm|Users)/[a-z]")
OPEN_POINTS = re.compile(r"\b(?:TODO|FIXME|(?<!\")XXX|NotImplementedError)\b")


@pytest.mark.parametrize("pattern", [MACHINE, OPEN_POINTS], ids=["a path of one machine", "an open point"])
def test_nothing_is_left_lying(pattern: re.Pattern[str]) -> None:
    """No path of one machine, no open point in the code."""
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked("*.py", "*.js", "*.md", "*.json", "*.toml", "*.html", "*.css", "Makefile")
        if path != Path(__file__) and path.name != "package-lock.json"
        for match in pattern.finditer(path.read_text(errors="replace"))
    ]

    assert [] == wrong
