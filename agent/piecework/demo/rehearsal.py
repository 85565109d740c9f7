"""The whole path on the practice site: a task on a page, an alert, timed work, money in the books.

The site, the agent and the browser are real; only the requester is played. Every step is read back from the
agent's own store, never from the page that caused it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.demo.browser import agent_state, pair, point_at, switch_on, until
from piecework.demo.steps import Report, Step
from piecework.errors import PieceworkError
from piecework.ledger.earnings import earnings
from piecework.ledger.replay import verify
from piecework.money import show
from piecework.practice.control import command
from piecework.practice.script import STAR, STAR_FIELDS
from piecework.views import reports

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from piecework.app import Agent
    from piecework.drive import Browser, Tab
    from piecework.practice.site import PracticeSite

PLATFORM = "practice"
ORIGINS = ["http://practice.localhost/*"]
STEP_S = 25.0


class Rehearsal:
    """Plays the path once. `tell` is called with each step as soon as it is known."""

    def __init__(self, agent: Agent, site: PracticeSite, browser: Browser, tell: Callable[[Step], None]) -> None:
        self.agent = agent
        self.site = site
        self.browser = browser
        self.report = Report()
        self._tell = tell

    async def play(self) -> Report:
        """Runs every step in order; the first that fails ends the rehearsal and stands in the report."""
        steps: list[tuple[str, Callable[[], Awaitable[str]]]] = [
            ("paired", self._pair),
            ("platform on", self._switch_on),
            ("list watched", self._open_list),
            ("task seen", self._publish),
            ("alert shown", self._alert),
            ("task gone", self._vanish),
            ("accepted", self._accept),
            ("worked", self._work),
            ("submitted", self._submit),
            ("approved", self._approve),
            ("paid", self._pay),
            ("time logged", self._time),
            ("money in the ledger", self._money),
            ("books verified", self._verify),
        ]
        for name, step in steps:
            try:
                detail, ok = await step(), True
            except PieceworkError as cause:
                detail, ok = cause.text, False
            done = Step(name, self.agent.services.clock.now_us(), ok, detail)
            self.report.steps.append(done)
            self._tell(done)
            if not ok:
                break
        return self.report

    async def _read(self, question: Callable[[Any], Any], what: str) -> Any:  # noqa: ANN401 - what the question gives
        """Asks the store until the question has an answer."""

        def look() -> Any:  # noqa: ANN401 - the same
            with self.agent.services.store.read() as conn:
                return question(conn)

        return await until(look, what, timeout_s=STEP_S)

    async def _pair(self) -> str:
        await point_at(self.browser, self.agent.port)
        code = await pair(self.browser)
        await self.agent.services.desk.approve(code)
        await agent_state(self.browser, "connected")
        return f"with the digits {code}"

    async def _switch_on(self) -> str:
        await switch_on(self.browser, PLATFORM, ORIGINS)
        return ", ".join(ORIGINS)

    async def _open_list(self) -> str:
        command(self.site.stage, {"do": "publish", "id": "tour-1", "places": 20})
        self.list_tab: Tab = await self.browser.new_tab(f"{self.site.url}/tasks")
        await self._read(lambda conn: _one(reports.tasks(conn), "tour-1"), "the first look reaches the board")
        return self.site.url

    async def _publish(self) -> str:
        command(self.site.stage, {"do": "publish", "id": STAR, **STAR_FIELDS})
        self.report.task = await self._read(
            lambda conn: _one(reports.tasks(conn), STAR), "the new task is on the board"
        )
        return str(self.report.task["title"]) if self.report.task else ""

    async def _alert(self) -> str:
        self.report.alert = await self._read(_shown_alert, "the alert was shown")
        alert = self.report.alert or {}
        return f"{(alert['shown_at_us'] - alert['dom_at_us']) / 1000:.0f} ms after it stood on the page"

    async def _vanish(self) -> str:
        command(self.site.stage, {"do": "vanish", "task": "tour-1"})
        await self._read(
            lambda conn: _one(reports.tasks(conn, state="gone"), "tour-1"), "the board saw the first task go"
        )
        return "tour-1"

    async def _accept(self) -> str:
        self.work_tab: Tab = await self.browser.new_tab(f"{self.site.url}/tasks/{STAR}")
        await self.work_tab.click("[data-testid=accept]")
        return await self._event("accepted")

    async def _work(self) -> str:
        await self.work_tab.wait_for("document.querySelector('[data-testid=work-form]')")
        await self.work_tab.click("[data-testid=work-form] input, [data-testid=work-form] textarea")
        running = await self._read(_running, "the clock runs")
        return f"session {running}"

    async def _submit(self) -> str:
        await self.work_tab.click("[data-testid=submit]")
        return await self._event("submitted")

    async def _approve(self) -> str:
        command(self.site.stage, {"do": "approve"})
        await self.work_tab.goto(f"{self.site.url}/history")
        return await self._event("approved")

    async def _pay(self) -> str:
        command(self.site.stage, {"do": "pay"})
        await self.work_tab.goto(f"{self.site.url}/history")
        return await self._event("paid")

    async def _time(self) -> str:
        spans = await self._read(reports.time, "an interval was logged")
        total = sum(span["active_us"] for span in spans)
        return f"{total / 1_000_000:.1f} s of work"

    async def _money(self) -> str:
        rows = await self._read(lambda conn: [row for row in earnings(conn) if row["paid"]], "the ledger holds the pay")
        self.report.earnings = rows[0]
        self.report.assignment = await self._read(_assignment, "the assignment is in the books")
        return f"{show(rows[0]['paid'], rows[0]['currency'], 'en')} paid"

    async def _verify(self) -> str:
        with self.agent.services.store.read() as conn:
            found = verify(conn)
        if found["differences"]:
            raise PieceworkError(f"The books differ from the history: {found['differences']}")
        return f"{found['events']} events, {found['postings']} postings, no difference"

    async def _event(self, kind: str) -> str:
        def has(conn: Any) -> Any:  # noqa: ANN401 - a connection in, a row out
            return next((row for row in reports.history(conn, STAR) if row["kind"] == kind), None)

        row = await self._read(has, f"the history says “{kind}”")
        return str(row["assignment"])


def _one(rows: list[dict[str, Any]], task: str) -> dict[str, Any] | None:
    return next((row for row in rows if row["id"] == task), None)


def _shown_alert(conn: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a connection
    return next((row for row in reports.alerts(conn) if row["task"] == STAR and row["shown_at_us"]), None)


def _running(conn: Any) -> str | None:  # noqa: ANN401 - a connection
    row = conn.execute("SELECT session FROM beat WHERE closed = 0 AND state = 'active' LIMIT 1").fetchone()
    return str(row[0]) if row else None


def _assignment(conn: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a connection
    row = conn.execute("SELECT * FROM assignment WHERE task = ? AND state = 'paid'", [f":{STAR}"]).fetchone()
    return dict(row) if row else None
