"""Conversions in the statements of payment services: the person's own rate, beside the reference, with its loss."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from piecework.imports.formats.swaps import signed_micro
from piecework.ledger import replay
from piecework.ledger.exchange import exchanges
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.rates import add_own, read_own
from tests.agent.books import event, take
from tests.agent.importing import PAYPAL, Person, causes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from piecework.ledger.exchange import Exchanged

WISE = (
    "TransferWise ID,Date,Date Time,Amount,Currency,Description,Payment Reference,Running Balance,Exchange From,"
    "Exchange To,Exchange Rate,Payer Name,Payee Name,Payee Account Number,Merchant,Card Last Four Digits,"
    "Card Holder Full Name,Attachment,Note,Total fees,Exchange To Amount,Transaction Type,Transaction Details Type"
)
PAYONEER = (
    "Transaction Date,Transaction Time,Time Zone,Transaction ID,Description,Credit Amount,Debit Amount,Currency,"
    "Status,Running Balance,Additional Description,Store Name"
)


def row(header: str, values: Mapping[str, str]) -> str:
    """One line of a table: cells by the names of their columns."""
    return ",".join(f'"{values.get(name.strip(chr(34)).strip(), "")}"' for name in header.split(","))


def wise(header: str = WISE, **values: str) -> str:
    """One row of a statement of dollars: ten dollars to shillings, unless told otherwise."""
    usual = {
        "TransferWise ID": "TRANSFER-7",
        "Date": "13-11-2026",
        "Amount": "-9.50",
        "Currency": "USD",
        "Description": "Sent money to A. Person",
        "Exchange From": "USD",
        "Exchange To": "KES",
        "Exchange Rate": "128.50000",
        "Total fees": "0.50",
    }
    return row(header, usual | {name.replace("_", " "): text for name, text in values.items()})


def conversion(amount: str, currency: str, own: str, *, clock: str = "10:00:00", near: str = "") -> str:
    """One of the two rows that PayPal writes of a conversion."""
    kind = "General Currency Conversion"
    line = f'13/01/2026,{clock},CET,,{kind},Completed,{currency},"{amount}",0.00,"{amount}",a@b.example,,{own}'
    return f"{line},{near}" if near else line


def one(person: Person) -> Exchanged:
    """The only exchange."""
    (found,) = exchanges(person.conn)
    return found


def said(found: Exchanged) -> tuple[object, ...]:
    """(given, its fee, received) as plain values."""
    return tuple(found.given), found.fee_micro, tuple(found.received)


def test_wise_says_what_arrived() -> None:
    """The amount, its fee beside it, what came: 10 USD became 1,220.75 KES."""
    person = Person()
    answer = person.take(f"{WISE}\n{wise(Exchange_To_Amount='1,220.75')}\n")

    assert (1, 1, {}) == (answer.rows, answer.new, answer.sums)
    assert ((10_000_000, "USD"), 500_000, (1_220_750_000, "KES")) == said(one(person))
    assert ("wise", "bank", Decimal("122.075")) == (one(person).origin, one(person).to, one(person).rate)
    assert [
        ("assets:bank:bank", "KES", 1_220_750_000),
        ("assets:bank:wise", "USD", -10_000_000),
        ("equity:exchange", "KES", -1_220_750_000),
        ("equity:exchange", "USD", 9_500_000),
        ("expenses:fee:wise", "USD", 500_000),
    ] == person.rows("SELECT book, currency, sum(micro) FROM posting GROUP BY 1, 2 ORDER BY 1, 2")
    assert [] == person.differences()


def test_wise_with_the_fee_in_its_amount_or_in_a_row_of_its_own() -> None:
    """Its own rate tells whether the amount holds the fee; a row of a fee is a fee beside."""
    inside, apart = Person(), Person()
    inside.take(f"{WISE}\n{wise(Amount='-10.00', Exchange_To_Amount='1220.75')}\n")
    fee = wise(TransferWise_ID="FEE-TRANSFER-7", Amount="-0.50", Description="Wise Charges for: TRANSFER-7")
    fee = fee.replace('"KES"', '""').replace('"128.50000"', '""')
    answer = apart.take(f"{WISE}\n{fee}\n{wise(Exchange_To_Amount='1220.75')}\n")

    assert ((10_000_000, "USD"), 500_000, (1_220_750_000, "KES")) == said(one(inside)) == said(one(apart))
    assert (1, 1, {}) == (answer.rows, answer.new, causes(answer))


@pytest.mark.parametrize("code", ["NGN", "KES", "PKR", "BDT", "VES"])
def test_wise_of_an_older_header_counts_by_its_rate(recorded: Callable[[str], Path], code: str) -> None:
    """What came is the rate times what was changed, and says so; the bank quotes none of these: the fee alone."""
    header = (recorded("payouts") / "wise_statement_en_2026.header.csv").read_text().strip()
    person = Person()
    person.take(f"{header}\n{wise(header, Exchange_To=code, Exchange_Rate='278.4')}\n")
    found = one(person)

    assert ((10_000_000, "USD"), 500_000, (2_644_800_000, code)) == said(found)
    assert ("-9.50 at 278.4"[1:], None, Decimal("0.05")) == (
        person.rows("SELECT json_extract(body, '$.received.raw') FROM event WHERE kind = 'rate'")[0][0],
        found.reference,
        found.loss,
    )
    assert not found.whole_loss


def test_wise_converts_between_its_balances() -> None:
    """The description tells where no column does; the other currency's statement adds nothing."""
    header = "TransferWise ID,Date,Amount,Currency,Description,Payment Reference,Running Balance"
    text = "Converted 100.00 USD to 91.05 EUR"
    person = Person()
    given, came = (f"BALANCE-1,13-11-2026,{amount},{text},,0.00" for amount in ("-100.00,USD", "91.05,EUR"))
    person.take(f"{header}\n{given}\n{came}\n")
    again = person.take(f"{header}\n{given}\n")
    other = Person().take(f"{header}\n{came}\n")

    assert ((100_000_000, "USD"), 0, (91_050_000, "EUR")) == said(one(person))
    assert ("wise", "wise") == (one(person).origin, one(person).to)
    assert (1, 0, 1) == (again.rows, again.new, again.known)
    assert (0, {2: f"“{text}” is no income"}) == (other.new, causes(other))


def test_a_card_payment_is_no_exchange_of_the_persons() -> None:
    """What was bought in another currency is money that went out."""
    answer = Person().take(f"{WISE}\n{wise(TransferWise_ID='CARD-1', Exchange_To_Amount='1220.75')}\n")

    assert {2: "is money that went out"} == causes(answer)


def test_the_loss_against_the_reference_of_the_day() -> None:
    """Kept with the exchange: 122.075 where the reference says 129.5 lost 5.7 %."""
    person = Person()
    add_own(person.conn, read_own("day,currency,rate,per\n2026-11-12,KES,129.5,EUR\n2026-11-12,USD,1,EUR\n"))
    person.take(f"{WISE}\n{wise(Exchange_To_Amount='1220.75')}\n")
    found = one(person)

    assert Decimal("0.0573") == round(found.loss, 4)
    assert found.reference is not None
    assert ("129.5", "2026-11-12") == (found.reference.rate, found.reference.day)


@pytest.mark.parametrize("near", ["", "T9"])
def test_two_rows_of_paypal_are_one_exchange(near: str) -> None:
    """Of the same moment, or named by the same transaction; twice changes nothing."""
    header = f"{PAYPAL},Reference Txn ID" if near else PAYPAL
    data = "\n".join(
        (header, conversion("-100.00", "USD", "T1", near=near), conversion("86.40", "EUR", "T2", near=near))
    )
    person = Person()
    first, second = person.take(data), person.take(data)

    assert (1, 1, 0, {}) == (first.rows, first.new, first.known, first.sums)
    assert (1, 0, 1) == (second.rows, second.new, second.known)
    assert ((100_000_000, "USD"), 0, (86_400_000, "EUR")) == said(one(person))
    assert ("paypal", "paypal", "2026-01-13") == (one(person).origin, one(person).to, one(person).day)
    assert [] == replay.verify(person.conn)["differences"]


def test_two_conversions_of_one_second_are_told_apart_by_what_they_name() -> None:
    """Without such a name nothing is guessed: every row of them is left, with its cause."""
    rows = [("-100.00", "USD", "T1", "A"), ("86.40", "EUR", "T2", "A"), ("-10.00", "USD", "T3", "B")]
    rows.append(("8.60", "EUR", "T4", "B"))
    person, guess = Person(), Person()
    person.take("\n".join((f"{PAYPAL},Reference Txn ID", *(conversion(*row[:3], near=row[3]) for row in rows))))
    answer = guess.take("\n".join((PAYPAL, *(conversion(*row[:3]) for row in rows))))

    assert {(100_000_000, 86_400_000), (10_000_000, 8_600_000)} == {
        (found.given.micro, found.received.micro) for found in exchanges(person.conn)
    }
    assert (0, [2, 3, 4, 5]) == (answer.new, sorted(causes(answer)))
    assert all("its other side is not in this file" in cause for cause in causes(answer).values())


def test_conversions_of_a_french_account(recorded: Callable[[str], Path]) -> None:
    """Its own words, its own numbers."""
    header = (recorded("payouts") / "paypal_activity_fr.header.csv").read_text(encoding="utf-8").strip()
    usual = {
        "Date": "13/01/2026",
        "Heure": "10:00:00",
        "Fuseau horaire": "CET",
        "Type": "Conversion de devise standard",
    }
    usual |= {"État": "Terminé", "Commission": "0,00", "Numéro de la transaction de référence": "T9"}
    out = usual | {"Devise": "USD", "Avant commission": "-1\u202f100,00", "Numéro de transaction": "T1"}
    into = usual | {"Devise": "EUR", "Avant commission": "950,40", "Numéro de transaction": "T2"}
    person = Person()
    person.take("\n".join((header, row(header, out), row(header, into))))

    assert ((1_100_000_000, "USD"), 0, (950_400_000, "EUR")) == said(one(person))


def test_payoneer_where_its_file_shows_both_sides() -> None:
    """A file of all currencies holds both rows; one of a single currency says that the other side is missing."""
    usual = {"Transaction Date": "11/13/2026", "Transaction Time": "14:00:00", "Time Zone": "UTC"}
    usual |= {"Description": "Balance transfer USD to EUR", "Status": "Completed"}
    out = row(PAYONEER, usual | {"Transaction ID": "P1", "Debit Amount": "100.00", "Currency": "USD"})
    into = row(PAYONEER, usual | {"Transaction ID": "P2", "Credit Amount": "85.20", "Currency": "EUR"})
    person = Person()
    person.take(f"{PAYONEER}\n{out}\n{into}\n")
    alone = Person().take(f"{PAYONEER}\n{out}\n")

    assert ((100_000_000, "USD"), 0, (85_200_000, "EUR")) == said(one(person))
    assert "its other side is not in this file" in causes(alone)[2]


def test_what_the_person_wrote_down_is_not_told_twice() -> None:
    """The same two sums within a week are the exchange that was typed."""
    person = Person()
    typed = bodies.Exchange(
        amount=bodies.PayText(micro=10_000_000, currency="USD"),
        received=bodies.PayText(micro=1_220_750_000, currency="KES"),
    )
    sent = event(Kind.RATE, person.now_us, typed, platform="", account="")
    take(person.conn, sent)
    person.conn.commit()
    answer = person.take(f"{WISE}\n{wise(Date='19-11-2026', Exchange_To_Amount='1220.75')}\n")

    assert (0, 1, 1) == (answer.new, answer.known, len(exchanges(person.conn)))


@pytest.mark.parametrize("rate", ["1e400", "-1", "nan", "0", "x"])
def test_a_rate_that_is_none(rate: str) -> None:
    """Nothing is counted by it, and no number of any size breaks the rest."""
    good = wise(TransferWise_ID="TRANSFER-8", Exchange_To_Amount="1220.75")
    answer = Person().take(f"{WISE}\n{wise(Exchange_Rate=rate)}\n{good}\n")

    assert (1, {2: "is money that went out"}) == (answer.new, causes(answer))


def test_amounts_of_small_currencies() -> None:
    """Ten thousand millions are believed of a rupiah, more is not."""
    assert 16_432_500_000_000 == signed_micro("16,432,500.00", ".")
    assert -5_000_000 == signed_micro("\u22125,00", ",")
    with pytest.raises(ValueError, match="can't be read"):
        signed_micro("99999999999", ".")
