"""What the person chose, where it lies, and where the files beside the code are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from piecework import resources
from piecework.errors import BadUsage
from piecework.settings import Settings, default_data, get_value, load_settings, put_value, save_setting

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.store import Store


def test_nothing_chosen(store: Store) -> None:
    """A new store gives the defaults."""
    with store.read() as conn:
        assert Settings() == load_settings(conn)
        assert 180 == load_settings(conn).idle_s


def test_a_choice_is_kept(store: Store) -> None:
    """What was chosen comes back as it was, the newest choice counts, marks of the agent's own do not disturb."""
    store.write_now(lambda conn: save_setting(conn, "home", "EUR"))
    store.write_now(lambda conn: save_setting(conn, "idle_s", 60))
    store.write_now(lambda conn: save_setting(conn, "idle_s", 240))
    store.write_now(lambda conn: put_value(conn, "upkeep.checked_us", "12"))
    with store.read() as conn:
        assert Settings(home="EUR", idle_s=240) == load_settings(conn)
        assert "12" == get_value(conn, "upkeep.checked_us")
        assert None is get_value(conn, "nothing")


@pytest.mark.parametrize(("name", "value"), [("colour", "blue"), ("idle_s", "long"), ("language", 3)])
def test_a_choice_that_means_nothing(store: Store, name: str, value: object) -> None:
    """Unknown names and wrong types are refused with what is known."""
    with pytest.raises(BadUsage, match=name):
        store.write_now(lambda conn: save_setting(conn, name, value))


def test_a_damaged_choice_counts_as_not_chosen(store: Store) -> None:
    """One row that makes no sense takes no other choice with it."""
    store.write_now(lambda conn: put_value(conn, "idle_s", "{"))
    store.write_now(lambda conn: put_value(conn, "volume", '"loud"'))
    store.write_now(lambda conn: save_setting(conn, "sound", "bell"))
    with store.read() as conn:
        assert Settings(sound="bell") == load_settings(conn)


def test_files_beside_the_code() -> None:
    """In a checkout the root holds the manifest; the default data folder is named after the program."""
    assert (resources.root() / "manifest.json").is_file()
    assert (resources.platforms_dir() / "_schema.json").is_file()
    assert resources.extension_root() == resources.root()
    assert "piecework" == default_data().name


def test_vendored_scripts_are_optional(tmp_path: Path) -> None:
    """What node_modules has is copied; where it has nothing, nothing is made."""
    target = tmp_path / "vendor"
    assert [] == resources.vendor(tmp_path, target)
    assert not target.exists()
    source = tmp_path / resources.VENDORED["htmx.min.js"]
    source.parent.mkdir(parents=True)
    source.write_text("script", encoding="utf-8")
    assert ["htmx.min.js"] == resources.vendor(tmp_path, target)
    assert "script" == (target / "htmx.min.js").read_text(encoding="utf-8")
    assert 2 == resources.main([])
