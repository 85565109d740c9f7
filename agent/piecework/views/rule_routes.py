"""Addresses of a rule's form: the form, its live preview, saving it, and all rules as a file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

from piecework.control.commands import run
from piecework.errors import BadUsage, PieceworkError
from piecework.settings import load_settings
from piecework.store import Context
from piecework.views import render
from piecework.views.ask import Page
from piecework.views.guard import check_form
from piecework.views.pages import SECTIONS
from piecework.views.rule_form import fields_of, known_on, rule_of
from piecework.views.session import Said, Session
from piecework.views.telling_actions import choices_of
from piecework.views.weeks import is_short
from piecework.watch.preview import DAYS, preview
from piecework.watch.rulebook import LEVELS, MONEY_REASONS, SOUNDS, TASK_REASONS, Rule, check
from piecework.watch.rules import stored
from piecework.watch.tongue import LANGUAGES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.views.ask import Ask
    from piecework.views.dashboard import Dashboard

SEE_OTHER = 303
REFUSED = 400
MOST_BYTES = 1 << 20
EDIT = Page("rule", "/rules/edit", (), lambda _conn, _ask: {})
"""No page of the menu: it is reached from Rules, and does not change under the hand that fills it in."""


def add_rule_routes(router: web.UrlDispatcher, dashboard: Dashboard) -> None:
    """Adds the addresses."""
    routes = _Routes(dashboard)
    router.add_get("/rules/edit", dashboard.door(routes.edit))
    router.add_get("/rules/preview", dashboard.door(routes.previewed))
    router.add_get("/rules/week", dashboard.door(routes.week))
    router.add_post("/rules/save", dashboard.door(routes.save))
    router.add_post("/rules/choices", dashboard.door(routes.choices))
    router.add_get("/rules/export", dashboard.door(routes.exported))
    router.add_post("/rules/import", dashboard.door(routes.imported))


class _Routes:
    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard
        self._services = dashboard.services

    async def edit(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The form: of the rule that is named, or an empty one; of what was typed where that comes along."""
        return await self._page(self._dashboard.ask(request, session), dict(request.query))

    async def week(self, request: web.Request, session: Session) -> web.StreamResponse:
        """What a kept rule would have told of, alone: a page does not wait for a long week."""
        ask = self._dashboard.ask(request, session)
        week = await asyncio.to_thread(self._kept_week, ask.query.get("id", ""), ask)
        return web.Response(
            text=render.part("rule_week", ask, week=week, days=DAYS, brief=True), content_type="text/html"
        )

    async def previewed(self, request: web.Request, session: Session) -> web.StreamResponse:
        """What the typed rule would have told of: the one line alone."""
        ask = self._dashboard.ask(request, session)
        week = await asyncio.to_thread(self._week, dict(request.query), ask)
        return web.Response(text=render.part("rule_week", ask, week=week, days=DAYS), content_type="text/html")

    async def save(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Keeps the rule and goes back to the list; what can't be kept stays in the form, with the reason."""
        form = await request.post()
        check_form(session, form)
        fields = {name: str(value) for name, value in form.items() if name != "csrf"}
        try:
            rule = rule_of(fields, self._services.platforms)
            asked = {
                "id": fields.get("id", ""),
                "name": fields.get("name", ""),
                "rule": rule,
                "on": fields.get("on") != "0",
            }
            await run(self._services, "rule.save", asked)
        except PieceworkError as failure:
            ask = self._dashboard.ask(request, session)
            return await self._page(ask, fields | {"typed": "1"}, failure.text)
        session.said.append(Said("done", "rule_saved"))
        return web.Response(status=SEE_OTHER, headers={"Location": "/rules"})

    async def choices(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Keeps what holds for all rules."""
        form = await request.post()
        check_form(session, form)
        try:
            asked = choices_of({name: str(value) for name, value in form.items() if name != "csrf"})
            for one in asked:
                await run(self._services, "setting.set", one)
        except PieceworkError as failure:
            session.said.append(Said("failed", failure.text))
        else:
            session.said.append(Said("done", "choice"))
        return web.Response(status=SEE_OTHER, headers={"Location": "/rules"})

    async def exported(self, _request: web.Request, _session: Session) -> web.StreamResponse:
        """Every rule as a file."""
        text = (await run(self._services, "rule.export", {}))["text"]
        name = 'attachment; filename="piecework-rules.json"'
        return web.Response(text=text, content_type="application/json", headers={"Content-Disposition": name})

    async def imported(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Takes the rules of a file."""
        form = await request.post()
        check_form(session, form)
        file = form.get("file")
        try:
            if not isinstance(file, web.FileField):
                raise BadUsage("Choose a file first.")
            text = file.file.read(MOST_BYTES).decode("utf-8", "replace")
            await run(self._services, "rule.import", {"text": text})
        except PieceworkError as failure:
            session.said.append(Said("failed", failure.text))
        else:
            session.said.append(Said("done", "rules_imported"))
        return web.Response(status=SEE_OTHER, headers={"Location": "/rules"})

    def _kept_week(self, name: str, ask: Ask) -> dict[str, Any]:
        with self._services.store.read() as conn:
            rule = next((one.rule for one in stored(conn) if one.id == name), Rule())
            known = ask.weeks.known(rule, ask.now_us)
            return known or ask.weeks.count(conn, rule, now_us=ask.now_us, zone=ask.zone, platforms=ask.platforms)

    async def _page(self, ask: Ask, given: Mapping[str, str], failure: str = "") -> web.Response:
        text = await asyncio.to_thread(self._text, ask, given, failure)
        return web.Response(text=text, status=REFUSED if failure else 200, content_type="text/html")

    def _text(self, ask: Ask, given: Mapping[str, str], failure: str) -> str:
        with self._services.store.read() as conn:
            data = self._data(conn, ask, given) | {"failure": failure}
        return render.page(ask, EDIT, SECTIONS, data)

    def _data(self, conn: sqlite3.Connection, ask: Ask, given: Mapping[str, str]) -> dict[str, Any]:
        known = next((one for one in stored(conn) if one.id == given.get("id")), None)
        home = load_settings(conn).home
        rule, name = (known.rule, known.name) if known else (Rule(), "")
        fields = dict(given) if given.get("typed") else fields_of(rule, name, home)
        channels = conn.execute("SELECT name, label, kind FROM channel ORDER BY kind, label").fetchall()
        return {
            "id": known.id if known else "",
            "on": known.on if known else True,
            "fields": fields,
            "home": home,
            "week": self._week(fields, ask, conn)
            if ask.query.get("weeks") == "1" or is_short(conn, ask.now_us, 1)
            else None,
            "days": DAYS,
            "channels": [dict(row) for row in channels],
            "known": known_on(ask.platforms.values()),
            "names": sorted(platform.name for platform in ask.platforms.values()),
            "task_reasons": TASK_REASONS,
            "money_reasons": MONEY_REASONS,
            "levels": LEVELS,
            "sounds": SOUNDS,
            "languages": LANGUAGES,
        }

    def _week(self, fields: Mapping[str, str], ask: Ask, conn: sqlite3.Connection | None = None) -> dict[str, Any]:
        """What the typed rule would have told of, or why it is no rule."""
        try:
            rule = rule_of(fields, self._services.platforms)
            check(rule)
        except BadUsage as cause:
            return {"problem": cause.text}
        context = Context(ask.now_us, platforms=ask.platforms, zone=ask.zone)
        if conn is not None:
            return preview(conn, context, rule)._asdict() | {"problem": ""}
        with self._services.store.read() as own:
            return preview(own, context, rule)._asdict() | {"problem": ""}
