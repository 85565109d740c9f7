"""What the program says in English is told in the person's language, by the same catalogue."""

import sqlite3
from pathlib import Path

import pytest

from piecework.errors import StoreError
from piecework.link.outcomes import NO_ANSWER, no_browser
from piecework.link.push import MISSING
from piecework.store.connect import explain
from piecework.words import told_in, words_in

FRENCH = words_in("fr")
CAUSES = {
    "disk_full": sqlite3.SQLITE_FULL,
    "read_only": sqlite3.SQLITE_READONLY,
    "corrupt": sqlite3.SQLITE_CORRUPT,
    "busy": sqlite3.SQLITE_BUSY,
}


def failure(code: int) -> StoreError:
    """What is told of one of SQLite's failures."""
    cause = sqlite3.OperationalError("some words of its own")
    cause.sqlite_errorcode = code
    return explain(cause, Path("/a folder/piecework.db"))


@pytest.mark.parametrize("name", sorted(CAUSES))
def test_notices_of_the_store_are_told_in_french(name: str) -> None:
    """The real text is found again, and its path is kept."""
    text = failure(CAUSES[name]).text
    told = FRENCH.anew(f"notice_text.{name}", text)
    assert text != told
    assert "/a folder/piecework.db" in told
    assert text == words_in("en").anew(f"notice_text.{name}", text)


@pytest.mark.parametrize("text", [NO_ANSWER, no_browser("a", 1)[1].cause, f"unavailable: {MISSING}"])
def test_causes_of_channels_are_told_in_french(text: str) -> None:
    """Each of our own is known; a service's own words stay behind ours."""
    assert text != FRENCH.anew("cause_text.", text)
    assert "indisponible : 404 gone" == FRENCH.anew("cause_text.", "unavailable: 404 gone")
    assert "indisponible : pas de réponse en 20 s" == FRENCH.anew("cause_text.", "unavailable: no answer within 20 s")


def test_what_no_entry_made_stays_as_it_is() -> None:
    """Rather English than nothing."""
    assert "something else" == FRENCH.anew("notice_text.busy", "something else")


def test_the_language_outside_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting's, else the machine's, else English."""
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert "fr" == told_in("").language
    assert "en" == told_in("en").language
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert "en" == told_in("").language
