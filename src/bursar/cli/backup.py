"""`bursar backup`: a server's rows and bytes in one folder.

folder/
├─ database.dump     pg_dump's own format
├─ files/            unless they lie in a bucket
└─ manifest.json     written last: a folder without it is no backup
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from psycopg.conninfo import conninfo_to_dict

from bursar.cli.serve import read_settings
from bursar.database.embedded import borrow_postgres
from bursar.database.placement import find_programs
from bursar.errors import InvalidRequest, Unavailable
from bursar.settings import Settings
from bursar.version import __version__

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

FORMAT = 1
DUMP, FILES, MANIFEST = "database.dump", "files", "manifest.json"
_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
DataDir = Annotated[Path | None, typer.Option(help="Folder of the server, as for `bursar serve`.")]


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="Where to; must not be there yet.")], data_dir: DataDir = None
) -> None:
    """Copy database and files into a new folder, while the server runs or while it does not."""
    settings = read_settings(data_dir=data_dir)
    if folder.exists():
        raise InvalidRequest(f"{folder} is there already")
    unfinished = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    # Rows first: every row of the dump then finds its bytes, because bytes are written before the row that names them.
    with open_database(settings) as url:
        run_program("pg_dump", url, "--format=custom", "--no-owner", "--file", str(unfinished / DUMP))
    if settings.files_url is None:
        copy_files(settings.data_dir / "files", unfinished / FILES)
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "has_files": settings.files_url is None,
    }
    (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    unfinished.rename(folder)
    typer.echo(f"Backed up to {folder}", err=True)
    if settings.files_url is not None:
        typer.echo(
            "The files lie in the storage that BURSARFILES_URL names: that has to be backed up as well.", err=True
        )


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """Lend the address that is set, else that of the embedded server, which is started when it does not run."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with borrow_postgres(settings.data_dir, cluster_dir=settings.cluster_dir) as url:
        yield url


def run_program(program: str, url: str, *arguments: str, name_database: bool = False) -> None:
    """Run one of PostgreSQL's programs on the database; the password goes by the environment, which others cannot read."""
    parameters = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    named = ["--dbname", parameters["dbname"]] if name_database else []
    variables = {_VARIABLES.get(name, f"PG{name.upper()}"): value for name, value in parameters.items()}
    done = subprocess.run(  # noqa: S603 (PostgreSQL's own programs)
        [str(find_programs() / program), "--no-password", *named, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, "LC_ALL": "C", **variables},
    )
    if done.returncode:
        raise Unavailable(f"{program} failed: {done.stderr.strip()[-1000:]}")


def copy_files(source: Path, target: Path) -> None:
    """Copy all files but those that are being written (`name#1`) or go away meanwhile: no row of the dump names them."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in source.rglob("*") if source.is_dir() else ():
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif "#" not in path.name:
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copy2(path, place)
            except FileNotFoundError:
                continue
