"""Where the files beside the code are: in the wheel's own bundle, or in the checkout it runs from.

`python -m piecework.resources --vendor` copies the dashboard's scripts out of node_modules (after `npm ci`).
"""

from __future__ import annotations

import shutil
import sys
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
BUNDLE = PACKAGE / "_bundle"

VENDORED = {"htmx.min.js": "htmx.org/dist/htmx.min.js", "sse.js": "htmx.org/dist/ext/hx-sse.min.js"}
"""Script of the dashboard: where it lies in node_modules."""


@cache
def root() -> Path:
    """The folder that holds manifest.json, extension/ and shared/."""
    return BUNDLE if (BUNDLE / "manifest.json").exists() else PACKAGE.parent.parent


def shared_dir() -> Path:
    """Protocol, platforms and words, read by both sides."""
    return root() / "shared"


def platforms_dir() -> Path:
    """One <id>.json per platform, `_schema.json` and `_index.json`."""
    return shared_dir() / "platforms"


def protocol_dir() -> Path:
    """messages.schema.json, messages.d.ts and examples/."""
    return shared_dir() / "protocol"


def locales_dir() -> Path:
    """en.json and fr.json."""
    return shared_dir() / "locales"


def extension_root() -> Path:
    """The folder a browser loads as unpacked extension."""
    return root()


def vendor_dir() -> Path:
    """Scripts of the dashboard that come from npm; may be missing, every page reads without them."""
    return PACKAGE / "views" / "static" / "vendor"


def vendor(modules: Path, target: Path) -> list[str]:
    """Copies what node_modules has of VENDORED into `target`; returns the names copied."""
    found = {name: modules / source for name, source in VENDORED.items() if (modules / source).is_file()}
    if found:
        target.mkdir(parents=True, exist_ok=True)
    for name, source in found.items():
        shutil.copyfile(source, target / name)
    return sorted(found)


def main(arguments: list[str]) -> int:
    """`--vendor` is the only order; a missing node_modules is no failure."""
    if arguments != ["--vendor"]:
        print("usage: python -m piecework.resources --vendor", file=sys.stderr)  # noqa: T201 - a command
        return 2
    vendor(root() / "node_modules", vendor_dir())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
