"""The command `bursar`: each command lives in a module of its own and is imported when it is called.

So `bursar parse` starts quickly, and works without the packages of the server.

Exit codes: 0 all went well; 1 a document could not be read, or the command failed; 2 the command line is wrong;
3 the command needs packages that are not installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
import typer.core

from bursar.errors import BursarError
from bursar.version import __version__

EXIT_FAILED = 1
EXIT_NOT_INSTALLED = 3
COMMANDS = {
    "parse": ("bursar.cli.parse", "Read documents and print what they say."),
    "eval": ("bursar.cli.eval", "Score the reader on a corpus with known truth."),
    "serve": ("bursar.cli.serve", "Run the server: API and workers."),
    "worker": ("bursar.cli.worker", "Add workers, on this machine or another."),
    "submit": ("bursar.cli.submit", "Send documents to a server and print what they say."),
    "keys": ("bursar.cli.keys", "Create, list and revoke API keys."),
    "accounts": ("bursar.cli.accounts", "List accounts, set their quotas."),
    "backup": ("bursar.cli.backup", "Copy a server's database and files into a folder."),
    "restore": ("bursar.cli.restore", "Fill a fresh server from a backup."),
}
_EXTRAS = {"submit": "client"}  # every other command that needs packages needs the server's


class LazyCommands(typer.core.TyperGroup):
    """A group that imports a command's module when the command is asked for."""

    _is_describing = False

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help from the table of commands, importing none of them."""
        self._is_describing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._is_describing = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Return the names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command, or one that only knows its help line while help is printed."""
        if cmd_name not in COMMANDS:
            return None
        module, summary = COMMANDS[cmd_name]
        if ctx.resilient_parsing or self._is_describing:
            return typer.core.TyperCommand(cmd_name, help=summary, short_help=summary)
        try:
            command = typer.main.get_command(import_module(module).app)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("bursar"):
                raise
            extra = _EXTRAS.get(cmd_name, "server")
            typer.echo(f"bursar {cmd_name} needs the {extra}'s packages: pip install 'bursar[{extra}]'", err=True)
            raise typer.Exit(EXIT_NOT_INSTALLED) from error
        command.name = cmd_name
        return command


app = typer.Typer(cls=LazyCommands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bursar {__version__}")
        raise typer.Exit


@app.callback()
def bursar(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Turn invoices, receipts and bank statements into checked JSON: offline, on a CPU."""


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; an error that Bursar raises on purpose is one line on stderr and exit code 1."""
    try:
        return app(arguments)
    except BursarError as error:
        typer.echo(f"{error.code}: {error.message}", err=True)
        raise SystemExit(EXIT_FAILED) from error
