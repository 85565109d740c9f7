"""What browsers and their stores are handed: whole, without foreign keys, the same each time."""

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from posixpath import join, normpath
from typing import Any

import pytest

from piecework.bundle import CHROMIUM, FIREFOX, manifest_for, write_folder, write_zip
from piecework.errors import BadUsage

BOTH = (CHROMIUM, FIREFOX)
DATA = "shared/"
"""Read by name at run time: definitions and words."""


@pytest.fixture(params=BOTH)
def browser(request: pytest.FixtureRequest) -> str:
    """Each browser."""
    name: str = request.param
    return name


@pytest.fixture
def folder(browser: str, tmp_path: Path) -> Path:
    """Its ready folder."""
    return write_folder(browser, tmp_path)


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest in a folder."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return manifest


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_firefox_gets_no_key_of_chromium(tmp_path: Path) -> None:
    """What it does not know would be a warning of its store."""
    manifest = manifest_of(write_folder(FIREFOX, tmp_path))

    assert {"scripts": ["extension/background/main.js"], "type": "module"} == manifest["background"]
    assert not {"key", "minimum_chrome_version"} & set(manifest)
    assert "offscreen" not in manifest["permissions"]
    assert "gecko" in manifest["browser_specific_settings"]


def test_chromium_gets_no_key_of_firefox(tmp_path: Path) -> None:
    """Its fixed key stays, so that the folder has the same id everywhere."""
    manifest = manifest_of(write_folder(CHROMIUM, tmp_path))

    assert {"service_worker": "extension/background/main.js", "type": "module"} == manifest["background"]
    assert "browser_specific_settings" not in manifest
    assert {"key", "minimum_chrome_version"} <= set(manifest)
    assert "offscreen" in manifest["permissions"]


def test_the_root_manifest_stays_as_it_is(checkout: Path) -> None:
    """Leaving keys out changes a copy."""
    manifest = manifest_of(checkout)
    for browser in BOTH:
        manifest_for(browser, manifest, store=True)

    assert manifest_of(checkout) == manifest


def test_a_stores_zip_is_the_folder_without_the_key(browser: str, folder: Path, tmp_path: Path) -> None:
    """The store gives the extension a key of its own."""
    with zipfile.ZipFile(write_zip(browser, tmp_path)) as packed:
        inside = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(inside.pop("manifest.json"))
    expected = content(folder)
    del expected["manifest.json"]

    assert expected == inside
    assert {name: value for name, value in manifest_of(folder).items() if name != "key"} == manifest


def test_a_zip_is_the_same_bytes_each_time(browser: str, tmp_path: Path) -> None:
    """Whoever builds it can compare it with the one in the store."""
    first, again = (write_zip(browser, tmp_path / name).read_bytes() for name in ("first", "again"))

    assert first == again


def test_a_second_call_leaves_nothing_of_the_first(browser: str, folder: Path, tmp_path: Path) -> None:
    """A file that is no longer part of the extension goes."""
    before = content(folder)
    (folder / "extension" / "old.js").write_text("gone()")
    write_folder(browser, tmp_path)

    assert before == content(folder)


@pytest.mark.parametrize("manifest", [None, "no JSON", "[]", '{"name": "Somebody else\'s"}'])
def test_what_is_not_ours_is_not_replaced(browser: str, manifest: str | None, tmp_path: Path) -> None:
    """The person is told to name another folder."""
    (tmp_path / browser).mkdir()
    (tmp_path / browser / "manifest.json" if manifest else tmp_path / browser / "notes.txt").write_text(manifest or "")
    with pytest.raises(BadUsage, match="--out"):
        write_folder(browser, tmp_path)

    assert 1 == len(list((tmp_path / browser).iterdir()))


def names_in(manifest: dict[str, Any]) -> set[str]:
    """Every path a manifest names."""
    found = set()
    waiting: list[Any] = [manifest]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and re.fullmatch(r"[\w./-]+\.(?:js|html|css|png)", value):
            found.add(value)
    return found


TEXTS = (".js", ".html", ".css")
BESIDE = re.compile(r"""(?:from|import\(?|src=|href=)\s*["'](\.{0,2}/?[\w./-]+\.(?:js|css|png))["']""")
FROM_ROOT = re.compile(r"""["'](extension/[\w./-]+\.\w+)["']""")


def reached(folder: Path) -> set[str]:
    """Every file that the manifest, a page or a script leads to, whether it is there or not."""
    known, waiting = set(), list(names_in(manifest_of(folder)))
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        if not name.endswith(TEXTS) or not (folder / name).is_file():
            continue
        text = (folder / name).read_text()
        waiting += [normpath(join(name.rpartition("/")[0], found)) for found in BESIDE.findall(text)]
        waiting += FROM_ROOT.findall(text)
    return known


def test_every_file_that_is_named_is_there_and_no_other(folder: Path) -> None:
    """From the manifest over pages, style sheets, imports and the list of content scripts."""
    there = {name for name in content(folder) if not name.startswith(DATA)} - {"manifest.json", "LICENSE"}

    assert there == reached(folder)


def test_every_definition_and_both_languages_are_there(folder: Path) -> None:
    """The index names what a browser can't list; the schema holds what is taught."""
    ids = json.loads((folder / "shared/platforms/_index.json").read_text())
    expected = {f"platforms/{name}.json" for name in ids} | {
        "platforms/_index.json",
        "platforms/_schema.json",
        "locales/en.json",
        "locales/fr.json",
    }

    assert expected == {path.relative_to(folder / "shared").as_posix() for path in (folder / "shared").rglob("*.json")}


@pytest.mark.store
def test_the_add_on_store_finds_nothing(checkout: Path, tmp_path: Path) -> None:
    """No error, no warning, no notice of the linter that Firefox's store runs."""
    linter = checkout / "node_modules" / ".bin" / "addons-linter"
    if not linter.exists() or shutil.which("node") is None:
        if os.environ.get("CI") == "1":
            pytest.fail("addons-linter is missing: npm ci")
        pytest.skip("addons-linter is missing: npm ci")
    folder = write_folder(FIREFOX, tmp_path)
    done = subprocess.run([linter, "--output", "json", folder], capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)

    assert [] == [*said["errors"], *said["warnings"], *said["notices"]]
    assert 0 == done.returncode
