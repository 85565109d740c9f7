"""`piecework forecast`: when tasks come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from piecework.cli.common import data_option, json_option, print_rows, reading

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


_STATES = {"too_little": "too little yet", "even": "no hours are clearly better", "clear": "clear"}


@click.command("forecast")
@data_option
@json_option
@click.option("--platform", default="", help="Only this platform's.")
@click.option(
    "--kind",
    type=click.Choice(["all", "new", "reopened"]),
    default="all",
    show_default=True,
    help="New tasks, ones that came back, or both.",
)
def forecast_command(data: Path | None, platform: str, kind: str, *, as_json: bool) -> None:
    """When tasks come: the best three hours of the next day for each platform, and with --json every hour of the week.

    Hours are those of your own zone; hour 0 is Monday midnight. Without enough behind it no rate is given.
    """
    with reading(data, as_json=as_json) as conn:
        rows = _rows(conn, platform, kind)
    shown = rows if as_json else [row | _words(row) for row in rows]
    columns = ["platform", "best", "expected", "between", "tasks", "watched_h", "state"]
    print_rows(shown, columns, as_json=as_json, nothing="No task has been seen to come yet.")


def _rows(conn: sqlite3.Connection, only: str, kind: str) -> list[dict[str, Any]]:
    from piecework.now import SystemClock, local_zone
    from piecework.settings import load_settings
    from piecework.views.reports import forecast

    zone = load_settings(conn).zone or local_zone()
    return forecast(conn, zone=zone, now_us=SystemClock().now_us(), platform=only, kind=kind)


def _words(row: dict[str, Any]) -> dict[str, Any]:
    """A window as a person reads it, in the machine's own zone as all of the command line's moments."""
    from piecework.cli.table import moment

    best = row["best"]
    plain = {"watched_h": f"{row['watched_h']:.1f}", "state": _STATES[row["state"]]}
    if best is None:
        return {"best": "", "expected": "", "between": ""} | plain
    return plain | {
        "best": f"{moment(best['start_us'])[:16]} to {moment(best['end_us'])[11:16]}",
        "expected": f"{best['expected']:.1f}",
        "between": f"{best['low']:.1f} to {best['high']:.1f}",
    }
