"""A definition to begin with, its saved pages, and what a reader must find in them: all of it true of the sample."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from piecework.errors import BadUsage
from piecework.platforms.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = {
    "list.html": '<ul class="tasks">\n<li class="task" data-id="1001"><a href="/task/1001">First sample</a> '
    '<b class="pay">$0.25</b> <span class="left">12 places</span></li>\n<li class="task" data-id="1002">'
    '<a href="/task/1002">Second sample</a> <b class="pay">$1.50</b> <span class="left">3 places</span></li>\n</ul>',
    "empty.html": '<ul class="tasks"></ul>\n<p class="none">No tasks</p>',
    "signed-out.html": '<form><label>Password <input type="password"></label></form>',
    "changed.html": '<div class="cards"><div>First sample, $0.25</div></div>',
}
"""The body of each page; every one is to be replaced by a saved page, with names, e-mails and tokens taken out."""
STATES = {"empty.html": "empty", "signed-out.html": "signed_out", "changed.html": "changed_shape"}


def scaffold(own: str, name: str, url: str, day: str, schema: Mapping[str, Any]) -> dict[str, str]:
    """Path below the checkout to text. `url` is the page that lists tasks, `day` today as YYYY-MM-DD.

    Raises BadUsage for an address that is none of https.
    """
    split = urlsplit(url)
    if split.scheme != "https" or not split.hostname or split.hostname != split.netloc or "*" in url:
        raise BadUsage(f"{url}: the page that lists tasks is needed, as https://site.example/tasks")
    page = f"https://{split.hostname}{split.path or '/'}"
    base = f"https://{split.hostname}"
    files = {f"shared/platforms/{own}.json": canonical(_definition(own, name, base, page, day), dict(schema))}
    head = "<!-- Rebuilt from published selectors: say from what, or that it is a sample. Not recorded. -->"
    for file, body in WORDS.items():
        files[f"tests/sites/{own}/pages/{file}"] = (
            f'{head}\n<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{own}</title></head>\n'
            f"<body>\n{body}\n</body>\n</html>\n"
        )
    told = {"platform": own, "evidence": "rebuilt from published selectors", "pages": _expected(base, page)}
    files[f"tests/sites/{own}/expected.json"] = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    return files


def _expected(base: str, page: str) -> dict[str, Any]:
    tasks = (("1001", "First sample", 250_000, 12), ("1002", "Second sample", 1_500_000, 3))
    rows = [
        {
            "id": own,
            "system": "",
            "title": title,
            "requester": None,
            "pay": {"state": "stated", "micro": micro, "currency": "USD", "per": "task"},
            "hourly": None,
            "minutes": None,
            "places_left": left,
            "url": f"{base}/task/{own}",
        }
        for own, title, micro, left in tasks
    ]
    pages: dict[str, Any] = {name: {"url": page, "state": state, "rows": []} for name, state in STATES.items()}
    pages["list.html"] = {"url": page, "state": "watching", "complete": True, "page": None, "rows": rows}
    return pages


def _definition(own: str, name: str, base: str, page: str, day: str) -> dict[str, Any]:
    listing = {
        "id": "tasks",
        "name": "Tasks",
        "urls": [page],
        "reader": "dom",
        "root": ["ul.tasks"],
        "rows": ["li.task"],
        "fields": {
            "id": {"from": [{"attr": "data-id"}], "as": "id", "required": True},
            "title": {"from": [{"sel": "a"}]},
            "pay": {"from": [{"sel": ".pay"}], "as": "pay", "currency": "USD"},
            "places": {"from": [{"sel": ".left"}], "as": "places"},
            "url": {"from": [{"sel": "a", "attr": "href"}], "as": "url"},
        },
        "link": [f"{base}/task/{{id}}"],
        "empty": [{"sel": ".none", "text": "No tasks"}],
        "signed_out": [{"sel": "input[type='password']"}],
        "challenge": [{"sel": "#challenge-form"}],
        "rate_limited": [{"sel": "h1", "text": "429 Too Many Requests"}],
        "complete": True,
    }
    return {
        "id": own,
        "name": name,
        "aliases": [],
        "home": page,
        "life": {"state": "unknown", "date": day, "source": "Say how it is known that the site runs"},
        "route": "page",
        "origins": [f"{base}/*"],
        "account": {"shown": False},
        "listings": [listing],
        "work": {"pages": [{"urls": [f"{base}/task/{{id}}"], "kind": "work"}], "signals": []},
        "earnings": [],
        "money": {"currencies": ["USD"], "approval_rule": "No published clock was found.", "zone": "UTC"},
        "manners": {
            "rule": "no rule found",
            "quote": "",
            "source": "Say what of its rules was read",
            "date": day,
            "min_gap_s": 60,
            "refreshes": "unknown",
            "page_world": "never",
            "nda": False,
        },
        "quality": {
            "tier": "listed",
            "evidence": "described",
            "source": "Say whose pages or words this rests on",
            "date": day,
            "missing": ["This is a sample: selectors, pages and texts are to be replaced."],
        },
    }
