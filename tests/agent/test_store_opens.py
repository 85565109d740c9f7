"""The store is an ordinary SQLite file: other tools open it and add up to the same."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.agent.cli_rig import Cli
from tests.agent.exported import program

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.settings import Paths


@pytest.fixture
def file(paths: Paths) -> Path:
    """A store with two attempts, one of them paid."""
    cli = Cli(paths.data)
    cli.json("add", "--platform", "practice", "--pay", "$0.805", "--state", "paid", "--minutes", "3")
    cli.json("add", "--platform", "practice", "--pay", "1,20 €", "--title", "=1+1")
    return paths.db


def run(*words: str) -> str:
    """What a program prints."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert 0 == done.returncode, done.stderr + done.stdout
    return done.stdout


def test_datasette_shows_it(file: Path) -> None:
    """As rows of JSON and as a page; amounts are whole numbers."""
    datasette = program("datasette")
    rows = json.loads(run(datasette, str(file), "--get", "/piecework/posting.json?_shape=array&_size=max"))
    page = run(datasette, str(file), "--get", "/piecework/assignment")

    assert {"USD": 0, "EUR": 0} == {
        currency: sum(row["micro"] for row in rows if row["currency"] == currency) for currency in ("USD", "EUR")
    }
    assert [805_000] == [row["micro"] for row in rows if row["book"] == "assets:bank:practice"]
    assert "=1+1" in page


def test_sqlite_utils_reads_it(file: Path) -> None:
    """Tables, sums, and a schema it understands."""
    tool = program("sqlite-utils")
    tables = {row["table"]: row["count"] for row in json.loads(run(tool, "tables", str(file), "--counts"))}
    (earned,) = json.loads(
        run(
            tool,
            "query",
            str(file),
            "SELECT sum(micro) AS micro FROM sum_month WHERE currency = 'USD' AND state = 'paid'",
        )
    )

    assert (2, 805_000) == (tables["assignment"], earned["micro"])
    assert tables["posting"] == 2 * len(json.loads(run(tool, "query", str(file), "SELECT DISTINCT txn FROM posting")))
    assert "STRICT" in run(tool, "schema", str(file), "posting")


def test_sqlite_finds_it_whole(file: Path) -> None:
    """Every page, every index, every reference; and no amount or rate is a float."""
    conn = sqlite3.connect(file)
    floats = [
        f"{table}.{column}"
        for (table,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        for (_, column, kind, *_) in conn.execute(f'PRAGMA table_info("{table}")').fetchall()
        if kind in {"REAL", "ANY"}
    ]

    assert [("ok",)] == conn.execute("PRAGMA integrity_check").fetchall()
    assert [] == conn.execute("PRAGMA foreign_key_check").fetchall()
    assert [] == floats
    conn.close()
