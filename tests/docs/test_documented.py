"""Whatever can be asked for is documented: commands, messages, settings, permissions, platforms, words."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from piecework.cli import COMMANDS
from piecework.cli.reference import PAGES
from piecework.platforms import load_platforms

ROOT = Path(__file__).parents[2]
MANIFEST = json.loads((ROOT / "manifest.json").read_text())
LOCALES = {name: json.loads((ROOT / "shared" / "locales" / f"{name}.json").read_text()) for name in ("en", "fr")}


@pytest.mark.parametrize("page", sorted(PAGES))
def test_reference_pages_are_fresh(page: str) -> None:
    """A page under docs/ is what its generator writes now."""
    assert (ROOT / "docs" / page).read_text() == PAGES[page]()


def test_readme_shows_the_two_commands() -> None:
    """The README's commands are the Makefile's."""
    readme = (ROOT / "README.md").read_text()

    assert {"make run", "make test"} <= set(re.findall(r"make \w+", readme))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    """A command says what it does; its help can be shown without an agent."""
    done = subprocess.run(
        [sys.executable, "-m", "piecework", name, "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert name in done.stdout


@pytest.mark.parametrize(
    "permission", [*MANIFEST["permissions"], *MANIFEST["optional_permissions"], *MANIFEST["optional_host_permissions"]]
)
def test_every_permission_has_its_reason(permission: str) -> None:
    """The README's table names each permission with why it is needed."""
    rows = [line for line in (ROOT / "README.md").read_text().splitlines() if f"`{permission}`" in line]

    assert rows
    assert all(len(row.split("|")[2].strip()) > 20 for row in rows if row.startswith("|"))


CALLS = {
    "storage": r"\.storage\.",
    "unlimitedStorage": r"indexedDB",
    "alarms": r"\.alarms\.",
    "notifications": r"\.notifications\.",
    "idle": r"\.idle\.",
    "scripting": r"\.scripting\.",
    "activeTab": r"\.tabs\.query\(\{ active: true, currentWindow: true \}\)",
    "offscreen": r"\.offscreen",
    "webNavigation": r"\.webNavigation",
}


@pytest.mark.parametrize("permission", [*MANIFEST["permissions"], *MANIFEST["optional_permissions"]])
def test_every_permission_is_used(permission: str) -> None:
    """No permission is asked for that no line of the extension needs."""
    sources = [path.read_text() for path in (ROOT / "extension").rglob("*.js")]

    assert any(re.search(CALLS[permission], text) for text in sources)


@pytest.mark.parametrize("name", sorted(load_platforms()))
def test_every_platform_is_documented(name: str) -> None:
    """A platform with a definition stands in docs/platforms.md."""
    assert f"| {name} |" in (ROOT / "docs" / "platforms.md").read_text()


def test_both_languages_have_the_same_words() -> None:
    """A key that is in one catalogue is in the other, with the same places for values."""
    places = {
        lang: {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in words.items()}
        for lang, words in LOCALES.items()
    }

    assert places["en"] == places["fr"]


def test_words_that_pages_use_exist() -> None:
    """A key that stands in a page of the extension has words."""
    used = {
        key
        for path in [*(ROOT / "extension" / "pages").glob("*.html")]
        for key in re.findall(r'data-t(?:-[a-z-]+)?="([^"]+)"', path.read_text())
    }

    assert set() == used - set(LOCALES["en"])
