"""The agent's parser and the extension's give the same answer to every string, right, odd or hostile."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from piecework.money import parse_pay, parse_places, parse_time
from piecework.money.words import TABLE
from tests.contract.grammar import Line, lines

SEED, COUNT = 20261121, 10_000
HERE = Path(__file__).parent


@cache
def asked() -> list[Line]:
    """The lines both parsers are asked."""
    return lines(SEED, COUNT)


@pytest.fixture(scope="module")
def extension() -> dict[str, Any]:
    """What the extension's parser answers, and its table of words; node runs once."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed: the extension's parser can't be run")
    done = subprocess.run(
        ["node", HERE / "parse_lines.mjs"], input=json.dumps(asked()).encode(), capture_output=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def agent(line: Line) -> dict[str, Any]:
    """What the agent's parser answers."""
    text, lang = line["text"], line["lang"]
    if line["what"] == "pay":
        found: dict[str, Any] = msgspec.to_builtins(parse_pay(text, lang=lang, currency=line["hint"]))
    elif line["what"] == "time":
        unit = line["unit"]
        found = msgspec.to_builtins(parse_time(text, lang=lang, unit=unit))
    else:
        found = msgspec.to_builtins(parse_places(text))
    return found


def test_both_answer_ten_thousand_strings_alike_in_every_field(extension: dict[str, Any]) -> None:
    """State, amounts, currency, unit, kind, the kept text and the parser's version: nothing may differ."""
    pairs = ((line, agent(line), answer) for line, answer in zip(asked(), extension["answers"], strict=True))
    assert [] == [pair for pair in pairs if pair[1] != pair[2]]


def test_the_strings_are_worth_comparing() -> None:
    """Each kind of answer comes up often enough that agreement means something."""
    states = [agent(line).get("state") for line in asked() if line["what"] != "places"]
    left = [agent(line)["left"] for line in asked() if line["what"] == "places"]
    assert COUNT // 4 < states.count("stated")
    assert COUNT // 4 < states.count("unreadable")
    assert 0 < states.count("none")
    assert COUNT // 20 < sum(figure is not None for figure in left)


def test_both_know_the_same_words(extension: dict[str, Any]) -> None:
    """A word is added on both sides or on none."""
    assert extension["table"] == TABLE


def test_the_same_seed_gives_the_same_strings() -> None:
    """A difference found once can be found again."""
    assert lines(7, 200) == lines(7, 200)
    assert lines(7, 200) != lines(8, 200)
