"""`bursar keys`: keys to the API, while the server runs and while it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bursar.cli.records import print_json, run_in_database
from bursar.errors import NotFound
from bursar.service.keys import create_key, list_keys, revoke_key

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

DataDir = Annotated[Path | None, typer.Option(help="Folder of the server, as for `bursar serve`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def create(
    account: Annotated[str, typer.Option(help="Name of the account; made where there is none.")],
    permissions: Annotated[str, typer.Option(help="Some of read,write,admin.")] = "read,write",
    expires: Annotated[int | None, typer.Option(min=1, max=36_500, help="Days until it expires.")] = None,
    work_limit: Annotated[int | None, typer.Option(min=0, help="Units of work a minute; 0: no limit.")] = None,
    read_limit: Annotated[int | None, typer.Option(min=0, help="Reads a minute; 0: no limit.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: it is shown this once and kept nowhere."""
    expires_at = datetime.now(UTC) + timedelta(days=expires) if expires else None
    names = [name for name in (part.strip() for part in permissions.split(",")) if name]
    made = run_in_database(
        data_dir,
        lambda connection: create_key(
            connection, account, permissions=names, expires_at=expires_at, work_limit=work_limit, read_limit=read_limit
        ),
    )
    if as_json:
        described = {"key": made.key, "id": made.id, "prefix": made.prefix, "account": made.account}
        print_json({**described, "permissions": made.permissions, "expires_at": made.expires_at})
    else:
        typer.echo(made.key)
        typer.echo(f"Key of the account «{made.account}». It is not kept and cannot be shown again.", err=True)


@app.command("list")
def show(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List all keys, without what is secret."""
    keys = run_in_database(data_dir, list_keys)
    if as_json:
        print_json(keys)
        return
    table = Table("Prefix", "Account", "Permissions", "Created", "Last used", "State", "Id", box=None)
    for key in keys:
        cells = [key["created_at"], key["last_used_at"]]
        written = [f"{cell:%Y-%m-%d %H:%M}" if cell else "never" for cell in cells]
        table.add_row(
            key["prefix"], key["account"], ",".join(key["permissions"]), *written, _state_of(key), str(key["id"])
        )
    console = Console()
    (console if console.is_terminal else Console(width=200)).print(table)  # a pipe has no width to fit into


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="PREFIX|ID", help="As `bursar keys list` shows it.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a key; from then on no request with it is answered."""
    revoked = run_in_database(data_dir, lambda connection: revoke_key(connection, key))
    if not revoked:
        raise NotFound(f"no live key has the prefix or id {key}")
    if as_json:
        print_json(revoked)
    else:
        for row in revoked:
            typer.echo(f"revoked {row['prefix']} of the account «{row['account']}»")


def _state_of(key: dict[str, Any]) -> str:
    if key["revoked_at"] is not None:
        return "revoked"
    if key["expires_at"] is not None and key["expires_at"] <= datetime.now(UTC):
        return "expired"
    return f"until {key['expires_at']:%Y-%m-%d}" if key["expires_at"] else "live"
