"""Statements of PayPal, Payoneer and Wise: what platforms paid out, on the right day, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from piecework.errors import BadFile
from piecework.protocol.bodies import PayText, Work
from piecework.store import Context
from tests.agent.books import event, keep
from tests.agent.importing import PAYPAL, PLATFORMS, Person, causes, us

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def activity(*rows: str, header: str = PAYPAL) -> str:
    """PayPal's activity report of these rows, each without the two addresses."""
    return "\ufeff" + "\r\n".join((header, *rows)) + "\r\n"


def paid(
    day: str, gross: str = "10.00", own: str = "T1", name: str = "Prolific Academic Ltd", fee: str = "-0.50"
) -> str:
    """One payment of a platform."""
    return (
        f'{day},10:00:00,PST,{name},Mass Pay Payment,Completed,USD,"{gross}",{fee},9.50,a@b.example,c@d.example,{own}'
    )


def payouts(person: Person) -> list[tuple[object, ...]]:
    """(platform, gross, fee, moment) of every payout."""
    return person.rows(
        "SELECT platform, json_extract(derived, '$.pay.micro'), json_extract(derived, '$.fee.micro'), at_us "
        "FROM event WHERE kind = 'payout' ORDER BY at_us"
    )


def test_a_payment_of_a_platform_is_its_payout() -> None:
    """What left the platform, what the service kept, what arrived; a second time nothing is new."""
    person = Person()
    data = activity(paid("01/13/2026", gross="1,010.00"))

    assert (1, 1, 0, {"USD": 1_010_000_000}) == _figures(person.take(data))
    assert (1, 0, 1, {"USD": 1_010_000_000}) == _figures(person.take(data))
    assert [("prolific", 1_010_000_000, 500_000, us(datetime(2026, 1, 13, 18, tzinfo=UTC)))] == payouts(person)
    assert [
        ("assets:approved:prolific", -1_010_000_000),
        ("assets:bank:paypal", 1_009_500_000),
        ("expenses:fee:prolific", 500_000),
    ] == person.rows("SELECT book, sum(micro) FROM posting GROUP BY book ORDER BY book")
    assert [] == person.differences()


def test_day_and_month_are_told_apart_by_all_rows() -> None:
    """One day above twelve anywhere decides for every row, whichever comes first."""
    month_first, day_first = Person(), Person()
    month_first.take(activity(paid("02/03/2026"), paid("02/27/2026", own="T2")))
    day_first.take(activity(paid("02/03/2026"), paid("27/02/2026", own="T2")))

    assert [us(datetime(2026, 2, 3, 18, tzinfo=UTC))] == [row[3] for row in payouts(month_first)][:1]
    assert us(datetime(2026, 3, 2, 18, tzinfo=UTC)) in {row[3] for row in payouts(day_first)}


def test_dates_that_would_lie_ahead_decide() -> None:
    """Today is the 21st of November 2026: the 12th of the 1st can be one thing only."""
    person = Person()
    person.take(activity(paid("11/12/2026").replace("PST", "")))

    assert [us(datetime(2026, 12, 11, 9, tzinfo=UTC))] != [row[3] for row in payouts(person)]
    assert [us(datetime(2026, 11, 12, 9, tzinfo=UTC))] == [row[3] for row in payouts(person)]


def test_dates_nothing_decides_are_asked_for() -> None:
    """Nothing is taken until the person says which; then what they said holds."""
    person = Person()
    data = activity(paid("02/03/2026").replace("PST", ""))
    with pytest.raises(BadFile, match="--dates"):
        person.take(data)

    assert 0 == person.events()
    assert 1 == person.take(data, dates="dmy").new
    assert [us(datetime(2026, 3, 2, 9, tzinfo=UTC))] == [row[3] for row in payouts(person)]


def test_dates_of_both_orders_are_refused() -> None:
    """A file that was put together from two accounts says so."""
    with pytest.raises(BadFile, match="Some dates"):
        Person().take(activity(paid("27/02/2026"), paid("02/27/2026", own="T2")))


def test_what_is_no_income_is_named() -> None:
    """Withdrawals, conversions, authorizations, refunds, what is not completed, and people who are no platform."""
    person = Person()
    kinds = ("General Withdrawal", "General Currency Conversion", "General Authorization", "Payment Refund")
    rows = [paid("13/01/2026", own=f"T{number}").replace("Mass Pay Payment", kind) for number, kind in enumerate(kinds)]
    rows += [
        paid("13/01/2026", own="T5").replace("Completed", "Pending"),
        paid("13/01/2026", own="T6", gross="-5.00"),
        paid("13/01/2026", own="T7", name="A neighbour"),
        paid("13/01/2026", own="T8", name="Microworkers and Prolific"),
        paid("13/01/2026", own="T9", name="Clickworker GmbH"),
    ]
    answer = person.take(activity(*rows))

    assert (9, 1, 0) == (answer.rows, answer.new, answer.known)
    found = causes(answer)
    assert [2, 3, 4, 5, 6, 7, 8, 9] == sorted(found)
    assert all("is no income" in found[row] for row in (2, 3, 4, 5))
    assert ("its state is “pending”: not there yet", "is money that went out") == (found[6], found[7])
    assert all("--platform" in found[row] for row in (8, 9))
    assert ["clickworker"] == [row[0] for row in payouts(person)]


def test_a_payer_the_person_names() -> None:
    """A payment whose payer says nothing belongs to the platform that was told."""
    person = Person()
    person.take(activity(paid("13/01/2026", name="Weblabcenter")), platform="microworkers")

    assert ["microworkers"] == [row[0] for row in payouts(person)]


FRENCH = {
    "Date": "13/01/2026",
    "Heure": "10:00:00",
    "Fuseau horaire": "CET",
    "Nom": "Prolific",
    "Type": "Paiement",
    "État": "Terminé",
    "Description": "Paiement groupé Prolific",
    "Devise": "EUR",
    "Avant commission": "1\u202f234,56",
    "Commission": "-0,35",
    "Net": "1\u202f234,21",
    "Solde": "1\u202f234,21",
    "Numéro de transaction": "T1",
}
ENGLISH = {
    "Date": "13/01/2026",
    "Time": "10:00:00",
    "TimeZone": "CET",
    "Time Zone": "CET",
    "Name": "Prolific",
    "Type": "Mass Pay Payment",
    "Status": "Completed",
    "Description": "Mass Pay Payment Prolific",
    "Currency": "EUR",
    "Gross": "1,234.56",
    "Amount": "1,234.56",
    "Fee": "-0.35",
    "Fees": "-0.35",
    "Net": "1,234.21",
    "Total": "1,234.21",
    "Transaction ID": "T1",
}


@pytest.mark.parametrize(
    "shape",
    [
        "paypal_activity_en_classic",
        "paypal_activity_en_long",
        "paypal_activity_en_2026_amount_fees_total",
        "paypal_activity_fr",
        "paypal_balance_en",
        "paypal_balance_fr",
    ],
)
def test_every_recorded_shape_of_paypal(recorded: Callable[[str], Path], shape: str) -> None:
    """Its real header, with one row as that shape writes numbers, comes to the same payout."""
    header = (recorded("payouts") / f"{shape}.header.csv").read_text(encoding="utf-8").strip()
    values = FRENCH if shape.endswith("_fr") else ENGLISH
    cells = [values.get(name.strip('"').strip(), "") for name in header.split(",")]
    person = Person()
    answer = person.take(header + "\r\n" + ",".join(f'"{cell}"' for cell in cells) + "\r\n")

    assert ("paypal", {"EUR": 1_234_560_000}, {}) == (answer.form, answer.sums, causes(answer))
    assert [("prolific", 1_234_560_000, 350_000, us(datetime(2026, 1, 13, 9, tzinfo=UTC)))] == payouts(person)


def test_a_french_file_of_an_old_windows_program() -> None:
    """Semicolons, a comma before the cents, Windows-1252."""
    names = [name for name in FRENCH if name != "Description"]
    text = ";".join(names) + "\r\n" + ";".join(FRENCH[name].replace("\u202f", "\u00a0") for name in names)

    assert {"EUR": 1_234_560_000} == Person().take(text.encode("cp1252")).sums


def test_payoneer() -> None:
    """Credits of known platforms; debits are named as what they are."""
    header = (
        "Transaction Date,Transaction Time,Time Zone,Transaction ID,Description,Credit Amount,Debit Amount,Currency,"
        "Status,Running Balance,Additional Description,Store Name"
    )
    rows = (
        '"Nov 13, 2026",14:00:00,UTC,P1,Payment from Appen Butler Hill,"1,020.50",,USD,Completed,1020.50,,',
        '"Nov 14, 2026",14:00:00,UTC,P2,Card charge,,20.00,USD,Completed,1000.50,,',
    )
    person = Person()
    answer = person.take("\n".join((header, *rows)))

    assert ("payoneer", 2, 1, {"USD": 1_020_500_000}) == (answer.form, answer.rows, answer.new, answer.sums)
    assert {3: "is money that went out"} == causes(answer)
    assert [("crowdgen", 1_020_500_000, None, us(datetime(2026, 11, 13, 14, tzinfo=UTC)))] == payouts(person)


def test_wise_without_ids(recorded: Callable[[str], Path]) -> None:
    """Two equal rows of one day are two payments, in this export and in the next one."""
    header = (recorded("payouts") / "wise_statement_en_short.header.csv").read_text().strip()
    row = ",13-11-2026,25.00,EUR,Received money from Clickworker,,25.00"
    person = Person()

    assert (2, 2, 0, {"EUR": 50_000_000}) == _figures(person.take(f"{header}\n{row}\n{row}"))
    assert (3, 1, 2, {"EUR": 75_000_000}) == _figures(person.take(f"{header}\n{row}\n{row}\n{row}"))
    assert "wise" == person.take(f"{header}\n{row}").form


def test_a_payment_the_sites_own_page_told_is_not_booked_twice() -> None:
    """Same platform, same sum, same week: it is the payout that was seen."""
    person = Person()
    person.take(activity(paid("13/01/2026")))
    person.conn.execute("DROP TRIGGER event_keeps_text")
    person.conn.execute("UPDATE event SET source = 'page', id = 'seen' WHERE kind = 'payout'")
    answer = person.take(
        activity(paid("15/01/2026", own="T1"), paid("16/01/2026", own="T2"), paid("30/01/2026", own="T3"))
    )

    assert (2, 1) == (answer.new, answer.known)


def test_work_that_is_paid_and_the_payment_are_one_income() -> None:
    """In whichever order the two files come."""
    history = "Day,Amount,Currency,Site,State\n2026-01-02,10.00,USD,prolific,paid\n"
    mapping = {"date": "Day", "amount": "Amount", "currency": "Currency", "platform": "Site", "state": "State"}
    for order in (0, 1):
        person = Person()
        for step in (order, 1 - order):
            if step:
                person.take(history, columns=mapping)
            else:
                person.take(activity(paid("13/01/2026")))

        assert [(9_500_000,)] == person.rows("SELECT sum(micro) FROM posting WHERE book LIKE 'assets:bank:%'")
        assert [(0,)] == person.rows("SELECT sum(micro) FROM posting WHERE book = 'assets:approved:prolific'")
        assert [] == person.differences()


def _figures(answer: object) -> tuple[object, ...]:
    return tuple(getattr(answer, name) for name in ("rows", "new", "known", "sums"))


def test_settled_pay_is_the_same_one_by_one() -> None:
    """A history of paid work after its payouts: in one file, row by row, or as the ledger itself decides."""
    columns = {"date": "Day", "amount": "Amount", "title": "What", "platform": "=prolific", "currency": "=USD"}
    columns["state"] = "=paid"
    days = [f"2026-01-{1 + 7 * number % 27:02},{1 + number % 4}.00" for number in range(40)]
    header = "Day,Amount,What"
    payments = activity(*(paid(f"01/{day}/2026", gross="12.00", own=f"T{day}", fee="0") for day in (6, 14, 20, 25)))
    one, many = Person(), Person()
    for person in (one, many):
        person.take(payments)
    one.take("\n".join((header, *(f"{row},N{number}" for number, row in enumerate(days)))), columns=columns)
    for number, row in enumerate(days):
        many.take(f"{header}\n{row},N{number}\n", columns=columns)

    ledger = Person()
    ledger.take(payments)
    ctx = Context(now_us=ledger.now_us, platforms=PLATFORMS)
    for title, at_us, micro in one.rows(
        "SELECT title, submitted_us, pay_micro FROM assignment ORDER BY length(title), title"
    ):
        work = Work(session=title, title=title, pay=PayText(raw="", currency="USD", micro=micro))
        for kind in ("submitted", "paid"):
            keep(ledger.conn, ctx, event(kind, at_us, work, platform="prolific", account="", id=f"{title} {kind}"))

    books = "SELECT book, sum(micro) FROM posting GROUP BY book ORDER BY book"
    settled = "SELECT count(*) FROM event WHERE json_extract(derived, '$.settled')"
    assert one.rows(books) == many.rows(books) == ledger.rows(books)
    assert one.rows(settled) == many.rows(settled) == ledger.rows(settled)
    assert 10 < one.rows(settled)[0][0] < 40
    assert [] == one.differences() == many.differences()
