"""The command line. Commands are imported only when they are called, so that `--help` costs next to nothing."""

from __future__ import annotations

import errno
import importlib
import sys
from typing import TYPE_CHECKING

import click

from piecework import __version__
from piecework.errors import BadUsage, PieceworkError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: dict[str, tuple[str, str]] = {
    "account": ("people", "Claim or release the sign-ins Piecework has seen."),
    "add": ("books", "Write down work that no page showed."),
    "alerts": ("lists", "Alerts, and what became of each."),
    "backup": ("keep", "Write a dated copy of the store."),
    "channels": ("telling", "Ways to reach you, and a test of all of them."),
    "demo": ("demo", "Rehearse the whole path on the practice site."),
    "doctor": ("doctor", "Walk the whole path as a client and say what is wrong."),
    "earnings": ("earnings", "Money per platform, account and currency."),
    "edit": ("correct", "Correct the pay, state, title or requester of an assignment."),
    "exchange": ("rates", "Write down a withdrawal in another currency."),
    "export": ("books", "Write the books to a file or to standard output."),
    "extension": ("extension", "Write ready folders or zips of the extension."),
    "forecast": ("forecast", "When tasks come, hour by hour of the week."),
    "forget": ("keep", "Remove what you name, for good."),
    "health": ("lists", "Every list that is watched, and its state."),
    "history": ("lists", "What happened to one task."),
    "import": ("imports", "Take files of other programs and sites into the books."),
    "new-platform": ("scaffold", "Write a definition and test pages to begin with."),
    "open": ("agent", "Print or open a one-time address of the dashboard."),
    "pair": ("people", "Allow a browser, or revoke it."),
    "overdue": ("reckon", "Submissions that are overdue by the platforms' own rules."),
    "payouts": ("earnings", "Payouts, and what each of them pays."),
    "parse": ("parse", "Read pay or time the way the ledger does."),
    "platforms": ("lists", "Every known platform: how it is read, on what evidence."),
    "rates": ("rates", "Exchange rates: list, show, import; your home currency."),
    "rebuild": ("keep", "Derive everything anew from the history."),
    "reconcile": ("reckon", "The platforms' own figures against the books."),
    "reparse": ("correct", "Read stored text anew with a newer parser."),
    "restore": ("keep", "Put a backup in the store's place."),
    "rules": ("telling", "What is told, as JSON in and out."),
    "run": ("agent", "Run the agent."),
    "statement": ("reckon", "Your income over a period, as a paper to show."),
    "status": ("agent", "Whether the agent runs, and what it knows."),
    "stop": ("agent", "End the running agent."),
    "tasks": ("lists", "Tasks on the board."),
    "time": ("lists", "Intervals of work."),
    "undo": ("correct", "Take back a correction, or what you typed."),
    "verify": ("keep", "Replay the history and compare it with the books."),
}
"""Every command: the module of this package that holds it, and its one-line help."""

INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C ended."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only to run it or to show its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Names, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"piecework.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the same
        """Lists the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(COMMANDS.items())])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="piecework")
def group() -> None:
    """One board, one clock and one ledger for every micro-task site, on your own machine.

    Exit codes: 0 done, 2 bad usage, 3 nothing to show, 4 refused or failed (the cause is on standard error).
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and ends the process with its exit code."""
    try:
        group.main(args=arguments, prog_name="piecework", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort as end:
        if isinstance(end.__cause__, KeyboardInterrupt):
            sys.exit(INTERRUPTED)
        click.echo("piecework: Nothing was done.", err=True)
        sys.exit(PieceworkError.exit_code)
    except click.ClickException as refusal:
        refusal.show()
        sys.exit(refusal.exit_code)
    except PieceworkError as cause:
        click.echo(f"piecework: {cause.text}", err=True)
        sys.exit(cause.exit_code)
    except UnicodeEncodeError as cause:
        click.echo(f"piecework: {cause.object!a} is no text: it holds bytes that are not UTF-8.", err=True)
        sys.exit(BadUsage.exit_code)
    except OSError as cause:
        hint = " Free some space, then try again." if cause.errno == errno.ENOSPC else ""
        click.echo(f"piecework: {cause.filename or 'The system'}: {cause.strerror or cause}.{hint}", err=True)
        sys.exit(PieceworkError.exit_code)
