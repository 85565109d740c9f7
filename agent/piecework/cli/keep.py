"""Commands that keep the store: backup, restore, verify, rebuild, forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from piecework.cli.ask import ask, ask_long
from piecework.cli.common import data_option, json_option, print_answer, print_json, reading
from piecework.cli.progress import Progress
from piecework.errors import BadUsage, PieceworkError

if TYPE_CHECKING:
    from pathlib import Path


@click.command("backup")
@data_option
@json_option
def backup_command(data: Path | None, *, as_json: bool) -> None:
    """Write a dated copy of the store beside it, and check the copy."""
    print_answer(ask(data, "backup"), as_json=as_json)


@click.command("restore")
@data_option
@json_option
@click.argument("backup", required=False)
def restore_command(data: Path | None, backup: str | None, *, as_json: bool) -> None:
    """Put BACKUP (default: the newest) in the store's place; what stands there now is kept beside it."""
    print_answer(ask(data, "restore", **({"backup": backup} if backup else {})), as_json=as_json)


@click.command("verify")
@data_option
@json_option
def verify_command(data: Path | None, *, as_json: bool) -> None:
    """Replay the whole history and compare it with the books. Exit code 4 when they differ."""
    from piecework.ledger.replay import verify

    with reading(data) as conn, Progress() as progress:
        found = verify(conn, lambda done, of: progress.told("verify", done, of))
    if as_json:
        print_json(found)
    else:
        click.echo(f"{found['events']} events, {found['postings']} postings, {len(found['differences'])} differences")
    if found["differences"]:
        raise PieceworkError("The books differ from the history. `piecework rebuild` derives them anew.")


@click.command("rebuild")
@data_option
@json_option
def rebuild_command(data: Path | None, *, as_json: bool) -> None:
    """Derive assignments, postings and sums anew from the history."""
    print_answer(ask_long(data, "rebuild"), as_json=as_json)


@click.command("forget")
@data_option
@json_option
@click.option("--platform", default=None, help="Everything of this platform.")
@click.option("--account", nargs=2, metavar="PLATFORM ACCOUNT", default=None, help="Everything of this sign-in.")
@click.option("--before", metavar="YYYY-MM-DD", default=None, help="Everything older than this local day.")
@click.option("--everything", is_flag=True, help="All of it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_command(  # noqa: PLR0913 - one keyword for each option
    data: Path | None,
    *,
    as_json: bool,
    platform: str | None,
    account: tuple[str, str] | None,
    before: str | None,
    everything: bool,
    yes: bool,
) -> None:
    """Remove what you name from the store, its backups and paired browsers, for good."""
    wanted: dict[str, object] = {}
    if platform is not None:
        wanted["platform"] = platform
    if account is not None:
        wanted["platform"], wanted["account"] = account
    if before is not None:
        wanted["before"] = before
    if everything:
        wanted["everything"] = True
    if sum((platform is not None, account is not None, before is not None, everything)) != 1:
        raise BadUsage("forget takes one of --platform, --account, --before, --everything.")
    if not yes:
        click.confirm("This can't be undone. Remove it?", abort=True, err=True)
    answer = ask(data, "forget", **wanted)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"Removed {sum(answer['rows'].values())} rows; the copies in backups hold them no more either.")
