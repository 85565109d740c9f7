"""The recorded studies page as a tree, for the rebuilt app to grow its list from, and the study it shows.

A plain HTML parser would close the card's `li` at the first `li` of its tags; this one closes only what the
recording itself closes, so the tree is the recorded DOM.
"""

from html.parser import HTMLParser
from pathlib import Path

VOID = frozenset({"img", "input", "br", "hr", "meta", "link", "source", "path", "circle", "rect", "use"})
Node = list[object]


class Grower(HTMLParser):
    """Builds [tag, attributes, children…] nodes; comments are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Node = ["root", {}]
        self._open: list[Node] = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, unless it never has content."""
        node: Node = [tag, {name: value or "" for name, value in attrs}]
        self._open[-1].append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself."""
        self._open[-1].append([tag, {name: value or "" for name, value in attrs}])

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest open element of that name."""
        names = [node[0] for node in self._open]
        if tag in names[1:]:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Text."""
        self._open[-1].append(data)


def tree_of(html: str) -> Node:
    """The whole recording as one tree."""
    grower = Grower()
    grower.feed(html)
    return grower.root


def find(node: Node, test_id: str) -> Node | None:
    """The first element with this test id, in document order."""
    for child in node[2:]:
        if isinstance(child, list):
            if attribute(child, "data-testid") == test_id:
                return child
            if (found := find(child, test_id)) is not None:
                return found
    return None


def attribute(node: Node, name: str) -> str:
    """An attribute's value, "" without it."""
    held = node[1]
    return str(held.get(name, "")) if isinstance(held, dict) else ""


def text(node: Node) -> str:
    """All text inside, with single blanks."""
    parts = [child if isinstance(child, str) else text(child) for child in node[2:] if isinstance(child, (str, list))]
    return " ".join("".join(parts).split())


RECORDED = Path("prolific/prolific_studies-page-dom_2024-12.html")
STUDY: dict[str, object] = {
    "id": "676eda540ac41cc075b4e578",
    "title": "Background survey",
    "requester": "columbia.edu",
    "pay_micro": 800_000,
    "hourly_micro": 14_850_000,
    "currency": "USD",
    "minutes": 3,
    "places": 640,
    "description": "In this survey, we will ask you to complete a brief set of questions about your background.",
}
"""What the recording shows, read by eye; a test compares it with the recording when that is present."""
