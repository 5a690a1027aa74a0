"""`bursar restore`: a fresh server from the folder that `bursar backup` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer

from bursar.cli.backup import DUMP, FILES, FORMAT, MANIFEST, DataDir, copy_files, open_database, run_program
from bursar.cli.serve import hold_data_dir, read_settings
from bursar.database.placement import prepare_data_dir
from bursar.errors import InvalidRequest, Unavailable

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="That `bursar backup` wrote.")], data_dir: DataDir = None
) -> None:
    """Fill a fresh data folder, or an empty PostgreSQL that BURSAR_DATABASE_URL names, from a backup.

    Nothing that is there already is overwritten. Afterwards start `bursar serve` with the same settings.
    """
    settings = read_settings(data_dir=data_dir)
    manifest = _read_manifest(folder)
    prepare_data_dir(settings.data_dir)
    files = settings.data_dir / "files"
    with hold_data_dir(settings):
        if manifest["has_files"] and settings.files_url is None and files.exists() and any(files.iterdir()):
            raise InvalidRequest(f"there are files in {files} already; restore into a fresh data folder")
        with open_database(settings) as url:
            _check_empty(url)
            run_program(
                "pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(folder / DUMP),
                name_database=True,
            )  # fmt: skip
        if manifest["has_files"] and settings.files_url is None:
            copy_files(folder / FILES, files)
    typer.echo(f"Restored the backup of {manifest['created_at']}", err=True)


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = manifest["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidRequest(f"{folder} is no backup of Bursar's, or not a whole one") from error
    if not known:
        raise InvalidRequest(f"{folder} was written by another version of Bursar ({manifest.get('version')})")
    return dict(manifest)


def _check_empty(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            found = connection.execute("SELECT to_regclass('public.jobs') IS NOT NULL").fetchone()
    except psycopg.OperationalError as error:
        raise Unavailable(f"the database is away: {str(error).strip()[:300]}") from error
    if found and found[0]:
        raise InvalidRequest("the database holds a server's rows already; restore into an empty one")
