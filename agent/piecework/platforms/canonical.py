"""The one way a definition is written: keys in the schema's order, two blanks, one line at the end."""

from __future__ import annotations

import json
from typing import Any

Schema = dict[str, Any]


def canonical(document: object, schema: Schema) -> str:
    """A definition's text. Keys the schema does not name keep their place, after those it does."""
    return json.dumps(_ordered(document, schema, schema), indent=2, ensure_ascii=False) + "\n"


def _ordered(value: object, schema: Schema, whole: Schema) -> object:
    schema = _resolve(schema, whole)
    if isinstance(value, dict):
        known: dict[str, Schema] = schema.get("properties", {})
        names = [name for name in known if name in value] + [name for name in value if name not in known]
        return {name: _ordered(value[name], known.get(name, {}), whole) for name in names}
    if isinstance(value, list):
        return [_ordered(item, schema.get("items", {}), whole) for item in value]
    return value


def _resolve(schema: Schema, whole: Schema) -> Schema:
    while "$ref" in schema:
        target: Schema = whole
        for name in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target[name]
        schema = target
    return schema
