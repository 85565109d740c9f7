"""Whether a rule meets a piece of news: every condition, and what happens where something is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from piecework.errors import BadUsage
from piecework.rates import Rate
from piecework.watch.matching import Facts, Own, Verdict, World, judge, within
from piecework.watch.patterns import BadPattern, compile_words, find
from piecework.watch.rulebook import Rule, Sum, check, read_book, read_rule, write_book
from piecework.watch.tongue import language_of
from piecework.watch.warnings import announces

EURO = Rate("EUR", "USD", Decimal("1.10"), "2026-11-20", "ecb", 1)
TASK = Facts("new", "site", "A lab", "A survey about news", 1_000_000, "USD", "task", None, None, minutes=12, places=3)


def ask(
    rule: Rule, facts: Facts = TASK, own: Own | None = None, minute: int = 720, rate: Rate | None = EURO
) -> Verdict:
    """The verdict at noon, with one known rate."""

    def find_rate(base: str, quote: str) -> Rate | None:
        return rate if rate and (base, quote) == (rate.base, rate.quote) else None

    return judge(rule, facts, World(find_rate, lambda: own, minute))


def test_a_rule_without_conditions_meets_every_new_task() -> None:
    """It says nothing of money: that is another kind of news."""
    assert ask(Rule()).met
    assert not ask(Rule(), TASK._replace(reason="approved")).met


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        ({"platforms": ["site", "other"]}, True),
        ({"platforms": ["other"]}, False),
        ({"not_platforms": ["site"]}, False),
        ({"requesters": ["  a LAB "]}, True),
        ({"requesters": ["A la"]}, False),
        ({"not_requesters": ["A lab"]}, False),
        ({"words": ["SURVEY"]}, True),
        ({"words": ["surv"]}, False),
        ({"words": ['"survey about"']}, True),
        ({"words": ['"about survey"']}, False),
        ({"words": ["/sur.ey|poll/"]}, True),
        ({"words": ["photo", "news"]}, True),
        ({"not_words": ["news"]}, False),
        ({"not_words": ["photo"]}, True),
        ({"languages": ["en"]}, True),
        ({"languages": ["fr"]}, False),
        ({"currencies": ["USD"]}, True),
        ({"currencies": ["EUR"]}, False),
        ({"min_minutes": 12, "max_minutes": 12}, True),
        ({"max_minutes": 11}, False),
        ({"min_minutes": 13}, False),
        ({"min_places": 3}, True),
        ({"min_places": 4}, False),
        ({"min_pay": Sum(1_000_000, "USD")}, True),
        ({"min_pay": Sum(1_000_001, "USD")}, False),
        ({"min_hourly": Sum(5_000_000, "USD")}, True),
        ({"min_hourly": Sum(5_000_001, "USD")}, False),
        ({"active_from": "22:00", "active_to": "06:00"}, False),
        ({"active_from": "11:00", "active_to": "12:01"}, True),
    ],
)
def test_each_condition(conditions: dict[str, Any], met: bool) -> None:  # noqa: FBT001 - the expected value
    """At its edge: a value that is exactly enough is enough."""
    assert met == ask(Rule(**conditions)).met


@pytest.mark.parametrize(
    ("conditions", "facts", "lacks"),
    [
        ({"min_pay": Sum(1, "USD")}, {"pay_micro": None}, "pay"),
        ({"min_pay": Sum(1, "USD")}, {"pay_per": "hour"}, "pay"),
        ({"min_pay": Sum(1, "USD")}, {"pay_currency": "PHP"}, "rate"),
        ({"min_hourly": Sum(1, "USD")}, {"minutes": None}, "hourly"),
        ({"min_hourly": Sum(1, "USD"), "hourly_from": "own"}, {}, "few"),
        ({"min_minutes": 1}, {"minutes": None}, "minutes"),
        ({"min_places": 1}, {"places": None}, "places"),
        ({"languages": ["en"]}, {"title": "Qualtrics 2"}, "language"),
        ({"qualified": True}, {}, "qualified"),
    ],
)
def test_what_is_not_known_is_named_and_does_not_match(
    conditions: dict[str, Any], facts: dict[str, Any], lacks: str
) -> None:
    """Nothing is guessed; and where another condition plainly fails, nothing is lacking."""
    found = TASK._replace(**facts)
    assert Verdict(met=False, lacks=lacks) == ask(Rule(**conditions), found)
    assert Verdict(met=False) == ask(Rule(**conditions, not_words=[found.title]), found)


def test_another_currency_is_compared_at_a_dated_rate() -> None:
    """1.00 EUR is 1.10 USD: enough for 1.10, not for 1.11; the verdict names the rate's day."""
    euro = TASK._replace(pay_currency="EUR")
    assert Verdict(met=True, rate_day="2026-11-20") == ask(Rule(min_pay=Sum(1_100_000, "USD")), euro)
    assert not ask(Rule(min_pay=Sum(1_110_000, "USD")), euro).met


def test_the_persons_own_wage_comes_before_the_stated_one() -> None:
    """From five tasks on; below, the stated one counts unless only the own is wanted."""
    rule = Rule(min_hourly=Sum(9_000_000, "USD"))
    assert ask(rule, own=Own(9_800_000, "USD", 5)).met
    assert not ask(rule, own=Own(9_800_000, "USD", 4)).met
    stated = TASK._replace(hourly_micro=12_000_000, hourly_currency="USD")
    assert ask(rule, stated, own=None).met
    assert not ask(rule, stated, own=Own(2_000_000, "USD", 9)).met
    only_own = Rule(min_hourly=Sum(9_000_000, "USD"), hourly_from="own")
    assert "few" == ask(only_own, stated, own=Own(20_000_000, "USD", 4)).lacks


def test_the_site_says_whether_one_qualifies() -> None:
    """Yes is met, no is not."""
    assert ask(Rule(qualified=True), TASK._replace(qualified=True)).met
    assert Verdict(met=False) == ask(Rule(qualified=True), TASK._replace(qualified=False))


def test_hours_may_cross_midnight() -> None:
    """From 22:00 to 06:00: 23:59 and 05:59 are in, 06:00 and 21:59 are out; no hours are all hours."""
    inside = [within("22:00", "06:00", minute) for minute in (23 * 60 + 59, 359, 360, 21 * 60 + 59)]
    assert [True, True, False, False] == inside
    assert within("", "", 0)


@pytest.mark.parametrize("pattern", ["(a+)+$", r"(\w+\s?)*$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_hostile_patterns_are_refused(pattern: str) -> None:
    """A repetition within a repetition could run for hours; it is not kept."""
    with pytest.raises(BadUsage, match="takes too long"):
        check(Rule(words=[f"/{pattern}/"]))


@pytest.mark.parametrize("pattern", ["[", "(?P<x", "a" * 201, ""])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    """With the reason, before it is kept."""
    with pytest.raises(BadPattern):
        compile_words((f"/{pattern}/",) if pattern else ("//",))


def test_a_pattern_that_is_slow_on_a_title_is_stopped_once() -> None:
    """It counts as not found and is named; the next title does not wait for it again."""
    words = compile_words(("/(z|zz)+$/",))
    slow = find(words, "z" * 290 + "!")
    assert (False, "(z|zz)+$") == slow
    assert slow == find(words, "zz")


def test_words_of_any_script_and_width() -> None:
    """Full-width letters and other cases are the same word; a dot is a dot."""
    assert find(compile_words(("\uff53urvey",)), "A SURVEY").any
    assert find(compile_words(("étude",)), "ÉTUDE sur").any
    assert not find(compile_words(("a.b",)), "acb").any


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Label photographs of road signs", "en"),
        ("Étude sur les écrans", "fr"),
        ("Umfrage für Studierende", "de"),
        ("Encuesta sobre su salud", "es"),
        ("日本語 アンケート", "ja"),
        ("问卷调查", "zh"),
        ("\u041e\u043f\u0440\u043e\u0441 2026", "ru"),
        ("Qualtrics 2", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_title(title: str, language: str) -> None:
    """By its script or its commonest words; where too little says so, none."""
    assert language == language_of(title)


def test_titles_that_announce_disturbing_content() -> None:
    """In both languages of the interface; a harmless title that shares letters is none."""
    assert announces("Rate images (WARNING: Graphic Content)")
    assert announces("Modération : contenus choquants")
    assert not announces("Photographic contents of a gorge")


def test_rules_travel_as_json() -> None:
    """What is written is read back the same; a wrong field, a double id, another version are refused with a reason."""
    text = write_book(read_book('{"piecework_rules":1,"rules":[{"id":"a","name":"A","rule":{"min_places":2}}]}'))
    assert Rule(min_places=2) == read_book(text)[0].rule
    for wrong in (
        '{"piecework_rules":2,"rules":[]}',
        '{"piecework_rules":1,"rules":[{"id":"a","name":"A","rule":{"colour":"red"}}]}',
        '{"piecework_rules":1,"rules":[{"id":"a","name":"A","rule":{}},{"id":"a","name":"B","rule":{}}]}',
        '{"piecework_rules":1,"rules":[{"id":"a","name":"A","rule":{"active_from":"25:00"}}]}',
        "[]",
        "\x00",
    ):
        with pytest.raises(BadUsage):
            read_book(wrong)


@pytest.mark.parametrize(
    "rule",
    [
        Rule(active_from="08:00"),
        Rule(active_from="08:00", active_to="08:00"),
        Rule(min_minutes=5, max_minutes=4),
    ],
)
def test_a_rule_nothing_can_meet_is_refused(rule: Rule) -> None:
    """Half of the hours, or limits that exclude each other."""
    with pytest.raises(BadUsage):
        check(rule)


def test_a_stored_rule_of_a_newer_version_tells_all() -> None:
    """Rather one alert too many than silence."""
    assert Rule() == read_rule('{"something":"new"}')
