"""What a language tag (BCP 47, `de`, `pt-BR`) that a caller gives as a hint says about a document."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError

_SAME = {"no": "nb", "nn": "nb", "iw": "he"}


def primary_of(tag: str | None) -> str | None:
    """Return the language itself, as ISO 639-1: `pt` of `pt-BR`."""
    if not tag:
        return None
    primary = tag.replace("_", "-").split("-")[0].lower()
    return _SAME.get(primary, primary)


@cache
def date_order_of(tag: str | None) -> str | None:
    """Return the order (`DMY`, `MDY`) in which the tag's region writes dates of numbers, by the Unicode CLDR.

    None where the tag names no region (`en` alone is spoken where months come first and where days do), is unknown, or
    writes the year first, which settles nothing about day and month.
    """
    try:
        locale = Locale.parse(tag or "", sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    if locale.territory is None:
        return None
    pattern = locale.date_formats["short"].pattern.upper()
    order = "".join(sorted("DMY", key=pattern.find))
    return order if order in ("DMY", "MDY") else None
