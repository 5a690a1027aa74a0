"""An invoice in the making: values by their paths in the result, each with its evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bursar.facts.codec import from_wire
from bursar.facts.document import Metadata
from bursar.facts.evidence import Checks, Evidence, Issue, Severity, Source
from bursar.facts.invoice import Invoice


class Draft:
    """Collects what an XML says; `finish` makes the frozen fact of it."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}
        self._evidence: dict[str, Evidence] = {}
        self._issues: list[Issue] = []

    def put(self, path: str, value: str | int | bool | date | Decimal, text: str | None = None) -> None:
        """Set the value at a dotted path (`items.0.amount`); with the `text` that it was read from, also its evidence."""
        *parents, leaf = path.split(".")
        node = self._tree
        for name in parents:
            node = node.setdefault(name, {})
        node[leaf] = value.isoformat() if isinstance(value, date) else value
        if text is not None:
            self._evidence[path] = Evidence(None, None, text, 1.0, Source.XML)

    def doubt(self, path: str, text: str) -> None:
        """Note that the XML has something at this path that cannot be read."""
        message = f"The e-invoice's XML has {text[:80]!r} where a {path.rpartition('.')[2].replace('_', ' ')} belongs"
        self._issues.append(Issue("XML_VALUE_UNREADABLE", Severity.WARNING, message, (path,)))

    def finish(self) -> Invoice:
        """Return the invoice with its evidence, and an issue for each value in doubt."""
        invoice = from_wire(_with_lists(self._tree))
        assert isinstance(invoice, Invoice)
        return replace(
            invoice,
            evidence=dict(self._evidence),
            checks=Checks(issues=tuple(self._issues)),
            metadata=Metadata(source=Source.XML.value, language=invoice.invoice_info.language),
        )


def _with_lists(tree: Any) -> Any:
    """Return the tree with lists where the keys are numbers, which `Draft.put` counts up from 0."""
    if not isinstance(tree, dict):
        return tree
    branches = {key: _with_lists(branch) for key, branch in tree.items()}
    return list(branches.values()) if branches and all(key.isdecimal() for key in branches) else branches
