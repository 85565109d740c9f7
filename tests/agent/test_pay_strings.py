"""The shared tables of strings: the extension's tests run the very same ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from piecework.money import PARSER_VERSION, parse_pay, parse_places, parse_time

STRINGS = Path(__file__).resolve().parents[2] / "shared" / "strings"


def table(name: str) -> list[dict[str, Any]]:
    """The lines of one table."""
    rows: list[dict[str, Any]] = json.loads((STRINGS / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def differences(name: str, fields: tuple[str, ...], parse: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:  # noqa: ANN401 - any of the three
    """The lines whose answer is not the one the table expects, with that answer."""
    answers = ((line, parse(line)) for line in table(name))
    found = ((line, {field: getattr(answer, field) for field in fields}) for line, answer in answers)
    return [(line, got) for line, got in found if got != {field: line[field] for field in fields}]


def test_every_pay_of_the_table_reads_as_it_says() -> None:
    """Amounts to the micro-unit, currency, unit, and what is no pay or can't be told."""
    assert [] == differences(
        "pay",
        ("state", "micro", "max_micro", "currency", "per"),
        lambda line: parse_pay(line["text"], lang=line["lang"], currency=line.get("hint")),
    )


def test_every_time_of_the_table_reads_as_it_says() -> None:
    """Seconds, kind, and what is a date or a time of day instead."""
    assert [] == differences(
        "time",
        ("state", "min_s", "max_s", "kind"),
        lambda line: parse_time(line["text"], lang=line["lang"], unit=line.get("unit", "")),
    )


def test_every_count_of_places_of_the_table_reads_as_it_says() -> None:
    """What is left, taken and there in all."""
    assert [] == differences("places", ("left", "taken", "total"), lambda line: parse_places(line["text"]))


@pytest.mark.parametrize("name", ["pay", "time", "places"])
def test_a_table_has_one_line_an_object_and_says_nothing_twice(name: str) -> None:
    """So that two people's additions merge, and a difference shows as one line."""
    rows = table(name)
    text = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
    assert text == (STRINGS / f"{name}.json").read_text(encoding="utf-8")
    keys = [(row.get("lang"), row["text"], row.get("hint"), row.get("unit")) for row in rows]
    assert len(set(keys)) == len(keys)


def test_an_answer_keeps_the_text_and_names_its_parser() -> None:
    """A later parser can read the text again and knows who read it before."""
    pay = parse_pay(" $0.05 ")
    assert (" $0.05 ", PARSER_VERSION) == (pay.raw, pay.parser)
    assert "nach Absprache" == parse_pay("nach Absprache", lang="de").raw
    assert "3 mins" == parse_time("3 mins").raw
