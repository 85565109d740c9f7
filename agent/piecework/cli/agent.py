"""Commands about the agent itself: run, status, open, stop."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

import click

from piecework.cli.ask import ask
from piecework.cli.common import data_option, json_option, paths_of, print_answer, print_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command("run")
@data_option
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Default: 9675, else one of the next two.")
@click.option("--no-open", is_flag=True, help="Do not open the dashboard in a browser.")
@click.option("--ready-json", is_flag=True, help='Print one line {"url","port","pid"} once ready, and nothing else.')
def run_command(data: Path | None, port: int | None, *, no_open: bool, ready_json: bool) -> None:
    """Run the agent until Ctrl-C."""
    import asyncio

    from piecework.app import ServeOptions, serve

    asyncio.run(serve(ServeOptions(paths=paths_of(data), port=port, open_browser=not no_open, ready_json=ready_json)))


@click.command("status")
@data_option
@json_option
def status_command(data: Path | None, *, as_json: bool) -> None:
    """Whether the agent runs, since when, and which browsers are connected."""
    answer = ask(data, "status")
    if as_json:
        print_json(answer)
        return
    from piecework.cli.table import moment, plain

    if not answer["running"]:
        click.echo("The agent does not run. Start it with: piecework run")
        return
    channels = answer.pop("channels")
    print_answer(answer | {"started_us": moment(answer["started_us"])}, as_json=False)
    for one in channels:
        good = f"last told you {moment(one['last_good_us'])}" if one["last_good_us"] else "has told you nothing yet"
        parts = [good if one["on"] else "off", plain(one["cause"])]
        click.echo(f"channel {plain(one['label'] or one['name'])}: {'; '.join(part for part in parts if part)}")


@click.command("open")
@data_option
@json_option
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def open_command(data: Path | None, *, as_json: bool, no_browser: bool) -> None:
    """Open the dashboard of the running agent by a one-time address."""
    answer = ask(data, "open")
    if as_json:
        print_json(answer)
        return
    click.echo(answer["url"])
    if not no_browser:
        webbrowser.open(str(answer["url"]))


@click.command("stop")
@data_option
@json_option
def stop_command(data: Path | None, *, as_json: bool) -> None:
    """End the running agent."""
    answer = ask(data, "stop")
    if as_json:
        print_json(answer)
    else:
        click.echo("The agent ends.")
