"""Definitions as files: finding, loading, formatting and the index an extension reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.errors import BadDefinition, UnknownPlatform
from piecework.platforms.canonical import canonical
from piecework.platforms.check import check, check_all
from piecework.platforms.definition import Platform
from piecework.platforms.names import NAMES, check_names, load_names
from piecework.resources import platforms_dir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

INDEX = "_index.json"
SCHEMA = "_schema.json"


def definition_files(folder: Path) -> list[Path]:
    """The definitions of a folder, by name; what begins with an underscore is none."""
    return sorted(path for path in folder.glob("*.json") if not path.name.startswith("_"))


def load_platforms(extra_dir: Path | None = None) -> dict[str, Platform]:
    """Id to definition: those carried, then those of `extra_dir`, which replace carried ones of their id.

    Raises BadDefinition with the file's name and what is wrong in it.
    """
    found: dict[str, Platform] = {}
    for folder in (platforms_dir(), extra_dir):
        for path in definition_files(folder) if folder else ():
            platform = _load(path)
            found[platform.id] = platform
    return found


def find_platform(name: str, platforms: Mapping[str, Platform] | None = None) -> Platform:
    """The definition of that id or name, else of that alias, in any case. Raises UnknownPlatform."""
    known = load_platforms() if platforms is None else platforms
    wanted = name.strip().casefold()
    own = (one for one in known.values() if wanted in {one.id.casefold(), one.name.casefold()})
    old = (one for one in known.values() if wanted in {word.casefold() for word in one.aliases})
    if found := next(own, None) or next(old, None):
        return found
    raise UnknownPlatform(f"No platform is called “{name}”. Known: {', '.join(sorted(known))}.")


def stale(folder: Path) -> Iterator[str]:
    """What is wrong in a folder of definitions: faults, texts that are not canonical, an index out of date."""
    documents = {path.name: _read(path) for path in definition_files(folder)}
    yield from check_all(documents)
    schema = _read(folder / SCHEMA)
    for name, document in documents.items():
        if document.get("id") != name.removesuffix(".json"):
            yield f"{name}: its id is {document.get('id')}"
        if (folder / name).read_text(encoding="utf-8") != canonical(document, schema):
            yield f"{name}: not in canonical form"
    if (folder / NAMES).exists():
        platforms = {str(one["id"]): msgspec.convert(one, Platform) for one in documents.values() if not check(one)}
        yield from check_names(load_names(folder), platforms)
        if (folder / NAMES).read_text(encoding="utf-8") != _names_text(folder, schema):
            yield f"{NAMES}: not in canonical form"
    index = folder / INDEX
    if not index.exists() or index.read_text(encoding="utf-8") != index_text(folder):
        yield f"{INDEX}: out of date"


def rewrite(folder: Path) -> None:
    """Writes every definition canonically, and the index."""
    schema = _read(folder / SCHEMA)
    for path in definition_files(folder):
        path.write_text(canonical(_read(path), schema), encoding="utf-8")
    if (folder / NAMES).exists():
        (folder / NAMES).write_text(_names_text(folder, schema), encoding="utf-8")
    (folder / INDEX).write_text(index_text(folder), encoding="utf-8")


def read_schema(folder: Path) -> dict[str, Any]:
    """The schema of a folder of definitions. Raises BadDefinition."""
    return _read(folder / SCHEMA)


def index_text(folder: Path) -> str:
    """The ids of a folder's definitions as JSON: an extension can't list a folder."""
    return json.dumps([path.stem for path in definition_files(folder)], indent=2) + "\n"


def _names_text(folder: Path, schema: Mapping[str, Any]) -> str:
    names = msgspec.json.decode((folder / NAMES).read_bytes())
    return canonical(names, {**schema, "type": "array", "items": schema["$defs"]["named"]})


def _load(path: Path) -> Platform:
    document = _read(path)
    if faults := check(document):
        raise BadDefinition(f"{path}: {'; '.join(faults)}")
    return msgspec.convert(document, Platform)


def _read(path: Path) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeError) as cause:
        raise BadDefinition(f"{path}: {cause}") from cause
    if not isinstance(document, dict):
        raise BadDefinition(f"{path}: a definition is a JSON object")
    return document
