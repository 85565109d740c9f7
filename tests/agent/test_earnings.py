"""What `piecework earnings` says of money that came, is to come, is lost, and of pay that nobody knows."""

from piecework.ledger.earnings import earnings, submitted_on
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from tests.agent.books import DAY, NOON, event, memory, take, take_all, usd, work


def test_flows_of_a_platform() -> None:
    """Three attempts: one paid, one pending, one rejected; and a payout with its fee."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.SUBMITTED, NOON, work(session="a", pay="1.10")),
            event(Kind.APPROVED, NOON + DAY, work(session="a")),
            event(Kind.SUBMITTED, NOON, work(session="b", task="t2", pay="2")),
            event(Kind.SUBMITTED, NOON, work(session="c", task="t3", pay="4")),
            event(Kind.REJECTED, NOON + DAY, work(session="c", task="t3")),
            event(Kind.PAYOUT, NOON + 2 * DAY, bodies.Payout(id="p", amount=usd("1.10"), fee=usd("0.10"))),
        ],
    )
    [row] = earnings(conn)

    assert {
        "platform": "site",
        "account": "me",
        "currency": "USD",
        "submitted": 7_100_000,
        "approved": 1_100_000,
        "rejected": 4_000_000,
        "paid": 1_000_000,
        "fee": 100_000,
        "bonus": 0,
        "unknown": 0,
    } == row
    assert 2_000_000 == row["submitted"] - row["approved"] - row["rejected"]


def test_currencies_are_never_added() -> None:
    """One row each."""
    conn = memory()
    take(conn, event(Kind.SUBMITTED, NOON, work(session="a", pay="1")))
    euro = bodies.Work(task="t2", session="b", pay=bodies.PayText(raw="2 €"))
    take(conn, event(Kind.SUBMITTED, NOON, euro))

    assert [("EUR", 2_000_000), ("USD", 1_000_000)] == [(row["currency"], row["submitted"]) for row in earnings(conn)]


def test_unknown_pay_is_counted_not_guessed() -> None:
    """Two attempts without a pay: beside the known money, and alone."""
    conn = memory()
    for name in ("a", "b"):
        take(conn, event(Kind.SUBMITTED, NOON, work(session=name, task=name)))

    assert [("XXX", 0, 2)] == [(row["currency"], row["submitted"], row["unknown"]) for row in earnings(conn)]

    take(conn, event(Kind.SUBMITTED, NOON, work(session="c", task="c", pay="1")))

    assert [("USD", 1_000_000, 2)] == [(row["currency"], row["submitted"], row["unknown"]) for row in earnings(conn)]


def test_returned_work_without_a_pay_is_not_missing() -> None:
    """Nothing is owed for it."""
    conn = memory()
    take(conn, event(Kind.RETURNED, NOON, work(session="a")))

    assert [] == earnings(conn)


def test_a_period_holds_what_happened_in_it() -> None:
    """Submitted on the 21st, approved on the 22nd."""
    conn = memory()
    take(conn, event(Kind.SUBMITTED, NOON, work(session="a", pay="1")))
    take(conn, event(Kind.APPROVED, NOON + DAY, work(session="a")))
    take(conn, event(Kind.SUBMITTED, NOON + DAY, work(session="b", task="t2")))
    [first] = earnings(conn, from_day="2025-11-21", to_day="2025-11-21")
    [second] = earnings(conn, from_day="2025-11-22", to_day="2025-11-30")

    assert (1_000_000, 0, 0) == (first["submitted"], first["approved"], first["unknown"])
    assert (0, 1_000_000, 1) == (second["submitted"], second["approved"], second["unknown"])
    assert [] == earnings(conn, from_day="2025-12-01")


def test_platform_and_account_narrow() -> None:
    """One sign-in of one site."""
    conn = memory()
    for place, (platform, account) in enumerate([("site", "me"), ("site", "other"), ("second", "me")]):
        fact = event(
            Kind.SUBMITTED, NOON, work(session="a", pay="1"), platform=platform, account=account, id=str(place)
        )
        take(conn, fact)

    assert 3 == len(earnings(conn))
    assert 2 == len(earnings(conn, platform="site"))
    assert [("site", "other")] == [
        (row["platform"], row["account"]) for row in earnings(conn, platform="site", account="other")
    ]


def test_today_is_what_was_submitted_today() -> None:
    """The popup's figure, by currency."""
    conn = memory()
    take(conn, event(Kind.SUBMITTED, NOON, work(session="a", pay="1")))
    take(conn, event(Kind.SUBMITTED, NOON + DAY, work(session="b", task="t2", pay="2")))

    assert {"USD": 1_000_000} == submitted_on(conn, "2025-11-21")
    assert {} == submitted_on(conn, "2025-11-20")
