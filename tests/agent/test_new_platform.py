"""`piecework new-platform`: a definition and pages to begin with, which belong together from the first moment."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from piecework.platforms import check, load_platforms
from piecework.platforms.files import stale
from tests.agent.cli_rig import Done, call

ROOT = Path(__file__).parents[2]
URL = "https://tasks.example/list"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Definitions and an empty folder of pretend sites."""
    shutil.copytree(ROOT / "shared" / "platforms", tmp_path / "shared" / "platforms")
    (tmp_path / "tests" / "sites").mkdir(parents=True)
    return tmp_path


def begin(checkout: Path, *words: str, url: str = URL) -> Done:
    """Runs the command in a checkout."""
    return call("new-platform", *words, "--url", url, "--into", str(checkout))


def test_a_definition_and_its_pages_are_written(checkout: Path) -> None:
    """Right, canonical and in the index; each page says that it is rebuilt; the next steps are told."""
    done = begin(checkout, "sample-site", "--name", "Sample Site")
    assert (0, "") == (done.code, done.err)
    assert "make generate && make test" in done.out
    folder = checkout / "shared" / "platforms"
    document = json.loads((folder / "sample-site.json").read_text("utf-8"))
    assert [] == check(document)
    assert [] == list(stale(folder))
    assert "Sample Site" == load_platforms(folder)["sample-site"].name
    pages = checkout / "tests" / "sites" / "sample-site" / "pages"
    expected = json.loads((pages.parent / "expected.json").read_text("utf-8"))
    assert set(expected["pages"]) == {path.name for path in pages.iterdir()}
    assert {"list.html", "empty.html", "signed-out.html", "changed.html"} == set(expected["pages"])
    assert all(path.read_text("utf-8").startswith("<!-- Rebuilt from published") for path in pages.iterdir())


@pytest.mark.parametrize(
    ("words", "url", "cause"),
    [
        (("Sample",), URL, "no id"),
        (("prolific",), URL, "is there already"),
        (("picoworkers",), URL, "is SproutGigs already"),
        (("sample", "--name", "Figure Eight"), URL, "is Figure Eight already"),
        (("sample",), "http://tasks.example/list", "https"),
        (("sample",), "https://*/list", "https"),
        (("sample",), "javascript:alert(1)", "https"),
    ],
)
def test_what_can_t_be_begun_is_told(checkout: Path, words: tuple[str, ...], url: str, cause: str) -> None:
    """Nothing is written: an id or name that is taken or none, an address that is none."""
    before = sorted(checkout.rglob("*"))
    done = begin(checkout, *words, url=url)
    assert (2, True) == (done.code, cause in done.err)
    assert before == sorted(checkout.rglob("*"))


def test_it_needs_a_checkout(tmp_path: Path) -> None:
    """An installed Piecework has no pages to add to."""
    done = begin(tmp_path, "sample")
    assert (2, True) == (done.code, "--into DIR" in done.err)
