"""Definitions: the schema and the structs say the same, faults are named, files are canonical and found by name."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.errors import BadDefinition, UnknownPlatform
from piecework.platforms import Named, Platform, check, check_all, find_platform, load_names, load_platforms
from piecework.platforms import __main__ as command
from piecework.platforms.canonical import canonical
from piecework.platforms.check import pages_of
from piecework.platforms.files import definition_files, rewrite, stale
from piecework.platforms.names import check_names
from piecework.platforms.patterns import matches, origin_of, overlap, sample

FOLDER = Path(__file__).parents[2] / "shared" / "platforms"
SCHEMA = json.loads((FOLDER / "_schema.json").read_text(encoding="utf-8"))
CARRIED = [path.stem for path in definition_files(FOLDER)]

SMALL: dict[str, Any] = {
    "id": "small",
    "name": "Small",
    "aliases": ["Tiny"],
    "life": {"state": "live", "date": "2026-11", "source": "made for a test"},
    "route": "page",
    "origins": ["https://small.example/*"],
    "account": {"shown": False},
    "listings": [
        {
            "id": "tasks",
            "urls": ["https://small.example/tasks"],
            "reader": "dom",
            "rows": ["li.task"],
            "fields": {"id": {"from": [{"attr": "data-id"}]}, "title": {"from": [{"sel": "h2"}]}},
            "link": ["https://small.example/task/{id}"],
            "url_template": "https://small.example/task/{id}",
            "empty": [{"sel": ".none"}],
            "signed_out": [{"url": "https://small.example/login"}],
            "challenge": [],
            "complete": True,
        }
    ],
    "work": {"pages": [{"urls": ["https://small.example/task/{id}"]}], "signals": []},
    "earnings": [],
    "money": {"currencies": ["USD"], "zone": "America/New_York"},
    "manners": {
        "rule": "no rule found",
        "quote": "",
        "source": "",
        "date": "2026-11-21",
        "min_gap_s": 60,
        "refreshes": "unknown",
        "page_world": "never",
        "nda": False,
    },
    "quality": {"tier": "listed", "evidence": "none", "source": "made for a test", "date": "2026-11-21"},
}


def other(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a definition
    """The small definition with top-level parts replaced."""
    return {**copy.deepcopy(SMALL), **changes}


def with_listing(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a listing
    """The small definition with parts of its listing replaced."""
    return other(listings=[{**copy.deepcopy(SMALL["listings"][0]), **changes}])


def without(part: dict[str, Any], *names: str) -> dict[str, Any]:
    """A part without some of its keys."""
    return {name: value for name, value in part.items() if name not in names}


def takes(document: object) -> bool:
    """Whether the schema itself takes a document."""
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(document))


@pytest.mark.parametrize("name", CARRIED)
def test_carried_definitions_are_right(name: str) -> None:
    """Every definition of shared/platforms fits schema and structs, and is called what its file is called."""
    document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert [] == check(document)
    assert takes(document)
    assert name == document["id"]


def test_the_folder_is_in_order() -> None:
    """Canonical texts, no two definitions claim one address, the index lists what is there."""
    assert [] == list(stale(FOLDER))


def fields_of(struct: type[msgspec.Struct]) -> dict[str, type[msgspec.Struct] | None]:
    """Wire name of every field to the struct it holds, if any."""
    hints = get_type_hints(struct)
    found = {}
    for field in msgspec.structs.fields(struct):
        parts = [hints[field.name]]
        while parts and not (isinstance(parts[0], type) and issubclass(parts[0], msgspec.Struct)):
            parts = [*get_args(parts[0]), *parts[1:]]
        found[field.encode_name] = parts[0] if parts else None
    return found


def resolve(part: dict[str, Any]) -> dict[str, Any]:
    """A part of the schema behind its references and lists."""
    while True:
        if "$ref" in part:
            part = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]]
        elif "items" in part:
            part = part["items"]
        else:
            return part


def test_structs_mirror_the_schema() -> None:
    """Every object of the schema has a struct with the same fields, the same of them required."""
    compared = set[str]()

    def compare(struct: type[msgspec.Struct], part: dict[str, Any]) -> None:
        part = resolve(part)
        fields = fields_of(struct)
        assert set(part["properties"]) == set(fields), struct
        assert part["additionalProperties"] is False, struct
        required = {field.encode_name for field in msgspec.structs.fields(struct) if field.required}
        assert set(part.get("required", [])) == required, struct
        compared.add(struct.__name__)
        for name, inner in fields.items():
            if inner is not None:
                compare(inner, part["properties"][name])

    compare(Platform, SCHEMA)
    assert {"Listing", "Signal", "Earning", "Legend", "Place", "Marker", "Manners", "Minimum"} <= compared


def damaged(document: Any, data: st.DataObject) -> Any:  # noqa: ANN401 - any JSON
    """The document with one thing, somewhere inside it, dropped, renamed or replaced."""
    paths: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:  # noqa: ANN401 - any JSON
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in entries:
            paths.append((value, key))
            walk(item)

    walk(document)
    holder, key = data.draw(st.sampled_from(paths))
    replacement = data.draw(st.sampled_from(["drop", "rename", 7, "x", None, [], {}, True, -1.5]))
    if replacement == "drop":
        del holder[key]
    elif replacement == "rename" and isinstance(holder, dict):
        holder[f"{key}_"] = holder.pop(key)
    else:
        holder[key] = replacement
    return document


@given(st.data(), st.sampled_from([SMALL, *(json.loads((FOLDER / f"{name}.json").read_text()) for name in CARRIED)]))
def test_schema_and_structs_agree(data: st.DataObject, document: dict[str, Any]) -> None:
    """Whatever is broken in a definition, what the schema refuses the agent refuses."""
    broken = damaged(copy.deepcopy(document), data)
    if not takes(broken):
        assert [] != check(broken)


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({}, "id"),
        ([], "object"),
        (other(id="Small"), "id"),
        (other(extra=1), "extra"),
        (other(origins=["https://*/*"]), "origins"),
        (other(origins=["https://other.example/*"]), "not covered"),
        (other(home="javascript:alert(1)"), "no web address"),
        (with_listing(rows=["x" * 201]), "rows"),
        (with_listing(empty=[{"sel": "x" * 201}]), "at most 200"),
        (with_listing(embedded={"sel": "x" * 201}, reader="embedded-json"), "at most 200"),
        (with_listing(url_template="https://small.example/task/"), "{id} is missing"),
        (with_listing(link=["https://small.example/task/*"]), "{id} is missing"),
        (with_listing(link=["https://small.example/task/"], url_template="https://a.example/{id}"), "{id} is missing"),
        (with_listing(reader="page-json"), "needs answers"),
        (with_listing(reader="embedded-json"), "needs embedded"),
        (with_listing(page_number={"from": [{"captured": "n"}]}), "no address holds {n}"),
        (with_listing(fields={"id": {"from": [{"captured": "id"}]}}, link=["https://small.example/{n}/{id}"]), ""),
        (other(listings=SMALL["listings"] * 2), "two dom readers"),
        (other(listings=[without(SMALL["listings"][0], "rows")]), "rows and fields are missing"),
        (other(listings=[without(SMALL["listings"][0], "rows", "fields") | {"shape": "unknown"}]), ""),
        (
            other(
                work={
                    "pages": [{"urls": ["https://small.example/w"], "fields": {"id": {"from": [{"captured": "id"}]}}}],
                    "signals": [],
                }
            ),
            "no address holds {id}",
        ),
    ],
)
def test_faults_are_named(document: object, fault: str) -> None:
    """What a schema can't say is said in words that name the place."""
    found = check(document)
    assert bool(fault) == bool(found)
    assert fault in "; ".join(found)


def test_no_two_definitions_claim_one_address() -> None:
    """Overlapping pages, and names that mean two platforms, are refused; their files are named."""
    twin = other(id="twin", name="Twin", aliases=["tiny"])
    found = check_all({"small.json": SMALL, "twin.json": twin})
    assert any("both claim https://small.example/tasks" in fault for fault in found)
    assert any("both are called Tiny" in fault for fault in found)
    assert all(fault.startswith("small.json, twin.json") for fault in found)
    assert ["bad.json: Object missing required field `id`"] == check_all({"small.json": SMALL, "bad.json": {}})


def test_old_names_lead_to_who_took_the_place() -> None:
    """The successor carries the names of what it replaced, and they find the old one first; nobody else may."""
    gone = {"state": "closed", "date": "2026-11", "source": "made for a test", "successor": "new"}
    old = other(
        id="old", name="Old", aliases=["Older"], life=gone, origins=[], listings=[], work={"pages": [], "signals": []}
    )
    new = other(id="new", name="New", aliases=["Old", "Older"])
    documents = {"new.json": new, "old.json": old}
    assert [] == check_all(documents)
    known = {name: msgspec.convert(document, Platform) for name, document in documents.items()}
    assert "old" == find_platform("Old", known).id
    assert any(
        "both are called" in fault for fault in check_all({**documents, "new.json": other(id="new", name="Old")})
    )
    assert ["old.json: life.successor: there is no platform new"] == check_all({"old.json": old})


def test_names_that_are_only_names(tmp_path: Path) -> None:
    """The table fits the schema, is in order, and no name in it means a described platform too."""
    table = json.loads((FOLDER / "_aliases.json").read_text(encoding="utf-8"))
    part = {"$defs": SCHEMA["$defs"], "$ref": "#/$defs/named"}
    assert all(jsonschema.Draft202012Validator(part).is_valid(one) for one in table)
    assert [one["name"] for one in table] == [one.name for one in load_names()]
    double = [Named(name="Tiny", aliases=[], note="", source="", date="2026-11"), load_names()[0]]
    known = {"small": msgspec.convert(SMALL, Platform)}
    told = ["_aliases.json: not in the order of the names", "_aliases.json: Tiny is small already"]
    assert told == list(check_names(double, known))
    (tmp_path / "_aliases.json").write_text('[{"name": "X"}]', encoding="utf-8")
    with pytest.raises(BadDefinition, match=r"_aliases\.json"):
        load_names(tmp_path)


@pytest.mark.parametrize("name", CARRIED)
def test_every_definition_is_honest(name: str) -> None:
    """A rule is quoted, or was not found; what is missing is said; what is read has its origin."""
    one = load_platforms()[name]
    assert one.manners.rule == "no rule found" or one.manners.quote or name == "practice"
    assert one.quality.tier != "listed" or one.quality.evidence != "recorded"
    assert isinstance(one.quality.missing, list)
    assert isinstance(one.money.approval_rule, str) or name == "practice"
    assert bool(one.listings) <= bool(one.origins)
    bars = [mark.url for part in one.listings for mark in (*part.signed_out, *part.challenge)]
    read = {origin_of(url) for url in (*pages_of(one), *bars) if isinstance(url, str)}
    assert one.route != "page" or set(one.origins) <= read, "an origin is asked for that nothing is read at"
    assert one.route == "page" or not one.listings or one.life.state == "closed"
    assert (one.route == "history only") == (one.life.state == "closed")
    assert (
        one.manners.page_world == "never"
        or any(part.reader == "page-json" for part in one.listings)
        or name == "practice"
    )


@pytest.mark.parametrize(
    ("pattern", "url", "expected"),
    [
        ("https://a.example/tasks", "https://a.example/tasks", True),
        ("https://a.example/tasks", "https://a.example:8443/tasks?x=1", True),
        ("https://a.example/tasks", "http://a.example/tasks", False),
        ("https://a.example/tasks", "https://b.example/tasks", False),
        ("https://a.example/*", "https://a.example/", True),
        ("https://a.example/t/{id}", "https://a.example/t/7", True),
        ("https://a.example/t/{id}", "https://a.example/t/7/8", False),
        ("https://a.example/p?page={n}&of=*", "https://a.example/p?of=3&page=2", True),
        ("https://a.example/p?page={n}", "https://a.example/p?page=two", False),
        ("https://a.example/p?page={n}", "https://a.example/p", False),
        ("https://a.example/a.b", "https://a.example/aXb", False),
    ],
)
def test_url_patterns(pattern: str, url: str, expected: bool) -> None:  # noqa: FBT001 - a table of cases
    """Any port, parameters in any order; `{id}` is one segment, `{n}` a number, everything else itself."""
    assert expected == matches(pattern, url)


def test_every_carried_pattern_matches_its_sample() -> None:
    """A pattern and an address made from it belong together, and lie in a listed origin."""
    for platform in load_platforms().values():
        for listing in platform.listings:
            for url in listing.urls:
                assert matches(url, sample(url))
                assert overlap(url, url)
                assert origin_of(url) in platform.origins


def test_definitions_are_found_by_any_name() -> None:
    """Id, name or alias, in any case; an unknown one says which are known."""
    known = {"small": msgspec.convert(SMALL, Platform)}
    for name in ("small", "SMALL", " Tiny "):
        assert "small" == find_platform(name, known).id
    with pytest.raises(UnknownPlatform, match="Known: small"):
        find_platform("large", known)
    assert "prolific" == find_platform("Prolific").id


def test_a_folder_of_ones_own_adds_and_replaces(tmp_path: Path) -> None:
    """Definitions of the person's own stand beside the carried ones, or in their place."""
    (tmp_path / "small.json").write_text(json.dumps(SMALL), encoding="utf-8")
    (tmp_path / "prolific.json").write_text(json.dumps(other(id="prolific", name="Mine")), encoding="utf-8")
    found = load_platforms(tmp_path)
    assert {"small", *CARRIED} == set(found)
    assert "Mine" == found["prolific"].name
    assert "America/New_York" == found["small"].zone
    assert "USD" == found["small"].currency()


@pytest.mark.parametrize("text", ["{", "[]", "{}", "\xff"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    """A file that is no definition says which one it is."""
    (tmp_path / "broken.json").write_text(text, encoding="latin-1")
    with pytest.raises(BadDefinition, match=r"broken\.json"):
        load_platforms(tmp_path)


def test_two_currencies_leave_an_unmarked_amount_unknown() -> None:
    """Only a platform with one currency says what an amount without a sign is in."""
    both = msgspec.convert(other(money={"currencies": ["USD", "EUR"], "zone": "UTC"}), Platform)
    assert None is both.currency()


def test_writing_canonically(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys in the schema's order, the index beside it; checking names what is not so, formatting makes it so."""
    shutil.copyfile(FOLDER / "_schema.json", tmp_path / "_schema.json")
    mixed = json.dumps(dict(sorted(SMALL.items(), reverse=True)))
    (tmp_path / "small.json").write_text(mixed, encoding="utf-8")
    monkeypatch.setattr(command, "platforms_dir", lambda: tmp_path)
    assert 2 == command.main([])
    assert 1 == command.main(["--check"])
    told = capsys.readouterr().err
    assert "small.json: not in canonical form" in told
    assert "_index.json: out of date" in told
    assert 0 == command.main(["--format"])
    assert 0 == command.main(["--check"])
    text = (tmp_path / "small.json").read_text(encoding="utf-8")
    assert SMALL == json.loads(text)
    assert list(SMALL) == list(json.loads(text))
    assert '["small"]' == (tmp_path / "_index.json").read_text(encoding="utf-8").replace("\n", "").replace(" ", "")
    (tmp_path / "small.json").rename(tmp_path / "large.json")
    rewrite(tmp_path)
    assert ["large.json: its id is small"] == list(stale(tmp_path))


@given(st.permutations(list(SMALL)))
def test_canonical_form_does_not_depend_on_order(names: list[str]) -> None:
    """However the keys of a definition stand, its text is one; writing it again changes nothing."""
    text = canonical({name: SMALL[name] for name in names}, SCHEMA)
    assert canonical(SMALL, SCHEMA) == text
    assert text == canonical(json.loads(text), SCHEMA)
