"""`piecework demo`: the rehearsal, once as a check or open-ended as a show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from piecework.cli.common import data_option, json_option, print_json

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.demo.steps import Report, Step


@click.command("demo")
@data_option
@json_option
@click.option("--once", is_flag=True, help="Rehearse once and end: exit code 0, or 4 when a step failed.")
@click.option("--browser", "kind", default="", help="chromium, firefox, or a path; default: the first that is found.")
def demo_command(data: Path | None, kind: str, *, as_json: bool, once: bool) -> None:
    """Run agent, practice site and browser together: tasks come, one is worked, approved, paid.

    Without --once everything stays up until Ctrl-C, with the dashboard's address printed. Without --data it
    happens in a folder of its own that is removed at the end.
    """
    import asyncio

    from piecework.demo.show import Show
    from piecework.errors import PieceworkError

    show = Show(kind=kind, data=data, tell=_quiet if as_json else _line, say=_quiet if as_json else click.echo)
    report: Report = asyncio.run(show.run(once=once))
    if as_json:
        print_json(report.plain())
    failed = next((step for step in report.steps if not step.ok), None)
    if failed is not None:
        raise PieceworkError(f"The rehearsal failed at “{failed.name}”: {failed.detail}")


def _line(step: Step) -> None:
    click.echo(f"  {'✓' if step.ok else '✗'} {step.name}{f' — {step.detail}' if step.detail else ''}")


def _quiet(_told: object) -> None:
    pass
