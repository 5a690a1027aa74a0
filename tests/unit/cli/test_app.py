"""The command `bursar` itself: quick to start, clear about what is missing."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bursar.cli.app import COMMANDS, app
from bursar.version import __version__


def run_program(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_the_version_is_printed():
    ran = CliRunner().invoke(app, ["--version"])
    assert ran.stdout == f"bursar {__version__}\n"


def test_help_names_every_command_with_what_it_does():
    ran = CliRunner().invoke(app, ["--help"])
    for name, (_, summary) in COMMANDS.items():
        assert name in ran.stdout
        assert summary in ran.stdout


def test_the_version_is_printed_without_loading_what_reads_documents():
    program = (
        "import sys\n"
        "from bursar.cli.app import main\n"
        "try:\n"
        "    main(['--version'])\n"
        "finally:\n"
        "    heavy = {'numpy', 'cv2', 'onnxruntime', 'pypdfium2', 'lxml', 'babel', 'fastapi', 'pydantic', 'psycopg'}\n"
        "    print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    assert run_program(program).stderr.strip() == "[]"


@pytest.mark.parametrize("command", ["serve", "worker", "keys"])
def test_a_command_of_the_server_says_what_to_install(command):
    program = (
        "import sys\n"
        "for name in ('fastapi', 'pydantic_settings', 'psycopg', 'procrastinate', 'uvicorn'):\n"
        "    sys.modules[name] = None\n"
        "from bursar.cli.app import main\n"
        f"main([{command!r}])\n"
    )
    ran = run_program(program)
    assert ran.returncode == 3, ran.stderr
    assert "pip install 'bursar[server]'" in ran.stderr


def test_an_unknown_command_is_exit_code_2():
    assert CliRunner().invoke(app, ["brew"]).exit_code == 2


def test_help_is_printed_without_loading_a_command():
    program = (
        "import sys\n"
        "from bursar.cli.app import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "finally:\n"
        "    print([name for name in sys.modules if name.startswith('bursar.cli.') and name != 'bursar.cli.app'],\n"
        "          file=sys.stderr)\n"
    )
    assert run_program(program).stderr.strip() == "[]"
