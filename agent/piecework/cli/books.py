"""`add` and `export`: the books by hand, and out into files."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from piecework.cli.ask import ask
from piecework.cli.common import data_option, json_option, print_json, reading
from piecework.errors import BadUsage


def _day(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    """A day as it was given. Raises BadParameter for one that no calendar has."""
    try:
        known = not value or date.fromisoformat(value).isoformat() == value
    except ValueError:
        known = False
    if not known:
        raise click.BadParameter(f"“{value}” is no day. Write it as 2026-11-30.")
    return value


@click.command("add")
@data_option
@json_option
@click.option("--platform", required=True, help="Id or name of the platform; any word for one without a definition.")
@click.option("--title", default="", help="What the work was.")
@click.option("--requester", default="", help="Who asked for it.")
@click.option("--pay", required=True, help="As the site writes it: $0.80, 1,20 €.")
@click.option("--currency", default=None, help="What a bare number means, as an ISO code.")
@click.option("--state", type=click.Choice(["submitted", "approved", "paid"]), default="submitted")
@click.option("--minutes", type=int, default=None, help="How long it took.")
@click.option("--day", default="", callback=_day, help="When it was, YYYY-MM-DD; default: now.")
def add_command(data: Path | None, *, as_json: bool, **fields: object) -> None:
    """Write down work that no page showed."""
    answer = ask(data, "add", **{name: value for name, value in fields.items() if value is not None})
    if as_json:
        print_json(answer)
    else:
        click.echo(f"Written down as assignment {answer['assignment']}.")


@click.command("export")
@data_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json", "xlsx", "hledger", "beancount", "ledger", "ics"]),
    default="csv",
    help="Tables (csv, json, xlsx), a journal of double entries (hledger, beancount, ledger), or a calendar (ics).",
)
@click.option(
    "--table",
    type=click.Choice(["assignments", "intervals", "events", "postings"]),
    default="assignments",
    help="Which table, for csv.",
)
@click.option("--from", "from_day", default="", callback=_day, help="First day, YYYY-MM-DD.")
@click.option("--to", "to_day", default="", callback=_day, help="Last day, YYYY-MM-DD.")
@click.option(
    "--strict",
    is_flag=True,
    help="Journals: assert what a platform states and nobody has settled too; the program refuses it if it differs.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Default: standard output.")
def export_command(  # noqa: PLR0913 - one keyword for each option
    data: Path | None, *, form: str, table: str, from_day: str, to_day: str, strict: bool, out: Path | None
) -> None:
    """Write the books, exact to the micro-unit. Exit code 3 when there is nothing."""
    from piecework.ledger.earnings import LAST_DAY
    from piecework.platforms import load_platforms
    from piecework.views.exports import export, write

    days, platforms = (from_day, to_day or LAST_DAY), load_platforms()
    shown = out is None and sys.stdout.isatty()
    if shown and form == "xlsx":
        raise BadUsage("A spreadsheet is no text for a terminal. Name a file: --out books.xlsx")
    with reading(data) as conn:
        if shown:
            from piecework.cli.table import plain

            text = export(conn, form, what=table, from_day=from_day, to_day=to_day, platforms=platforms, strict=strict)
            click.echo("\n".join(plain(line) for line in text.splitlines()))
        elif out is None:
            # As bytes: no system may turn the ends of lines or choose another encoding.
            write(conn, sys.stdout.buffer, form, what=table, days=days, platforms=platforms, strict=strict)
            sys.stdout.buffer.flush()
        else:
            part = out.with_name(f"{out.name}.part")
            try:
                with part.open("wb") as file:
                    write(conn, file, form, what=table, days=days, platforms=platforms, strict=strict)
                part.replace(out)
            finally:
                part.unlink(missing_ok=True)
