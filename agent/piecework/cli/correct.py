"""Commands that correct the books: edit, undo, reparse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from piecework.cli.ask import ask, ask_long
from piecework.cli.common import data_option, json_option, print_json

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 20


@click.command("edit")
@data_option
@json_option
@click.argument("assignment")
@click.option("--pay", default=None, help="What was really paid for it: $0.80, 1,20 €.")
@click.option("--currency", default=None, help="What a bare number means, as an ISO code.")
@click.option("--state", default="", help="submitted, approved, rejected, paid, returned, left_window, …")
@click.option("--on", default="", metavar="YYYY-MM-DD", help="The day of that state; default: today.")
@click.option("--title", default=None, help="What the work was.")
@click.option("--requester", default=None, help="Who asked for it.")
@click.option("--reason", default="", help="Why, for yourself.")
def edit_command(data: Path | None, *, as_json: bool, assignment: str, **fields: object) -> None:
    """Correct an ASSIGNMENT: what you say stands, whatever a page goes on saying. `undo` takes it back."""
    answer = ask(data, "edit", assignment=assignment, **{name: one for name, one in fields.items() if one is not None})
    if as_json:
        print_json(answer)
    else:
        click.echo(f"Corrected. To take it back: piecework undo {answer['event']}")


@click.command("undo")
@data_option
@json_option
@click.argument("event")
@click.option("--reason", default="", help="Why, for yourself.")
def undo_command(data: Path | None, *, as_json: bool, event: str, reason: str) -> None:
    """Take back EVENT: a correction, a settled difference, an undo, or all you typed of an assignment."""
    answer = ask(data, "undo", event=event, reason=reason)
    if as_json:
        print_json(answer)
    else:
        again = "".join(f"\n  piecework undo {event}" for event in answer["events"])
        click.echo(f"Taken back. To have it again:{again}")


@click.command("reparse")
@data_option
@json_option
@click.option("--dry-run", is_flag=True, help="Only tell what would be read differently.")
def reparse_command(data: Path | None, *, as_json: bool, dry_run: bool) -> None:
    """Read stored text anew where the parser is newer; what differs is appended as corrections."""
    answer = ask_long(data, "reparse", dry_run=dry_run)
    if as_json:
        print_json(answer)
        return
    for change in answer["changes"][:SHOWN]:
        click.echo(f"{change['kind']} {change['event']}: {change['before']} -> {change['after']}")
    more = answer["corrections"] - min(len(answer["changes"]), SHOWN)
    if more > 0:
        click.echo(f"… and {more} more (--json lists up to 1,000)")
    click.echo(f"{answer['corrections']} events are read differently{' (nothing was written)' if dry_run else ''}.")
