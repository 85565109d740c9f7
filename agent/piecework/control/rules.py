"""Commands about rules: list, save, switch, remove, preview, and all of them as one JSON text."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from piecework.control.arguments import read
from piecework.control.typed import context
from piecework.errors import BadUsage
from piecework.watch.preview import preview
from piecework.watch.rulebook import LONGEST_NAME, MOST_RULES, Named, Rule, check, read_book, write_book
from piecework.watch.rules import stored

if TYPE_CHECKING:
    import sqlite3

    from piecework.control.services import Services

BUILT_IN = ("default", "money")
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
_PUT = (
    "INSERT INTO rule (id, name, body, on_) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
    "body = excluded.body, on_ = excluded.on_"
)


class Saved(msgspec.Struct):
    """Arguments of rule.save: a new rule where `id` is empty."""

    name: Name
    rule: Rule
    id: str = ""
    on: bool = True


class Switched(msgspec.Struct):
    """Arguments of rule.switch."""

    id: str
    on: bool


class Which(msgspec.Struct):
    """Arguments of rule.remove."""

    id: str


class Previewed(msgspec.Struct):
    """Arguments of rule.preview."""

    rule: Rule


class Imported(msgspec.Struct):
    """Arguments of rule.import: the file's text; `replace` removes every rule that is not in it."""

    text: str
    replace: bool = False


async def list_rules(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """`{rules: [{id, name, on, rule, preview}]}`: each with what it would have told of in the last 7 days."""
    with services.store.read() as conn:
        ctx = context(services)
        rows = [
            {
                "id": one.id,
                "name": one.name,
                "on": one.on,
                "rule": msgspec.to_builtins(one.rule),
                "preview": preview(conn, ctx, one.rule)._asdict(),
            }
            for one in stored(conn)
        ]
    return {"rules": rows}


async def save_rule(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Keeps a rule, new or changed: `{id}`. Raises BadUsage for one that can't be met or has a hostile pattern."""
    asked = read(args, Saved)
    check(asked.rule)

    def job(conn: sqlite3.Connection) -> str:
        known = {one.id for one in stored(conn)}
        if asked.id and asked.id not in known:
            raise BadUsage(f"There is no rule “{asked.id}”.")
        if not asked.id and len(known) >= MOST_RULES:
            raise BadUsage(f"There are {MOST_RULES} rules already. Remove one first.")
        own = asked.id or f"r-{secrets.token_hex(4)}"
        _put(conn, Named(own, asked.name, asked.rule, asked.on))
        return own

    own = await services.store.write(job)
    _changed(services)
    return {"id": own}


async def switch_rule(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Switches a rule on or off. Raises BadUsage for an unknown one."""
    asked = read(args, Switched)
    await _one(services, "UPDATE rule SET on_ = ? WHERE id = ?", asked.id, int(asked.on))
    return {"id": asked.id, "on": asked.on}


async def remove_rule(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Removes a rule. Raises BadUsage for an unknown one, and for one that Piecework begins with: switch that off."""
    asked = read(args, Which)
    if asked.id in BUILT_IN:
        raise BadUsage("Piecework begins with this rule: it is switched off, not removed.")
    await _one(services, "DELETE FROM rule WHERE id = ?", asked.id)
    return {"id": asked.id}


async def preview_rule(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """`{fired, seen, lacks, rate_day}`: what a rule would have told of in the last 7 days."""
    asked = read(args, Previewed)
    check(asked.rule)
    with services.store.read() as conn:
        return preview(conn, context(services), asked.rule)._asdict()


async def export_rules(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """`{text}`: every rule as the JSON that rule.import takes."""
    with services.store.read() as conn:
        return {"text": write_book(stored(conn))}


async def import_rules(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Takes the rules of a file, those of a known id in its place: `{rules}`. Raises BadUsage and keeps nothing."""
    asked = read(args, Imported)
    rules = read_book(asked.text)

    def job(conn: sqlite3.Connection) -> int:
        if asked.replace:
            conn.execute("DELETE FROM rule WHERE id NOT IN ('default', 'money')")
        for one in rules:
            _put(conn, one)
        if len(stored(conn)) > MOST_RULES:
            raise BadUsage(f"There would be more than {MOST_RULES} rules. Nothing was changed.")
        return len(rules)

    count = await services.store.write(job)
    _changed(services)
    return {"rules": count}


def _put(conn: sqlite3.Connection, one: Named) -> None:
    conn.execute(_PUT, (one.id, one.name, msgspec.json.encode(one.rule).decode(), int(one.on)))


async def _one(services: Services, statement: str, own: str, *values: object) -> None:
    done = await services.store.write(lambda conn: conn.execute(statement, (*values, own)).rowcount)
    if not done:
        raise BadUsage(f"There is no rule “{own}”.")
    _changed(services)


def _changed(services: Services) -> None:
    """The board shows it at once, and extensions keep to it by themselves."""
    services.bus.publish("board")
    services.hub.push_settings()


RULES = {
    "rule.list": list_rules,
    "rule.save": save_rule,
    "rule.switch": switch_rule,
    "rule.remove": remove_rule,
    "rule.preview": preview_rule,
    "rule.export": export_rules,
    "rule.import": import_rules,
}
"""Their names, for `piecework.control.commands`."""
