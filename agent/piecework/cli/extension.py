"""`piecework extension`: folders and zips to load or to hand to a store."""

from __future__ import annotations

from pathlib import Path

import click

from piecework.cli.common import json_option, print_json

HOW = {
    "chromium": "Chromium: chrome://extensions, Developer mode on, “Load unpacked”, choose {}",
    "firefox": "Firefox: about:debugging, This Firefox, “Load Temporary Add-on…”, choose {}/manifest.json",
}


@click.command("extension")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("piecework-extension"))
@click.option("--zip", "packed", is_flag=True, help="Write the stores' zips instead of folders.")
@json_option
def extension_command(out: Path, *, packed: bool, as_json: bool) -> None:
    """Write ready folders of the extension, one per browser, and say how to load them."""
    from piecework.bundle import CHROMIUM, FIREFOX, write_folder, write_zip

    write = write_zip if packed else write_folder
    made = {browser: str(write(browser, out.resolve())) for browser in (CHROMIUM, FIREFOX)}
    if as_json:
        print_json(made)
        return
    for browser, path in made.items():
        click.echo(path if packed else HOW[browser].format(path))
