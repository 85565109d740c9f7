"""Task lists nobody tuned on: fifteen layouts, six languages, five ways of naming classes. The marks are the truth.

`data-gt` marks a record, `data-gtf` a field; the reader asks for neither. The same seed gives the same pages.
"""

from __future__ import annotations

import hashlib
import html
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bench.reader.words import REQUESTERS, TONGUES, Tongue, amount

if TYPE_CHECKING:
    from collections.abc import Callable

STYLES: Final = ("meaning", "bem", "hashed", "utility", "none")
UTILITY: Final = {
    "card": "flex p-4 bg-white rounded-lg",
    "title": "text-lg font-bold",
    "pay": "text-green-700",
    "list": "grid gap-4",
    "label": "text-xs",
}
EMPTY: Final = {
    "en": "There are no tasks available right now.",
    "fr": "Aucune mission pour le moment.",
    "de": "Zurzeit keine Aufträge.",
    "es": "No hay tareas por ahora.",
    "it": "Nessuna attività.",
    "pl": "Brak zadań.",
}


@dataclass(frozen=True)
class Made:
    """One page: its file name, its HTML, how many records it marks."""

    name: str
    html: str
    records: int


class Page:
    """Writes one page; holds its chance, language and way of naming."""

    def __init__(self, layout: str, lang: str, style: str, count: int, seed: int) -> None:
        self.rng = random.Random(f"{layout} {lang} {style} {seed}")  # noqa: S311 - test data, not a secret
        self.layout, self.lang, self.style, self.count, self.seed = layout, lang, style, count, seed
        self.tongue: Tongue = TONGUES[lang]
        self.points = self.rng.random() < 0.1
        self.minutes = self.rng.choice(self.tongue.minutes)

    def cls(self, name: str) -> str:
        """The class attribute of a part, in this page's way of naming."""
        if self.style == "none":
            return ""
        hashed = hashlib.md5(f"{self.seed}{name}".encode()).hexdigest()[:6]  # noqa: S324 - no secret
        told = {
            "meaning": name,
            "bem": f"Board__{name}",
            "hashed": f"{name[:2]}_{hashed}x",
            "utility": UTILITY.get(name, "flex items-center"),
        }
        return f' class="{told[self.style]}"'

    def task(self, at: int) -> dict[str, str]:
        """The texts of one task."""
        rng = self.rng
        mark = rng.choice(("", f"#{rng.randint(10, 9999)}", f"({rng.choice('ABCDEFG')})", f"/ {at + 1}"))
        title = f"{rng.choice(self.tongue.titles)} {mark}".strip()
        key = hashlib.md5(f"{self.seed}-{at}".encode()).hexdigest()[:10]  # noqa: S324 - no secret
        return {
            "title": title,
            "pay": amount(rng, self.tongue, points=self.points),
            "time": self.minutes.format(rng.randint(1, 75)),
            "who": rng.choice(REQUESTERS),
            "left": str(rng.randint(1, 400)),
            "href": rng.choice(("/w/{}", "/w/{}")).format(key),
            "key": key,
        }

    def around(self, body: str, script: str = "") -> str:
        """The whole page: menu, promotion, list, past payments with the same money, footer."""
        menu = "".join(f'<li><a href="/m{at}">{word}</a></li>' for at, word in enumerate(self.tongue.menu))
        past = "".join(
            f"<tr><td>2026-0{at + 1}-1{at}</td><td>{amount(self.rng, self.tongue)}</td><td>OK</td></tr>"
            for at in range(self.rng.randint(2, 6))
        )
        depth = self.rng.randint(0, 3)
        footer = "".join(
            f'<div><h4>{word}</h4><a href="/f{at}">{word} {at}</a></div>'
            for at, word in enumerate(self.tongue.menu[:4])
        )
        return (
            f'<!doctype html><html lang="{self.lang}"><head><meta charset="utf-8"><title>{self.tongue.menu[1]}</title></head><body>'
            f"<header><nav><ul>{menu}</ul></nav></header>{'<div>' * depth}<main><h1>{self.tongue.menu[1]}</h1>{body}</main>"
            f"<aside><h3>{self.tongue.past}</h3><table>{past}</table></aside>{'</div>' * depth}<footer>{footer}</footer>{script}</body></html>"
        )

    def make(self) -> Made:
        """The page."""
        tasks = [self.task(at) for at in range(self.count)]
        tasks = [{key: html.escape(value) for key, value in one.items()} for one in tasks]
        body, script = LAYOUTS[self.layout](self, tasks) if tasks else (f"<p>{EMPTY[self.lang]}</p>", "")
        return Made(f"{self.layout}-{self.lang}-{self.style}-{self.count}", self.around(body, script), self.count)


Task = dict[str, str]
Written = tuple[str, str]


def marked(page: Page, task: Task, field: str, tag: str = "span") -> str:
    """One field in an element of its own."""
    gtf = {"pay": "reward", "who": "requester", "left": "slots"}.get(field, field)
    return f'<{tag}{page.cls(field)} data-gtf="{gtf}">{task[field]}</{tag}>'


def link(page: Page, task: Task) -> str:
    """The title as a link."""
    return f'<a{page.cls("title")} data-gtf="title" href="{task["href"]}">{task["title"]}</a>'


def _table(page: Page, tasks: list[Task]) -> Written:
    pay, time, who, left, start = page.tongue.labels
    rows = "".join(
        f'<tr data-gt="r"><td>{link(page, one)}</td>{marked(page, one, "who", "td")}{marked(page, one, "time", "td")}'
        f'{marked(page, one, "left", "td")}{marked(page, one, "pay", "td")}<td><a href="{one["href"]}?go=1">{start}</a></td></tr>'
        for one in tasks
    )
    return (
        f"<table{page.cls('list')}><tr><th>#</th><th>{who}</th><th>{time}</th><th>{left}</th><th>{pay}</th><th></th></tr>{rows}</table>",
        "",
    )


def _articles(page: Page, tasks: list[Task]) -> Written:
    pay, time, _, left, start = page.tongue.labels
    rows = "".join(
        f'<article data-gt="r"{page.cls("card")}><header><h2>{link(page, one)}</h2>{marked(page, one, "who", "p")}</header>'
        f"<ul><li>{pay}: {marked(page, one, 'pay', 'b')}</li><li>{time}: {marked(page, one, 'time', 'b')}</li><li>{left}: {marked(page, one, 'left', 'b')}</li></ul>"
        f'<footer><a href="{one["href"]}">{start}</a></footer></article>'
        for one in tasks
    )
    return f"<div{page.cls('list')}>{rows}</div>", ""


def _lines(page: Page, tasks: list[Task]) -> Written:
    rows = "".join(
        f'<li data-gt="r">{link(page, one)} | {marked(page, one, "pay")} · {marked(page, one, "time")}</li>'
        for one in tasks
    )
    return f"<ul>{rows}</ul>", ""


def _lists(page: Page, tasks: list[Task]) -> Written:
    pay, time, who, left, _ = page.tongue.labels
    rows = "".join(
        f'<section data-gt="r"{page.cls("card")}><h3>{link(page, one)}</h3><dl><dt>{who}</dt>{marked(page, one, "who", "dd")}'
        f"<dt>{pay}</dt>{marked(page, one, 'pay', 'dd')}<dt>{time}</dt>{marked(page, one, 'time', 'dd')}<dt>{left}</dt>{marked(page, one, 'left', 'dd')}</dl></section>"
        for one in tasks
    )
    return rows, ""


def _details(page: Page, tasks: list[Task]) -> Written:
    pay, time, _, _, start = page.tongue.labels
    rows = "".join(
        f'<details data-gt="r" data-id="{one["key"]}"><summary>{marked(page, one, "title", "strong")} {marked(page, one, "pay")}</summary>'
        f"<p>{time}: {marked(page, one, 'time')}</p><p>{marked(page, one, 'who')}</p><button>{start} ({pay})</button></details>"
        for one in tasks
    )
    return f"<div{page.cls('list')}>{rows}</div>", ""


def _roles(page: Page, tasks: list[Task]) -> Written:
    pay, time, who, _, _ = page.tongue.labels
    head = "".join(f'<div role="columnheader">{word}</div>' for word in ("#", who, pay, time))
    rows = "".join(
        f'<div role="row" data-gt="r"{page.cls("row")}><div role="cell">{link(page, one)}</div><div role="cell">{marked(page, one, "who")}</div>'
        f'<div role="cell">{marked(page, one, "pay")}</div><div role="cell">{marked(page, one, "time")}</div></div>'
        for one in tasks
    )
    return f'<div role="table"><div role="row">{head}</div><div role="rowgroup">{rows}</div></div>', ""


def _buttons(page: Page, tasks: list[Task]) -> Written:
    pay, _, _, _, start = page.tongue.labels
    rows = "".join(
        f'<div data-gt="r" data-task-id="{one["key"]}"{page.cls("card")}><div><h4{page.cls("title")} data-gtf="title">{one["title"]}</h4>{marked(page, one, "who", "small")}</div>'
        f"<div><small>{pay}</small>{marked(page, one, 'pay')}</div><div>{marked(page, one, 'time')}</div><button>{start}</button></div>"
        for one in tasks
    )
    return f"<div{page.cls('list')}>{rows}</div>", ""


def _biglinks(page: Page, tasks: list[Task]) -> Written:
    rows = "".join(
        f'<li><a data-gt="r" href="{one["href"]}"{page.cls("card")}>{marked(page, one, "pay")}{marked(page, one, "title", "strong")}<span>{marked(page, one, "who", "i")}, {marked(page, one, "time", "i")}</span></a></li>'
        for one in tasks
    )
    return f"<ol{page.cls('list')}>{rows}</ol>", ""


def _dividers(page: Page, tasks: list[Task]) -> Written:
    parts = []
    for at, one in enumerate(tasks):
        if at % 5 == 0:
            parts.append(f"<h2>{page.tongue.menu[1]} {at // 5 + 1}</h2>")
        parts.append(
            f'<div data-gt="r"{page.cls("card")}><p>{link(page, one)}</p><p>{marked(page, one, "who")}</p><p>{marked(page, one, "pay")} / {marked(page, one, "time")}</p></div>'
        )
    return "".join(parts), ""


def _shadow(page: Page, tasks: list[Task]) -> Written:
    pay, time, _, _, _ = page.tongue.labels
    rows = "".join(
        f'<li data-gt="r"{page.cls("card")}>{link(page, one)}<div>{pay} {marked(page, one, "pay")}</div><div>{time} {marked(page, one, "time")}</div>{marked(page, one, "who")}</li>'
        for one in tasks
    )
    return f'<work-board><template shadowrootmode="open"><ul{page.cls("list")}>{rows}</ul></template></work-board>', ""


def _json(page: Page, tasks: list[Task]) -> Written:
    body, _ = _articles(page, tasks)
    items = [
        {
            "id": one["key"],
            "title": html.unescape(one["title"]),
            "reward": html.unescape(one["pay"]),
            "requester": html.unescape(one["who"]),
            "url": one["href"],
        }
        for one in tasks
    ]
    data = json.dumps({"props": {"pageProps": {"tasks": items}}}, ensure_ascii=False).replace("<", "\\u003c")
    return body, f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'


def _columns(page: Page, tasks: list[Task]) -> Written:
    rows = "".join(
        f'<div class="row" data-gt="r"><div class="col-6">{link(page, one)}<br><small>{marked(page, one, "who")}</small></div><div class="col-2">{marked(page, one, "time")}</div><div class="col-2">{marked(page, one, "pay")}</div><div class="col-2">{marked(page, one, "left")}</div></div>'
        for one in tasks
    )
    return f'<div class="container">{rows}</div>', ""


def _legacy(page: Page, tasks: list[Task]) -> Written:
    pay, time, who, left, _ = page.tongue.labels
    rows = "".join(
        f'<tr data-gt="r"><td><table><tr><td colspan="4">{link(page, one)}</td></tr><tr><td>{who}:</td>{marked(page, one, "who", "td")}<td>{pay}:</td>{marked(page, one, "pay", "td")}</tr>'
        f"<tr><td>{time}:</td>{marked(page, one, 'time', 'td')}<td>{left}:</td>{marked(page, one, 'left', 'td')}</tr></table></td></tr>"
        for one in tasks
    )
    return f"<table>{rows}</table>", ""


def _forms(page: Page, tasks: list[Task]) -> Written:
    *_, start = page.tongue.labels
    rows = "".join(
        f'<form data-gt="r" action="{one["href"]}"{page.cls("card")}><label><input type="checkbox"> {link(page, one)}</label>{marked(page, one, "pay")}{marked(page, one, "time")}<select><option>1</option></select><button>{start}</button></form>'
        for one in tasks
    )
    return f"<div{page.cls('list')}>{rows}</div>", ""


def _mixed(page: Page, tasks: list[Task]) -> Written:
    rows = "".join(
        f'<li data-gt="r" class="item{" featured" if at % 4 == 0 else ""}"><div>{"<em>★</em>" if at % 4 == 0 else ""}{link(page, one)}</div><p>{marked(page, one, "who")}</p><p>{marked(page, one, "pay")} {marked(page, one, "time")}</p></li>'
        + (
            '<li class="promo"><a href="https://ads.example/x">Upgrade now and see more of this every single day of the week</a></li>'
            if at % 6 == 5
            else ""
        )
        for at, one in enumerate(tasks)
    )
    return f"<ul>{rows}</ul>", ""


LAYOUTS: Final[dict[str, Callable[[Page, list[Task]], Written]]] = {
    "table": _table, "articles": _articles, "lines": _lines, "lists": _lists, "details": _details, "roles": _roles, "buttons": _buttons,
    "biglinks": _biglinks, "dividers": _dividers, "shadow": _shadow, "json": _json, "columns": _columns, "legacy": _legacy, "forms": _forms, "mixed": _mixed,
}  # fmt: skip


def pages(seed: int, *, each: int = 6) -> list[Made]:
    """Every layout `each` times, over all languages and styles, with 3 to 60 records; then one empty page each language."""
    langs, counts = list(TONGUES), (3, 8, 12, 25, 40, 60)
    made = [
        Page(
            layout,
            langs[(row + at) % len(langs)],
            STYLES[(row + at * 2) % len(STYLES)],
            counts[(row * 5 + at + seed) % len(counts)],
            seed * 1000 + row * 10 + at,
        ).make()
        for row, layout in enumerate(LAYOUTS)
        for at in range(each)
    ]
    return made + [Page("table", lang, "meaning", 0, seed).make() for lang in langs]


def long_page(layout: str, count: int) -> str:
    """A list of that length."""
    return Page(layout, "en", "meaning", count, 7).make().html
