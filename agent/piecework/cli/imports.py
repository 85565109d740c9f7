"""`import`: files of other programs and sites into the books."""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from piecework.cli.ask import ask_long
from piecework.cli.common import data_option, json_option, print_json
from piecework.errors import BadUsage, PieceworkError

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD_INPUT = "-"
MOST_SHOWN = 20
"""Rows not taken that are named to a person; --json names more."""


@click.command("import")
@data_option
@json_option
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--dry-run", is_flag=True, help="Say what would be taken, and take nothing.")
@click.option("--format", "form", default="", help="What the file is, where it does not show; a wrong word names them.")
@click.option("--platform", default="", help="Whose money or work it is, where the file does not say so.")
@click.option(
    "--dates",
    type=click.Choice(["dmy", "mdy"]),
    default=None,
    help="Day or month first, where the dates can be read in two ways.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="For a table of another kind: which column is the date, time, zone, amount, bonus, currency, platform, title, "
    "requester, state or id. FIELD==WORD means the same word for every row. Remembered for the next such table.",
)
def import_command(  # noqa: PLR0913 - one keyword for each option
    data: Path | None,
    *,
    as_json: bool,
    files: tuple[str, ...],
    dry_run: bool,
    form: str,
    platform: str,
    dates: str | None,
    mapping: tuple[str, ...],
) -> None:
    """Take files of other programs and sites into the books, each as a whole or not at all; twice changes nothing.

    Understood are backups of MTurk Suite, HITDB and mturk-engine, Prolific's submissions, Microworkers' history,
    SproutGigs' wallet as text, statements of PayPal, Payoneer and Wise, time of Clockify, Toggl and ActivityWatch, any
    table with --map, and lines copied from a page with --platform. FILE "-" is standard input.
    """
    asked = {"dry_run": dry_run, "format": form, "platform": platform, "dates": dates or "", "map": _pairs(mapping)}
    answers = []
    for name in files:
        with _file(name) as path:
            try:
                answers.append(ask_long(data, "import", path=str(path), **asked))
            except PieceworkError as cause:
                raise type(cause)(f"{name}: {cause.text}") from cause
        if not as_json:
            _show(name, answers[-1], dry_run=dry_run)
    if as_json:
        print_json(answers[0] if len(answers) == 1 else answers)
    if any(answer["rows"] and not answer["new"] + answer["known"] for answer in answers):
        raise PieceworkError("No row could be taken; the causes are named above.")


def _pairs(mapping: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in mapping]
    if wrong := next((text for text, (_, sign, _) in zip(mapping, pairs, strict=True) if not sign), ""):
        raise BadUsage(f"“{wrong}” is no FIELD=COLUMN.")
    return {field.strip().casefold(): column.strip() for field, _, column in pairs}


@contextmanager
def _file(name: str) -> Iterator[Path]:
    """The file by its full path: the agent that reads it has a folder of its own. Standard input goes by a copy."""
    if name != STANDARD_INPUT:
        yield Path(name).expanduser().absolute()
        return
    with tempfile.TemporaryDirectory(prefix="piecework-") as folder:
        path = Path(folder) / "input"
        path.write_bytes(sys.stdin.buffer.read() if hasattr(sys.stdin, "buffer") else sys.stdin.read().encode())
        yield path


def _show(name: str, answer: dict[str, Any], *, dry_run: bool) -> None:
    from piecework.cli.table import plain
    from piecework.ledger.amounts import decimal_text

    sums = ", ".join(f"{decimal_text(micro)} {currency}" for currency, micro in answer["sums"].items())
    verb = "would be new" if dry_run else "new"
    click.echo(
        plain(f"{name} ({answer['format']}): {answer['rows']} rows, {answer['new']} {verb}, {answer['known']} known")
        + (f"; {sums}" if sums else "")
    )
    for one in answer["refused"][:MOST_SHOWN]:
        click.echo(plain(f"  row {one['row']} not taken: {one['cause']}"))
    if len(answer["refused"]) > MOST_SHOWN:
        click.echo(f"  … and {len(answer['refused']) - MOST_SHOWN} more, all named with --json")
