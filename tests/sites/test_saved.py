"""Sites of saved pages show them at their own addresses; what was saved is what is served."""

import pytest

from tests.sites import save
from tests.sites.saved import SavedSite
from tests.sites.server import SAVED
from tests.sites.visitor import Visitor, visitor

__all__ = ["visitor"]


@pytest.mark.parametrize("site", SAVED, ids=lambda site: site.id)
async def test_a_site_of_saved_pages_shows_them(visitor: Visitor, site: SavedSite) -> None:
    """List, other pages and answers at their own addresses; other looks at the list's; each says it is rebuilt."""
    folder = save.HERE / site.id / "pages"
    looks = [
        ("normal", "list.html"),
        ("empty", "empty.html"),
        ("signed-out", "signed-out.html"),
        ("changed", "changed.html"),
    ]
    for look, name in [(look, name) for look, name in looks if name in site.pages]:
        visitor.sites.mode(site.id, look=look)
        answer = await visitor.ask(site.pages["list.html"]["url"])
        url = answer.headers.get("Location", site.pages["list.html"]["url"])
        assert (folder / name).read_text("utf-8") == await visitor.text(url)
        for address, told in site.pages[name].get("answers", {}).items():
            answer = await visitor.ask(address)
            assert (told["status"], (folder / told["file"]).read_text("utf-8")) == (answer.status, await answer.text())
    visitor.sites.mode(site.id, look="rate-limited")
    assert 429 == (await visitor.ask(site.pages["list.html"]["url"])).status
    texts = [path.read_text("utf-8") for path in folder.glob("*.html")]
    assert all(
        text.startswith("<!-- Rebuilt from published selectors: ") and "Not recorded. -->" in text for text in texts
    )


@pytest.mark.parametrize("platform", save.MAKERS)
async def test_saved_pages_are_what_is_served(platform: str) -> None:
    """Every saved file is fresh: `python -m tests.sites.save` would change nothing."""
    files = await save.saved(platform)
    kept = {
        str(path.relative_to(save.HERE)): path.read_text("utf-8")
        for path in [*(save.HERE / platform / "pages").iterdir(), save.HERE / platform / "expected.json"]
    }
    assert files.keys() == kept.keys()
    assert [] == [name for name, text in files.items() if text != kept[name]]
