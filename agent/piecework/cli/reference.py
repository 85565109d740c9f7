"""Writes docs/cli.md from the commands themselves: `python -m piecework.cli.reference [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from piecework.cli import COMMANDS, group
from piecework.resources import root

HEAD = """# The command line

Made from the commands themselves by `make generate`; a test fails when it is stale.

Exit codes: 0 done, 2 bad usage, 3 nothing to show, 4 refused or failed (the cause is on standard error).
Lists printed with `--json` keep their keys; money is integer micro-units (1e-6) with a currency, times are
microseconds since 1970 UTC.

"""


def reference() -> str:
    """The text of docs/cli.md."""
    parts = [HEAD + "| command | what it does |\n| --- | --- |\n"]
    parts += [f"| [`{name}`](#{name}) | {text} |\n" for name, (_, text) in sorted(COMMANDS.items())]
    parent = click.Context(group, info_name="piecework")
    for name in sorted(COMMANDS):
        command = group.get_command(parent, name)
        if command is not None:
            context = click.Context(command, info_name=name, parent=parent, max_content_width=100)
            parts.append(f"\n## {name}\n\n```\n{command.get_help(context)}\n```\n")
    return "".join(parts)


def main(arguments: list[str]) -> int:
    """Writes the page, or with --check says whether it is what would be written."""
    path = root() / "docs" / "cli.md"
    text = reference()
    if arguments == ["--check"]:
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return 0
        click.echo(f"{Path('docs/cli.md')} is stale: make generate", err=True)
        return 1
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
