"""Prolific's export, Microworkers' history, any table with a mapping, and lines copied from a page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from piecework.errors import BadFile
from piecework.imports.formats import generic
from piecework.imports.source import Source
from tests.agent.importing import PROLIFIC, Person, causes, us

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_recorded_export_of_prolific(recorded: Callable[[str], Path]) -> None:
    """Five rows, two currencies, what was returned earned nothing; a second time nothing is new."""
    person = Person()
    data = (recorded("prolific") / "prolific_submissions-export_2026-03.csv").read_bytes()
    answer = person.take(data)

    assert ("prolific", 5, 5, 0, {}) == (answer.form, answer.rows, answer.new, answer.known, causes(answer))
    assert {"USD": 17_500_000, "GBP": 2_670_000} == answer.sums
    written = person.events()
    again = person.take(data)
    assert (5, 0, 5) == (again.rows, again.new, again.known)
    assert written == person.events()
    assert [("approved", 3), ("returned", 2)] == person.rows("SELECT state, count(*) FROM assignment GROUP BY state")
    assert [
        (
            us(datetime(2026, 3, 25, 16, 10, 53, 160_000, tzinfo=UTC)),
            us(datetime(2026, 3, 25, 16, 15, 55, 62_000, tzinfo=UTC)),
        )
    ] == person.rows("SELECT accepted_us, submitted_us FROM assignment WHERE title LIKE 'Project Atlas%'")
    assert [] == person.differences()


def test_newer_headers_and_words_of_prolific() -> None:
    """Other cases in the header, states with an underscore, a bonus, currencies with a letter before the sign."""
    header = "Study,Reward,Bonus,Started at,Completed at,Completion code,Status"
    rows = (
        "One,CA$3.00,CA$0.50,2026-03-01 10:00:00,2026-03-01 10:10:00,C1,AWAITING_REVIEW",
        "Two,€1.00,€0.00,2026-03-02 10:00:00,,,TIMED-OUT",
        "Three,£4.00,£0.10,2026-03-03 10:00:00,2026-03-03 10:00:30,,SCREENED OUT",
    )
    person = Person()
    answer = person.take("\n".join((header, *rows)))

    assert (3, {"CAD": 3_500_000}) == (answer.new, answer.sums)
    assert [
        ("One", "submitted", 3_000_000, "CAD"),
        ("Three", "screened_out", None, None),
        ("Two", "expired", 1_000_000, "EUR"),
    ] == person.states()


def test_a_later_export_of_prolific() -> None:
    """What waited is approved, with a bonus: two facts more, nothing twice."""
    person = Person()
    row = "One,$3.00,$0.00,2026-03-01 10:00:00,2026-03-01 10:10:00,C1,AWAITING REVIEW"
    later = "One,$3.00,$0.75,2026-03-01 10:00:00,2026-03-01 10:10:00,C1,APPROVED"
    person.take(f"{PROLIFIC}\n{row}\n")

    assert [(1, 0), (0, 1)] == [
        (answer.new, answer.known) for answer in (person.take(f"{PROLIFIC}\n{later}\n") for _ in "ab")
    ]
    assert [("approved", 3_000_000, 750_000)] == person.rows("SELECT state, pay_micro, bonus_micro FROM assignment")
    assert [] == person.differences()


def test_a_submission_the_page_has_shown_is_the_same() -> None:
    """The export has no ids: title and time, to within minutes, tell that the books know it."""
    person = Person()
    person.take(f"{PROLIFIC}\nOne,$3.00,$0.00,2026-03-01 10:00:00,2026-03-01 10:10:00,C1,AWAITING REVIEW\n")
    person.conn.execute("UPDATE assignment SET site_id = 'abc', session = 's'")
    answer = person.take(f"{PROLIFIC}\nOne,$3.00,$0.00,2026-03-01 10:00:05,2026-03-01 10:10:02,C1,APPROVED\n")

    assert (1, 1) == (answer.new, len(person.states()))
    assert "approved" == person.states()[0][1]


def test_the_recorded_history_of_microworkers(recorded: Callable[[str], Path]) -> None:
    """Row and details are one task; until it is rated its pay is unknown, not nothing."""
    person = Person()
    data = (recorded("microworkers") / "history_pending_2026-09-05.json").read_bytes()
    answer = person.take(data)

    assert ("microworkers", 1, 1, 0) == (answer.form, answer.rows, answer.new, answer.known)
    assert [("TNW: Visit 2x + Answer 2 Questions", "submitted", None, None)] == person.states()
    assert [("120525231", us(datetime(2026, 9, 5, 18, 37, 52, tzinfo=UTC)))] == person.rows(
        "SELECT site_id, submitted_us FROM assignment"
    )
    assert 0 == person.take(data).new


def test_microworkers_rated_and_paid() -> None:
    """The page's own words; a task without a known date is dated by the import, and says so."""
    person = Person()
    rows = [
        {
            "task_id": "1",
            "title": "One",
            "status_label": "Satisfied & paid",
            "earned": "$0.10",
            "submitted_age": "2 days ago",
        },
        {"task_id": "2", "title": "Two", "status_label": "Not-Satisfied", "earned": "$0.00"},
        {"task_id": "3", "title": "Three", "status_label": "Perhaps"},
    ]
    answer = person.take({"page": {"rows": rows, "next_url": None}})

    assert (3, 2, {"USD": 100_000}) == (answer.rows, answer.new, answer.sums)
    assert {3: "the state “Perhaps” is not known"} == causes(answer)
    assert [("The file says no date: it is dated by the import.",)] == person.rows(
        "SELECT DISTINCT json_extract(body, '$.rule') FROM event WHERE assignment <> ''"
    )
    person.now_us += 3_600_000_000
    assert 0 == person.take({"page": {"rows": rows}}).new


MAPPING = {"date": "When", "amount": "Earned", "platform": "Site", "title": "What", "currency": "=EUR"}
TABLE = 'When;What;Site;Earned\n31.12.2025;"Shelf; photos";Roamler;1.234,50\n01.01.2026;Visit;Neue Seite;7,00\n'


def test_any_table_with_a_mapping() -> None:
    """Semicolons, days first, a comma before the cents; a platform without a definition is a word."""
    person = Person()
    answer = person.take(TABLE, columns=MAPPING)

    assert ("generic", 2, {"EUR": 1_241_500_000}) == (answer.form, answer.new, answer.sums)
    assert [("roamler", "Shelf; photos", "2025-12-31"), ("neue-seite", "Visit", "2026-01-01")] == person.rows(
        "SELECT platform, title, day_local FROM assignment ORDER BY day_local"
    )
    assert 0 == person.take(TABLE, columns=MAPPING).new


def test_a_table_without_a_mapping_says_what_it_needs() -> None:
    """And which columns it has; names that speak for themselves are suggested."""
    with pytest.raises(BadFile, match=r"--map date=COLUMN.*When, What, Site, Earned"):
        Person().take(TABLE)
    with pytest.raises(BadFile, match="no column “Day”"):
        Person().take(TABLE, columns=MAPPING | {"date": "Day"})
    with pytest.raises(BadFile, match="no field mood"):
        Person().take(TABLE, columns=MAPPING | {"mood": "What"})
    found = generic.suggestion(Source(TABLE.encode()))
    assert {"date": "When", "amount": "Earned", "platform": "Site", "title": "What"} == found


def test_equal_rows_are_so_many_pieces_of_work() -> None:
    """Two tasks of five cents on one day are two, in this table and in a longer one that holds it."""
    person = Person()
    row = "2026-01-02,Sort,A site,0.05\n"
    head = "When,What,Site,Earned\n"

    assert 2 == person.take(head + 2 * row, columns=MAPPING).new
    assert (1, 2) == ((answer := person.take(head + 3 * row, columns=MAPPING)).new, answer.known)


def test_currencies_may_be_mixed_but_never_guessed() -> None:
    """Each row in its own; a cell that names two, or none where nothing else does, is not taken."""
    person = Person()
    mapping = {name: column for name, column in MAPPING.items() if name != "currency"}
    rows = ("$1.00", "€2.00", "£0.50", "$1.00 €2.00", "3.00", "=1+2", "1e400", "-1.00 €")
    lines = [f"2026-01-{day:02},T{day},A site,{cell}" for day, cell in enumerate(rows, start=1)]
    answer = person.take("\n".join(("When,What,Site,Earned", *lines)), columns=mapping)

    assert {"USD": 1_000_000, "EUR": 2_000_000, "GBP": 500_000} == answer.sums
    assert [5, 6, 7, 8, 9] == sorted(causes(answer))


def test_lines_copied_from_a_page() -> None:
    """With tabs or without, in English and French, the date and the amount wherever they stand."""
    person = Person()
    text = (
        "2026-03-01\tShort survey\t$0.80\tApproved\n"
        "\n"
        "Receipt check   03 Mar 2026   $1.20   Pending\n"
        "Visite   4 mars 2026   2,50 €   Payé\n"
        "A title without anything\n"
        "2026-03-05 title and no amount\n"
        "Withdrawal\t2026-03-06\t-$5.00\n"
    )
    answer = person.take(text, platform="some-site")

    assert ("pasted", {"USD": 2_000_000, "EUR": 2_500_000}) == (answer.form, answer.sums)
    assert [
        ("Receipt check", "submitted", 1_200_000, "USD"),
        ("Short survey", "approved", 800_000, "USD"),
        ("Visite", "paid", 2_500_000, "EUR"),
    ] == person.states()
    assert {5: "has no date", 6: "has no amount that can be read for sure", 7: "is money that went out"} == causes(
        answer
    )
    assert 0 == person.take(text, platform="some-site").new


def test_a_text_needs_a_platform() -> None:
    """Whose it is can't be seen."""
    with pytest.raises(BadFile, match="--platform"):
        Person().take("2026-03-01 Survey $0.80")


def test_the_wallet_of_sproutgigs() -> None:
    """What was earned, what was taken out, what the person paid in; dates are UTC."""
    person = Person()
    text = (
        "SproutGigs wallet\n"
        "2026-03-01 23:30\tTask satisfied: Like a page\t$0.05\n"
        "2026-03-02 10:00\tGig sold, will be credited in 14 days\t$4.00\n"
        "2026-03-03 10:00\tWithdrawal to PayPal\t-$5.00\n"
        "2026-03-04 10:00\tDeposit\t$10.00\n"
    )
    answer = person.take(text)

    assert ("sproutgigs", 5, 3, {"USD": 9_050_000}) == (answer.form, answer.rows, answer.new, answer.sums)
    assert [1, 5] == sorted(causes(answer))
    assert [("approved", 50_000), ("submitted", 4_000_000)] == person.rows(
        "SELECT state, pay_micro FROM assignment ORDER BY pay_micro"
    )
    assert [("assets:bank:paypal", 5_000_000)] == person.rows(
        "SELECT book, sum(micro) FROM posting WHERE book LIKE '%bank%' GROUP BY book"
    )
    assert [] == person.differences()


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_that_parts_cells_is_the_one_all_rows_agree_on(sign: str) -> None:
    """Not the commonest one: a title may hold more of another."""
    header = sign.join(PROLIFIC.split(","))
    title = '"one, two; three | four, five; six | seven\teight, nine, ten; eleven, twelve"'
    row = sign.join((title, "£1.00", "£0.00", "2026-03-01 10:00:00", "2026-03-01 10:10:00", "C", "APPROVED"))
    answer = Person().take(f"sep={sign}\r\n{header}\r\n{row}\r\n{row}\r\n")

    assert ("prolific", 2, 2, {}) == (answer.form, answer.rows, answer.new, causes(answer))


def test_what_spreadsheets_leave_at_the_end() -> None:
    """Empty columns, blank rows, rows of nothing but separators: none of them is a row, or the fault of one."""
    row = "One,£1.00,£0.00,2026-03-01 10:00:00,2026-03-01 10:10:00,C,APPROVED"
    for end in ("", ",,,"):
        answer = Person().take(f"{PROLIFIC},,\r\n{row}{end}\r\n\r\n,,,,,,,,\r\n   \r\n")

        assert (1, 1, {}) == (answer.rows, answer.new, causes(answer))


def test_a_sum_among_other_numbers() -> None:
    """The one with a currency's sign is the amount; with two of them nothing is guessed."""
    person = Person()
    text = (
        "2026-03-01 Task 12: like 3 pages $0.10 (credited in 7 days)\n"
        "2026-03-02 Task 13: 1,20 EUR after 2 days\n"
        "2026-03-03 Task 14: $0.10 of $0.20\n"
    )
    answer = person.take(text, platform="some-site")

    assert ({"USD": 100_000, "EUR": 1_200_000}, {3: "has no amount that can be read for sure"}) == (
        answer.sums,
        causes(answer),
    )
    assert 0 == person.take(text, platform="some-site").new


def test_dates_with_points_begin_with_the_day() -> None:
    """No country writes the month first with points; dashes and slashes are asked about."""
    person = Person()
    person.take("03.11.2026\tUmfrage\t1,20 €\n", platform="clickworker")

    assert [("2026-11-03",)] == person.rows("SELECT day_platform FROM event WHERE kind = 'submitted'")
    with pytest.raises(BadFile, match="--dates"):
        person.take("03/11/2026\tUmfrage\t1,20 €\n", platform="clickworker")


def test_prolifics_words_that_say_less() -> None:
    """What a partly approved submission was paid is in no column; a “kr” is one of several until the person says."""
    row = "One,{},0 kr,2026-03-01 10:00:00,2026-03-01 10:10:00,C1,{}"
    person = Person()
    answer = person.take("\n".join((PROLIFIC, row.format("20 kr", "APPROVED"), row.format("£9", "PARTIALLY APPROVED"))))

    assert {2: "“20 kr” names no currency; say which (--map currency==CODE)"} == causes(answer)
    assert [("One", "approved", None, None)] == person.states()
    told = person.take(
        f"{PROLIFIC}\n{row.format('20 kr', 'REJECTED').replace('One', 'Two')}", columns={"currency": "=SEK"}
    )
    assert (1, {}) == (told.new, causes(told))
    assert ("Two", "rejected", 20_000_000, "SEK") in person.states()


def test_a_pay_below_nothing_says_so() -> None:
    """And not that it can't be read."""
    mapping = {"date": "Day", "amount": "Net", "platform": "=a-site", "currency": "=EUR"}

    assert {2: "the pay “-5,00” is below nothing"} == causes(
        Person().take('Day,What,Net\n2026-01-02,x,"-5,00"\n', columns=mapping)
    )


@pytest.mark.parametrize("code", ["PTS-NAMETHATISLONG", "EURO", "€", "E1R", "="])
def test_a_currency_no_ledger_takes(code: str) -> None:
    """Three letters, or points with a short name: what the books and the programs that read them know."""
    mapping = {"date": "Day", "amount": "Net", "currency": "Code", "platform": "=a-site"}
    answer = Person().take(f"Day,Net,Code\n2026-01-02,5,{code}\n2026-01-02,5,PTS-CLICK\n", columns=mapping)

    assert (1, {2: f"“{code}” is no currency"}) == (answer.new, causes(answer))


@pytest.mark.parametrize(
    ("begun", "ended"),
    [("25/03/2026 16:10", "25/03/2026 16:15"), ("3/25/26 4:10 PM", "3/25/26 4:15 PM"), ("25.03.2026 16:10", "")],
)
def test_prolifics_export_that_a_spreadsheet_saved_again(begun: str, ended: str) -> None:
    """Dates in the order of its country, without seconds, semicolons: the same submission at the same moment."""
    header = PROLIFIC.replace(",", ";")
    person = Person()
    answer = person.take(f"\ufeff{header}\r\nOne;£1,50;£0,00;{begun};{ended};C;APPROVED\r\n")

    assert ("prolific", 1, {"GBP": 1_500_000}, {}) == (answer.form, answer.new, answer.sums, causes(answer))
    assert [(us(datetime(2026, 3, 25, 16, 10, tzinfo=UTC)),)] == person.rows("SELECT accepted_us FROM assignment")
    original = "One,£1.50,£0.00,2026-03-25 16:10:53.160000,2026-03-25 16:15:55.062000,C,APPROVED"
    assert (0, 1) == ((again := person.take(f"{PROLIFIC}\n{original}\n")).new, again.known)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-01-15T10:00:00Z", 10),
        ("2026-01-15 10:00:00.5+05:30", 4),
        ("2026-01-15T10:00:00", 9),
        ("1/15/26 10:00 AM", 9),
    ],
)
def test_a_time_that_says_its_own_zone(written: str, hour: int) -> None:
    """It wins over the person's, which is Paris; a time without one is the person's own."""
    person = Person()
    person.take(
        f"Day,Net,What\n{written},5,x\n", columns={"date": "Day", "amount": "Net", "platform": "=a", "currency": "=EUR"}
    )

    (at,) = person.rows("SELECT submitted_us FROM assignment")[0]
    assert hour == datetime.fromtimestamp(at / 1e6, UTC).hour
