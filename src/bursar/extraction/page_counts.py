"""What pages say of their place in a document: «Page 1 of 3», in all languages."""

from __future__ import annotations

import re
from functools import cache

from bursar.extraction.accents import without_accents
from bursar.extraction.labels.vocabulary import phrases_of

_DIGIT = re.compile(r"\d")


def find_page_count(text: str) -> tuple[int, int | None] | None:
    """Return which page a text says that it stands on, and of how many: `(1, 3)` for «Page 1 of 3»; None where it does not."""
    match = _counting().search(_fold(text)) if _DIGIT.search(text) else None
    if match is None:
        return None
    digits = [part for part in match.groups() if part]
    return int(digits[0]), int(digits[1]) if len(digits) > 1 else None


def is_page_count(text: str) -> bool:
    """Whether a text says which page it stands on, and nothing more."""
    return _DIGIT.search(text) is not None and _counting().fullmatch(_fold(text)) is not None


def _fold(text: str) -> str:
    """Return the text in lower case without accents, blanks and punctuation kept."""
    return without_accents(text.casefold())


@cache
def _counting() -> re.Pattern[str]:
    """Return the pattern of «Page 1 of 3», «Seite: 1/3», «Pág. 1» and «1/3ページ» in folded text of all languages."""
    phrases = sorted(phrases_of("notes", "page"), key=len, reverse=True)
    words = "|".join(map(re.escape, phrases))
    behind = "|".join(re.escape(phrase) for phrase in phrases if not phrase.isascii())
    whole = r"(?:(?:\s*/\s*|\s+[^\W\d]{1,4}\s+)(\d{1,3})(?!\d))?"
    return re.compile(
        rf"(?<!\w)(?:{words})[\s.:]{{0,3}}(\d{{1,3}})(?!\d|[.,]\d){whole}|(\d{{1,3}})\s*(?:/\s*(\d{{1,3}})\s*)?(?:{behind})"
    )
