"""Signs that a PDF was altered after it was made: reasons with places, for a person to look at, never a verdict.

None of them proves a forgery: banks stamp and sign files by appending to them, and people fill in forms.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from bursar.facts.evidence import Evidence, Issue, Severity, Source
from bursar.facts.traces import Figures, FileTraces

_AMOUNTS = frozenset(
    [
        "amount",
        "balance",
        "original_amount",
        "unit_price",
        "tax_amount",
        "discount",
        "base",
        "subtotal",
        "discount_total",
        "shipping",
        "tax_total",
        "tip",
        "rounding",
        "total",
        "amount_paid",
        "amount_due",
        "opening_balance",
        "closing_balance",
        "total_credits",
        "total_debits",
        "credit_limit",
        "minimum_due",
    ]
)
_MIN_COLUMN = 8  # amounts that show what a column's font is
_MAX_ODD_SHARE = 0.15
_MAX_NAMED = 20  # places named of one kind
_INDEX = re.compile(r"\.\d+\.")
_VERSION = re.compile(r"\s*\(.*?\)|\d[\d.]*|\W+")


def check_traces(traces: FileTraces, evidence: Mapping[str, Evidence]) -> list[Issue]:
    """Return the doubts that a file's traces raise; `evidence` says where its amounts stand."""
    fonts = dict(_find_fonts(traces.figures, evidence))
    return [
        *_check_mixed_fonts(fonts, evidence),
        *_check_columns(fonts, evidence),
        *_check_revisions(traces),
        *_check_programs(traces),
    ]


def _find_fonts(figures: Sequence[Figures], evidence: Mapping[str, Evidence]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the path of each amount with the fonts of the figures that stand in its place."""
    by_page: dict[int, list[Figures]] = defaultdict(list)
    for run in figures:
        by_page[run.page].append(run)
    for path, seen in evidence.items():
        if seen.page is None or seen.box is None or seen.source is not Source.TEXT:
            continue
        if path.rpartition(".")[2] not in _AMOUNTS or path.startswith("accounts.0."):
            continue  # the first of several accounts is the document's own
        box = seen.box
        inside = [run for run in by_page[seen.page] if box.contains_point(run.box.center_x, run.box.center_y)]
        yield path, tuple(dict.fromkeys(font for run in inside for font in run.fonts))


def _check_mixed_fonts(fonts: Mapping[str, tuple[str, ...]], evidence: Mapping[str, Evidence]) -> list[Issue]:
    return [
        Issue(
            "FONT_MIXED_IN_AMOUNT",
            Severity.WARNING,
            f"The figures of {evidence[path].text} are set in {' and '.join(names)}",
            (path,),
            evidence[path].page,
        )
        for path, names in fonts.items()
        if len(names) > 1
    ][:_MAX_NAMED]


def _check_columns(fonts: Mapping[str, tuple[str, ...]], evidence: Mapping[str, Evidence]) -> Iterator[Issue]:
    """Yield an issue for each few amounts whose font is not that of nearly all others of their kind."""
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for path, names in fonts.items():
        if len(names) == 1 and _INDEX.search(path):
            columns[_INDEX.sub(".*.", path)][path] = names[0]
    for members in columns.values():
        counts = Counter(members.values())
        usual, most = counts.most_common(1)[0]
        odd = [path for path, font in members.items() if font != usual]
        if most >= _MIN_COLUMN and odd and len(odd) <= _MAX_ODD_SHARE * len(members):
            others = ", ".join(sorted({members[path] for path in odd}))
            yield Issue(
                "FONT_DIFFERS_IN_COLUMN",
                Severity.WARNING,
                f"{len(odd)} of {len(members)} amounts are set in {others}, the others in {usual}",
                tuple(odd[:_MAX_NAMED]),
                evidence[odd[0]].page,
            )


def _check_revisions(traces: FileTraces) -> list[Issue]:
    if traces.changed_pages:
        return [
            Issue(
                "INCREMENTAL_UPDATE",
                Severity.WARNING,
                f"The content of page {page} was replaced or added after the file was first saved",
                page=page,
            )
            for page in traces.changed_pages[:_MAX_NAMED]
        ]
    if traces.revisions < 2:
        return []
    message = f"The file was saved {traces.revisions} times; the content of its pages stayed as it was"
    return [Issue("INCREMENTAL_UPDATE", Severity.INFO, message)]


def _check_programs(traces: FileTraces) -> Iterator[Issue]:
    named = " / ".join(filter(None, (traces.producer, traces.creator)))
    editor = next((program for program in _editors() if program in named.casefold()), None)
    if editor is not None:
        yield Issue("EDITING_PROGRAM", Severity.WARNING, f"The file was written by a program that edits PDFs: {named}")
    for other, where in ((traces.xmp_producer, "its XMP metadata"), (traces.first_producer, "its first revision")):
        if other and traces.producer and _plain(other) != _plain(traces.producer):
            message = f"The file names {traces.producer} as its producer, {where} names {other}"
            yield Issue("PRODUCER_MISMATCH", Severity.WARNING, message)


def _plain(program: str) -> str:
    """Return a program's name without version and platform, which the two places spell differently."""
    return _VERSION.sub("", program).casefold()


@cache
def _editors() -> tuple[str, ...]:
    text = resources.files(__package__).joinpath("editors.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["programs"])
