"""What `pip install` gives: everything in one wheel, nothing of the checkout, nothing of Node."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from piecework import __version__
from piecework.drive import find_browser
from piecework.resources import VENDORED, vendor_dir

pytestmark = pytest.mark.xdist_group("wheel")
WAIT_S = 60


def build(source: Path, target: Path, *kinds: str) -> None:
    """Runs the build backend as pip would, without a network."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", target, *(f"-t{kind}" for kind in kinds)],
        cwd=source,
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="session")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    build(checkout, folder, "wheel", "sdist")
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """The wheel."""
    (found,) = built.glob("*.whl")
    return found


class Installed:
    """`piecework` in an environment of its own, far from the checkout; only its dependencies are borrowed."""

    def __init__(self, folder: Path) -> None:
        self.python = folder / "bin" / "python"
        self.program = folder / "bin" / "piecework"
        self.home = folder / "home"
        self.home.mkdir()

    def run(self, *words: str, code: int = 0) -> str:
        """Runs it; returns what it printed. Fails on another exit code."""
        done = subprocess.run(
            [self.program, *words],
            cwd=self.home,
            env=self.env(),
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
        assert code == done.returncode, f"{words}: {done.stderr}{done.stdout}"
        return done.stdout

    def json(self, *words: str) -> Any:  # noqa: ANN401 - JSON of any shape
        """The same with --json."""
        return json.loads(self.run(*words, "--json"))

    def env(self) -> dict[str, str]:
        """A bare one: no PYTHONPATH, no Node on the PATH."""
        return {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel installed by pip, as a person does it; not even its dependencies are asked of a network."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    own = Installed(folder)
    pip = [sys.executable, "-m", "pip", "--python", own.python, "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", wheel], check=True, capture_output=True)
    # A folder added by a .pth is searched last, and the .pth files in it, such as the checkout's own, are not read.
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return own


def test_the_wheel_is_found_and_not_the_checkout(installed: Installed, checkout: Path) -> None:
    """Otherwise this file would prove nothing."""
    where = "import piecework, piecework.resources as r; print(piecework.__file__, r.root(), sep='\\n')"
    said = subprocess.run(
        [installed.python, "-c", where], capture_output=True, text=True, check=True, env=installed.env()
    )
    package, root = map(Path, said.stdout.split())

    assert not package.is_relative_to(checkout)
    assert package.parent / "_bundle" == root


def test_the_dashboards_scripts_are_inside(wheel: Path) -> None:
    """Who installs the wheel needs no Node."""
    if not (vendor_dir() / "htmx.min.js").exists():
        pytest.skip("the dashboard's scripts come from npm: make setup")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())

    assert {f"piecework/views/static/vendor/{name}" for name in VENDORED} <= names


def test_nothing_else_is_inside(wheel: Path) -> None:
    """No tests, no caches, no tools."""
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()

    assert {"piecework", f"piecework-{__version__}.dist-info"} == {name.split("/")[0] for name in names}
    assert [] == [name for name in names if "__pycache__" in name or "node_modules" in name]


def test_the_source_archive_gives_the_same_wheel(built: Path, wheel: Path, tmp_path: Path) -> None:
    """`pip install` of the archive ends where the wheel does."""
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    build(source, tmp_path / "again", "wheel")

    assert wheel.read_bytes() == (tmp_path / "again" / wheel.name).read_bytes()


def test_it_runs_without_the_checkout(installed: Installed) -> None:
    """Help, money, definitions, and the folders to load."""
    assert "Commands:" in installed.run("--help")
    assert 50_000 == installed.json("parse", "pay", "$0.05")[0]["micro"]
    assert {"practice", "prolific"} <= {row["id"] for row in installed.json("platforms")}
    made = installed.json("extension", "--out", "loadable")

    assert {"chromium", "firefox"} == set(made)
    assert all((Path(folder) / "manifest.json").is_file() for folder in made.values())


@pytest.fixture
def served(installed: Installed, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What the wheel's agent says when it is ready; it is ended by Ctrl-C and has to leave cleanly."""
    words = ["run", "--data", str(tmp_path / "data"), "--port", "0", "--no-open", "--ready-json"]
    with subprocess.Popen(
        [installed.program, *words], cwd=installed.home, env=installed.env(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert 0 == process.wait(WAIT_S)


def test_the_agent_answers(served: dict[str, Any], installed: Installed, tmp_path: Path) -> None:
    """The dashboard opens with its words, style and scripts, and doctor walks the link."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
    with opener.open(served["url"], timeout=WAIT_S) as answer:
        page = answer.read().decode()
    base = f"http://127.0.0.1:{served['port']}"
    assets = [path for path in page.split('"') if path.startswith("/static/")]
    for path in assets:
        with opener.open(base + path, timeout=WAIT_S) as answer:
            assert answer.read()
    states = {
        check["name"]: check["state"] for check in installed.json("doctor", "--data", str(tmp_path / "data"))["checks"]
    }

    assert "<h1" in page
    assert any(path.endswith(".css") or ".css?" in path for path in assets)
    assert {"ok"} == {states[name] for name in ("store", "agent", "link")}


@pytest.mark.chromium
def test_the_rehearsal_runs_from_the_wheel(installed: Installed) -> None:
    """Extension, practice site and agent come out of the wheel; every step holds."""
    if find_browser("chromium") is None:
        (pytest.fail if os.environ.get("CI") == "1" else pytest.skip)("no chromium (Debian: apt install chromium)")
    report = json.loads(installed.run("demo", "--once", "--json"))

    assert [] == [step for step in report["steps"] if not step["ok"]]
    assert 800_000 == report["earnings"]["paid"]
