"""From data to HTML: one Jinja environment, autoescape always on, a missing value is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from piecework.resources import VENDORED, vendor_dir
from piecework.views.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from piecework.views.ask import Ask, Page, Section

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The templates, compiled once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - 2 MB, for who opens a page

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def has_scripts() -> bool:
    """Whether `make setup` has put the scripts in place; every page reads without them."""
    return all((vendor_dir() / name).is_file() for name in VENDORED)


def page(ask: Ask, current: Page, sections: Sequence[Section], data: dict[str, Any]) -> str:
    """A whole page, or the part that changes where the question is for that."""
    name = f"{current.name}.html" if ask.partial else "page.html"
    return _render(name, ask, data | {"current": current, "sections": sections})


def plain(name: str, ask: Ask, **data: object) -> str:
    """A page outside the session: how to get in, what went wrong. The part alone where the question is for that."""
    return _render(f"{name}.html" if ask.partial else "bare.html", ask, {"name": name, **data})


def notices(ask: Ask) -> str:
    """The bar above each page."""
    return _render("notices.html", ask, {})


def part(name: str, ask: Ask, **data: object) -> str:
    """One template of a page, alone."""
    return _render(f"{name}.html", ask, dict(data))


def _render(template: str, ask: Ask, data: dict[str, Any]) -> str:
    words = ask.words
    return (
        environment()
        .get_template(template)
        .render(ask=ask, t=words.t, find=words.find, lang=words.language, f=Shown(ask), scripts=has_scripts(), **data)
    )
