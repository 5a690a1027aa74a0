"""Writes what code knows best into docs/reference: commands and options, settings, error codes.

`write_reference.py` writes the pages; `write_reference.py --check` only says which would change, and fails then.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from bursar import errors
from bursar.cli.app import COMMANDS
from bursar.errors import BursarError
from bursar.settings import ClientSettings, Settings

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE = "<!-- Written by tools/write_reference.py; change the code instead. -->"


def main(arguments: list[str]) -> int:
    """Write or check the pages; return the exit code."""
    stale = [name for name, text in build_pages().items() if _read(FOLDER / name) != text]
    for name in stale:
        print(f"docs/reference/{name} {'would change' if '--check' in arguments else 'written'}")
        if "--check" not in arguments:
            (FOLDER / name).write_text(build_pages()[name], encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


def build_pages() -> dict[str, str]:
    """Return each page's text by its file name."""
    pages = {"cli.md": _cli_page(), "settings.md": _settings_page(), "errors.md": _errors_page()}
    return {name: "\n".join([NOTE, "", *lines]).rstrip() + "\n" for name, lines in pages.items()}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


# ---------------------------------------------------------------- commands


def _cli_page() -> Iterator[str]:
    yield from ("# The command line", "")
    yield "`bursar COMMAND --help` says the same on the terminal. Exit codes of every command: `0` all went well; `1` a"
    yield "document could not be read, or the command failed (one line on stderr says why, its code first); `2` the command"
    yield "line is wrong; `3` the command needs packages that are not installed: `pip install 'bursar[server]'`."
    for name, (module, summary) in COMMANDS.items():
        command = typer.main.get_command(import_module(module).app)
        yield from ("", f"## `bursar {name}`")
        subcommands = getattr(command, "commands", None)
        if subcommands is None:
            yield from _describe(f"bursar {name}", command)
            continue
        yield from ("", summary)
        for sub in subcommands:
            yield from ("", f"### `bursar {name} {sub}`")
            yield from _describe(f"bursar {name} {sub}", subcommands[sub])


def _describe(name: str, command: Any) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and "--help" not in p.opts]
    usage = " ".join([name, *(["[OPTIONS]"] if options else []), *map(_name, arguments)])
    yield from ("", "```", usage, "```", "", re.sub(r"[ \t]*\n[ \t]*", "\n", (command.help or "").strip()), "")
    yield from ("| | |", "|---|---|")
    for parameter in arguments:
        yield f"| `{_cell(_name(parameter))}` | {_cell(parameter.help or '')} |"
    for parameter in options:
        yield f"| {_spell(parameter)} | {_cell(parameter.help or '')}{_default(parameter)} |"


def _name(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _spell(option: Any) -> str:
    value = "" if option.is_flag else f" {option.name.rpartition('_')[2].upper()}"
    return ", ".join(f"`{flag}{value}`" for flag in sorted(option.opts, key=len, reverse=True))


def _default(option: Any) -> str:
    value = option.default
    if option.required:
        return " Required."
    return "" if value in (None, False, (), "") or callable(value) else f" Default: `{value}`."


# ---------------------------------------------------------------- settings


def _settings_page() -> Iterator[str]:
    yield from ("# Settings", "")
    yield "Read from the environment when `bursar serve`, `bursar worker` or `bursar keys` starts; an option on the command"
    yield "line goes first. All processes of one server need the same ones."
    yield from ("", "| variable | default | |", "|---|---|---|")
    for name, field in Settings.model_fields.items():
        yield f"| `BURSAR_{name.upper()}` | {_setting_default(field)} | {_cell(field.description or '')} |"
    yield from ("", "`bursar submit` reads two of its own, on the caller's machine:")
    yield from ("", "| variable | default | |", "|---|---|---|")
    for name, field in ClientSettings.model_fields.items():
        yield f"| `BURSAR_{name.upper()}` | {_setting_default(field)} | {_cell(field.description or '')} |"


def _setting_default(field: Any) -> str:
    if field.default is PydanticUndefined or field.default is None:
        return ""
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return "" if value == "" else f"`{value}`"


# ---------------------------------------------------------------- errors


def _errors_page() -> Iterator[str]:
    yield from ("# Errors", "")
    yield "Codes are stable, messages may change. The library raises the class, the command line prints the code, the API"
    yield 'replies `{"success": false, "error": {"code", "message", "details", "request_id"}}`, and a failed job has the code'
    yield "in its `error`. *Whose*: the `caller`'s request, the `document`, or `bursar` itself. *Again*: the same request may"
    yield "succeed later."
    yield from ("", "| code | class | whose | again | |", "|---|---|---|---|---|")
    for kind in _subclasses(BursarError):
        again = "yes" if kind.retryable else ""
        meaning = (kind.__doc__ or "").split("\n\n")[0]
        yield f"| `{kind.code}` | `{kind.__name__}` | {kind.culprit} | {again} | {_cell(meaning)} |"


def _subclasses(kind: type[BursarError]) -> Iterator[type[BursarError]]:
    for name in sorted(dir(errors)):
        found = getattr(errors, name)
        if isinstance(found, type) and issubclass(found, kind):
            yield found


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
