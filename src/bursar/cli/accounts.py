"""`bursar accounts`: who uses the server, and how much they may."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bursar.cli.records import print_json, run_in_database
from bursar.errors import NotFound
from bursar.service.quotas import list_accounts, set_quotas

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_MEBIBYTE = 1024 * 1024
_MOST = 1_000_000_000
_QUOTAS = (
    ("documents", "document_quota"),
    ("documents_month", "month_quota"),
    ("bytes", "byte_quota"),
    ("jobs", "job_quota"),
)
_HOW = "A number, `none` for no limit, or `default` for the server's setting."
DataDir = Annotated[Path | None, typer.Option(help="Folder of the server, as for `bursar serve`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def show(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List all accounts: what they have, and of how much where a quota is their own."""
    accounts = run_in_database(data_dir, list_accounts)
    if as_json:
        print_json(accounts)
        return
    table = Table("Account", "Documents", "This month", "Bytes", "Jobs", "Created", "Id", box=None)
    for account in accounts:
        amounts = [_write_amount(account[name], account[quota]) for name, quota in _QUOTAS]
        table.add_row(account["name"], *amounts, f"{account['created_at']:%Y-%m-%d}", str(account["id"]))
    console = Console()
    (console if console.is_terminal else Console(width=200)).print(table)  # a pipe has no width to fit into


@app.command()
def quota(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Name of the account.")],
    documents: Annotated[str | None, typer.Option(help=f"Documents in storage. {_HOW}")] = None,
    documents_month: Annotated[str | None, typer.Option(help="Documents uploaded in a calendar month.")] = None,
    mb: Annotated[str | None, typer.Option(help="MiB in storage.")] = None,
    jobs: Annotated[str | None, typer.Option(help="Jobs in the queue or running at once; others wait.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Set quotas of one account; those that are not named stay. They count at once, also while the server runs."""
    given = {"documents": documents, "documents_month": documents_month, "bytes": mb, "jobs": jobs}
    changes = {name: _read_quota(value) for name, value in given.items() if value is not None}
    if changes.get("bytes"):
        changes["bytes"] = (changes["bytes"] or 0) * _MEBIBYTE
    row = run_in_database(data_dir, lambda connection: set_quotas(connection, account, changes))
    if row is None:
        raise NotFound(f"no account is called {account}")
    if as_json:
        print_json(row)
    else:
        own = ", ".join(f"{name} {_write_limit(row[quota])}" for name, quota in _QUOTAS)
        typer.echo(f"quotas of the account «{row['name']}»: {own}")


def _read_quota(text: str) -> int | None:
    if text == "default":
        return None
    if text == "none":
        return 0
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= _MOST):
        raise typer.BadParameter(f"a quota is a number from 1 to {_MOST}, `none` or `default`")
    return int(text)


def _write_amount(used: Any, quota: int | None) -> str:
    return str(used) if quota is None else f"{used} of {_write_limit(quota)}"


def _write_limit(quota: int | None) -> str:
    return "default" if quota is None else str(quota or "none")
