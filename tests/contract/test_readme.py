"""The README's walk-through with curl, run to the letter."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from serving import papers

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
_BLOCKS = [block for block in README.split("```")[1::2] if "curl " in block]


def commands():
    """Each curl of the README, a line each, without the comments."""
    return [line for block in _BLOCKS for line in block.splitlines() if line.startswith("curl ")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
def test_the_walk_through_with_curl_does_what_it_says(server, tmp_path):
    (tmp_path / "invoice.pdf").write_bytes(papers.pdf())
    (tmp_path / "statement.pdf").write_bytes(papers.pdf())
    names = {}

    def run(command):
        setup = 'API="$SERVER/api/v1"; AUTH="Authorization: Bearer $BURSAR_KEY"; '
        for placeholder, value in names.items():
            command = command.replace(placeholder, value)
        environment = {**os.environ, "SERVER": server.url, "BURSAR_KEY": server.key_of("acme")}
        done = subprocess.run(
            ["bash", "-c", setup + command], cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=90
        )
        reply = json.loads(done.stdout)
        assert reply["success"], (command, reply)
        return reply["data"]

    upload, start, poll, wait, at_once = commands()
    names["DOC_ID"] = run(upload)["doc_id"]
    names["JOB_ID"] = run(start)["job_id"]
    assert run(poll)["status"] in ("pending", "processing", "completed")
    assert run(wait)["status"] == "completed"
    assert run(at_once)["job_id"]


def test_the_walk_through_names_the_variables_that_it_uses():
    block = next(block for block in _BLOCKS if "export BURSAR_KEY" in block)
    assert re.search(r"^API=http://127\.0\.0\.1:8000/api/v1$", block, re.MULTILINE)
    assert re.search(r'^AUTH="Authorization: Bearer \$BURSAR_KEY"$', block, re.MULTILINE)
