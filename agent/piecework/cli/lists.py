"""Commands that only read: the board, alerts, history, time, money, platforms, health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from piecework.cli.common import data_option, json_option, paths_of, print_rows, reading
from piecework.errors import PieceworkError

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.watch.health import Moment

FEW = 3
"""As many platforms are told in full where a name fits them."""


@click.command("tasks")
@data_option
@json_option
@click.option("--platform", default="", help="Only this platform's.")
@click.option("--all", "every", is_flag=True, help="Also tasks that are gone; default for --json.")
def tasks_command(data: Path | None, platform: str, *, as_json: bool, every: bool) -> None:
    """Tasks on the board. Exit code 3 when there are none."""
    from piecework.views import reports

    with reading(data, as_json=as_json) as conn:
        rows = reports.tasks(conn, platform=platform, state="" if every or as_json else "open")
    shown = rows if as_json else [row | {"pay": pay_words(row["pay"])} for row in rows]
    columns = ["platform", "id", "title", "requester", "pay", "minutes", "places", "state"]
    print_rows(shown, columns, as_json=as_json, nothing="No tasks on the board.")


def pay_words(pay: dict[str, Any]) -> str:
    """A pay in words: its sum, or what the page said where that can't be read."""
    from piecework.money import show

    if pay["state"] != "stated" or pay["micro"] is None:
        return "" if pay["state"] == "none" else f"? {pay['raw']}"
    text = show(pay["micro"], pay["currency"] or "", "en")
    if pay["max_micro"] is None:
        text += " and more"
    elif pay["max_micro"] != pay["micro"]:
        text += f" to {show(pay['max_micro'], pay['currency'] or '', 'en')}"
    return text if pay["per"] == "task" else f"{text}/{pay['per']}"


@click.command("alerts")
@data_option
@json_option
def alerts_command(data: Path | None, *, as_json: bool) -> None:
    """Alerts, newest first, with what became of each on every channel."""
    from piecework.views import reports

    with reading(data, as_json=as_json) as conn:
        rows = reports.alerts(conn)
    shown = rows if as_json else [row | {"deliveries": _steps(row["deliveries"])} for row in rows]
    columns = ["platform", "task", "title", "reason", "deliveries"]
    print_rows(shown, columns, as_json=as_json, nothing="No alerts yet.")


def _steps(deliveries: list[dict[str, Any]]) -> str:
    return ", ".join(f"{step['channel']}: {step['state']}" for step in deliveries)


@click.command("history")
@data_option
@json_option
@click.argument("task")
def history_command(data: Path | None, task: str, *, as_json: bool) -> None:
    """What happened to TASK: its id, platform:id or platform:system:id."""
    from piecework.views import reports

    with reading(data, as_json=as_json) as conn:
        rows = reports.history(conn, task)
    columns = ["at_us", "platform", "kind", "source", "assignment", "day_local"]
    print_rows(rows, columns, as_json=as_json, nothing=f"Nothing is known of a task “{task}”.")


@click.command("time")
@data_option
@json_option
def time_command(data: Path | None, *, as_json: bool) -> None:
    """Intervals of time, oldest first, as they were corrected; in the table neighbours of the same work are one line.

    `site` is what the site itself says the whole task took.
    """
    from piecework.views import reports

    with reading(data, as_json=as_json) as conn:
        rows = reports.time(conn)
    columns = ["platform", "task", "kind", "start_us", "end_us", "active_us", "site_us", "source"]
    print_rows(rows if as_json else _stretches(rows), columns, as_json=as_json, nothing="No time logged yet.")


def _stretches(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring intervals of the same work as one row, as the page Time shows them."""
    from piecework.store.timebody import Put
    from piecework.worktime.timeline import Interval, stretches

    fields = ("id", "kind", "start_us", "end_us", "active_us", "platform", "account", "task", "assignment")
    by_id = {row["id"]: row for row in rows}
    puts = (Interval(Put(day="", **{name: row[name] for name in fields}), row["source"] == "typed") for row in rows)
    return [
        by_id[one.ids[0]] | {"start_us": one.start_us, "end_us": one.end_us, "active_us": one.active_us}
        for one in stretches(puts)
    ]


def _moment(data: Path | None) -> Moment:
    """Now, and who is there: what the pages know of a list beside its row."""
    from piecework.cli.ask import ask
    from piecework.control.offline import running_agent
    from piecework.now import SystemClock
    from piecework.watch.health import Moment

    now_us = SystemClock().now_us()
    if running_agent(paths_of(data)) is None:
        return Moment(now_us, agent=False)
    status = ask(data, "status")
    browsers = frozenset(status.get("connected", ()))
    return Moment(now_us, agent=bool(status["running"]), browsers=browsers)


@click.command("health")
@data_option
@json_option
def health_command(data: Path | None, *, as_json: bool) -> None:
    """Every list that is watched: its state at this moment, the cause, the last good look and the next one."""
    from piecework.store.definitions import platforms_in_use
    from piecework.views import reports

    with reading(data, as_json=as_json) as conn:
        rows = reports.health(conn, _moment(data)._replace(platforms=platforms_in_use(conn)))
    columns = ["platform", "list", "state", "cause", "tasks", "last_good_us", "next_look_us"]
    print_rows(rows, columns, as_json=as_json, nothing="No list has been looked at yet.")


@click.command("platforms")
@data_option
@json_option
@click.argument("name", default="")
def platforms_command(data: Path | None, name: str, *, as_json: bool) -> None:
    """Every platform that is known, or those NAME (old names too) fits: how it is read, on what evidence.

    With a name that few fit, also what is missing and how to help.
    """
    from piecework.views.catalogue import catalogue

    rows = catalogue(name, last_good=_last_good(data))
    columns = ["id", "name", "life", "route", "tier", "evidence", "evidence_date", "rule", "last_good_us"]
    print_rows(rows, columns, as_json=as_json, nothing=f"No platform is called “{name}”.")
    if not as_json and name and len(rows) <= FEW:
        for row in rows:
            _told(row)


def _last_good(data: Path | None) -> dict[str, int]:
    """Each platform's last good look; none where there is no store to ask."""
    from piecework.views.catalogue import last_good

    if not paths_of(data).db.exists():
        return {}
    try:
        with reading(data) as conn:
            return last_good(conn)
    except PieceworkError:
        return {}


def _told(row: dict[str, Any]) -> None:
    """All that is known of one platform, in lines."""
    from piecework.cli.table import plain

    named = [
        ("also called", ", ".join(row["aliases"])),
        ("life", f"{row['life']} ({row['life_date']}: {row['life_source']})"),
        ("its place was taken by", row["successor"] or ""),
        ("evidence", f"{row['evidence']} ({row['evidence_date']}: {row['evidence_source']})"),
        ("approval", row["approval"]),
        ("payout", row["payout"]),
        ("points", row["points"]),
        ("rule", ": ".join(part for part in (row["rule"], row["rule_quote"] or row["rule_source"]) if part)),
        *(("missing", text) for text in row["missing"]),
        ("how to help", row["help"]),
    ]
    click.echo(f"\n{plain(row['name'])}")
    for what, text in named:
        if text:
            click.echo(f"  {what}: {plain(text)}")
