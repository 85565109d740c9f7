"""`piecework parse`: the ledger's own reading of pay and time."""

from __future__ import annotations

import click

from piecework.cli.common import json_option, print_json


# A string may begin with a minus sign: what is no option of ours is text.
@click.command("parse", context_settings={"ignore_unknown_options": True})
@click.argument("what", type=click.Choice(["pay", "time"]))
@click.argument("strings", nargs=-1, required=True)
@click.option("--lang", default="en", help="Language of the page: en, fr, de, es.")
@click.option("--currency", default=None, help="What a bare number or a bare $ means, as an ISO code.")
@json_option
def parse_command(what: str, strings: tuple[str, ...], lang: str, currency: str | None, *, as_json: bool) -> None:
    """Read each STRING as pay or as time and say what it means to the ledger."""
    import msgspec

    from piecework.money import parse_pay, parse_time

    found = [
        parse_pay(text, lang=lang, currency=currency) if what == "pay" else parse_time(text, lang=lang)
        for text in strings
    ]
    rows = [msgspec.to_builtins(item) for item in found]
    if as_json:
        print_json(rows)
        return
    for text, row in zip(strings, rows, strict=True):
        click.echo(f"{text!r}: " + ", ".join(f"{name} {value}" for name, value in row.items() if name != "raw"))
