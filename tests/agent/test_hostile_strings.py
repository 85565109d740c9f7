"""Whatever a page says, the parsers answer, with whole numbers and the text they kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.money import Duration, Pay, Places, parse_pay, parse_places, parse_time
from piecework.money.numbers import EXACT_LIMIT, clean
from tests.contract.grammar import lines

EXAMPLES = settings(derandomize=True, deadline=None, max_examples=500)
LANGS = st.sampled_from(("en", "fr", "de", "es", "xx", ""))
PIECES = st.sampled_from([line["text"] for line in lines(3, 400)])
TEXTS = st.one_of(st.text(st.characters(codec=None)), st.lists(PIECES, max_size=3).map("".join))


def is_whole(figure: object) -> bool:
    """None, or an integer a page script holds exactly."""
    return figure is None or (type(figure) is int and 0 <= figure < EXACT_LIMIT)


@EXAMPLES
@given(TEXTS, LANGS, st.sampled_from((None, "USD", "PTS-X")))
def test_any_text_gives_a_pay_that_holds_together(text: str, lang: str, hint: str | None) -> None:
    """Never an exception, never a float; amounts only where stated, the lower end never above the upper."""
    pay = parse_pay(text, lang=lang, currency=hint)
    assert is_whole(pay.micro)
    assert is_whole(pay.max_micro)
    assert (pay.state == "stated") == (pay.micro is not None)
    assert pay.max_micro is None or (pay.micro is not None and pay.micro <= pay.max_micro)
    assert pay.state == "stated" or (pay.max_micro, pay.currency, pay.per) == (None, None, "task")
    assert pay.raw == clean(text)


@EXAMPLES
@given(TEXTS, LANGS, st.sampled_from(("", "minutes", "seconds")))
def test_any_text_gives_a_time_that_holds_together(text: str, lang: str, unit: str) -> None:
    """The same for seconds."""
    time = parse_time(text, lang=lang, unit=unit)  # type: ignore[arg-type]
    assert is_whole(time.min_s)
    assert is_whole(time.max_s)
    assert (time.state == "stated") == (time.min_s is not None)
    assert time.max_s is None or (time.min_s is not None and time.min_s <= time.max_s)
    assert time.raw == clean(text)


@EXAMPLES
@given(TEXTS)
def test_any_text_gives_places_that_hold_together(text: str) -> None:
    """The same for counts; a total never comes alone."""
    places = parse_places(text)
    assert all(is_whole(figure) for figure in (places.left, places.taken, places.total))
    assert places.total is None or None not in (places.left, places.taken)


@EXAMPLES
@given(TEXTS)
def test_the_kept_text_is_short_and_can_be_sent(text: str) -> None:
    """At most 200 characters, no NUL, no half of a character, and cleaning it again changes nothing."""
    raw = clean(text)
    assert 200 >= len(raw)
    assert "\0" not in raw
    assert raw == raw.encode().decode() == clean(raw)


def test_a_cut_never_leaves_half_an_emoji() -> None:
    """Two halves that arrive apart are one character; a half alone becomes the replacement mark."""
    assert "😀" * 200 == clean("😀" * 300)
    assert "😀" == clean("\ud83d\ude00")
    assert "�x" == clean("\ud83dx")
    assert "a" * 199 + "😀" == clean("a" * 199 + "😀b")


@pytest.mark.parametrize(
    "piece", ["1", "1.", "1,", "1 ", "1'", "a", "-", "1-", "$1 - ", "1 h ", "1:", "up to ", "1/", "\u202f1", "('"]
)
def test_a_megabyte_costs_no_more_than_its_first_200_characters(piece: str) -> None:
    """The rest is cut off before anything is read, so no pattern can be made to crawl."""
    text = piece * (1_000_000 // len(piece))
    head = text[:200]
    assert parse_pay(head) == parse_pay(text)
    assert parse_time(head) == parse_time(text)
    assert parse_places(head) == parse_places(text)


@pytest.mark.parametrize("text", ["\u202e00.5$", "$5\u202d", "5 min\u202e"])
def test_a_text_that_turns_its_direction_is_not_believed(text: str) -> None:
    """The person saw another number than the text says."""
    assert Pay("unreadable", None, None, None, "task", text) == parse_pay(text)
    assert Duration("unreadable", None, None, "duration", text) == parse_time(text)
    assert Places() == parse_places(text)
