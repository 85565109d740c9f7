"""`earnings`: money by what became of it, and what of a pending sum is more than pending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from piecework.cli.common import data_option, json_option, print_rows, reading

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.ledger.overdue import Stuck

STUCK: Final = {
    "overdue": "overdue by the site's own rule",
    "left": "gone from the site's pages, unknown",
    "long": "waiting for more than 30 days, no rule known",
}
_FLOWS: Final = ("submitted", "approved", "rejected", "paid", "fee")
_SHOWN: Final = ("submitted", "pending", "approved", "rejected", "bonus", "paid", "fee")


@click.command("earnings")
@data_option
@json_option
def earnings_command(data: Path | None, *, as_json: bool) -> None:
    """Money per platform, account and currency: all that was ever submitted, approved, paid (JSON: in micro-units).

    With a home currency (`piecework rates home EUR`), JSON has each row in it too, with the rate, its day and its age.
    """
    from piecework.ledger.earnings import earnings
    from piecework.ledger.overdue import stuck
    from piecework.now import SystemClock, day_of, local_zone
    from piecework.settings import load_settings
    from piecework.views.home import at_home, flows_at_home, valuation

    with reading(data, as_json=as_json) as conn:
        now_us = SystemClock().now_us()
        day, waits = day_of(now_us, load_settings(conn).zone or local_zone()), stuck(conn, now_us)
        worth = valuation(conn, day)
        rows = [row | {"home": at_home(worth, row, [*_FLOWS, "bonus"])} for row in earnings(conn)]
        together = flows_at_home(worth, rows, _FLOWS)
    shown = rows if as_json else [_sums(row) for row in rows]
    columns = ["platform", "account", "currency", *_SHOWN]
    print_rows(shown, columns, as_json=as_json, nothing="No money in the books yet.")
    if as_json:
        return
    _print_stuck(waits)
    if together:
        _print_at_home(together)


@click.command("payouts")
@data_option
@json_option
def payouts_command(data: Path | None, *, as_json: bool) -> None:
    """Payouts, the newest first, with what each pays: the tasks its page names, else the oldest approved money.

    `beyond` is what no approval in the books stands behind.
    """
    from piecework.ledger.payouts import payouts
    from piecework.money import show

    with reading(data, as_json=as_json) as conn:
        found = [one._asdict() | {"cover": one.cover._asdict()} for one in payouts(conn)]
    rows = found
    if not as_json:
        rows = [
            row
            | {name: show(row[name], row["currency"], "en") for name in ("gross", "fee")}
            | {"pays": f"{row['named']} tasks named" if row["named"] else _days(row["cover"])}
            | {"beyond": show(row["cover"]["beyond"], row["currency"], "en") if row["cover"]["beyond"] else ""}
            for row in found
        ]
    columns = ["day", "platform", "gross", "fee", "bank", "pays", "beyond", "event"]
    print_rows(rows, columns, as_json=as_json, nothing="No payout is in the books yet.")


def _days(cover: dict[str, Any]) -> str:
    """The days whose approvals a payout covers."""
    return " to ".join(dict.fromkeys(day for day in (cover["first"], cover["last"]) if day))


def _sums(row: dict[str, Any]) -> dict[str, Any]:
    """A row of earnings as text; what waits for a decision is submitted, less what was approved or rejected."""
    from piecework.money import show
    from piecework.money.currency import NO_CURRENCY

    if row["currency"] == NO_CURRENCY:
        return row | dict.fromkeys(_SHOWN, "?") | {"currency": "?"}
    row = row | {"pending": row["submitted"] - row["approved"] - row["rejected"]}
    return row | {flow: show(row[flow], row["currency"], "en") for flow in _SHOWN}


def _print_stuck(waits: dict[tuple[str, str, str], list[Stuck]]) -> None:
    """What of the pending sums is more than pending, in words."""
    from piecework.money import show
    from piecework.money.currency import NO_CURRENCY

    for (platform, _, currency), some in sorted(waits.items()):
        for one in some:
            money = "of unknown pay" if currency == NO_CURRENCY else show(one.micro, currency, "en")
            click.echo(f"{platform}: {one.n} {STUCK[one.how]}, {money}")


def _print_at_home(found: dict[str, Any]) -> None:
    """All of it in the home currency, with each rate, its day and its age."""
    from piecework.money import show

    totals = ", ".join(f"{flow} {show(total.micro, total.currency, 'en')}" for flow, total in found["totals"].items())
    click.echo(f"In {found['currency']}: {totals}")
    for rate in found["rates"]:
        state = "" if rate.firm else ", provisional"
        click.echo(
            f"1 {rate.base} = {rate.text} {rate.quote} ({rate.source}, {rate.day}, {rate.age_days} days old{state})"
        )
    if found["missing"]:
        click.echo(f"Without {', '.join(found['missing'])}: no rate is known.")
