"""The two parsers on tables of strings, and on the seeded grammar of tests/contract."""

from __future__ import annotations

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from piecework.money import MICRO, parse_pay, parse_places, parse_time
from tests.contract import grammar

ROOT = Path(__file__).parents[2]
CARRIED = ROOT / "shared" / "strings"
COUNT, SEED = 10_000, 20261121
Line = dict[str, Any]


def recorded(path: Path) -> list[Line]:
    """A table in the form of recorded/strings: what is asked, and what has to come out of it."""
    lines = [
        json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    return [_line(one) for one in lines]


def _line(one: Line) -> Line:
    exp = one["exp"]
    if one["kind"] == "reward":
        low, high = (None if exp[end] is None else int(exp[end] * MICRO) for end in ("min", "max"))
        return {
            "what": "pay",
            "text": one["s"],
            "lang": one["lang"],
            "hint": None,
            "unit": "",
            "wanted": {"micro": low, "max_micro": high, "currency": exp["currency"], "per": exp["per"]},
        }
    return {
        "what": "time",
        "text": one["s"],
        "lang": one["lang"],
        "hint": None,
        "unit": "",
        "wanted": {"min_s": exp["min"], "max_s": exp["max"], "kind": exp["kind"]},
    }


def carried() -> list[Line]:
    """The tables both test suites share: shared/strings."""
    made = []
    for name, what in (("pay", "pay"), ("time", "time"), ("places", "places")):
        for one in json.loads((CARRIED / f"{name}.json").read_text(encoding="utf-8")):
            told = dict(one)
            line = {
                "what": what,
                "text": told.pop("text"),
                "lang": told.pop("lang", "en"),
                "hint": told.pop("hint", None),
                "unit": told.pop("unit", ""),
            }
            made.append({**line, "wanted": told})
    return made


def in_python(line: Line) -> Line:
    """What the agent's parser answers."""
    if line["what"] == "pay":
        found: Line = msgspec.to_builtins(parse_pay(line["text"], lang=line["lang"], currency=line["hint"]))
    elif line["what"] == "time":
        found = msgspec.to_builtins(parse_time(line["text"], lang=line["lang"], unit=line["unit"]))
    else:
        found = msgspec.to_builtins(parse_places(line["text"]))
    return found


def in_script(lines: list[Line]) -> list[Line]:
    """What the extension's parser answers; none where node is not installed."""
    node = shutil.which("node")
    if node is None:
        return []
    asked = [{key: value for key, value in line.items() if key != "wanted"} for line in lines]
    done = subprocess.run(  # noqa: S603 - our own script
        [node, str(ROOT / "tests/contract/parse_lines.mjs")],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
    )
    answers: list[Line] = json.loads(done.stdout)["answers"]
    return answers


def right(line: Line, answer: Line) -> bool:
    """Whether everything the table says came out."""
    return all(answer.get(key) == value for key, value in line["wanted"].items())


def shares(lines: list[Line]) -> dict[str, float]:
    """Percent of a table that each language reads right."""
    scripted = in_script(lines)
    told = {"agent": 100 * sum(right(line, in_python(line)) for line in lines) / max(1, len(lines))}
    if scripted:
        told["extension"] = (
            100 * sum(right(line, answer) for line, answer in zip(lines, scripted, strict=True)) / len(lines)
        )
    return told


def agreement(count: int = COUNT) -> float:
    """Percent of the grammar's strings on which both answer alike in every field."""
    lines: list[Line] = [dict(line) for line in grammar.lines(SEED, count)]
    scripted = in_script(lines)
    pairs = zip(lines, scripted, strict=True) if scripted else []
    return 100 * sum(in_python(line) == answer for line, answer in pairs) / count
