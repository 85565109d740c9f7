"""What the person taught is kept with every version, and used by every part of the agent."""

import json
from typing import Any

import pytest

from piecework.protocol.bodies import DefinitionChange
from piecework.resources import platforms_dir
from piecework.store import Store
from piecework.store.definitions import platforms_in_use, put, taught, versions


def definition(name: str = "My site", **more: object) -> dict[str, Any]:
    """A definition that the schema takes."""
    text = (
        (platforms_dir() / "practice.json")
        .read_text("utf-8")
        .replace("http://practice.localhost", "https://tasks.test")
    )
    document: dict[str, Any] = json.loads(text)
    return {**document, "id": "my-site", "name": name, "aliases": [], **more}


def keep(store: Store, document: dict[str, Any], at_us: int, cause: str = "taught") -> None:
    """One version comes in."""
    change = DefinitionChange(list="tasks", version=f"v{at_us}", definition=document, cause=cause)
    store.write_now(lambda conn: put(conn, "my-site", change, "taught", at_us))


def test_the_newest_version_is_in_use_and_all_are_kept(store: Store) -> None:
    """A second teaching replaces the first in use; both stand in the list of versions."""
    keep(store, definition("First"), 1)
    keep(store, definition("Second"), 2)
    with store.read() as conn:
        assert ["Second"] == [one.name for one in taught(conn).values()]
        assert [("v2", "taught"), ("v1", "taught")] == [(row["version"], row["state"]) for row in versions(conn)]


def test_what_was_removed_is_not_in_use(store: Store) -> None:
    """Its versions stay in the history."""
    keep(store, definition(), 1)
    keep(store, {}, 2, cause="removed")
    with store.read() as conn:
        assert {} == taught(conn)
        assert 2 == len(versions(conn))


def test_a_step_back_brings_the_version_before(store: Store) -> None:
    """The same version comes again, later: it is the newest again."""
    keep(store, definition("First"), 1)
    keep(store, definition("Second"), 2)
    change = DefinitionChange(list="tasks", version="v1", definition=definition("First"), cause="rolled_back")
    store.write_now(lambda conn: put(conn, "my-site", change, "taught", 3))
    with store.read() as conn:
        assert ["First"] == [one.name for one in taught(conn).values()]


def test_the_persons_own_stands_over_the_carried_one(store: Store) -> None:
    """A carried platform that was repaired is used as it was repaired; the others stay."""
    own = definition() | {"id": "practice", "name": "Repaired"}
    change = DefinitionChange(list="tasks", version="v1", definition=own, cause="healed")
    store.write_now(lambda conn: put(conn, "practice", change, "healed", 1))
    with store.read() as conn:
        known = platforms_in_use(conn)
    assert "Repaired" == known["practice"].name
    assert "Prolific" == known["prolific"].name


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"id": "my-site"},
        {"id": "other"},
        {"id": "my-site", "origins": ["https://*/*"]},
    ],
)
def test_what_is_no_definition_is_never_used(store: Store, document: dict[str, Any]) -> None:
    """It is data from a page: what the schema turns away changes nothing."""
    keep(store, document, 1)
    with store.read() as conn:
        assert {} == taught(conn)
