"""`bursar submit` against a real server."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios

import pytest

from serving import BURSAR, papers


@pytest.fixture
def submit(server):
    def run(*arguments, key=None, **options):
        environment = {**os.environ, "BURSAR_KEY": key or server.key_of("acme"), "BURSAR_SERVER": server.url}
        command = [str(BURSAR), "submit", *map(str, arguments)]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False, **options
        )

    return run


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "invoice.pdf"
    path.write_bytes(papers.pdf())
    return path


def test_documents_go_in_and_lines_of_json_come_out_in_their_order(submit, tmp_path):
    for number in (1, 2, 3):
        (tmp_path / f"{number}.pdf").write_bytes(papers.pdf(pages=number))
    done = submit(*[tmp_path / f"{number}.pdf" for number in (3, 1, 2)], "--json", "--kind", "invoice")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["results"]["metadata"]["page_count"] for line in lines] == [3, 1, 2]
    assert [line["status"] for line in lines] == ["completed"] * 3


def test_a_document_is_shown_as_a_table(submit, paper):
    done = submit(paper)
    assert done.returncode == 0
    assert "invoice.pdf" in done.stdout
    assert "12.00" in done.stdout or "total" in done.stdout


def test_one_bad_document_spoils_the_exit_code_and_not_the_others(submit, paper, tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 and nothing")
    done = submit(tmp_path / "bad.pdf", paper, tmp_path / "none.pdf", "--json")
    assert done.returncode == 1
    bad, good, none = [json.loads(line) for line in done.stdout.splitlines()]
    assert bad["error"]["code"] == "CORRUPT_DOCUMENT"
    assert bad["request_id"]
    assert good["status"] == "completed"
    assert none["error"]["code"] == "VALIDATION_ERROR"


def test_a_job_may_be_left_to_the_server(submit, server, paper):
    done = submit(paper, "--no-wait", "--json")
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert line["status"] == "pending"
    with server.client() as client:
        assert client.get(f"/jobs/{line['job_id']}").status_code == 200


def test_options_reach_the_server(submit, tmp_path):
    (tmp_path / "a.pdf").write_bytes(papers.pdf(pages=3))
    done = submit(tmp_path / "a.pdf", "--pages", "2", "--json")
    pages = json.loads(done.stdout)["results"]["metadata"]["pages"]
    assert [page["page"] for page in pages] == [2]


@pytest.mark.parametrize("arguments", [["--kind", "letter"], ["--key", ""], ["--nonsense"], ["--jobs", "0"]])
def test_a_wrong_command_line_is_2(submit, paper, arguments):
    done = submit(paper, *arguments)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""


def test_a_wrong_key_is_1_and_is_not_printed(submit, paper):
    done = submit(paper, key="bsr_nobodyknowsthiskey")
    assert done.returncode == 1
    assert "UNAUTHORIZED" in done.stderr
    assert "nobodyknows" not in done.stderr + done.stdout


def test_a_person_at_a_terminal_sees_a_bar(server, paper):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    environment = {**os.environ, "BURSAR_KEY": server.key_of("acme"), "TERM": "xterm-256color"}
    command = [str(BURSAR), "submit", str(paper), "--server", server.url, "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # the other side is closed
            pass
        printed = process.stdout.read()
    assert process.returncode == 0
    assert b"invoice.pdf" in shown
    assert b"%" in shown
    assert json.loads(printed)["status"] == "completed"
