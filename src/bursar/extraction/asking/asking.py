"""One question about one document: what of the answers stands on its pages, and what became of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bursar.errors import ModelFailed
from bursar.extraction.asking.answers import Answer, Wanted, make_question, read_answers
from bursar.extraction.asking.grounding import Ground, Grounded
from bursar.extraction.asking.numbered import number_rows
from bursar.extraction.model import LanguageModel
from bursar.facts.evidence import Conventions, Issue, Severity
from bursar.reading.page import Reading

_MAX_WANTED = 100
_MAX_NAMED = 20


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that stands on a page."""

    answer: Answer
    grounded: Grounded


@dataclass(frozen=True, slots=True)
class Replies:
    """What was found, the first for each field and entry, and what is to be said about the rest."""

    found: tuple[Found, ...]
    issues: tuple[Issue, ...]


def ask(
    model: LanguageModel, reading: Reading, wanted: Sequence[Wanted], conventions: Conventions, *, below: str = ""
) -> Replies:
    """Ask for the fields. The model's failing is an issue, never an error: the rules' result stands without it.

    `below` is what the paths of the fields in issues begin with.
    """
    wanted = wanted[:_MAX_WANTED]
    rows, cut = number_rows(reading, model.max_chars)
    if not wanted or not rows:
        return Replies((), ())
    issues: list[Issue] = []
    if cut:
        message = f"The language model was shown {len(rows)} lines of the document; the rest is more than may be sent"
        issues.append(Issue("LLM_TEXT_CUT", Severity.INFO, message))
    try:
        answers = read_answers(model.ask(make_question(wanted, rows)), wanted)
    except ModelFailed as error:
        fields = tuple(below + name_path(one) for one in wanted[:_MAX_NAMED])
        message = f"The language model was of no help: {error.message}"
        return Replies((), (*issues, Issue("LLM_FAILED", Severity.WARNING, message, fields)))
    found, dropped = _ground(answers, Ground(rows, conventions))
    if dropped:
        fields = tuple(below + name for name in list(dict.fromkeys(dropped))[:_MAX_NAMED])
        message = f"{len(dropped)} answers of the language model do not stand on the pages; they were dropped"
        issues.append(Issue("LLM_UNGROUNDED", Severity.INFO, message, fields))
    return Replies(tuple(found), tuple(issues))


def name_path(wanted: Wanted) -> str:
    """Return the dotted path of the field in the output, of a list the list's own."""
    return ".".join(wanted.path)


def _ground(answers: Sequence[Answer], ground: Ground) -> tuple[list[Found], list[str]]:
    found: dict[tuple[int, int], Found] = {}
    dropped: list[str] = []
    for answer in answers:
        key = (id(answer.wanted), answer.item if answer.wanted.is_list else 0)
        if key in found:
            continue
        grounded = ground.find(answer.quote, answer.line, answer.wanted.field)
        if grounded is None:
            dropped.append(name_path(answer.wanted))
        else:
            found[key] = Found(answer, grounded)
    return list(found.values()), dropped
