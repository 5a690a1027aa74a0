"""The seam to a language model: a question goes out, text comes back. It is believed only where the page has its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked: `instructions` of ours, `text` with the document's lines, the JSON Schema of the answer."""

    instructions: str
    text: str
    answer_schema: Mapping[str, Any]


class LanguageModel(Protocol):
    """Answers questions about a document. The engine has none of its own; whoever has one hands it in."""

    @property
    def max_chars(self) -> int:
        """How many characters of a document may be sent to it."""

    def ask(self, question: Question) -> str:
        """Return the answer as it came, which may be anything. Blocks, never for ever. Raises `ModelFailed`."""
