"""Ready folders and zips of the extension, one per browser: only what a browser needs, foreign keys dropped.

The repository root loads as it is; these are for `piecework extension`, for the stores, and for people without a
checkout. The zips are the same bytes each time.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

from piecework.errors import BadUsage
from piecework.resources import extension_root

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("LICENSE", "extension", "shared/platforms", "shared/locales")
"""What a browser needs besides the manifest."""

FOR_PEOPLE = {".ts", ".md", ".svg"}
"""Types, notes and the drawing the icons were made from: no page and no script asks for them."""
NAMES = "_aliases.json"
"""Names that nobody has described: the agent finds them, a browser has nothing to read of them."""

CHROMIUM, FIREFOX = "chromium", "firefox"
ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def manifest_for(browser: str, manifest: dict[str, Any], *, store: bool = False) -> dict[str, Any]:
    """The root manifest without what belongs to the other browser. `store` also drops the fixed Chromium key."""
    made: dict[str, Any] = json.loads(json.dumps(manifest))
    background = made["background"]
    if browser == FIREFOX:
        made["background"] = {"scripts": background["scripts"], "type": background["type"]}
        made["permissions"] = [name for name in made["permissions"] if name != "offscreen"]
        made.pop("key", None)
        made.pop("minimum_chrome_version", None)
    else:
        made["background"] = {"service_worker": background["service_worker"], "type": background["type"]}
        made.pop("browser_specific_settings", None)
        if store:
            made.pop("key", None)
    return made


def files() -> dict[str, Path]:
    """Every file a browser gets, by its path in the extension; the manifest apart."""
    root = extension_root()
    found: dict[str, Path] = {}
    for part in PARTS:
        for path in [root / part, *sorted((root / part).rglob("*"))]:
            if path.is_file() and path.suffix not in FOR_PEOPLE and path.name != NAMES:
                found[path.relative_to(root).as_posix()] = path
    return found


def write_folder(browser: str, target: Path) -> Path:
    """Writes DIR/<browser>, replacing what an earlier call wrote there; returns the folder to load.

    Raises BadUsage where something else lies there.
    """
    folder = target / browser
    if _is_ours(folder):
        shutil.rmtree(folder)
    elif folder.exists():
        raise BadUsage(f"{folder} is there already and is not a folder of this extension. Name another one with --out.")
    folder.mkdir(parents=True)
    for name, path in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
    (folder / "manifest.json").write_text(_manifest_text(browser, store=False), encoding="utf-8")
    return folder


def write_zip(browser: str, target: Path) -> Path:
    """Writes DIR/piecework-<browser>.zip for the browser's store; the same bytes for the same files."""
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"piecework-{browser}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        _add(packed, "manifest.json", _manifest_text(browser, store=True).encode())
        for name, source in files().items():
            _add(packed, name, source.read_bytes())
    return path


def _add(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, data)


def _is_ours(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("name") == _manifest()["name"]


def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((extension_root() / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def _manifest_text(browser: str, *, store: bool) -> str:
    return json.dumps(manifest_for(browser, _manifest(), store=store), indent=2, ensure_ascii=False) + "\n"
