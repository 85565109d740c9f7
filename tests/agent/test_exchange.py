"""Withdrawals that change their currency: two legs and a fee, the person's own rate, and what was lost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.ledger import replay
from piecework.ledger.exchange import bank_word, exchanges, own_rate
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.rates import add_own, read_own
from piecework.store.erase import What, erase
from tests.agent.books import DAY, NOON, event, memory, take
from tests.agent.cli_rig import Cli

if TYPE_CHECKING:
    import sqlite3

    from piecework.settings import Paths

MICRO = st.integers(1, 10**14)


def pay(micro: int, currency: str) -> bodies.PayText:
    """An exact amount."""
    return bodies.PayText(micro=micro, currency=currency)


def exchanged(  # noqa: PLR0913 - an exchange has that many parts
    conn: sqlite3.Connection, given: int, received: int, fee: int = 0, *, to: str = "KES", at_us: int = NOON
) -> None:
    """Dollars become another currency."""
    body = bodies.Exchange(
        amount=pay(given, "USD"),
        received=pay(received, to),
        fee=pay(fee, "USD") if fee else None,
        source="PayPal",
        to="M-Pesa",
    )
    take(conn, event(Kind.RATE, at_us, body, platform="", account=""))


def books(conn: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """Micro-units by book and currency."""
    found = conn.execute("SELECT book, currency, sum(micro) FROM posting GROUP BY 1, 2")
    return {(book, currency): micro for book, currency, micro in found}


def test_an_exchange_has_two_legs_and_a_fee() -> None:
    """Each leg stays in its own currency; nothing of it is earned or paid anew."""
    conn = memory()
    exchanged(conn, 10_000_000, 1_200_000_000, 500_000)

    assert {
        ("assets:bank:paypal", "USD"): -10_000_000,
        ("equity:exchange", "USD"): 9_500_000,
        ("expenses:fee:paypal", "USD"): 500_000,
        ("assets:bank:m-pesa", "KES"): 1_200_000_000,
        ("equity:exchange", "KES"): -1_200_000_000,
    } == books(conn)
    assert [] == conn.execute("SELECT * FROM sum_day").fetchall()
    assert [] == replay.verify(conn)["differences"]


@given(st.lists(st.tuples(MICRO, MICRO, MICRO, st.sampled_from(["KES", "NGN", "EUR"])), max_size=5))
def test_every_exchange_adds_up_to_zero(amounts: list[tuple[int, int, int, str]]) -> None:
    """Per transaction and currency, whatever was given, got and taken off; a rebuilt book is the same."""
    conn = memory()
    for number, (given_micro, received, fee, to) in enumerate(amounts):
        exchanged(conn, given_micro, received, fee % given_micro, to=to, at_us=NOON + number)
    before = books(conn)

    assert [] == conn.execute("SELECT 1 FROM posting GROUP BY txn, currency HAVING sum(micro) <> 0").fetchall()
    assert [] == replay.verify(conn)["differences"]
    replay.rebuild(conn)
    assert before == books(conn)


def test_forgetting_keeps_the_balance_of_each_currency() -> None:
    """What was exchanged stays as a sum, and the person's own rates go with it."""
    conn = memory()
    add_own(conn, read_own("day,currency,rate,per\n2025-11-20,KES,129.5,EUR\n"))
    exchanged(conn, 10_000_000, 1_200_000_000, 500_000)
    erase(conn, What(everything=True), NOON + DAY, "UTC", replay.rebuild)

    assert {
        ("assets:bank:forgotten", "USD"): -10_000_000,
        ("equity:exchange", "USD"): 9_500_000,
        ("expenses:fee:forgotten", "USD"): 500_000,
        ("assets:bank:forgotten", "KES"): 1_200_000_000,
        ("equity:exchange", "KES"): -1_200_000_000,
    } == books(conn)
    assert [] == replay.verify(conn)["differences"]
    assert [] == conn.execute("SELECT * FROM rate").fetchall()


def test_the_own_rate_and_the_loss_against_the_reference() -> None:
    """1,200 KES for 10 USD where the reference says 129.5: 7.3 % were lost, 5 % of it as the fee."""
    conn = memory()
    add_own(conn, read_own("day,currency,rate,per\n2025-11-20,KES,129.5,EUR\n2025-11-20,USD,1,EUR\n"))
    exchanged(conn, 10_000_000, 1_200_000_000, 500_000)
    (one,) = exchanges(conn)

    assert Decimal(120) == one.rate
    assert Decimal("126.3158") == round(one.net_rate, 4)
    assert Decimal("0.0734") == round(one.loss, 4)
    assert one.whole_loss
    assert one.reference is not None
    assert ("129.5", "2025-11-20", "own") == (one.reference.rate, one.reference.day, one.reference.source)


def test_the_reference_is_kept_as_it_was_known() -> None:
    """A rate that comes later changes no exchange that was written down: replay looks nothing up."""
    conn = memory()
    exchanged(conn, 10_000_000, 1_200_000_000, 500_000)
    add_own(conn, read_own("day,currency,rate,per\n2025-11-20,KES,129.5,EUR\n2025-11-20,USD,1,EUR\n"))
    (one,) = exchanges(conn)

    assert None is one.reference
    assert not one.whole_loss
    assert Decimal("0.05") == one.loss


def test_the_newest_exchange_of_a_pair_is_the_own_rate() -> None:
    """Up to the day asked for, in either direction, with its age; of another pair there is none."""
    conn = memory()
    exchanged(conn, 10_000_000, 1_200_000_000)
    exchanged(conn, 10_000_000, 1_300_000_000, at_us=NOON + 3 * DAY)
    known = exchanges(conn)
    late, early = (own_rate(known, "USD", "KES", day) for day in ("2025-12-10", "2025-11-22"))
    back = own_rate(known, "KES", "USD", "2025-11-22")

    assert late is not None
    assert early is not None
    assert back is not None
    assert (Decimal(130), "2025-11-24", 16, False) == (late.value, late.day, late.age_days, late.firm)
    assert (Decimal(120), "exchange", 1, True) == (early.value, early.source, early.age_days, early.firm)
    assert Decimal(1) == round(back.value * 120, 20)
    assert None is own_rate(known, "USD", "NGN", "2025-12-10")
    assert None is own_rate(known, "USD", "KES", "2025-11-20")


@pytest.mark.parametrize(
    ("text", "word"), [("M-Pesa", "m-pesa"), ("Ma banque; 1", "ma-banque-1"), ("::", ""), ("支付宝", "支付宝")]
)
def test_a_bank_is_one_word_of_a_book(text: str, word: str) -> None:
    """No sign of a bank's name parts a line of a journal."""
    assert word == bank_word(text)


def test_from_the_command_line_and_back(paths: Paths) -> None:
    """Written down, read back in the books, taken back again; what can't be is said."""
    cli = Cli(paths.data)
    done = cli.json("exchange", "--out", "10 USD", "--in", "16 000 NGN", "--fee", "0,50 USD", "--from", "PayPal")

    assert ("1600 NGN per USD", None, "5.0") == (done["rate"], done["reference"], done["loss"])
    assert "assets:bank:cash  16000.00 NGN" in cli("export", "--format", "hledger").out
    assert [] == cli.json("verify")["differences"]
    (own,) = cli.json("rates", "own")
    assert ({"micro": 10_000_000, "currency": "USD"}, 500_000, "1600", None, "5.0") == tuple(
        own[name] for name in ("given", "fee", "rate", "reference", "loss")
    )
    assert "16,000.00  1600  none       5.0 %" in cli("rates", "own").out
    known = cli.json("exchange", "--out", "$10", "--in", "8.50 EUR", "--on", "2020-03-08")
    assert ("ecb", "2020-03-06") == (known["reference"]["source"], known["reference"]["day"])


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("--out", "ten", "--in", "1200 KES"), "“ten” is no amount"),
        (("--out", "10", "--in", "1200 KES"), "“10” is no amount"),
        (("--out", "10 USD", "--in", "9 USD"), "nothing was exchanged"),
        (("--out", "10 USD", "--in", "1200 KES", "--fee", "10 USD"), "The fee is a part"),
        (("--out", "10 USD", "--in", "1200 KES", "--fee", "1 KES"), "The fee is a part"),
        (("--out", "10 USD", "--in", "1200 KES", "--on", "today"), "“today” is no day"),
    ],
)
def test_an_exchange_that_cannot_be(paths: Paths, words: tuple[str, ...], cause: str) -> None:
    """Exit code 2, with what is wrong; nothing is written down."""
    cli = Cli(paths.data)
    done = cli("exchange", *words)

    assert 2 == done.code
    assert cause in done.err
    assert 3 == cli("export", "--format", "csv", "--table", "events").code


def test_an_old_reference_is_provisional() -> None:
    """Eight days before the exchange: shown with its age, and not as firm."""
    conn = memory()
    add_own(conn, read_own("day,currency,rate,per\n2025-11-13,KES,129.5,EUR\n2025-11-13,USD,1,EUR\n"))
    exchanged(conn, 10_000_000, 1_200_000_000)
    (one,) = exchanges(conn)

    assert (8, False, True) == (one.reference_age, one.firm, one.whole_loss)
