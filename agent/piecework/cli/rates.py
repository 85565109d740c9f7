"""`rates`: what is known of exchange rates, newer ones from a file, and the home currency."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from piecework.cli.ask import ask
from piecework.cli.common import data_option, json_option, print_answer, print_json, print_rows
from piecework.errors import BadUsage

_COLUMNS = ["currency", "per_eur", "day", "source", "age_days", "firm"]


@click.command("rates")
@data_option
@json_option
@click.option("--on", "day", default="", help="For `show`: the day, YYYY-MM-DD; default: today.")
@click.argument("do", type=click.Choice(["list", "own", "show", "import", "home"]), default="list")
@click.argument("words", nargs=-1)
def rates_command(data: Path | None, day: str, do: str, words: tuple[str, ...], *, as_json: bool) -> None:
    """What one currency is worth in another, of which day and by whose word. Nothing is fetched.

    \b
    list             the newest rate of every currency
    own              your own rates, from withdrawals (piecework exchange), beside the reference
    show BASE QUOTE  the rate of two currencies
    import FILE      the European Central Bank's zip (eurofxref-hist.zip) or your own rows: day,currency,rate,per
    home [CODE]      the currency totals are shown in beside their own; without CODE none

    A rate older than 7 days is provisional: it is shown with its age, and no statement uses it.
    """  # noqa: D301 - click's own mark: these lines stay as they are
    if do == "list":
        _words(words, do, 0)
        found = ask(data, "rates.list")["rates"]
        print_rows(
            found, _COLUMNS, as_json=as_json, nothing="No rate is known. Bring one with: piecework rates import FILE"
        )
    elif do == "own":
        _words(words, do, 0)
        _print_own(ask(data, "rates.own")["exchanges"], as_json=as_json)
    elif do == "show":
        _words(words, do, 2)
        _print(ask(data, "rates.show", base=words[0], quote=words[1], day=day), as_json=as_json)
    elif do == "import":
        _words(words, do, 1)
        print_answer(ask(data, "rates.import", path=str(Path(words[0]).expanduser().resolve())), as_json=as_json)
    else:
        if words:
            _words(words, do, 1)
        print_answer(ask(data, "rates.home", currency="".join(words)), as_json=as_json)


def _words(words: tuple[str, ...], do: str, count: int) -> None:
    if len(words) != count:
        raise BadUsage(f"rates {do} takes {count or 'no'} word{'s' if count != 1 else ''}. See piecework rates --help.")


def _print_own(found: list[dict[str, Any]], *, as_json: bool) -> None:
    from piecework.money import show

    rows = found
    if not as_json:
        rows = [
            row
            | {name: show(row[name]["micro"], row[name]["currency"], "en") for name in ("given", "received")}
            | {"fee": show(row["fee"], row["given"]["currency"], "en"), "loss": f"{row['loss']} %"}
            | {"reference": _reference(row)}
            for row in found
        ]
    columns = ["day", "given", "fee", "received", "rate", "reference", "loss"]
    print_rows(rows, columns, as_json=as_json, nothing="No withdrawal was written down yet: piecework exchange --help")


def _reference(row: dict[str, Any]) -> str:
    if row["reference"] is None:
        return "none"
    aged = "" if row["firm"] else f" (provisional, {row['age_days']} days older)"
    return f"{row['reference']['rate']}{aged}"


def _print(answer: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    state = "" if answer["firm"] else ", provisional"
    click.echo(
        f"1 {answer['base']} = {answer['rate']} {answer['quote']}  "
        f"({answer['source'] or 'the same currency'}, {answer['day']}, {answer['age_days']} days old{state})"
    )


@click.command("exchange")
@data_option
@json_option
@click.option("--out", "given", required=True, help="What left, fee included: 10 USD.")
@click.option("--in", "received", required=True, help="What arrived: 1200 KES.")
@click.option("--fee", default="", help="What was taken off before the exchange: 0.50 USD.")
@click.option("--from", "source", default="", help="Where it left: PayPal.")
@click.option("--to", default="", help="Where it arrived: M-Pesa.")
@click.option("--on", default="", help="The day, YYYY-MM-DD; default: now.")
def exchange_command(data: Path | None, *, as_json: bool, **said: str) -> None:
    """Write down a withdrawal that changed its currency; your own rate follows from it.

    Beside your rate stands the reference of that day, and what was lost in percent.
    """
    answer = ask(data, "exchange", **said)
    if as_json:
        print_json(answer)
        return
    reference = answer["reference"]
    click.echo(f"Your rate: {answer['rate']}, fee included.")
    if reference is None:
        click.echo(f"No reference is known for this pair; the fee alone took {answer['loss']} %.")
    else:
        by = f"{reference['rate']} ({reference['source']}, {reference['day']})"
        click.echo(f"Reference: {by}. Lost on the way: {answer['loss']} %.")
