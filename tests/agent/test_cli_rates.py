"""`piecework rates`: taken once, shown with their age, brought up to date from a file."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from piecework.rates.packaged import packaged_file
from piecework.settings import Paths
from tests.agent.cli_rig import AgentThread, Cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    """The command line on a folder that an agent serves; the packaged rates come in once."""
    data = tmp_path_factory.mktemp("rates") / "data"
    with AgentThread(data):
        yield Cli(data)


def table(data: Path) -> tuple[int, str, set[str]]:
    """How many rows, from which day on, of what type."""
    conn = sqlite3.connect(Paths(data).db)
    count, first = conn.execute("SELECT count(*), min(day) FROM rate WHERE source = 'ecb'").fetchone()
    types = {row[0] for row in conn.execute("SELECT DISTINCT typeof(per_eur) FROM rate")}
    conn.close()
    return count, first, types


def test_the_packaged_rates_come_in_once(cli: Cli) -> None:
    """The first question brings them, as text and never as floats; asking again adds none."""
    found = {row["currency"]: row for row in cli.json("rates")}
    before = table(cli.data)

    assert {"USD", "GBP", "INR", "PHP"} <= set(found)
    assert {"currency", "per_eur", "day", "source", "age_days", "firm"} == set(found["USD"])
    assert ("1999-01-04", {"text"}) == before[1:]
    cli.json("rates")
    assert before == table(cli.data)


def test_a_rate_of_a_day_says_how_old_it_is(cli: Cli) -> None:
    """A Sunday has Friday's; the same two days later is no less firm."""
    shown = cli.json("rates", "show", "usd", "eur", "--on", "2020-03-08")

    assert ("USD", "EUR", "2020-03-06", "ecb", 2, True) == tuple(
        shown[name] for name in ("base", "quote", "day", "source", "age_days", "firm")
    )
    assert "2 days old)" in cli("rates", "show", "USD", "EUR", "--on", "2020-03-08").out
    assert "provisional)" in cli("rates", "show", "HRK", "EUR", "--on", "2026-01-01").out


def test_rows_of_ones_own(cli: Cli, tmp_path: Path) -> None:
    """What the reference lacks is unknown until a file brings it; a file with a wrong line brings nothing."""
    assert 3 == cli("rates", "show", "USD", "KES", "--on", "2020-03-08").code
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("day,currency,rate,per\n2020-03-06,KES,102.5,USD\n2020-03-06,KES,about,USD\n", encoding="utf-8")
    refused = cli("rates", "import", str(wrong))

    assert 4 == refused.code
    assert "Line 3: “about” is no rate" in refused.err
    assert 3 == cli("rates", "show", "USD", "KES", "--on", "2020-03-08").code
    right = tmp_path / "right.csv"
    right.write_text("day,currency,rate,per\n2020-03-06,KES,102.5,USD\n", encoding="utf-8")
    assert {
        "source": "own",
        "rows": 1,
        "first": "2020-03-06",
        "last": "2020-03-06",
        "currencies": ["KES"],
    } == cli.json("rates", "import", str(right))
    assert "102.5" == cli.json("rates", "show", "USD", "KES", "--on", "2020-03-08")["rate"]


def test_the_banks_newer_file(cli: Cli, tmp_path: Path) -> None:
    """Of one day or of ninety: days that were missing are there then."""
    newer = tmp_path / "eurofxref.csv"
    newer.write_text("Date, USD, JPY, \n7 January 2050, 2.5000, 100, \n", encoding="utf-8")

    assert 2 == cli.json("rates", "import", str(newer))["rows"]
    assert "2.5" == cli.json("rates", "show", "EUR", "USD", "--on", "2050-01-09")["rate"]


def test_the_banks_zip_is_taken_as_it_is(cli: Cli) -> None:
    """The whole history once more changes nothing: what was known of a day is written over."""
    before = table(cli.data)
    path = packaged_file()
    assert path is not None
    done = cli.json("rates", "import", str(path))

    assert ("ecb", "1999-01-04") == (done["source"], done["first"])
    assert done["rows"] <= before[0]
    assert before == table(cli.data)


def test_the_home_currency_is_chosen(cli: Cli) -> None:
    """By its code, in any letters; none again without one."""
    assert {"home": "EUR"} == cli.json("rates", "home", "eur")
    assert {"home": ""} == cli.json("rates", "home")
    refused = cli("rates", "home", "euros")
    assert 2 == refused.code
    assert "“euros” is no currency" in refused.err


@pytest.mark.parametrize(
    "words",
    [
        ("show", "USD"),
        ("import",),
        ("list", "USD"),
        ("show", "USD", "EUR", "--on", "someday"),
        ("home", "EUR", "USD"),
    ],
)
def test_what_is_asked_wrongly_is_said(cli: Cli, words: tuple[str, ...]) -> None:
    """Exit code 2, and what would be right."""
    assert 2 == cli("rates", *words).code


def test_a_file_that_is_not_there(cli: Cli) -> None:
    """The path and the cause."""
    refused = cli("rates", "import", "/nowhere/rates.zip")

    assert 4 == refused.code
    assert "/nowhere/rates.zip can't be read" in refused.err
