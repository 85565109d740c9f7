"""What the dashboard makes of numbers and words, without a server."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework import figures
from piecework.now import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from piecework.resources import locales_dir
from piecework.store.worked import LEAST
from piecework.views.charts import HEIGHT, bars
from piecework.views.render import TEMPLATES
from piecework.views.session import safe_path
from piecework.views.wages import Done, wages
from piecework.words import LANGUAGES, choose_language, words_in

NB, THIN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("micro", "currency", "english", "french"),
    [
        (800_000, "USD", "$0.80", f"0,80{NB}$US"),
        (5_000, "USD", "$0.005", f"0,005{NB}$US"),
        (1, "EUR", "€0.000001", f"0,000001{NB}€"),
        (1_234_567_000_000, "EUR", "€1,234,567.00", f"1{THIN}234{THIN}567,00{NB}€"),
        (0, "GBP", "£0.00", f"0,00{NB}£GB"),
        (-5_000_000, "USD", "-$5.00", f"-5,00{NB}$US"),
        (2_500_000, "CHF", f"CHF{NB}2.50", f"2,50{NB}CHF"),
        (120_000_000, "PTS", f"120{NB}PTS", f"120{NB}PTS"),
        (120_500_000, "SB-POINTS", f"120.5{NB}SB-POINTS", f"120,5{NB}SB-POINTS"),
        (9_007_199_254_740_993, "USD", "$9,007,199,254.740993", f"9{THIN}007{THIN}199{THIN}254,740993{NB}$US"),
    ],
)
def test_an_amount_is_exact_in_both_languages(micro: int, currency: str, english: str, french: str) -> None:
    """As many digits as the amount has, at least two where it is money; no float anywhere."""
    assert english == figures.amount(micro, currency, "en")
    assert french == figures.amount(micro, currency, "fr")


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_a_plain_decimal_reads_back_to_the_micro_unit(micro: int) -> None:
    """What `<data value>` says is the amount itself."""
    sign, text = (-1, figures.micro_text(micro)[1:]) if micro < 0 else (1, figures.micro_text(micro))
    units, _, rest = text.partition(".")

    assert micro == sign * (int(units) * 1_000_000 + int((rest or "0").ljust(6, "0")))


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (0, f"0{NB}s"),
        (-5, f"0{NB}s"),
        (59 * SECOND_US, f"59{NB}s"),
        (MINUTE_US, f"1{NB}min"),
        (HOUR_US + 5 * MINUTE_US, f"1{NB}h{NB}05{NB}min"),
        (100 * HOUR_US, f"100{NB}h{NB}00{NB}min"),
    ],
)
def test_a_length_of_time_is_short_words(us: int, text: str) -> None:
    """Seconds below a minute, then minutes, then hours."""
    assert text == figures.length(us)


@pytest.mark.parametrize(
    ("us", "english", "french"),
    [
        (0, "just now", "à l\u2019instant"),
        (30 * SECOND_US, "30 s ago", "il y a 30 s"),
        (3 * MINUTE_US, "3 min ago", "il y a 3 min"),
        (30 * HOUR_US, "30 h ago", "il y a 30 h"),
        (2 * DAY_US, "2 days ago", "il y a 2 jours"),
    ],
)
def test_an_age_is_told_in_the_persons_language(us: int, english: str, french: str) -> None:
    """From "just now" to days."""
    assert english == figures.ago(us, words_in("en"))
    assert french == figures.ago(us, words_in("fr"))


def test_a_short_delay_is_rounded() -> None:
    """0.18 s is told as 0.2 s, not cut to 0.1 s."""
    assert f"0.2{NB}s" == figures.short(180_000, "en")
    assert f"12,0{NB}s" == figures.short(11_960_000, "fr")


def test_days_and_clocks_are_the_persons() -> None:
    """23:30 UTC is half past midnight in Paris, on the next day."""
    assert "00:30" == figures.clock(1_795_303_800_000_000, "Europe/Paris")
    assert f"Sun 22{NB}Nov{NB}2026" == figures.day_name("2026-11-22", words_in("en"))
    assert f"dim. 22{NB}nov.{NB}2026" == figures.day_name("2026-11-22", words_in("fr"))
    assert "2026-11-21T23:30:00Z" == figures.iso(1_795_303_800_000_000)


@pytest.mark.parametrize(
    ("chosen", "accept", "language"),
    [
        ("", "", "en"),
        ("", "fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("", "de, en;q=0.1, fr;q=0.8", "fr"),
        ("en", "fr", "en"),
        ("", "fr;q=0, en", "en"),
        ("", "fr;q=x, ;;;,en", "en"),
        ("xx", "fr", "fr"),
        ("", "*" * 100_000, "en"),
    ],
)
def test_the_language_is_the_setting_else_the_browsers(chosen: str, accept: str, language: str) -> None:
    """A header that can't be read counts as none."""
    assert language == choose_language(chosen, accept)


def test_counts_take_the_form_of_their_language() -> None:
    """French has "0 tâche", English "0 tasks"."""
    assert "0 tasks" == words_in("en").t("dash.tasks", n=0)
    assert "0 tâche" == words_in("fr").t("dash.tasks", n=0)
    assert "1 task" == words_in("en").t("dash.tasks", n=1)
    assert "2 tâches" == words_in("fr").t("dash.tasks", n=2)


def test_a_text_keeps_what_fills_no_hole() -> None:
    """Words from outside can't reach into a text twice, and an unknown key stands for itself."""
    assert "dash.nothing_of_this_name" == words_in("en").t("dash.nothing_of_this_name")
    assert "Page {pages} of 3" == words_in("en").t("dash.page_of", page="{pages}", pages="3")


def literal_keys() -> set[str]:
    """Keys that templates name in full."""
    texts = [path.read_text() for path in sorted(TEMPLATES.glob("*.html"))]
    return {key for text in texts for key in re.findall(r'\bt\(["\'](dash\.\w+)["\'][,)]', text)}


def test_every_word_a_template_names_is_there_in_both_languages() -> None:
    """A key that is missing would be shown as itself."""
    catalogues = [
        json.loads((locales_dir() / f"{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
    ]
    keys = literal_keys()

    assert len(keys) > 80
    for catalogue in catalogues:
        assert [] == sorted(key for key in keys if key not in catalogue and f"{key}_other" not in catalogue)
    assert set(catalogues[0]) == set(catalogues[1])


def test_no_word_of_the_dashboard_lies_unused() -> None:
    """Each key is named by a template or by code, in full or by its beginning."""
    catalogue = json.loads((locales_dir() / "en.json").read_text(encoding="utf-8"))
    views = Path(figures.__file__).parent
    # Notices of the agent are worded below the dashboard.
    texts = "".join(path.read_text() for path in [*TEMPLATES.glob("*.html"), *views.parent.rglob("*.py")])
    begun = tuple(re.findall(r'["\'](dash\.[a-z_]*_)["\']', texts)) + tuple(re.findall(r'f"(dash\.[a-z_]*_)\{', texts))
    own = [key for key in catalogue if key.startswith("dash.")]
    unused = [key for key in own if re.sub(r"_(one|other)$", "", key) not in texts and not key.startswith(begun)]

    assert [] == unused


@pytest.mark.parametrize(
    "path", ["//evil.test/", "https://evil.test/", "", "/\\evil.test", "javascript:alert(1)", "/a\nb", "/é", "/" * 501]
)
def test_only_a_path_of_our_own_is_gone_on_to(path: str) -> None:
    """Whatever could lead to another site becomes the Board."""
    assert "/" == safe_path(path)
    assert "/ledger?state=paid" == safe_path("/ledger?state=paid")


def test_bars_stack_their_kinds_from_below() -> None:
    """Two hours of work and one of search, on a grid of four hours."""
    drawn = bars([{}, {"work": 2 * HOUR_US, "search": HOUR_US}], ("work", "search"), HOUR_US)

    assert [("work", 60, 60), ("search", 30, 30)] == [(part.kind, part.y, part.height) for part in drawn.parts]
    assert [(0, 4), (HEIGHT // 2, 2)] == drawn.lines
    assert 80 == drawn.width


@given(st.lists(st.dictionaries(st.sampled_from(["work", "search"]), st.integers(0, 30 * HOUR_US)), max_size=14))
def test_bars_stay_inside_their_frame(days: list[dict[str, int]]) -> None:
    """However much or little time: inside the picture, and what is there is seen."""
    drawn = bars(days, ("work", "search"), HOUR_US)

    assert sum(value > 0 for day in days for value in day.values()) == len(drawn.parts)
    for part in drawn.parts:
        assert 0 <= part.x <= drawn.width
        assert 1 <= part.height
        assert 0 <= part.y <= HEIGHT


def hour_of(pay: int) -> Done:
    """Half an hour of work for that many cents."""
    return Done("site", "USD", pay * 10_000, HOUR_US // 2)


def test_a_wage_is_the_median_of_its_tasks_and_the_whole_of_its_time() -> None:
    """Cents for half hours: the middle one doubled; and what was approved by all the time there was."""
    found = wages(
        [hour_of(pay) for pay in (10, 20, 300, 400, 5000)], {("site", "USD"): (57_300_000, 5)}, {"site": 10 * HOUR_US}
    )

    assert [("site", "USD", 6_000_000, 5, 5_730_000, 5)] == [wage[:6] for wage in found]


def test_too_few_attempts_make_no_wage() -> None:
    """Four of anything say nothing; no time makes no division."""
    found = wages([hour_of(100)] * (LEAST - 1), {("site", "USD"): (57_300_000, 4)}, {"site": HOUR_US})
    timeless = wages([Done("site", "USD", 1, 0)] * 9, {("site", "USD"): (1, 9)}, {})

    assert [(None, 4, None, 4)] == [wage[2:6] for wage in found]
    assert [(None, 0, None, 9)] == [wage[2:6] for wage in timeless]


def test_two_currencies_share_no_hour() -> None:
    """A platform that paid in two currencies has no wage over all time, and keeps the one per task."""
    done = [hour_of(100)] * 5 + [Done("site", "EUR", 1_000_000, HOUR_US)] * 5
    approved = {("site", "USD"): (5_000_000, 5), ("site", "EUR"): (5_000_000, 5)}
    found = wages(done, approved, {"site": 10 * HOUR_US})

    assert [("EUR", 1_000_000, None), ("USD", 2_000_000, None)] == [
        (one.currency, one.per_task, one.per_hour) for one in found
    ]


def test_a_moment_of_the_year_9999_is_still_written() -> None:
    """A clock gone wrong breaks no page."""
    assert "9999-12-31T23:59:59Z" == figures.iso(2**62)
    assert "23:59" == figures.clock(2**62, "Europe/Paris")
