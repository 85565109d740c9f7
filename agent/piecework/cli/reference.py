"""Writes the reference pages of docs/ from the code itself: `python -m piecework.cli.reference [--check]`."""

from __future__ import annotations

import inspect
import re
import sys
from typing import TYPE_CHECKING, get_args

import click
import msgspec

from piecework.cli import COMMANDS, group
from piecework.cli.keys import ANSWERS
from piecework.protocol import bodies, messages
from piecework.protocol.codec import BODIES
from piecework.protocol.kinds import AGENT_ONLY, SIGHTINGS, Kind
from piecework.resources import root
from piecework.settings import Settings
from piecework.views.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

MADE = "Made from the code by `make generate`; a test fails when it is stale.\n\n"


def cli_page() -> str:
    """docs/cli.md: every command with its own help."""
    head = (
        "# The command line\n\n" + MADE + "Exit codes: 0 done, 2 bad usage, 3 nothing to show, 4 refused or failed "
        "(the cause is on standard error).\nLists printed with `--json` keep their keys; money is integer micro-units "
        "(1e-6) with a currency, times are microseconds since 1970 UTC.\n\n| command | what it does |\n| --- | --- |\n"
    )
    parts = [head, *(f"| [`{name}`](#{name}) | {text} |\n" for name, (_, text) in sorted(COMMANDS.items()))]
    parent = click.Context(group, info_name="piecework", **group.context_settings)
    for name in sorted(COMMANDS):
        command = group.get_command(parent, name)
        if command is not None:
            context = click.Context(command, info_name=name, parent=parent, max_content_width=100)
            parts.append(f"\n## {name}\n\n```\n{command.get_help(context)}\n```\n")
            if name in ANSWERS:
                parts.append(f"\n`--json`: `{ANSWERS[name]}`\n")
    return "".join(parts)


def messages_page() -> str:
    """docs/messages.md: every message and every kind of event, field by field."""
    parts = ["# Messages\n\n", MADE, "The handshake and the rules are in protocol.md.\n"]
    for title, union in (("Extension to agent", messages.FromExtension), ("Agent to extension", messages.FromAgent)):
        parts.append(f"\n## {title}\n")
        parts += [_struct(str(struct.__struct_config__.tag), struct) for struct in get_args(union)]
    parts.append("\n## Kinds of events\n\n| kind | body | kept as |\n| --- | --- | --- |\n")
    parts += [f"| `{kind}` | {_body(kind)} | {_kept(kind)} |\n" for kind in Kind]
    parts.append("\n## Bodies\n")
    structs = [value for value in vars(bodies).values() if inspect.isclass(value) and issubclass(value, msgspec.Struct)]
    parts += [_struct(struct.__name__, struct) for struct in structs]
    return "".join(parts)


def _body(kind: str) -> str:
    struct = BODIES.get(kind)
    return f"[{struct.__name__}](#{struct.__name__.lower()})" if struct else "raw"


def _kept(kind: Kind) -> str:
    if kind in SIGHTINGS:
        return "sighting, pruned"
    if kind in AGENT_ONLY:
        return "history; made by the agent alone, refused over the link"
    if kind is Kind.BEAT:
        return "pulse, 90 days"
    return "alert's delivery" if kind in {Kind.TOLD, Kind.SHOWN, Kind.CLICKED, Kind.DISMISSED} else "history"


def _struct(name: str, struct: type[msgspec.Struct]) -> str:
    rows = "".join(f"| `{field.name}` | `{_type(field.type)}` | {_default(field)} |\n" for field in _fields(struct))
    table = f"\n| field | type | default |\n| --- | --- | --- |\n{rows}" if rows else ""
    return f"\n### {name}\n\n{inspect.getdoc(struct)}\n{table}"


def _fields(struct: type[msgspec.Struct]) -> Iterable[msgspec.structs.FieldInfo]:
    return msgspec.structs.fields(struct)


def _type(shape: object) -> str:
    text = shape.__name__ if inspect.isclass(shape) and not get_args(shape) else str(shape)
    for word in ("typing.", "piecework.protocol.bodies.", "piecework.protocol.messages.", "msgspec."):
        text = text.replace(word, "")
    text = re.sub(r"Annotated\[(\w+), Meta\(.*?\)\]", r"\1", text)
    return text.replace("|", "or")


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default is not msgspec.NODEFAULT:
        shown = bytes(field.default).decode() if isinstance(field.default, msgspec.Raw) else repr(field.default)
        return f"`{shown}`"
    return "empty" if field.default_factory is not msgspec.NODEFAULT else "required"


ROUTES = (
    "Routes: `page` is read from its own pages; `generic` by the generic reader, not verified until a person "
    "confirmed it; `manual+import` by hand and from payout files; `history only` is closed, for old records and "
    "imports; `not read` shows job adverts rather than tasks; `not described yet` is a name that nobody has "
    "described: teach it. Tiers: listed, then checked, then kept. `piecework platforms NAME` finds one by any of "
    "its names, old ones too, and says when its list was last read well.\n\n"
)


def platforms_page() -> str:
    """docs/platforms.md: every known platform, on what evidence, what is missing and how to help."""
    rows = catalogue()
    columns = (
        "name",
        "id",
        "aliases",
        "life",
        "route",
        "tier",
        "evidence",
        "evidence_date",
        "rule",
        "approval",
        "payout",
    )
    parts = [
        "# Platforms\n\n",
        MADE,
        ROUTES,
        "| " + " | ".join(columns) + " |\n",
        "|" + " --- |" * len(columns) + "\n",
        *("| " + " | ".join(_cell(row[name]) for name in columns) + " |\n" for row in rows),
        "\n## What is missing, and how to help\n",
    ]
    for row in rows:
        rule = f"{row['rule']} ({row['rule_date']})" + "".join(f": {row[key]}" for key in _RULE if row[key])
        lines = [*row["missing"], f"Life: {row['life']} ({row['life_date']}: {row['life_source']}).", f"Rule: {rule}."]
        lines += [f"Looks of our own: {row['looks']}"] if row["looks"] else []
        hours = row["session_hours"]
        lines += [f"Signed out after {hours:g} h: {row['session_source']}."] if hours else []
        parts += [f"\n### {row['name']}\n\n", *(f"- {line}\n" for line in lines), f"- **How to help:** {row['help']}\n"]
    return "".join(parts)


_RULE = ("rule_quote", "rule_source")


def _cell(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text.replace("|", "\\|")


def settings_page() -> str:
    """docs/settings.md: every choice with its default."""
    rows = "".join(f"| `{field.name}` | `{_type(field.type)}` | {_default(field)} |\n" for field in _fields(Settings))
    return (
        f"# Settings\n\n{MADE}{inspect.getdoc(Settings)}\n\n| setting | type | default |\n| --- | --- | --- |\n{rows}"
    )


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "messages.md": messages_page,
    "platforms.md": platforms_page,
    "settings.md": settings_page,
}


def main(arguments: list[str]) -> int:
    """Writes the pages, or with --check says whether they are what would be written."""
    folder = root() / "docs"
    stale = [name for name, page in PAGES.items() if not _is(folder / name, page())]
    if arguments == ["--check"]:
        for name in stale:
            click.echo(f"docs/{name} is stale: make generate", err=True)
        return 1 if stale else 0
    folder.mkdir(exist_ok=True)
    for name in stale:
        (folder / name).write_text(PAGES[name](), encoding="utf-8")
    return 0


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
