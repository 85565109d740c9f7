"""`pair` and `account`: which browsers may talk to the agent, and whose sign-ins are the person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from piecework.cli.ask import ask
from piecework.cli.common import data_option, json_option, print_answer, print_json, print_rows
from piecework.errors import BadUsage, NothingToShow

if TYPE_CHECKING:
    from pathlib import Path


@click.command("pair")
@data_option
@json_option
@click.option("--list", "show", is_flag=True, help="Paired browsers, and the one that asks.")
@click.option("--approve", metavar="CODE", default=None, help="Allow the browser that shows these four digits.")
@click.option("--deny", is_flag=True, help="Turn the waiting browser down.")
@click.option("--revoke", metavar="ID", default=None, help="End a browser's pairing.")
@click.option("--issue", metavar="NAME", default=None, help="Make a key for a program of your own.")
def pair_command(  # noqa: PLR0913 - one keyword for each option
    data: Path | None,
    *,
    as_json: bool,
    show: bool,
    approve: str | None,
    deny: bool,
    revoke: str | None,
    issue: str | None,
) -> None:
    """Allow a browser, list the allowed ones, or revoke one. Without an option: --list.

    --issue answers {"cid", "key", "origin", "port"}; the port is 0 while no agent runs.
    """
    orders: list[tuple[str, dict[str, Any]]] = []
    if approve is not None:
        orders.append(("pair.approve", {"code": approve}))
    if deny:
        orders.append(("pair.deny", {}))
    if revoke is not None:
        orders.append(("pair.revoke", {"cid": revoke}))
    if issue is not None:
        orders.append(("pair.issue", {"name": issue}))
    if len(orders) + show > 1:
        raise BadUsage("pair takes one of --list, --approve, --deny, --revoke, --issue.")
    if not orders:
        _list(data, as_json=as_json)
        return
    answer = ask(data, orders[0][0], **orders[0][1])
    print_answer(answer, as_json=as_json)


def _list(data: Path | None, *, as_json: bool) -> None:
    from piecework.cli.table import plain

    answer = ask(data, "pair.list")
    clients, waiting = answer["clients"], answer["pending"]
    if as_json:
        print_json(answer)
    elif waiting:
        click.echo(f"“{plain(waiting['name'])}” asks to be paired and shows {waiting['code']}.")
        click.echo(f"Allow it with: piecework pair --approve {waiting['code']}")
    if not (clients or waiting):
        raise NothingToShow("No browser is paired, and none asks to be.")
    if clients and not as_json:
        columns = ["cid", "name", "browser", "origin", "connected", "revoked"]
        print_rows(clients, columns, as_json=False, nothing="")


@click.command("account")
@data_option
@json_option
@click.option("--list", "show", is_flag=True, help="Every sign-in that was seen (the default).")
@click.option("--claim", nargs=2, metavar="PLATFORM ACCOUNT", default=None, help="This sign-in is mine.")
@click.option("--release", nargs=2, metavar="PLATFORM ACCOUNT", default=None, help="Neither record nor alert for it.")
def account_command(
    data: Path | None,
    *,
    as_json: bool,
    show: bool,
    claim: tuple[str, str] | None,
    release: tuple[str, str] | None,
) -> None:
    """Claim or release the sign-ins Piecework has seen; they are known by a salted hash only."""
    if sum((show, claim is not None, release is not None)) > 1:
        raise BadUsage("account takes one of --list, --claim, --release.")
    for name, pair in (("account.claim", claim), ("account.release", release)):
        if pair is not None:
            ask(data, name, platform=pair[0], account=pair[1])
    rows = ask(data, "account.list")["accounts"]
    print_rows(rows, ["platform", "account", "state"], as_json=as_json, nothing="No account has been seen yet.")
