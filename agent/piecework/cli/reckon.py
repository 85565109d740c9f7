"""Commands about what is owed and what was earned: overdue, reconcile, statement."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from piecework.cli.ask import ask
from piecework.cli.common import data_option, json_option, print_json, print_rows, reading
from piecework.errors import BadUsage, NothingToShow
from piecework.now import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTLE = {"accept": "accepted", "keep": "kept", "wait": "waiting"}


@click.command("overdue")
@data_option
@json_option
@click.option("--requesters", is_flag=True, help="What each requester has yet to decide instead.")
@click.option(
    "--waiting",
    is_flag=True,
    help="What no rule says the time of, and is 30 days old or gone from the site's pages, instead.",
)
def overdue_command(data: Path | None, *, as_json: bool, requesters: bool, waiting: bool) -> None:
    """Submissions nobody decided within the time the task's or the platform's own rule gave."""
    from piecework.ledger.overdue import long_waiting, overdue, owed
    from piecework.money import show

    now_us = SystemClock().now_us()
    with reading(data, as_json=as_json) as conn:
        long = long_waiting(conn, now_us)
        rows = owed(conn, now_us) if requesters else long if waiting else overdue(conn, now_us)
    if long and not (requesters or waiting or as_json):
        click.echo(f"Without a rule, 30 days old or gone from the site: {len(long)}. See piecework overdue --waiting")
    money = ["micro", "overdue_micro"] if requesters else ["pay_micro"]
    code = "currency" if requesters else "pay_currency"
    if not as_json:
        rows = [
            row
            | {name: show(row[name], row[code], "en") if row[code] else "?" for name in money if row[name] is not None}
            for row in rows
        ]
    columns = (
        ["platform", "requester", "waiting", "micro", "overdue", "overdue_micro", "oldest_us"]
        if requesters
        else ["platform", "title", "requester", "submitted_us", "days", "rule_days", "pay_micro", "id"]
    )
    print_rows(rows, columns, as_json=as_json, nothing="Nothing is overdue.")


@click.command("reconcile")
@data_option
@json_option
@click.option("--platform", default="", help="Only this platform (its id).")
@click.option("--account", default="", help="Only this account.")
@click.option("--period", default=None, help="Only this period, as listed; “” is a balance.")
@click.option("--currency", default="", help="Only this currency.")
@click.option("--settle", type=click.Choice(sorted(SETTLE)), default=None, help="What becomes of the differences.")
@click.option("--reason", default="", help="Why, for yourself.")
def reconcile_command(data: Path | None, *, as_json: bool, settle: str | None, reason: str, **asked: Any) -> None:  # noqa: ANN401 - options
    """The platforms' own figures against the books: theirs, ours, the difference; settle one with --settle.

    accept: theirs is right, the difference is written down as an amount of its own. keep: ours is right. wait: look
    again at the next reading. `undo` takes any of these back.
    """
    if settle is not None:
        if not asked["platform"]:
            raise BadUsage("Name the platform whose statement you settle.")
        wanted = {name: value for name, value in asked.items() if value is not None}
        answer = ask(data, "reconcile.settle", how=SETTLE[settle], reason=reason, **wanted)
        _told(answer, as_json=as_json)
        return
    from piecework.store.definitions import platforms_in_use
    from piecework.views.reckoning import rows

    with reading(data, as_json=as_json) as conn:
        found = rows(conn, platforms_in_use(conn), **asked)
    shown = found if as_json else [line for row in found for line in _lines(row)]
    columns = ["platform", "account", "period", "state", "figure", "theirs", "ours", "difference", "at_us"]
    print_rows(shown, columns, as_json=as_json, nothing="No platform has stated anything yet.")


def _told(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        click.echo(f"Settled. To take it back: {' ; '.join(f'piecework undo {own}' for own in answer['events'])}")


def _lines(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One line for each figure of a statement: theirs, ours, and the difference where there is one."""
    from piecework.money import show

    told = row | {"period": row["period"] or "balance"}
    for one in row["figures"]:
        amounts = {
            name: "?" if one[name] is None else show(one[name], row["currency"], "en")
            for name in ("theirs", "ours", "difference")
        }
        if one["difference"] == 0:
            amounts["difference"] = ""
        yield told | amounts | {"figure": one["name"]}


@click.command("statement")
@data_option
@json_option
@click.option("--from", "first", default="", metavar="YYYY-MM-DD", help="First day; default: 1 January of this year.")
@click.option("--to", "last", default="", metavar="YYYY-MM-DD", help="Last day; default: today.")
@click.option("--platform", default="", help="Only this platform (its id).")
def statement_command(data: Path | None, *, as_json: bool, first: str, last: str, platform: str) -> None:
    """Your income over a period, by month and platform: a paper to show. The page Statement prints it."""
    from piecework.settings import load_settings
    from piecework.views.income import statement

    today = date.today()  # noqa: DTZ011 - the person's own day
    days = [_day(first) or today.replace(month=1, day=1).isoformat(), _day(last) or today.isoformat()]
    with reading(data) as conn:
        home = load_settings(conn).home
        found = statement(conn, first=days[0], last=days[1], platform=platform, home=home)
    if as_json:
        print_json(found)
    elif found["totals"]:
        _print(found)
    if not found["totals"]:
        raise NothingToShow("No money is in the books for these days.")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as cause:
        raise BadUsage(f"“{text[:20]}” is no day: write it as 2026-11-30.") from cause


def _print(found: dict[str, Any]) -> None:
    from piecework.cli.table import print_table
    from piecework.figures import length
    from piecework.money import show
    from piecework.views.income import paid_work

    click.echo(f"Income {found['from']} to {found['to']}")
    for name in ("platforms", "months", "totals"):
        rows = [
            row | {flow: show(row[flow], row["currency"], "en") for flow in ("earned", "paid", "fee", "rejected")}
            for row in paid_work(found[name])
        ]
        head = {"platforms": ["platform"], "months": ["month"], "totals": ["currency"]}[name]
        click.echo("")
        print_table(rows, [*head, "n", "earned", "paid", "fee", "rejected"])
    told = found["told"]
    click.echo(f"\nRecorded working time: {length(found['active_us'])}, overlaps counted once")
    click.echo(
        f"Read from the sites' own pages, except {told['import']} records from files and {told['typed']} typed in"
    )
    if found["home"]:
        home = found["home"]
        rest = "".join(
            f"; without a firm rate: {show(one['micro'], one['currency'], 'en')}" for one in home["unconverted"]
        )
        click.echo(f"\nReceived in {home['currency']}: {show(home['received'], home['currency'], 'en')}{rest}")
