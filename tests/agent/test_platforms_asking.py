"""How looks of our own are made is data: the tab is loaded anew, or its page asked for once more where facts allow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from piecework.platforms import check, load_platforms
from piecework.platforms.asking import asking, way

FOLDER = Path(__file__).parents[2] / "shared" / "platforms"
REQUEST = {"by": "request", "why": "Its page is drawn on the server."}


def changed(listing: dict[str, Any], **manners: object) -> dict[str, Any]:
    """The practice site's definition with other words about its list, and other manners."""
    told = json.loads((FOLDER / "practice.json").read_text(encoding="utf-8"))
    told["listings"][0].update(listing)
    told["manners"].update(manners)
    return dict(told)


@pytest.mark.parametrize(
    ("listing", "manners", "fault"),
    [
        ({}, {"rule": "forbidden"}, "the rule forbids looks"),
        ({"late": True}, {}, "not in an answer"),
        ({"shadow": True}, {}, "not in an answer"),
        (
            {"reader": "page-json", "answers": ["http://practice.localhost/list"]},
            {"page_world": "never"},
            "is not entered",
        ),
        (
            {"reader": "page-json", "answers": ["https://api.other.example/list"]},
            {"page_world": "allowed"},
            "on the list's own host",
        ),
        (
            {"reader": "page-json", "answers": ["http://practice.localhost/list/*"]},
            {"page_world": "allowed"},
            "without gaps",
        ),
    ],
)
def test_a_request_is_given_only_where_it_can_hold_the_list(
    listing: dict[str, Any], manners: dict[str, object], fault: str
) -> None:
    """No forbidden site, no rows that scripts draw, no answer of another host, none of a page we never enter."""
    assert any(fault in found for found in check(changed({"looking": REQUEST, **listing}, **manners)))


def test_an_answer_of_the_lists_own_host_may_be_asked_for() -> None:
    """GET of one fixed address, where the page's world may be entered."""
    own = {"looking": REQUEST, "reader": "page-json", "answers": ["http://practice.localhost/list"]}
    assert [] == [found for found in check(changed(own, page_world="allowed")) if "looking" in found]


def test_a_site_that_needs_a_token_is_loaded_anew() -> None:
    """Prolific and the others whose page asks with a token say so in their definition; unknown ones are reloaded."""
    platforms = load_platforms()
    for name in ("prolific", "oneforma", "outlier", "crowdgen"):
        [told] = {asking(platforms[name], one.id) for one in platforms[name].listings}
        assert told is not None
        assert "token" in told.why
        assert {"reload"} == {way(platforms[name], one.id) for one in platforms[name].listings}
    assert "reload" == way(platforms["mturk"], "hits")
    assert "fetch" == way(platforms["sproutgigs"], "jobs")


def test_forbidden_platforms_have_no_way_at_all() -> None:
    """Microworkers, Toloka and whoever else forbids it: nothing in their definition says how to look."""
    forbidden = [one for one in load_platforms().values() if one.manners.rule == "forbidden"]
    assert {"microworkers", "toloka"} <= {one.id for one in forbidden}
    assert [] == [one.id for one in forbidden for listing in one.listings if asking(one, listing.id) is not None]


def test_a_stated_session_names_its_source() -> None:
    """UHRS ends after eight hours by its vendor's own page; no length stands anywhere without a source."""
    platforms = load_platforms()
    assert 8 == platforms["uhrs"].manners.session_hours
    stated = [one.manners for one in platforms.values() if isinstance(one.manners.session_hours, int | float)]
    assert all(isinstance(one.session_source, str) and "http" not in one.session_source for one in stated)
    assert "support-workplace.clickworker.com" in str(platforms["uhrs"].manners.session_source)
