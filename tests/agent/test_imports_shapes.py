"""Shapes of payment services' files beyond the recorded headers: chosen columns, older and newer words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.agent.importing import Person, causes, us

WISE = (
    '"TransferWise ID",Date,"Date Time",Amount,Currency,Description,"Payer Name","Total fees","Transaction Type",'
    '"Transaction Details Type"'
)
HISTORY = (
    "ID,Status,Direction,Created on,Finished on,Source fee amount,Source fee currency,Target fee amount,"
    "Target fee currency,Source name,Source amount (after fees),Source currency,Target name,"
    "Target amount (after fees),Target currency,Exchange rate,Reference,Batch,Created by,Category,Note"
)


def payouts(person: Person) -> list[tuple[object, ...]]:
    """(platform, gross, moment) of every payout."""
    return person.rows(
        "SELECT platform, json_extract(derived, '$.pay.micro'), at_us FROM event WHERE kind = 'payout' ORDER BY at_us"
    )


def test_paypal_with_the_columns_an_account_chose() -> None:
    """No zone, no fee, “Time Zone” in two words, a column without a name at the end."""
    header = "Date, Time, Time Zone, Name, Type, Status, Currency, Gross, Transaction ID, Balance Impact, "
    row = '"13/01/2026","10:00:00","CET","Prolific","Mass Pay Payment","Completed","GBP","5.50","T1","Credit",'
    person = Person()
    answer = person.take(f"\ufeff{header}\r\n{row}\r\n")

    assert ("paypal", {}, {"GBP": 5_500_000}) == (answer.form, causes(answer), answer.sums)
    assert [("prolific", 5_500_000, us(datetime(2026, 1, 13, 9, tzinfo=UTC)))] == payouts(person)


@pytest.mark.parametrize(
    ("kind", "effect", "says"),
    [
        ("Dépôt bancaire sur le compte PayPal", "Crédit", "is no income"),
        ("Annulation de la suspension", "Crédit", "is no income"),
        ("Virement standard", "Crédit", "is no income"),
        ("Paiement", "Memo", "does not touch the balance"),
    ],
)
def test_french_rows_that_are_no_income(kind: str, effect: str, says: str) -> None:
    """Named by what they are, also where the person has said whose the payments are."""
    header = '"Date";"Heure";"Fuseau horaire";"Nom";"Type";"État";"Devise";"Avant commission";"Commission";"Net"'
    row = f'"13/01/2026";"10:00:00";"CET";"";"{kind}";"Terminé";"EUR";"5,00";"0,00";"5,00";"T2";"{effect}"'
    answer = Person().take(
        f'{header};"Numéro de transaction";"Impact sur le solde"\n{row}\n'.encode("cp1252"), platform="prolific"
    )

    assert (1, 0) == (answer.rows, answer.new)
    assert says in causes(answer)[2]


def test_wise_says_what_a_row_is() -> None:
    """A conversion, own money and interest are no income in any language; a deposit is."""
    kinds = ("DEPOSIT", "CONVERSION", "MONEY_ADDED", "ACCRUAL_CHECKOUT")
    rows = [
        f"TRANSFER-{number},13-11-2026,13-11-2026 10:00:00.123,5.00,EUR,Geld von Prolific,Prolific,0.00,CREDIT,{kind}"
        for number, kind in enumerate(kinds)
    ]
    answer = Person().take("\n".join((WISE, *rows)))

    assert (4, 1, [3, 4, 5]) == (answer.rows, answer.new, sorted(causes(answer)))


def test_wises_transaction_history() -> None:
    """What came in and is done; a payment that the statement has too is the same one."""
    rows = (
        "TRANSFER-2,COMPLETED,IN,2026-11-13 09:00:00,2026-11-13 09:01:30,,,5,GBP,Prolific,2505,GBP,A,2500,GBP,1,,,,,",
        "TRANSFER-3,COMPLETED,OUT,2026-11-14 09:00:00,2026-11-14 09:01:30,,,,,A,5.00,GBP,Prolific,5.00,GBP,1,,,,,",
        "BALANCE-4,COMPLETED,NEUTRAL,2026-11-15 09:00:00,2026-11-15 09:01:30,,,,,A,5.00,GBP,A,6.00,EUR,1.2,,,,,",
        "TRANSFER-5,CANCELLED,IN,2026-11-16 09:00:00,,,,,,Prolific,5.00,GBP,A,5.00,GBP,1,,,,,",
    )
    person = Person()
    answer = person.take("\n".join((HISTORY, *rows)))

    assert ("wise", 4, 1, {"GBP": 2_500_000_000}) == (answer.form, answer.rows, answer.new, answer.sums)
    assert {3: "is money that went out", 4: "“NEUTRAL” is no income", 5: "its state is “cancelled”"} == {
        row: cause.removesuffix(": not there yet") for row, cause in causes(answer).items()
    }
    statement = "TRANSFER-2,13-11-2026,13-11-2026 09:01:30.123,2500.00,GBP,From Prolific,Prolific,0.00,CREDIT,DEPOSIT"
    assert (0, 1) == ((again := person.take(f"{WISE}\n{statement}\n")).new, again.known)
    assert [] == person.differences()
