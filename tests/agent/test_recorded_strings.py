"""Pays and times as recorded on real sites come out right to the micro-unit and the second."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from piecework.money import MICRO, parse_pay, parse_places, parse_time

Recorded = Callable[[str], Path]


def load(path: Path) -> Any:  # noqa: ANN401 - JSON of any shape
    """A recorded JSON file; its figures stay exact."""
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def expected_pay(line: dict[str, Any]) -> tuple[Any, ...]:
    """What the table of strings says, in micro-units."""
    low, high = (None if line["exp"][end] is None else int(line["exp"][end] * MICRO) for end in ("min", "max"))
    return low, high, line["exp"]["currency"], line["exp"]["per"]


def strings(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The lines of one kind of the table of strings."""
    text = (folder / "rewards-and-times.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line, parse_float=Decimal) for line in text.splitlines()]
    return [line for line in lines if line["kind"] == kind]


def test_every_recorded_reward_is_read(recorded: Recorded) -> None:
    """All of them, with range, currency and unit."""
    lines = strings(recorded("strings"), "reward")
    read = [(line["s"], parse_pay(line["s"], lang=line["lang"])) for line in lines]
    got = [(text, (pay.micro, pay.max_micro, pay.currency, pay.per)) for text, pay in read]
    assert [(line["s"], expected_pay(line)) for line in lines] == got


def test_every_recorded_time_is_read(recorded: Recorded) -> None:
    """All of them, with range and kind."""
    lines = strings(recorded("strings"), "time")
    read = [(line["s"], parse_time(line["s"], lang=line["lang"])) for line in lines]
    expected = [(line["s"], line["exp"]["min"], line["exp"]["max"], line["exp"]["kind"]) for line in lines]
    assert expected == [(text, time.min_s, time.max_s, time.kind) for text, time in read]


def test_a_microworkers_row_is_read(recorded: Recorded) -> None:
    """Pay, age, and a pay of nothing that is stated."""
    folder = recorded("microworkers")
    row = load(folder / "tasks_list_row_2026-09.json")[0]
    history = load(folder / "history_pending_2026-09-05.json")
    assert 100_000 == parse_pay(row["payment"]).micro
    assert 15 == parse_places(f"{row['positions_done']}/{row['positions_total']}").left
    assert (0, "stated") == (parse_pay(history["detail"]["earned"]).micro, parse_pay(history["detail"]["earned"]).state)
    age = parse_time(history["page"]["rows"][0]["submitted_age"])
    assert (38 * 60, "ago") == (age.min_s, age.kind)


def test_a_uhrs_card_is_read(recorded: Recorded) -> None:
    """Decimal comma, sign behind, a count with k that is no money, two texts glued together."""
    lines = load(recorded("uhrs") / "task_card_lines_2022.json")["lines"]
    pays = [parse_pay(line) for line in lines]
    stated = [pay for pay in pays if pay.state == "stated"]
    assert [(50_000, 50_000, "USD", "task")] == [(pay.micro, pay.max_micro, pay.currency, pay.per) for pay in stated]
    counts = [parse_places(line).left for line in lines if "HITs" in line]
    assert [1_442_600] == counts
    age = next(time for time in map(parse_time, lines) if time.state == "stated")
    assert (4 * 86400, "ago") == (age.min_s, age.kind)


def test_a_oneforma_rate_is_read_with_its_sign_and_unit_given_apart(recorded: Recorded) -> None:
    """The amount, the unit and the currency stand in three fields of the answer."""
    row = load(recorded("oneforma") / "list_job_row_2026-09-02.json")[0]
    pay = parse_pay(f"{row['rate']} {row['rate_unit']}", currency="USD")
    assert (100_000_000, "USD", "hour") == (pay.micro, pay.currency, pay.per)
    joined = parse_pay(f"{row['rate_currency_symbol']}{row['rate']} {row['rate_unit']}")
    assert (pay.micro, pay.currency, pay.per) == (joined.micro, joined.currency, joined.per)


def test_a_dataannotation_rate_is_read(recorded: Recorded) -> None:
    """Per hour."""
    props = load(recorded("dataannotation") / "worker_projects_props_2026-05.json")
    pay = parse_pay(props["reportableProjectsInfo"][0]["pay"])
    assert (40_000_000, 40_000_000, "USD", "hour") == (pay.micro, pay.max_micro, pay.currency, pay.per)


def test_an_outlier_entry_without_a_price_has_none(recorded: Recorded) -> None:
    """No price is not a price of nothing."""
    row = load(recorded("outlier") / "queue_assignment_fixture_2025-02.json")[0]
    assert "none" == parse_pay(row.get("pay", "")).state


def test_traineedigital_rows_are_read_per_unit(recorded: Recorded) -> None:
    """Pay per page and per other units, relative dates, volumes."""
    tasks = load(recorded("traineedigital") / "tasks_list_2026-09-03.json")["tasks"]
    pays = [parse_pay(f"{task['pay']} {task['unit']}") for task in tasks]
    assert [400_000, 550_000, 900_000, 480_000, 350_000, 420_000] == [pay.micro for pay in pays]
    assert ["page", "page", "unit", "page", "unit", "unit"] == [pay.per for pay in pays]
    assert [86400 * days for days in (1, 2, 3, 5, 2, 7)] == [parse_time(task["posted"]).min_s for task in tasks]
    assert [1200, 800, 2000, 1500, 3000, 2400] == [parse_places(task["volume"]).left for task in tasks]


def test_sproutgigs_payments_are_exact(recorded: Recorded) -> None:
    """JSON numbers, taken as text, with a zero that is stated and a tenth of a cent."""
    jobs = load(recorded("sproutgigs") / "jobs_list_2025-02.json")["jobs"]
    amounts = [job["payment"]["amount"] for job in jobs]
    read = [
        parse_pay(str(amount), currency=job["payment"]["currency"]) for amount, job in zip(amounts, jobs, strict=True)
    ]
    assert [int(amount * MICRO) for amount in amounts] == [pay.micro for pay in read]
    assert {"stated"} == {pay.state for pay in read}
    rated = {job["payment"]["duration"]: parse_time(job["payment"]["duration"]).min_s for job in jobs}
    assert {text: int(text.split()[0]) * 86400 for text in rated} == rated


@pytest.mark.parametrize("words", ["Fixed-price", "Hourly"])
def test_upwork_rows_give_a_range_per_hour_or_no_amount(recorded: Recorded, words: str) -> None:
    """The job type alone is text that states no amount: kept as unreadable, never a zero."""
    rows = (recorded("upwork") / "search_rows_2023-02.csv").read_text(encoding="utf-8")
    kinds = {piece for line in rows.splitlines() for piece in line.split(",") if piece.startswith(("Hourly", "Fixed"))}
    ranges = {kind: parse_pay(kind) for kind in kinds if "$" in kind}
    expected = {
        kind: [int(part) * MICRO for part in kind.removeprefix("Hourly: ").replace("$", "").split("-")]
        for kind in ranges
    }
    assert {kind: figures[0] for kind, figures in expected.items()} == {kind: pay.micro for kind, pay in ranges.items()}
    assert {kind: figures[-1] for kind, figures in expected.items()} == {
        kind: pay.max_micro for kind, pay in ranges.items()
    }
    assert {("USD", "hour")} == {(pay.currency, pay.per) for pay in ranges.values()}
    assert "unreadable" == parse_pay(words).state
