"""Letters without their accents: the part that all foldings of texts for comparison share."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_LAST_OF_PLANE = 0xFFFF  # marks beyond the basic plane are of scripts and of music that no bill is written in


def without_accents(text: str) -> str:
    """Return the text in compatibility decomposition (NFKD), without its accents and other combining marks."""
    if text.isascii():
        return text
    return _marks().sub("", unicodedata.normalize("NFKD", text))


@cache
def _marks() -> re.Pattern[str]:
    # One search for them all takes a quarter of the time of asking about each letter.
    return re.compile(f"[{''.join(filter(unicodedata.combining, map(chr, range(_LAST_OF_PLANE + 1))))}]")
