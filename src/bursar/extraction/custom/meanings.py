"""What a field means among the facts that are known: a path such as `vendor.tax_id`, or nothing."""

from __future__ import annotations

import re

from bursar.extraction.custom.names import Words, load_meanings, words_of
from bursar.schemas.definition import Field

_PARTIES = {"vendor": "vendor", "customer": "customer"}
_DEFAULT_PARTY = ("tax_id", "registration_number", "address.text", "contact.email", "contact.phone", "contact.website")
_GENERAL = frozenset(
    {"name", "number", "code", "value", "text", "type", "reference", "amount", "date", "total", "field"}
)
_SENTENCE_END = re.compile(r"[.;:,(\n]")


def find_meaning(field: Field, kind: str, context: str = "") -> str | None:
    """Return the path of the fact that the field asks for in a document of this kind (`invoice` or `statement`).

    `context` is the name of the object that the field stands in. The description decides where the name says little,
    and says whose a thing is where the name does not.
    """
    said = words_of(_SENTENCE_END.split(field.description or "", maxsplit=1)[0])
    name = words_of(field.name)
    whole = words_of(f"{context} {field.name}") if context else name
    readings = [whole]
    if party := (said & set(_PARTIES)) - (whole & set(_PARTIES)):
        readings.insert(0, whole | party if not whole & set(_PARTIES) else whole)
    if name <= _GENERAL and said:
        readings.insert(0, said)
    readings.extend([name, said] if not context else [said])
    return next((path for words in readings if words and (path := _look_up(words, kind))), None)


def find_list(field: Field, kind: str) -> str | None:
    """Return which list of the facts an array asks for: `items`, `taxes` or `transactions`.

    A field of no type asks for a list by the list's own name, or by one that no single value has: `tax` is the amount.
    """
    lists = load_meanings()["lists"][kind]
    found = lists.get(words_of(field.name)) or lists.get(words_of(field.description or ""))
    if found is None or (field.kind == "any" and field.name.lower() != found and find_meaning(field, kind)):
        return None
    return str(found)


def find_attribute(field: Field, list_name: str) -> str | None:
    """Return which attribute of the list's rows a field asks for."""
    rows = load_meanings()["rows"][list_name]
    name, said = words_of(field.name), words_of(_SENTENCE_END.split(field.description or "", maxsplit=1)[0])
    found = rows.get(name) or rows.get(name - {list_name}) or rows.get(said)
    return found if found is None else str(found)


def find_row_list(field: Field, kind: str) -> str | None:
    """Return the list whose rows have most of the fields of an array's items, where at least two and half of them do."""
    children = field.item.fields if field.item else ()
    best, most = None, 1
    for name in ("items", "taxes") if kind == "invoice" else ("transactions",):
        count = sum(find_attribute(child, name) is not None for child in children)
        if count > most and 2 * count >= len(children):
            best, most = name, count
    return best


def _look_up(words: Words, kind: str) -> str | None:
    meanings = load_meanings()
    if found := meanings[kind].get(words):
        return str(found)
    if kind != "invoice":
        return None
    for word, party in _PARTIES.items():
        if word in words:
            rest = words - {word}
            attribute = meanings["party"].get(rest) if rest else "name"
            if attribute == "customer_id" and party == "vendor":
                return None
            return f"{party}.{attribute}" if attribute else None
    attribute = meanings["party"].get(words)
    return f"vendor.{attribute}" if attribute in _DEFAULT_PARTY else None
