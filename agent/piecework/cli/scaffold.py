"""`piecework new-platform`: what a contributor begins with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from piecework.errors import BadUsage

if TYPE_CHECKING:
    from piecework.platforms import Platform

ID = re.compile(r"[a-z][a-z0-9-]{1,40}")


@click.command("new-platform")
@click.option("--name", default="", help="How people call it; default: made of ID.")
@click.option("--url", required=True, metavar="ADDRESS", help="The page that lists its tasks, https.")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="The checkout; default: this one.")
@click.argument("own", metavar="ID")
def new_platform_command(own: str, name: str, url: str, into: Path | None) -> None:
    """Write a definition and pages to begin with, in a checkout.

    They belong together and pass the tests as they are: replace the sample step by step.
    """
    from piecework.now import SystemClock, day_of
    from piecework.platforms.files import definition_files, read_schema, rewrite
    from piecework.platforms.scaffold import scaffold

    checkout = _checkout(into)
    folder = checkout / "shared" / "platforms"
    called = name or own.replace("-", " ").title()
    _free(own, called, [path.stem for path in definition_files(folder)])
    day = day_of(SystemClock().now_us(), "UTC")
    for path, text in scaffold(own, called, url, day, read_schema(folder)).items():
        file = checkout / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        click.echo(path)
    rewrite(folder)
    click.echo(
        f"Now replace the sample: save pages of your own under tests/sites/{own}/pages (names, e-mails and tokens "
        f"taken out), say in expected.json what is on them, and make shared/platforms/{own}.json read them. Then: "
        "make generate && make test. CONTRIBUTING.md says what every part is for."
    )


def _checkout(into: Path | None) -> Path:
    """The folder that holds definitions and their test pages. Raises BadUsage for one that does not."""
    from piecework.resources import root

    folder = into.expanduser().resolve() if into else root()
    if not (folder / "shared" / "platforms" / "_schema.json").is_file() or not (folder / "tests" / "sites").is_dir():
        raise BadUsage(f"{folder} is no checkout of Piecework. Name one with --into DIR.")
    return folder


def _free(own: str, name: str, there: list[str]) -> None:
    """Raises BadUsage for an id that is none, or a name that is taken."""
    from piecework.errors import UnknownPlatform
    from piecework.platforms import find_platform

    if not ID.fullmatch(own):
        raise BadUsage(f"“{own}” is no id: small letters, digits and dashes, beginning with a letter.")
    if own in there:
        raise BadUsage(f"“{own}” is there already: shared/platforms/{own}.json")
    for word in (own, name):
        try:
            taken: Platform = find_platform(word)
        except UnknownPlatform:
            continue
        raise BadUsage(f"“{word}” is {taken.name} already: shared/platforms/{taken.id}.json")
