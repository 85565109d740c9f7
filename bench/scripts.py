"""The extension's own lists of scripts, asked of the file that the background reads."""

from __future__ import annotations

import json
import subprocess

from piecework.resources import extension_root


def scripts(name: str) -> list[str]:
    """The files of one list of `extension/background/scripts.js` (`CONTENT_FILES`, …), in their order. Needs Node."""
    address = (extension_root() / "extension/background/scripts.js").as_uri()
    say = f"import({json.dumps(address)}).then((lists) => console.log(JSON.stringify(lists[{json.dumps(name)}])))"
    answer = subprocess.run(["node", "--eval", say], capture_output=True, check=True, text=True)  # noqa: S603, S607 - our own line, the person's own Node
    found: list[str] = json.loads(answer.stdout)
    return found
