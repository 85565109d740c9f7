"""What commands share: their options, how they read the store, how they print."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from piecework.errors import NothingToShow
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
def reading(data: Path | None) -> Iterator[sqlite3.Connection]:
    """A read-only connection of the store. Raises NothingToShow where there is none yet."""
    from piecework.store import Store

    paths = paths_of(data)
    if not paths.db.exists():
        raise NothingToShow(f"There is no store in {paths.data} yet. Start the agent once: piecework run")
    store = Store.open(paths, SystemClock(), read_only=True)
    try:
        with store.read() as conn:
            yield conn
    finally:
        store.close()


def print_json(value: object) -> None:
    """One JSON text on standard output; characters as they are, hostile surrogates escaped by ASCII."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True))


def print_rows(rows: list[dict[str, Any]], columns: list[str], *, as_json: bool, nothing: str) -> None:
    """A table for people or a list for programs. An empty list is printed as JSON, and ends with exit code 3."""
    if as_json:
        print_json(rows)
    elif rows:
        _print_table([[_cell(row.get(column)) for column in columns] for row in rows], columns)
    if not rows:
        raise NothingToShow(nothing)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return "".join(letter if letter.isprintable() else "�" for letter in text)[:60]


def _print_table(cells: list[list[str]], columns: list[str]) -> None:
    widths = [max(len(row[at]) for row in [columns, *cells]) for at in range(len(columns))]
    for row in [columns, *cells]:
        click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
