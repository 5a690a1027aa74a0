"""Addresses in Japanese and Chinese, which go from the largest part to the smallest without blanks between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bursar.facts.document import Address

_HAN = r"[\u3400-\u9fff\u3041-\u30ff々]"
_JAPANESE = re.compile(
    rf"(?P<state>東京都|北海道|京都府|大阪府|{_HAN}{{2,3}}県)"
    rf"(?P<city>{_HAN}+?市(?!市)(?:{_HAN}{{1,3}}区)?|{_HAN}{{1,5}}郡{_HAN}{{1,5}}[町村]|{_HAN}{{1,4}}[区町村])"
    rf"(?P<street>{_HAN}*[0-9０-９][^\s]*)?"
)
_CHINESE = re.compile(
    rf"(?P<state>{_HAN}{{2,3}}省|{_HAN}{{2,6}}自治区)?(?P<city>{_HAN}{{2,4}}?市)(?P<street>{_HAN}*[0-9０-９]+号?{_HAN}*[^\s]*)?"
)
_JAPANESE_CODE = re.compile(r"〒\s?(\d{3}[-‐－]?\d{4})")
_CHINESE_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def parse_eastern(lines: Sequence[str], country: str | None) -> Address | None:
    """Return the parts of an address in Japanese or Chinese; None where it is not written so."""
    joined = "\n".join(lines)
    if joined.isascii():
        return None
    code = _JAPANESE_CODE.search(joined)
    match = _JAPANESE.search(joined)
    if match is not None:
        return _address(joined, match, code[1] if code else None, country or "JP")
    if code is not None:
        return Address(joined, postal_code=code[1], country=country or "JP")
    match = _CHINESE.search(joined)
    if match is None or not match["street"]:
        return None
    found = _CHINESE_CODE.search(joined.replace(match.group(), ""))
    return _address(joined, match, found.group() if found else None, country)


def _address(text: str, match: re.Match[str], code: str | None, country: str | None) -> Address:
    return Address(text, match["street"] or None, match["city"], match["state"], code, country)
