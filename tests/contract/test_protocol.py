"""The words of the link: generated files are fresh, and the examples mean the same to both sides."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from piecework.errors import BadMessage
from piecework.protocol import codec, messages
from piecework.protocol.generate import outdated, schema
from piecework.protocol.kinds import AGENT_ONLY, Kind

FOLDER = Path(__file__).parents[2] / "shared" / "protocol"
EXAMPLES = {path.stem: path for path in sorted((FOLDER / "examples").glob("*.json")) if path.stem != "proof.vector"}
EVENTS = [name for name in EXAMPLES if name.startswith("event.")]
INCOMING = {"hello", "proof", "pair", "ka", "ask", "command"}


def load(name: str) -> dict[str, Any]:
    """One example."""
    found: dict[str, Any] = json.loads(EXAMPLES[name].read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def validator() -> Any:  # noqa: ANN401 - jsonschema carries no types
    """Checks against the schema as it is written in shared/protocol."""
    document = json.loads((FOLDER / "messages.schema.json").read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(document)
    kind.check_schema(document)
    return kind(document)


def test_generated_files_are_fresh() -> None:
    """Schema and declarations are what the structs say now."""
    if shutil.which("node") is None:
        pytest.skip("node is missing: the declarations can't be made again")
    assert [] == outdated(FOLDER)


def test_every_message_and_every_kind_has_an_example() -> None:
    """Nothing of the protocol is without a written case that both suites read."""
    types = {kind.__struct_config__.tag for kind in (*messages.FromExtension.__args__, *messages.FromAgent.__args__)}
    assert {*types - {"event"}, *(f"event.{kind}" for kind in Kind)} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_follow_the_schema(validator: Any, name: str) -> None:  # noqa: ANN401 - jsonschema carries no types
    """The schema takes every example, as a whole and its body as the kind's."""
    document = load(name)
    validator.validate(document)
    body = schema()["$defs"]["Bodies"]["properties"].get(document.get("kind", ""))
    if body is not None:
        validator.evolve(schema={**body, "$defs": schema()["$defs"]}).validate(document["body"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_read_and_written_by_the_agent(name: str) -> None:
    """Decoded and encoded again an example says the same; none carries a field that no struct has."""
    document = load(name)
    text = json.dumps(document)
    incoming = name in INCOMING or name in EVENTS
    message = codec.decode(text) if incoming else codec.decode_agent(text)
    again = codec.encode(message)
    assert message == (codec.decode(again) if incoming else codec.decode_agent(again))
    assert set(json.loads(again)) <= set(document)
    assert set(document) <= {"t", *(field.encode_name for field in msgspec.structs.fields(message))}


@pytest.mark.parametrize("name", EVENTS)
def test_bodies_are_read_by_their_kind(name: str) -> None:
    """Every kind's body has its struct, but those only the agent makes; no example carries an unknown field."""
    document = load(name)
    kind = document["kind"]
    assert name == f"event.{kind}"
    if kind not in codec.BODIES:
        assert kind in AGENT_ONLY
        return
    body = codec.decode_body(kind, json.dumps(document["body"]).encode())
    assert set(document["body"]) <= {field.encode_name for field in msgspec.structs.fields(body)}


def test_an_unknown_field_is_ignored() -> None:
    """A newer side may say more: what is not known is passed over."""
    assert messages.Ack(seq=5) == codec.decode_agent('{"t":"ack","seq":5,"colour":"blue"}')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"t":"nonsense"}',
        '{"t":"ack","seq":1}',
        '{"t":"event","seq":1.5,"id":"a","at_us":1,"kind":"note"}',
        '{"t":"event","seq":9007199254740992,"id":"a","at_us":1,"kind":"note"}',
        '{"t":"event","seq":1,"id":"a","at_us":1,"kind":"note","zone":"\\ud83d"}',
        '{"t":"hello","v":["1"]}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_message(text: str | bytes) -> None:
    """Anything else is one kind of error, never a crash."""
    with pytest.raises(BadMessage):
        codec.decode(text)


def test_an_envelope_is_read_before_its_body() -> None:
    """An event of an unknown kind, with any body, still says its id and number."""
    found = codec.decode('{"t":"event","seq":7,"id":"a","at_us":1,"kind":"telepathy","body":{"of":[1,{}]}}')
    assert isinstance(found, messages.Event)
    assert ("a", 7, b'{"of":[1,{}]}') == (found.id, found.seq, bytes(found.body))
    with pytest.raises(KeyError):
        codec.decode_body("telepathy", b"{}")
