"""A page for people: its picture, and the words on it with their places. Runs in the child."""

from __future__ import annotations

import io

from bursar.errors import CorruptDocument
from bursar.facts.codec import dump_json, to_wire
from bursar.reading.document import open_document
from bursar.reading.limits import Limits
from bursar.reading.reading_order import find_place, order_page


def draw_page(content: bytes, number: int, width_px: int, quarters: int, limits: Limits) -> bytes:
    """Return the page as PNG; raises the `DocumentError` that fits."""
    drawn = io.BytesIO()
    with open_document(content, limits=limits) as document:
        document.draw_page(number, width_px, quarters=quarters).save(drawn, "PNG")
    return drawn.getvalue()


def read_words(content: bytes, number: int, limits: Limits) -> bytes:
    """Return the page's size and words as JSON, in the frame of the evidence's boxes; recognised where it has no text and on its pictures."""
    with open_document(content, limits=limits) as document:
        page = order_page(document.read_pictures(document.read_page(number)))
    if page.error:
        raise CorruptDocument("the page cannot be read", {"page": number, "cause": page.error})
    return dump_json(
        {
            "page": number,
            "width": round(page.width, 2),
            "height": round(page.height, 2),
            "rotation": page.rotation,
            "skew": page.skew,
            "source": page.source.value,
            "words": [
                {"text": word.text, "box": to_wire(find_place(page, word.box)), "confidence": round(word.confidence, 4)}
                for line in page.lines
                for word in line.words
            ],
        }
    )
