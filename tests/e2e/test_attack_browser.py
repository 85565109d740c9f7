"""What a page, a rebound name, a neighbour and another extension can do to the agent: nothing. In both browsers.

The attack table, tried by real browsers in which Piecework is paired and its dashboard signed in to: what the
browser lets through, the agent turns away, by the status and close code named here; nothing is read, nothing
changed, and nobody who belongs here notices.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from piecework.demo.browser import until
from piecework.drive import Tab
from piecework.views.actions import ACTIONS
from tests.e2e.conftest import found_or_skip
from tests.e2e.evil import SETTINGS, Field, Setting, field_of
from tests.sites.server import Sites

PAGES = ["http://evil.test/", "https://evil-secure.test/"]
HELLO = json.dumps({"t": "hello", "v": [1]})
FIELDS = {"csrf": "", "language": "fr", "code": "0000", "cid": "", "platform": "practice", "account": "-"}
Told = list[dict[str, Any]]


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="session",
    params=[pytest.param(name, marks=getattr(pytest.mark, one.kind)) for name, one in SETTINGS.items()],
)
async def field(
    request: pytest.FixtureRequest, served: Sites, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Field]:
    """A paired browser under one setting, with a stranger's extension in it."""
    setting: Setting = SETTINGS[request.param]
    data = tmp_path_factory.mktemp(request.param) / "data"
    async with field_of(setting, found_or_skip(setting.kind), served, data) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def unharmed(field: Field) -> AsyncIterator[None]:
    """After every attack all is as it was."""
    before = field.everything()
    field.tap.forget()
    yield
    assert before == field.everything()
    await field.still_serves()


async def strike(tab: Tab, *what: str) -> Told:
    """Tries several things at once from a tab; returns every outcome, and closes the tab."""
    together = ", ".join(f"attack.{one}" for one in what)
    told: Told = await tab.eval(f"Promise.all([{together}]).then((all) => all.flat())")
    await tab.close()
    return told


def call(name: str, *words: object) -> str:
    """One attack as JavaScript."""
    return f"{name}({', '.join(json.dumps(word) for word in words)})"


def nothing_heard(told: Told) -> bool:
    """No socket opened, and none said a word."""
    return bool(told) and not any(one["opened"] or one["heard"] for one in told)


def nothing_read(told: Told) -> bool:
    """No answer could be read: an error, or an opaque one without status and text; no script or picture was one."""
    return bool(told) and all(
        "error" in one or one.get("loaded") is False or (one.get("status") == 0 and one["text"] == "") for one in told
    )


def turned_away(field: Field, *, reaches: bool, by: int = 403, **wanted: str) -> None:
    """What the browser let through was answered with that status; whatever else got through, too."""
    seen = {one.status for one in field.tap.of(**wanted) if one.method != "OPTIONS"}
    assert {by} == seen or (not seen and not reaches)
    # The question before a POST that is no simple one: it gets no word that would allow it.
    assert {405} >= {one.status for one in field.tap.of(**wanted) if one.method == "OPTIONS"}


def changing(field: Field) -> list[str]:
    """Every address that changes something, and two that only look so."""
    return [f"http://{field.own}{path}" for path in [*ACTIONS, "/link", "/enter"]]


def reading(field: Field) -> list[str]:
    """Every address that shows something."""
    return [f"http://{field.own}{path}" for path in field.tap.paths("GET")]


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_gets_no_socket(field: Field, page: str) -> None:
    """403 before the upgrade where the browser does not refuse by itself, under both of the agent's names."""
    told = await strike(await field.page(page), call("sockets", field.links, [HELLO]))

    assert nothing_heard(told)
    turned_away(field, reaches=field.setting.sockets)


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_changes_and_reads_nothing(field: Field, page: str) -> None:
    """Neither by script nor as a script or picture: the person's cookie stays behind, every POST is a 403."""
    tab = await field.page(page)
    told = await strike(
        tab,
        call("posts", changing(field), FIELDS),
        call("gets", reading(field)),
        call("embeds", "script", reading(field)),
        call("embeds", "img", reading(field)),
    )

    assert nothing_read(told)
    turned_away(field, reaches=field.setting.requests, method="POST")
    turned_away(field, reaches=field.setting.requests, method="GET")


async def test_a_page_that_sends_a_form_changes_nothing(field: Field) -> None:
    """A POST that takes the whole tab along, as a person's own press would send it: refused, the cookie not with it."""
    tab = await field.page(PAGES[0])
    form = f"""(() => {{
      const form = document.createElement("form");
      Object.assign(form, {{ method: "post", action: "http://{field.own}/sign-out", enctype: "text/plain" }});
      document.documentElement.append(form);
      form.submit();
    }})()"""
    await tab.eval(form)
    # Where the browser asks the person first, nothing comes; otherwise the refusal does.
    if field.setting.requests:
        await until(lambda: field.tap.of(path="/sign-out"), "the form has come")
    await tab.close()

    turned_away(field, reaches=field.setting.requests)


async def test_a_neighbour_reads_and_changes_nothing(field: Field) -> None:
    """A page of another program on this computer is of the dashboard's own site, so that its cookie is sent along."""
    tab = await field.page(field.neighbour)
    sockets = await tab.eval(f"attack.{call('sockets', field.links, [HELLO])}")
    told = await strike(
        tab,
        call("posts", changing(field), FIELDS),
        call("gets", reading(field)),
        call("embeds", "script", reading(field)),
        call("embeds", "img", reading(field)),
    )

    assert nothing_heard(sockets)
    assert nothing_read(told)
    turned_away(field, reaches=True)


async def test_a_neighbours_frame_stays_empty(field: Field) -> None:
    """The dashboard can't be framed, so that no press of the person's can be led astray."""
    tab = await field.page(field.neighbour)
    shown = """attack.embeds("iframe", ["http://OWN/"]).then(() => {
      try { return frames[0].document.body.innerText } catch { return "" }
    })"""
    text = await tab.eval(shown.replace("OWN", field.own))
    await tab.close()

    assert "" == text
    turned_away(field, reaches=True)


async def test_a_rebound_name_reads_nothing(field: Field) -> None:
    """A foreign name that leads to the agent's own port: to the browser that page and the agent are one origin."""
    paths = sorted({*field.tap.paths("GET"), *ACTIONS, "/no-such-page"})
    tab = await field.page(f"http://{field.rebound}/")
    first = await tab.eval("document.documentElement.innerText")
    sockets = await tab.eval(f"attack.{call('sockets', [f'ws://{field.rebound}/link'], [HELLO])}")
    told = await strike(tab, call("gets", paths), call("posts", paths, FIELDS))

    assert nothing_heard(sockets)
    assert {421} == field.tap.statuses()
    assert {(421, "This address is not Piecework's.")} == {(one["status"], one["text"].strip()) for one in told}
    assert "This address is not Piecework's." == first.strip()
    assert {*paths, "/"} == {one.path for one in field.tap.of(method="GET", host=field.rebound)}
    assert set(paths) == {one.path for one in field.tap.of(method="POST", host=field.rebound)}


async def test_a_content_script_gets_no_socket(field: Field) -> None:
    """It speaks with the page's own Origin: whoever wants to be heard speaks from the background."""
    tab = await field.browser.new_tab(PAGES[0])
    urls = json.dumps(json.dumps(field.links))
    await tab.eval(f"document.dispatchEvent(new CustomEvent('strike', {{ detail: {urls} }}))")
    told: Told = json.loads(await tab.wait_for("document.documentElement.dataset.struck", what="the outcome"))
    await tab.close()

    assert nothing_heard(told)
    turned_away(field, reaches=field.setting.sockets)
    assert {PAGES[0].rstrip("/")} >= {one.origin for one in field.tap.seen}


async def test_another_extension_is_not_let_in(field: Field) -> None:
    """Its Origin is an extension's, but no paired one: a stolen name of a client opens nothing, 4401."""
    cid = next(iter(field.agent.services.hub.connected()))
    hello = json.dumps({"t": "hello", "v": [1], "cid": cid, "nonce": "A" * 43})
    told = await strike(await field.page(f"{field.stranger}/page.html"), call("sockets", [field.links[0]], [hello]))

    assert [(True, [], 4401)] == [(one["opened"], one["heard"], one["code"]) for one in told]
    await until(lambda: field.tap.of(origin=field.stranger), "the socket's end is seen")
    assert [(101, 4401)] == [(one.status, one.code) for one in field.tap.of(origin=field.stranger)]


async def test_another_extension_reads_and_changes_nothing_else(field: Field) -> None:
    """Dashboard and our extension's own messages are closed to it as to a page."""
    tab = await field.page(f"{field.stranger}/page.html")
    asked = [await message(field, tab, order) for order in ("state", "unpair")]
    told = await strike(tab, call("gets", reading(field)), call("posts", changing(field), FIELDS))

    assert ["refused", "refused"] == asked
    assert nothing_read(told)
    turned_away(field, reaches=True, method="POST")
    # Its Origin may knock at the link: a request that is no upgrade is answered as such.
    assert {"/link": {400}} | {path: {403} for path in field.tap.paths("GET") if path != "/link"} == {
        path: {one.status for one in field.tap.of(path=path, method="GET")} for path in field.tap.paths("GET")
    }


async def message(field: Field, tab: Tab, order: str) -> str:
    """Sends our extension a message from another one; "refused" where nobody answers."""
    words = f"{json.dumps(field.browser.extension_id)}, {json.dumps({'do': order})}"
    answer: str = await tab.eval(
        f"(globalThis.browser ?? chrome).runtime.sendMessage({words})"
        ".then((it) => it === undefined ? 'refused' : JSON.stringify(it), () => 'refused')"
    )
    return answer
