"""Double-entry lines: every flow moves what it must, all of it adds up to zero, whatever an attempt goes through."""

from collections import Counter
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.ledger.amounts import Money, Reading, decimal_text, exact, read
from piecework.ledger.postings import Fact, Line, PayoutPart, of_attempt, of_forgotten, of_payout, sum_of, targets
from piecework.ledger.states import Step, run
from piecework.protocol.bodies import PayText
from tests.agent.test_states import ways

DOLLAR = Money(1_000_000, "USD")


def booked(*steps: Step) -> list[Line]:
    """The lines of an attempt on the platform "site"."""
    seqs = count(1)
    facts = {
        step.id: Fact(next(seqs), step.id, step.at_us, "site", "me", "a1", "2025-11-21", "2025-11-21") for step in steps
    }
    return of_attempt(run(steps), facts)


def balance(lines: list[Line]) -> dict[str, int]:
    """Micro-units by book, without those that are empty."""
    total: Counter[str] = Counter()
    for line in lines:
        total[line.book] += line.micro
    return {book: micro for book, micro in total.items() if micro}


def flow_sums(lines: list[Line]) -> dict[tuple[str, str], int]:
    """Micro-units by (flow, currency)."""
    total: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if (one := sum_of(line)) is not None:
            total[one.flow, one.currency] += one.micro
    return {key: micro for key, micro in total.items() if micro}


def step(at_us: int, kind: str, pay: Money | None = None, **more: object) -> Step:
    """One step."""
    return Step(at_us, kind, f"e{at_us}", pay, **more)  # type: ignore[arg-type]


def test_submit_approve_pay() -> None:
    """From income through pending and approved to the bank."""
    way = [step(1, "submitted", DOLLAR), step(2, "approved"), step(3, "paid")]

    assert {"assets:pending:site": 1_000_000, "income:site": -1_000_000} == balance(booked(*way[:1]))
    assert {"assets:approved:site": 1_000_000, "income:site": -1_000_000} == balance(booked(*way[:2]))
    assert {"assets:bank:site": 1_000_000, "income:site": -1_000_000} == balance(booked(*way))


def test_a_rejection_takes_the_income_back() -> None:
    """Nothing is left in any book, and the flow says what was lost."""
    lines = booked(step(1, "submitted", DOLLAR), step(2, "rejected"))

    assert {} == balance(lines)
    assert {("submitted", "USD"): 1_000_000, ("rejected", "USD"): 1_000_000} == flow_sums(lines)


@pytest.mark.parametrize("kind", ["returned", "expired"])
def test_work_withdrawn_after_submission_is_not_to_come(kind: str) -> None:
    """It counts among what was lost, so that nothing stays pending for ever."""
    lines = booked(step(1, "submitted", DOLLAR), step(2, kind))

    assert {} == balance(lines)
    assert 1_000_000 == flow_sums(lines)["rejected", "USD"]


def test_an_overturned_rejection_is_undone() -> None:
    """Rejected, then approved after all: the loss is taken back."""
    lines = booked(step(1, "submitted", DOLLAR), step(2, "rejected"), step(3, "approved"))

    assert {"assets:approved:site": 1_000_000, "income:site": -1_000_000} == balance(lines)
    assert {("submitted", "USD"): 1_000_000, ("approved", "USD"): 1_000_000} == flow_sums(lines)


def test_paid_without_approved_passes_through_approved() -> None:
    """The site skipped a word; the books do not skip a book."""
    lines = booked(step(1, "submitted", DOLLAR), step(2, "paid"))

    assert {("submitted", "USD"), ("approved", "USD"), ("paid", "USD")} == {*flow_sums(lines)}
    assert ["approved", "paid"] == [line.txn.split(":")[1] for line in lines if line.event_seq == 2 and not line.line]


def test_approval_at_another_pay_corrects_income() -> None:
    """Three quarters were approved: pending is empty and income is what came."""
    lines = booked(step(1, "submitted", DOLLAR), step(2, "approved", Money(750_000, "USD")))

    assert {"assets:approved:site": 750_000, "income:site": -750_000} == balance(lines)
    assert {("submitted", "USD"): 750_000, ("approved", "USD"): 750_000} == flow_sums(lines)


def test_another_currency_moves_from_one_to_the_other() -> None:
    """Submitted in dollars, approved in pounds: each currency adds up by itself."""
    lines = booked(step(1, "submitted", DOLLAR), step(2, "approved", Money(800_000, "GBP")))

    assert {("submitted", "GBP"): 800_000, ("approved", "GBP"): 800_000} == flow_sums(lines)


def test_an_unknown_pay_makes_no_line() -> None:
    """Unknown is not zero: nothing is booked until a step says the pay."""
    assert [] == booked(step(1, "submitted"), step(2, "approved"))
    assert 1_000_000 == flow_sums(booked(step(1, "submitted"), step(2, "approved", DOLLAR)))["submitted", "USD"]


def test_a_stated_zero_is_booked_as_zero() -> None:
    """It counts as one submission of nothing."""
    lines = booked(step(1, "submitted", Money(0, "USD")))

    assert [0, 0] == [line.micro for line in lines]
    assert [1] == [one.n for line in lines if (one := sum_of(line))]


def test_a_screen_out_pays_its_small_pay_at_once() -> None:
    """It was never submitted, and is owed from that moment."""
    lines = booked(step(1, "accepted", DOLLAR), step(2, "screened_out", Money(140_000, "USD")))

    assert {"assets:approved:site": 140_000, "income:site": -140_000} == balance(lines)


def test_a_reversal_after_payment_takes_it_from_the_bank() -> None:
    """The bank book goes back, and the money counts as lost."""
    lines = booked(step(1, "submitted", DOLLAR), step(2, "paid"), step(3, "reversed"))

    assert {} == balance(lines)
    assert {("submitted", "USD"): 1_000_000, ("rejected", "USD"): 1_000_000} == flow_sums(lines)


def test_a_settled_payment_leaves_the_bank_to_the_payout() -> None:
    """The payout has taken the money from Approved already."""
    lines = booked(step(1, "submitted", DOLLAR), step(2, "paid", settled=True))

    assert {"assets:approved:site": 1_000_000, "income:site": -1_000_000} == balance(lines)


@given(ways)
def test_whatever_happens_the_books_balance(steps: list[Step]) -> None:
    """Each transaction is zero per currency, pending is what is undecided, nothing is left where nothing is due."""
    lines = booked(*steps)
    by_txn: Counter[tuple[str, str]] = Counter()
    for line in lines:
        by_txn[line.txn, line.currency] += line.micro
    sums, books, standing = flow_sums(lines), balance(lines), run(steps).standing
    pending = sum(
        (1 if flow == "submitted" else -1) * micro
        for (flow, _), micro in sums.items()
        if flow in {"submitted", "approved", "rejected"}
    )

    assert not any(by_txn.values())
    assert pending == books.get("assets:pending:site", 0)
    assert {key: micro for key, micro in targets(standing).items() if micro} == sums
    assert len(lines) == len({(line.txn, line.line) for line in lines})


@given(
    st.integers(1, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.sampled_from(["paypal", "site"]),
)
def test_a_payout_takes_exactly_its_amount(gross: int, fee: int, wallet: int, bank: str) -> None:
    """Bank and fee grow by what left the platform, whichever part had been booked as paid before."""
    fee, wallet = min(fee, gross), min(wallet, gross)
    fact = Fact(1, "p", 1, "site", "me", "", "2025-11-21", "2025-11-21")
    lines = of_payout(fact, PayoutPart(Money(gross, "USD"), fee, bank, wallet))
    books, sums = Counter({"assets:bank:site": wallet}), flow_sums(lines)
    for line in lines:
        books[line.book] += line.micro

    assert gross - fee == books["assets:bank:paypal"] + books["assets:bank:site"]
    assert fee == books["expenses:fee:site"] == sums.get(("fee", "USD"), 0)
    assert -(gross - wallet) == books["assets:approved:site"]
    assert gross - fee - wallet == sums.get(("paid", "USD"), 0)


def test_what_is_forgotten_leaves_balanced_sums() -> None:
    """Only the sort of book and the sum stay; sums that do not balance are not booked."""
    fact = Fact(1, "f", 1, "", "", "", "2025-11-21", "2025-11-21")
    lines = of_forgotten(fact, [("bank", DOLLAR), ("income", Money(-1_000_000, "USD"))])

    assert {"assets:bank:forgotten": 1_000_000, "income:forgotten": -1_000_000} == balance(lines)
    assert [] == of_forgotten(fact, [("bank", DOLLAR)])
    assert {} == flow_sums(lines)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        (PayText(raw="$0.005"), Money(5_000, "USD")),
        (PayText(raw="1.234,56 €", lang="de"), Money(1_234_560_000, "EUR")),
        (PayText(micro=495_000, currency="GBP"), Money(495_000, "GBP")),
        (PayText(raw="0.10", currency="USD"), Money(100_000, "USD")),
        (PayText(raw="$12.00/hr"), None),
        (PayText(raw="$5", per="hour"), None),
        (PayText(raw="$1 - $2"), None),
        (PayText(raw="-5"), None),
        (PayText(raw="NaN"), None),
        (PayText(raw="1e309"), None),
        (PayText(raw=""), None),
        (PayText(micro=-1, currency="USD"), None),
        (PayText(micro=10**18, currency="USD"), None),
        (PayText(micro=5, currency="not a code"), None),
        (None, None),
    ],
)
def test_only_an_exact_pay_of_one_task_is_money(text: PayText | None, money: Money | None) -> None:
    """A pay per hour, a range, a number without a currency or nonsense is unknown."""
    assert money == exact(read(text))


def test_a_pay_of_nothing_needs_no_currency() -> None:
    """Free is zero of whatever: ISO 4217 has a code for no currency."""
    assert Money(0, "XXX") == exact(Reading("stated", 0, 0, None))


@given(st.integers(-(10**15), 10**15))
def test_decimal_text_is_exact(micro: int) -> None:
    """Every micro-unit is in the text."""
    whole, _, part = decimal_text(abs(micro)).partition(".")

    assert abs(micro) == int(whole) * 1_000_000 + int(part.ljust(6, "0"))
    assert decimal_text(micro).startswith("-") == (micro < 0)
