"""Folders of real pages with labels, in the form of recorded/listings."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path

BESIDE = Path(__file__).parents[3] / "shared" / "recorded"
"""Where recorded pages lie on a machine that has them: beside the checkout."""

CHARSET = re.compile(rb"charset=[\"']?([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Labelled:
    """One page: its HTML, the selector of one record (none: a page without a list), selectors of its fields."""

    name: str
    html: str
    record: str
    fields: dict[str, str]


def decoded(raw: bytes) -> str:
    """A page's text: UTF-8, else what it says it is, else Latin-1, as browsers guess."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        told = CHARSET.search(raw[:2048])
    try:
        return raw.decode(told.group(1).decode() if told else "cp1252", "replace")
    except LookupError:
        return raw.decode("latin-1")


def _page(folder: Path, name: str) -> str:
    for path in (
        folder / f"{name}.html.gz",
        folder / f"{name}.html",
        folder / "pages" / f"{name}.html.gz",
        folder / "pages" / f"{name}.html",
    ):
        if path.is_file():
            return decoded(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    raise FileNotFoundError(f"There is no page {name}.html or {name}.html.gz in {folder} or its folder pages.")


def load(pages: str | None, labels: str | None) -> list[Labelled]:
    """The pages of a folder; none where nothing is named and none lie beside the checkout.

    Raises:
        FileNotFoundError: labels or a page are missing; names the file.
    """
    folder = Path(pages) if pages else BESIDE / "listings" / "pages"
    if not pages and not folder.is_dir():
        return []
    near = [Path(labels)] if labels else [folder / "labels.json", folder.parent / "labels.json"]
    path = next((one for one in near if one.is_file()), None)
    if path is None:
        raise FileNotFoundError(f"There is no labels.json in or beside {folder}; name it with --labels.")
    told = json.loads(path.read_text(encoding="utf-8"))
    return [
        Labelled(one["page"], _page(folder, one["page"]), one.get("record_css") or "", one.get("field_css") or {})
        for one in told
    ]


def strings(path: str | None) -> Path | None:
    """The table of strings that is meant; None where there is none."""
    found = Path(path) if path else BESIDE / "strings" / "rewards-and-times.jsonl"
    return found if path or found.is_file() else None
