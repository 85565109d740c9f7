"""Every saved page reads as its expectation says, in both browsers' own parsers and selectors."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from piecework.drive import launch
from piecework.platforms.scaffold import scaffold
from tests.e2e.reader import Json, content_source, definition, pay_of, understood, understood_as
from tests.e2e.recorded_rows import ROWS
from tests.sites.common import render
from tests.sites.prolific.recorded import RECORDED, tree_of
from tests.sites.save import MAKERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from piecework.drive import Found, Tab

SITES = Path(__file__).parents[1] / "sites"
BOUND = ("watching", "empty", "signed_out", "challenge", "rate_limited", "changed_shape")

READ = """(() => {
  const { definition, html, url, answers, settled } = %s;
  const { read, marker, earnings, account, merge, step } = piecework;
  const page = Document.parseHTMLUnsafe(html);
  const env = { page, address: () => url, nowUs: () => 0 };
  const told = answers.map((one) => ({ ...read.fromPage(page, one.url, []), ...one, lang: "en" }));
  const { first } = piecework.url;
  const meant = (part) => told.filter((one) => part.reader === "page-json" && first(part.answers, one.url));
  const lists = [...new Set(definition.listings.map((one) => one.id))].flatMap((id) => {
    const view = new piecework.ListView(env, definition, id, null);
    view.settled = settled === true;
    for (const listing of view.readers) {
      for (const seen of meant(listing)) {
        view.answered(listing, { ...seen, captured: first(listing.answers, seen.url) }, 0);
        read.now(view.take());
      }
    }
    const whole = merge(view.answer?.reading ?? null, read.now(view.page()));
    return whole ? [{ id, ...whole }] : [];
  });
  const work = definition.work.pages.filter((one) => first(one.urls, url)).map((one) => {
    const seen = read.fromPage(page, url, one.urls);
    return { on: !one.when || marker.any(one.when, seen), ...step.body(definition, one, seen) };
  });
  const signals = definition.work.signals.filter((one) => one.on === "page" && first(one.urls, url));
  const steps = signals.flatMap((one) => {
    const seen = read.fromPage(page, url, one.urls);
    return !one.when || marker.any(one.when, seen) ? [step.read(definition, one, seen)] : [];
  });
  const shown = definition.earnings.filter((one) => one.reader !== "page-json" && first(one.urls, url));
  const bodies = (one, seen) => earnings.all(definition, one, seen).map((body) => [one.kind, body]);
  const money = [
    ...shown.flatMap((one) => bodies(one, read.fromPage(page, url, one.urls))),
    ...definition.earnings.flatMap((one) => meant(one).flatMap((seen) => bodies(one, seen))),
  ];
  return { lists, work, steps, money, account: account(definition, page, url) };
})()"""


GROWN = """(() => {
  const { definition, tree } = %s;
  const grown = ([tag, attributes, ...children]) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.map((one) => (typeof one === "string" ? one : grown(one))));
    return element;
  };
  const page = document.implementation.createHTMLDocument();
  page.body.append(grown(tree));
  const listing = definition.listings.find((one) => one.reader === "dom");
  return piecework.read.now(piecework.read.list(listing, piecework.read.fromPage(page, listing.urls[0], listing.urls)));
})()"""


def saved(key: str) -> list[Any]:
    """(platform, page, expectation) of the saved pages whose expectation speaks of `key`."""
    found = []
    for path in sorted(SITES.glob("*/expected.json")):
        told = json.loads(path.read_text("utf-8"))
        for name, expected in told["pages"].items():
            if key in expected and name.endswith(".html"):
                found.append(pytest.param(told["platform"], name, expected, id=f"{told['platform']}-{name}"))
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reading(found_browser: Found) -> AsyncIterator[Tab]:
    """A blank page with the content scripts in it, watching nothing."""
    async with launch(found_browser) as browser:
        tab = await browser.new_tab("about:blank")
        await tab.eval(content_source())
        yield tab


async def read(  # noqa: PLR0913 - what a tab has
    tab: Tab, platform: str, html: str, url: str, answers: list[Json] | None = None, *, settled: bool = False
) -> Json:
    """Everything the platform's definition makes of a page, and of the answers it fetched."""
    about = {"html": html, "url": url, "answers": answers or [], "settled": settled}
    told = {"definition": definition(platform), **about}
    answer: Json = await tab.eval(READ % json.dumps(told))
    return answer


async def read_saved(tab: Tab, platform: str, name: str, expected: Json) -> Json:
    """The same for a saved page."""
    folder = SITES / platform / "pages"
    answers = [
        {"url": url, "status": one["status"], "json": json.loads((folder / one["file"]).read_text("utf-8"))}
        for url, one in expected.get("answers", {}).items()
    ]
    html, settled = (folder / name).read_text("utf-8"), bool(expected.get("settled"))
    return await read(tab, platform, html, expected["url"], answers, settled=settled)


@pytest.mark.parametrize(
    ("platform", "name", "expected"), [one for one in saved("state") if one.values[2]["state"] in BOUND]
)
async def test_a_saved_list_reads_as_expected(reading: Tab, platform: str, name: str, expected: Json) -> None:
    """State with its cause, rows field by field, whether the list is whole, and which page of it this is."""
    lists = {one["id"]: one for one in (await read_saved(reading, platform, name, expected))["lists"]}
    told = lists[expected.get("list") or next(iter(lists))]

    assert (expected["state"], expected.get("cause", told["cause"])) == (told["state"], told["cause"])
    assert expected["rows"] == understood_as(expected["rows"], told["rows"])
    for other, rows in expected.get("lists", {}).items():
        assert rows == [understood(row) for row in lists[other]["rows"]]
    if "complete" in expected:
        assert (expected["complete"], expected.get("page")) == (told["complete"], told["page"])
        assert 0 == told["skipped"]


async def test_the_sample_of_a_new_platform_reads_as_it_says(reading: Tab) -> None:
    """`piecework new-platform` writes pages that its definition reads: one replaces what is true step by step."""
    schema = json.loads((SITES.parents[1] / "shared/platforms/_schema.json").read_text("utf-8"))
    files = scaffold("sample-site", "Sample Site", "https://tasks.example/list", "2026-11-22", schema)
    told = json.loads(files["tests/sites/sample-site/expected.json"])["pages"]
    made = json.loads(files["shared/platforms/sample-site.json"])
    for name, expected in told.items():
        page = {"definition": made, "html": files[f"tests/sites/sample-site/pages/{name}"], "url": expected["url"]}
        [found] = (await reading.eval(READ % json.dumps(page | {"answers": []})))["lists"]
        assert (expected["state"], expected["rows"]) == (found["state"], [understood(row) for row in found["rows"]])


@pytest.mark.parametrize(("platform", "name", "expected"), saved("account"))
async def test_a_saved_page_says_whose_it_is(reading: Tab, platform: str, name: str, expected: Json) -> None:
    """The account's own name; only the background keeps it, hashed."""
    assert expected["account"] == (await read_saved(reading, platform, name, expected))["account"]


@pytest.mark.parametrize(("platform", "name", "expected"), saved("task"))
async def test_a_saved_task_page_says_its_task(reading: Tab, platform: str, name: str, expected: Json) -> None:
    """Task, system and pay; and whether the page is one to work on."""
    work = (await read_saved(reading, platform, name, expected))["work"]
    wanted = expected["task"]
    if not work:
        # Shown before it is accepted: a press on it is read, see the signals.
        assert "info" in name
        return
    [told] = work

    assert (wanted["id"], wanted["system"], wanted["title"]) == (
        told["task"],
        told.get("system", ""),
        told.get("title"),
    )
    assert expected.get("on", True) == told["on"]
    assert expected.get("assignment", "") == told.get("assignment", "")
    if "pay" in wanted:
        assert wanted["pay"] == pay_of(told["pay"])
        assert wanted["requester"] == told.get("requester")


@pytest.mark.parametrize(
    ("platform", "name", "expected"), [one for one in saved("history") if one.values[2]["history"]]
)
async def test_a_saved_history_reads_as_expected(reading: Tab, platform: str, name: str, expected: Json) -> None:
    """Each attempt with its state and pay; a pay that is not shown is none."""
    told = [body for kind, body in (await read_saved(reading, platform, name, expected))["money"] if kind == "history"]
    names = ("assignment", "task", "title", "status")

    assert [[one[name] for name in names] for one in expected["history"]] == [
        [one.get(name) for name in names] for one in told
    ]
    assert [one["micro"] for one in expected["history"]] == [_micro(one.get("pay")) for one in told]
    assert [one.get("bonus_micro") or None for one in expected["history"]] == [_micro(one.get("bonus")) for one in told]


@pytest.mark.parametrize(("platform", "name", "expected"), saved("totals"))
async def test_a_saved_statement_reads_as_expected(reading: Tab, platform: str, name: str, expected: Json) -> None:
    """Every figure of all time, in its own currency."""
    money = (await read_saved(reading, platform, name, expected))["money"]
    [whole] = [body for kind, body in money if kind == "totals" and not body.get("period")]
    figures = {one["name"]: pay_of(one["pay"]) for one in whole["totals"]}

    assert expected["totals"] == {
        key: {"micro": one["micro"], "currency": one["currency"]} for key, one in figures.items() if one
    }


@pytest.mark.parametrize(("platform", "name", "expected"), saved("days"))
async def test_a_saved_statement_by_days_reads_as_expected(
    reading: Tab, platform: str, name: str, expected: Json
) -> None:
    """The figures of each of the platform's own days, added up exactly where it gives several lines a day."""
    money = (await read_saved(reading, platform, name, expected))["money"]
    told = {
        body["period"]: {one["name"]: pay_of(one["pay"]) for one in body["totals"]}
        for kind, body in money
        if kind == "totals" and body.get("period")
    }

    assert expected["days"] == {
        day: {key: {"micro": one["micro"], "currency": one["currency"]} for key, one in figures.items() if one}
        for day, figures in told.items()
    }


@pytest.mark.parametrize(("platform", "name", "expected"), saved("submitted"))
async def test_a_page_that_confirms_names_its_code(reading: Tab, platform: str, name: str, expected: Json) -> None:
    """The address alone may say that work was sent in, and with which code."""
    steps = (await read_saved(reading, platform, name, expected))["steps"]

    assert [("submitted", expected["submitted"])] == [(one["kind"], one["body"].get("code")) for one in steps]


LISTED = [path.parent.name for path in sorted(SITES.glob("*/expected.json")) if path.parent.name not in MAKERS]
"""Platforms whose pretend site is nothing but its saved pages."""


@pytest.mark.parametrize("platform", LISTED)
@pytest.mark.parametrize(("look", "state"), [("challenge", "challenge"), ("limited", "rate_limited")])
async def test_a_page_in_the_lists_place_bars_it(reading: Tab, platform: str, look: str, state: str) -> None:
    """A check or a limit is told for every platform, also where the list itself comes as an answer."""
    page = json.loads((SITES / platform / "expected.json").read_text("utf-8"))["pages"]["list.html"]
    stage = SimpleNamespace(face=SimpleNamespace(retry_after_s=263))
    html = render(f"shared/{look}.html", host="site.test", face=stage.face, stage=stage)
    lists = (await read(reading, platform, html, page["url"]))["lists"]

    assert {state} == {one["state"] for one in lists}


@pytest.mark.parametrize(("platform", "name", "expected"), saved("payouts"))
async def test_saved_payouts_read_as_expected(reading: Tab, platform: str, name: str, expected: Json) -> None:
    """Each payout with what it cost."""
    money = (await read_saved(reading, platform, name, expected))["money"]
    told = [body for kind, body in money if kind == "payouts"]

    assert [(one["id"], one["micro"], one["fee_micro"], one["to"]) for one in expected["payouts"]] == [
        (one["id"], _micro(one["amount"]), _micro(one["fee"]), one["to"]) for one in told
    ]


@pytest.mark.parametrize(("platform", "name", "expected"), saved("lines"))
async def test_a_saved_wallet_is_kept_as_text(reading: Tab, platform: str, name: str, expected: Json) -> None:
    """What its lines mean is not published: they change no task."""
    told = [body for _, body in (await read_saved(reading, platform, name, expected))["money"]]

    assert [one["text"] for one in expected["lines"]] == [one["title"] for one in told]
    assert {"unknown"} == {one["status"] for one in told}


async def test_the_recorded_study_is_one_row(reading: Tab, recorded: Callable[[str], Path]) -> None:
    """Neither the card of questions nor the pane beside the list, which have the same test ids, becomes a row."""
    tree = tree_of((recorded("prolific") / RECORDED.name).read_text("utf-8"))
    told = await reading.eval(GROWN % json.dumps({"definition": definition("prolific"), "tree": tree}))

    expected = {
        "id": "676eda540ac41cc075b4e578",
        "system": "",
        "title": "Background survey",
        "requester": "columbia.edu",
        "pay": {"state": "stated", "micro": 800_000, "currency": "USD", "per": "task"},
        "hourly": {"state": "stated", "micro": 14_850_000, "currency": "USD", "per": "hour"},
        "minutes": 3,
        "places_left": 640,
        "url": "https://app.prolific.com/studies/676eda540ac41cc075b4e578",
    }
    assert [expected] == [understood(row) for row in told["rows"]]
    assert 0 == told["skipped"]


@pytest.mark.parametrize("platform", ROWS)
async def test_recorded_rows_come_out_exactly(reading: Tab, recorded: Callable[[str], Path], platform: str) -> None:
    """Titles in one line, pays to the micro-unit with their unit, places that are left."""
    made = ROWS[platform](recorded(platform))
    answers = [{"url": made.answer[0], "status": 200, "json": made.answer[1]}] if made.answer else []
    told = (await read(reading, platform, made.page, made.url, answers))["lists"][0]
    rows = [understood(row) for row in told["rows"]]
    pays = [row["pay"] or {"micro": None, "per": None} for row in rows]

    assert made.rows == [
        (row["title"], pay["micro"], pay["per"], row["places_left"]) for row, pay in zip(rows, pays, strict=True)
    ]


def _micro(pay: Json | None) -> int | None:
    read_pay = pay_of(pay)
    return read_pay["micro"] if read_pay else None
