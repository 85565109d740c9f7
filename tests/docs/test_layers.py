"""Imports go down the layers of ARCHITECTURE.md, on both sides."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AGENT = ROOT / "agent" / "piecework"
EXTENSION = ROOT / "extension"

LAYERS: list[set[str]] = [
    {"cli", "__main__"},
    {"bundle", "demo"},
    {"app"},
    {"link", "views"},
    {"control"},
    {"imports"},
    {"ingest"},
    {"watch", "worktime", "ledger"},
    {"store"},
    {"figures"},
    {"platforms", "settings", "secrets", "rates", "words"},
    {"resources"},
    {"protocol", "money", "now", "errors", "oscalls", "drive", "practice"},
]
"""From the top down. A line may import lines below it, and itself only within one name of it."""

BASE = {"money", "now", "errors", "oscalls"}
"""The lowest names may use one another where one of them is this basic."""

PURE = (
    "money",
    "imports/formats",
    "imports/dates.py",
    "imports/values.py",
    "imports/tables.py",
    "imports/jsons.py",
    "imports/steps.py",
    "worktime/intervals.py",
    "worktime/edits.py",
    "worktime/sessions.py",
    "worktime/timeline.py",
    "watch/detect.py",
    "watch/expected.py",
    "watch/forecast.py",
    "watch/policy",
    "watch/matching.py",
    "watch/patterns.py",
    "watch/rulebook.py",
    "watch/tongue.py",
    "watch/warnings.py",
    "ledger/states.py",
    "ledger/postings.py",
    "rates/convert.py",
    "rates/reference.py",
    "rates/own.py",
)
"""Pure core: handed time and data, touching no network, clock, disk or database."""

IMPURE = {
    "asyncio",
    "aiohttp",
    "datetime.datetime.now",
    "os",
    "pathlib",
    "random",
    "socket",
    "sqlite3",
    "time",
    "threading",
    "websockets",
}


def rank(name: str) -> int:
    """How high in the layers a top-level name of the package stands."""
    return next(height for height, line in enumerate(reversed(LAYERS)) if name in line)


def sources() -> list[Path]:
    """Every Python file of the agent."""
    return sorted(AGENT.rglob("*.py"))


def name_of(path: Path) -> str:
    """The package's first-level name a file belongs to."""
    return path.relative_to(AGENT).parts[0].removesuffix(".py")


def imported(path: Path) -> list[tuple[int, str]]:
    """First-level names of the package that a file imports, with their lines."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        modules = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            modules = (
                [node.module] if node.module != "piecework" else [f"piecework.{alias.name}" for alias in node.names]
            )
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        found += [(node.lineno, module.split(".")[1]) for module in modules if module.startswith("piecework.")]
    return [(line, name) for line, name in found if not name.startswith("__")]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(AGENT)))
def test_imports_go_down_the_layers(path: Path) -> None:
    """A file imports only from layers below its own, and siblings never meet."""
    own = name_of(path)
    if own in {"__init__", "__main__"}:
        return
    wrong = [
        f"line {line}: {own} imports {name}"
        for line, name in imported(path)
        if name != own and rank(name) >= rank(own) and not (rank(own) == 0 and name in BASE)
    ]

    assert [] == wrong


@pytest.mark.parametrize("pattern", PURE)
def test_pure_modules_touch_nothing(pattern: str) -> None:
    """Reading, matching, interval and money code is handed time and data."""
    path = AGENT / pattern
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    wrong = [
        f"{file.name}: {module}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if module.split(".")[0] in IMPURE
    ]

    assert files
    assert [] == wrong


def js_imports(path: Path) -> list[str]:
    """What a script of the extension imports, as paths below extension/."""
    text = path.read_text()
    names = re.findall(r"""(?:^|\n)\s*(?:import|export)[^'"\n;]*?['"]([^'"]+)['"]""", text) + re.findall(
        r"import\(\s*['\"]([^'\"]+)['\"]", text
    )
    return [str((path.parent / name).resolve().relative_to(EXTENSION)) for name in names if name.startswith(".")]


@pytest.mark.parametrize("path", sorted(EXTENSION.rglob("*.js")), ids=lambda path: str(path.relative_to(EXTENSION)))
def test_the_extension_imports_downwards(path: Path) -> None:
    """Background and pages import lib, lib imports lib; content is classic: it imports and is imported by nobody."""
    own = path.relative_to(EXTENSION).parts[0]
    allowed = {
        "background": {"background", "lib"},
        "pages": {"pages", "lib"},
        "lib": {"lib"},
        "content": set(),
    }[own]
    wrong = [name for name in js_imports(path) if name.split("/")[0] not in allowed]

    assert [] == wrong


BROWSER_NAMES = re.compile(r"\b(?:navigator\.userAgent|moz-extension|chrome-extension|isFirefox|isChromium)\b")


@pytest.mark.parametrize("path", sorted(EXTENSION.rglob("*.js")), ids=lambda path: str(path.relative_to(EXTENSION)))
def test_only_one_file_knows_the_browser(path: Path) -> None:
    """lib/browser.js is the only file that knows browser differences."""
    if path.name == "browser.js":
        return

    assert [] == BROWSER_NAMES.findall(path.read_text())
