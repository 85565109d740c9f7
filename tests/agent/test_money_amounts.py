"""Money in whole micro-units: exact in, exact through, rounded only where a person reads it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.money import MICRO, AmountError, Money, minor_to_micro, parse_pay, plain, show, to_micro
from piecework.money.amount import MAX_MICRO, MIN_MICRO

EXAMPLES = settings(derandomize=True, deadline=None, max_examples=400)
CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "JPY", "INR", "CHF", "PLN", "PTS")


@pytest.mark.parametrize(
    ("micro", "text"),
    [
        (5000, "0.005"),
        (0, "0"),
        (0, "-0"),
        (1, "0.000001"),
        (-12_500_000, "-12.50"),
        (7_000_000, "+7"),
        (100_000_000, "100.0000"),
        (1_000_000, "1.000000000"),
        (MAX_MICRO, "9223372036854.775807"),
        (MIN_MICRO, "-9223372036854.775808"),
    ],
)
def test_a_plain_decimal_text_becomes_micro_units(micro: int, text: str) -> None:
    """Exactly; zeros behind the sixth decimal are no decimals."""
    assert micro == to_micro(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        ".",
        "1.",
        ".5",
        "1,5",
        "1e5",
        "1E-3",
        "NaN",
        "Infinity",
        "0x10",
        "\u0665",
        "\uff11",
        "1_000",
        "--1",
        "0.0000001",
        "9223372036854.775808",
        "-9223372036854.775809",
        "9" * 40,
        "9" * 5000,
        "1\n",
    ],
)
def test_what_can_not_be_kept_exactly_is_refused(text: str) -> None:
    """Never rounded, never cut, and the text says why."""
    with pytest.raises(AmountError, match=r"\w"):
        to_micro(text)


@EXAMPLES
@given(st.integers(MIN_MICRO, MAX_MICRO))
def test_the_exact_text_of_an_amount_reads_back(micro: int) -> None:
    """Every amount a ledger column holds goes out and comes back the same."""
    assert micro == to_micro(plain(micro))


@pytest.mark.parametrize(
    ("text", "micro", "currency", "locale"),
    [
        ("$0.05", 50_000, "USD", "en"),
        ("$0.005", 5_000, "USD", "en"),
        ("$1,234.50", 1_234_500_000, "USD", "en"),
        ("€1.50", 1_500_000, "EUR", "en"),
        ("CA$0.50", 500_000, "CAD", "en"),
        ("CHF\u00a02.50", 2_500_000, "CHF", "en"),
        ("¥100", 100_000_000, "JPY", "en"),
        ("120 pts", 120_000_000, "PTS", "en"),
        ("120 PTS-CLICK", 120_000_000, "PTS-CLICK", "en"),
        ("-$5.00", -5_000_000, "USD", "en"),
        ("$0.00", 0, "USD", "en"),
        ("1.50", 1_500_000, None, "en"),
        ("0,05\u00a0€", 50_000, "EUR", "fr"),
        ("1\u202f234,50\u00a0$US", 1_234_500_000, "USD", "fr"),
        ("0,005\u00a0€", 5_000, "EUR", "fr"),
        ("0,50\u00a0$CA", 500_000, "CAD", "fr"),
        ("120\u00a0pts", 120_000_000, "PTS", "fr-CA"),
        ("-5,00\u00a0€", -5_000_000, "EUR", "fr"),
        ("BHD\u00a01.234", 1_234_000, "BHD", "en"),
    ],
)
def test_an_amount_is_shown_as_the_language_writes_it(text: str, micro: int, currency: str | None, locale: str) -> None:
    """Sign, place, grouping and decimals of English and French."""
    assert text == show(micro, currency, locale)


@pytest.mark.parametrize(
    ("text", "micro"),
    [
        ("$12.34", 12_345_000),
        ("$12.36", 12_355_000),
        ("$12.35", 12_345_001),
        ("$1.00", 1_000_001),
        ("$0.999999", 999_999),
        ("-$0.005", -5_000),
    ],
)
def test_only_the_display_rounds_and_half_goes_to_even(text: str, micro: int) -> None:
    """Below one unit nothing is rounded, so half a cent never reads as nothing."""
    assert text == show(micro, "USD", "en")


@EXAMPLES
@given(st.integers(0, 10**11), st.sampled_from(CURRENCIES), st.sampled_from(("en", "fr")))
def test_a_shown_amount_reads_back_as_itself(cents: int, currency: str, locale: str) -> None:
    """Whatever is shown without rounding, the parser reads to the micro-unit, currency included."""
    micro = cents // 100 * MICRO if currency in ("JPY", "PTS") else cents * MICRO // 100
    pay = parse_pay(show(micro, currency, locale), lang=locale)
    assert ("stated", micro, micro, currency) == (pay.state, pay.micro, pay.max_micro, pay.currency)


@EXAMPLES
@given(st.integers(0, MICRO - 1), st.sampled_from(CURRENCIES), st.sampled_from(("en", "fr")))
def test_the_smallest_amounts_read_back_as_themselves(micro: int, currency: str, locale: str) -> None:
    """Down to a millionth."""
    pay = parse_pay(show(micro, currency, locale), lang=locale)
    assert (micro, currency) == (pay.micro, pay.currency)


@pytest.mark.parametrize(
    ("micro", "minor", "currency"),
    [(800_000, 80, "USD"), (80_000_000, 80, "JPY"), (80_000, 80, "KWD"), (-10_000, -1, "EUR"), (5_000_000, 5, "PTS")],
)
def test_minor_units_follow_the_currency(micro: int, minor: int, currency: str) -> None:
    """Cents are hundredths, yen are whole, dinars have thousandths."""
    assert micro == minor_to_micro(minor, currency)


def test_sums_stay_in_one_currency_and_within_the_column() -> None:
    """Two currencies need a rate, and a sum that no column holds is refused."""
    assert Money(3, "USD") == Money(1, "USD") + Money(2, "USD")
    assert Money(-3, "USD") == -Money(3, "USD")
    with pytest.raises(AmountError, match="rate"):
        Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(AmountError, match="64"):
        Money(MAX_MICRO, "USD") + Money(1, "USD")


@pytest.mark.parametrize("micro", [1.0, True, "1", None])
def test_money_is_never_made_of_anything_but_whole_micro_units(micro: object) -> None:
    """A float that slips in is refused where it enters."""
    with pytest.raises(AmountError, match="whole"):
        Money(micro, "USD")  # type: ignore[arg-type]
