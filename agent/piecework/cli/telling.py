"""`rules` and `channels`: what is told, and where."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from piecework.cli.ask import ask
from piecework.cli.common import data_option, json_option, print_answer, print_json, print_rows
from piecework.errors import BadUsage, PieceworkError

_MOST_BYTES = 1 << 20


@click.command("rules")
@data_option
@json_option
@click.option("--export", "out", metavar="FILE", default=None, help="Write every rule as JSON; - is standard output.")
@click.option(
    "--import", "file", metavar="FILE", default=None, help="Take the rules of such a file; - is standard input."
)
@click.option("--replace", is_flag=True, help="With --import: remove every rule that is not in it.")
@click.option("--on", "on", metavar="ID", default=None, help="Switch a rule on.")
@click.option("--off", "off", metavar="ID", default=None, help="Switch a rule off.")
def rules_command(  # noqa: PLR0913 - one keyword for each option
    data: Path | None,
    *,
    as_json: bool,
    out: str | None,
    file: str | None,
    replace: bool,
    on: str | None,
    off: str | None,
) -> None:
    """Show every rule with what it would have told of in the last 7 days, or take rules in and out as JSON.

    docs/rules.md describes the file. Rules are edited on the dashboard.
    """
    if sum(one is not None for one in (out, file, on, off)) > 1 or (replace and file is None):
        raise BadUsage("rules takes one of --export, --import (with --replace), --on, --off.")
    if out is not None:
        _write(out, ask(data, "rule.export")["text"])
    elif file is not None:
        print_answer(ask(data, "rule.import", text=_read(file), replace=replace), as_json=as_json)
    elif on is not None or off is not None:
        print_answer(ask(data, "rule.switch", id=on or off, on=on is not None), as_json=as_json)
    else:
        rows = ask(data, "rule.list")["rules"]
        shown = rows if as_json else [_shown(row) for row in rows]
        columns = ["id", "name", "on", "level", "fired", "lacking"]
        print_rows(shown, columns, as_json=as_json, nothing="There is no rule: nothing is told.")


@click.command("channels")
@data_option
@json_option
@click.option("--test", is_flag=True, help="Send one alert the whole way to every channel that is on.")
@click.option("--add", metavar="ADDRESS", default=None, help="Add a service by its apprise address.")
@click.option("--label", metavar="NAME", default="", help="With --add: how you call it.")
@click.option("--remove", metavar="NAME", default=None, help="Remove a channel and its address.")
@click.option("--on", "on", metavar="NAME", default=None, help="Switch a channel on.")
@click.option("--off", "off", metavar="NAME", default=None, help="Switch a channel off.")
def channels_command(  # noqa: PLR0913 - one keyword for each option
    data: Path | None,
    *,
    as_json: bool,
    test: bool,
    add: str | None,
    label: str,
    remove: str | None,
    on: str | None,
    off: str | None,
) -> None:
    """Show every way to reach you with its last success, or add, switch, remove and test them.

    A phone is added on the dashboard's page Channels, by one scan. With --test the exit code is 4 where a channel
    that is on told nobody.
    """
    orders = [
        ("channel.add", {"address": add, "label": label}) if add is not None else None,
        ("channel.remove", {"name": remove}) if remove is not None else None,
        ("channel.set", {"name": on, "on": True}) if on is not None else None,
        ("channel.set", {"name": off, "on": False}) if off is not None else None,
    ]
    wanted = [one for one in orders if one]
    if len(wanted) + test > 1:
        raise BadUsage("channels takes one of --test, --add, --remove, --on, --off.")
    if test:
        _test(data, as_json=as_json)
        return
    if wanted:
        print_answer(ask(data, wanted[0][0], **wanted[0][1]), as_json=as_json)
        return
    rows = ask(data, "channel.list")["channels"]
    print_rows(rows, ["name", "label", "on", "last_good_us", "cause"], as_json=as_json, nothing="There is no channel.")


def _test(data: Path | None, *, as_json: bool) -> None:
    rows = ask(data, "alert.test")["channels"]
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, ["channel", "state", "cause"], as_json=False, nothing="Every channel is off.")
    if any(row["state"] == "failed" for row in rows):
        raise PieceworkError("Not every channel told you. Its cause stands above.")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    preview = row["preview"]
    lacking = ", ".join(f"{name} {count}" for name, count in preview["lacks"].items())
    fired = f"{preview['fired']} of {preview['seen']}"
    return row | {"level": row["rule"].get("level", "sound"), "fired": fired, "lacking": lacking}


def _read(file: str) -> str:
    text = sys.stdin.read(_MOST_BYTES + 1) if file == "-" else Path(file).read_text(encoding="utf-8")
    if len(text) > _MOST_BYTES:
        raise BadUsage("A file of rules has at most 1 MiB.")
    return text


def _write(file: str, text: str) -> None:
    if file == "-":
        click.echo(text, nl=False)
    else:
        Path(file).write_text(text, encoding="utf-8")
        click.echo(f"Written to {file}.")
