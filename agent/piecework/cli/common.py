"""What commands share: their options, how they read the store, how they print."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from piecework.errors import NothingToShow, PieceworkError
from piecework.now import SystemClock
from piecework.settings import Paths, default_data

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

Command = TypeVar("Command", bound="Callable[..., None]")


def data_option(command: Command) -> Command:
    """`--data DIR`: another data folder than the system's own place."""
    option = click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="PIECEWORK_DATA",
        help="Data folder; default: the system's own place for it.",
    )
    return option(command)


def json_option(command: Command) -> Command:
    """`--json`: the machine's form, whose keys stay."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(command)


def paths_of(data: Path | None) -> Paths:
    """The files of the folder that was asked for."""
    return Paths(data.expanduser().resolve() if data else default_data())


@contextmanager
def reading(data: Path | None, *, as_json: bool = False) -> Iterator[sqlite3.Connection]:
    """A read-only connection of the store.

    Raises NothingToShow where there is none yet (with `as_json` an empty list is printed first), and PieceworkError
    for one that an older version wrote.
    """
    from piecework.store import Store, migrations

    paths = paths_of(data)
    if not paths.db.exists():
        if as_json:
            print_json([])
        raise NothingToShow(f"There is no store in {paths.data} yet. Start the agent once: piecework run")
    store = Store.open(paths, SystemClock(), read_only=True)
    try:
        with store.read() as conn:
            if migrations.version_of(conn) < migrations.newest():
                raise PieceworkError(
                    f"{paths.db} was written by an older Piecework. Start the agent once, it brings the store up to "
                    "date: piecework run"
                )
            yield conn
    finally:
        store.close()


def print_json(value: object) -> None:
    """One JSON text on standard output, in ASCII: whatever a page said, no terminal obeys it."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True))


def print_rows(rows: list[dict[str, Any]], columns: list[str], *, as_json: bool, nothing: str) -> None:
    """A table for people or a list for programs. An empty list is printed as JSON, and ends with exit code 3."""
    if as_json:
        print_json(rows)
    elif rows:
        from piecework.cli.table import print_table

        print_table(rows, columns)
    if not rows:
        raise NothingToShow(nothing)


def print_answer(answer: dict[str, Any], *, as_json: bool) -> None:
    """What a command answered: as JSON, or a line for each name."""
    if as_json:
        print_json(answer)
        return
    from piecework.cli.table import plain

    for name, value in answer.items():
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        click.echo(f"{name.removesuffix('_us')}: {plain(', '.join(map(str, parts)) or 'none')}")
    if not answer:
        click.echo("Done.")
