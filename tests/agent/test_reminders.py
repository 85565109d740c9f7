"""What the clock brings: told once, quietly, and taken back where it no longer holds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import pytest

from piecework.control import Services
from piecework.control.reminders import remind
from piecework.control.services import NoCourier
from piecework.control.telling import say
from piecework.now import DAY_US, HOUR_US, MINUTE_US, FixedClock, to_us
from piecework.platforms import load_platforms
from piecework.platforms.definition import Manners, Minimum, Money
from piecework.protocol.bodies import Work
from piecework.secrets import Secrets
from piecework.settings import Settings
from piecework.words import words_in
from tests.agent import panel
from tests.agent.sender import Sender, row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from piecework.platforms import Platform
    from piecework.settings import Paths
    from piecework.store import Store


class Courier(NoCourier):
    """Remembers what it was offered."""

    def __init__(self) -> None:
        self.offered: list[str] = []

    def offer(self, ids: Iterable[str]) -> None:
        """Alerts."""
        self.offered += ids


@pytest.fixture
def services(paths: Paths, store: Store, clock: FixedClock) -> Services:
    """A folder in use, with somebody who takes alerts."""
    made = Services(
        paths=paths,
        clock=clock,
        store=store,
        platforms={"site": site()},
        secrets=Secrets.open(paths, keyring_allowed=False),
        settings=Settings(zone="UTC"),
    )
    made.courier = Courier()
    return made


def site() -> Platform:
    """A platform with sessions of eight hours and a payout minimum of five pounds."""
    known = load_platforms()["prolific"]
    manners: Manners = msgspec.structs.replace(known.manners, session_hours=8)
    money: Money = msgspec.structs.replace(known.money, payout_minimum=Minimum(micro=5_000_000, currency="GBP"))
    return msgspec.structs.replace(known, id="site", manners=manners, money=money)


def told(store: Store) -> list[tuple[str, str]]:
    """(reason, level) of every alert."""
    with store.read() as conn:
        return [tuple(found) for found in conn.execute("SELECT reason, level FROM alert ORDER BY stored_us, id")]


async def test_a_deadline_is_told_once_and_withdrawn_by_handing_in(services: Services, clock: FixedClock) -> None:
    """Forty minutes are allowed: told when ten are left, not again, and gone with the submission."""
    browser = Sender(services.store, clock)
    browser.look(row("a", allotted_raw="40 min"))
    browser.store.write_now(lambda conn: conn.execute("DELETE FROM alert"))
    browser.send("accepted", Work(task="a", session="s", assignment="mine"))
    await remind(services)
    assert [] == told(services.store)
    browser.wait(30)
    await remind(services)
    await remind(services)
    assert [("deadline", "quiet")] == told(services.store)
    assert ["queued"] == browser.deliveries()
    effects = browser.send("submitted", Work(task="a", session="s", assignment="mine"))
    assert 1 == len(effects.gone)
    assert ["gone"] == browser.deliveries()


async def test_a_session_that_ends_is_told_ten_minutes_before(services: Services, clock: FixedClock) -> None:
    """Counted from the first work after a break of more than an hour."""
    began_us = clock.now_us()
    services.store.write_now(lambda conn: panel.interval(conn, "old", began_us - 3 * HOUR_US, HOUR_US))
    for hour in range(8):
        start_us = began_us + hour * HOUR_US
        services.store.write_now(lambda conn, at=start_us, n=hour: panel.interval(conn, f"i{n}", at, 50 * MINUTE_US))
    clock.forward(us=8 * HOUR_US - 11 * MINUTE_US)
    await remind(services)
    assert [] == told(services.store)
    clock.forward(us=2 * MINUTE_US)
    await remind(services)
    clock.forward(us=2 * MINUTE_US)
    await remind(services)
    assert [("session", "quiet")] == told(services.store)


async def test_uhrs_signs_out_after_eight_hours_and_it_is_told(services: Services, clock: FixedClock) -> None:
    """With the definition that is carried: silent eleven minutes before the end, told in words ten minutes before."""
    services.platforms = {"uhrs": load_platforms()["uhrs"]}
    began_us = clock.now_us()
    for hour in range(8):
        start_us = began_us + hour * HOUR_US
        made = partial(panel.interval, own=f"i{hour}", start_us=start_us, length_us=50 * MINUTE_US, platform="uhrs")
        services.store.write_now(made)
    clock.forward(us=8 * HOUR_US - 11 * MINUTE_US)
    await remind(services)
    assert [] == told(services.store)
    clock.forward(us=MINUTE_US)
    await remind(services)
    assert [("session", "quiet")] == told(services.store)
    with services.store.read() as conn:
        [alert] = conn.execute("SELECT * FROM alert").fetchall()
        title, text = say(conn, alert, words_in("en"), services.platforms)
    assert ("Your session on UHRS ends soon", "in 10\N{NO-BREAK SPACE}min") == (title, text)


async def test_overdue_and_payable_are_told_once(services: Services, clock: FixedClock) -> None:
    """One line for a platform, however many wait; the payout again only after the next one."""
    now_us = clock.now_us()

    def fill(conn: object) -> None:
        for number in range(5):
            panel.attempt(conn, f"p{number}", now_us - DAY_US, "approved")  # type: ignore[arg-type]
        for number in range(3):
            panel.attempt(conn, f"w{number}", now_us - 30 * DAY_US, "submitted", due_us=now_us - DAY_US)  # type: ignore[arg-type]

    services.store.write_now(fill)
    services.store.write_now(
        lambda conn: conn.execute(
            "INSERT OR REPLACE INTO sum_month SELECT substr(day, 1, 7), platform, account, currency, state, "
            "sum(micro), sum(n) FROM sum_day GROUP BY 1, 2, 3, 4, 5"
        )
    )
    await remind(services)
    await remind(services)
    assert [("overdue", "quiet"), ("payable", "quiet")] == sorted(told(services.store))


async def test_the_digest_comes_when_quiet_hours_end(services: Services, clock: FixedClock) -> None:
    """What came and went meanwhile, once; where nothing came, nothing is said."""
    services.settings = Settings(zone="UTC", quiet_from="22:00", quiet_to="07:00")
    night_us = to_us(datetime(2026, 11, 22, 3, tzinfo=UTC))
    clock.forward(us=night_us - clock.now_us())
    browser = Sender(services.store, clock)
    browser.look(row("a"), row("b"))
    browser.look(same=[":b"])
    await remind(services)
    before = [one for one in told(services.store) if one[0] == "digest"]
    clock.forward(us=to_us(datetime(2026, 11, 22, 7, 1, tzinfo=UTC)) - clock.now_us())
    await remind(services)
    await remind(services)
    found = [one for one in told(services.store) if one[0] == "digest"]
    assert [("digest", "quiet")] == found[len(before) :]
    with services.store.read() as conn:
        text = conn.execute("SELECT title FROM alert WHERE reason = 'digest' ORDER BY stored_us DESC").fetchone()[0]
    assert "2 came, 1 went again, 1 gone before you could be told" == text
