"""A schema's values: each field from the facts that are known, else from a label, else from a column. Nothing is made up."""

from __future__ import annotations

import re
from dataclasses import dataclass, is_dataclass, replace
from dataclasses import field as attribute
from typing import Any

from bursar.extraction.custom.meanings import find_attribute, find_list, find_meaning, find_row_list
from bursar.extraction.custom.names import Words, words_of
from bursar.extraction.custom.page_columns import PageTables, find_words_beside
from bursar.extraction.custom.page_labels import Sighting, find_at_labels, see
from bursar.extraction.custom.values import fit_fact, fit_text
from bursar.facts.box import enclose
from bursar.facts.evidence import Evidence, Issue, Severity
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement
from bursar.reading.page import Reading
from bursar.schemas.definition import Field, Schema
from bursar.schemas.validation import check_output

_IN_COLUMN = 0.8
_SIDES = ("amount_debit", "amount_credit")  # the amount, of rows of that type
_GST = re.compile(r"(?!\d{2}-\d{7}$|\d{9}$)(?:\d|M\w-)")  # India, Australia, New Zealand, Canada, Malaysia; Singapore


@dataclass(frozen=True, slots=True)
class CustomOutput:
    """Exactly the schema's keys with their values, the evidence by path (`items.0.sku`), and doubts."""

    values: dict[str, Any]
    evidence: dict[str, Evidence]
    issues: tuple[Issue, ...]


def extract_custom(reading: Reading, fact: Invoice | Statement, schema: Schema) -> CustomOutput:
    """Return what the document says of each of the schema's fields; null where it says nothing, or nothing clear."""
    search = _Search(reading, fact)
    values = {wanted.name: search.find(wanted, wanted.name) for wanted in schema.fields}
    return CustomOutput(values, search.evidence, tuple(search.issues))


def check_custom(output: CustomOutput, schema: Schema) -> CustomOutput:
    """Return the output with an issue for each part that does not meet the schema, null aside."""
    unmet = [
        Issue(
            "SCHEMA_NOT_MET",
            Severity.WARNING,
            f"The result does not meet the schema: {problem.reason}",
            (f"custom.{problem.path}" if problem.path else "custom",),
        )
        for problem in check_output(schema, output.values)
    ]
    return replace(output, issues=(*output.issues, *unmet))


@dataclass(slots=True)
class _Search:
    reading: Reading
    fact: Invoice | Statement
    evidence: dict[str, Evidence] = attribute(default_factory=dict)
    issues: list[Issue] = attribute(default_factory=list)
    tables: PageTables = attribute(init=False)

    def __post_init__(self) -> None:
        self.tables = PageTables(self.reading.pages)

    @property
    def kind(self) -> str:
        return "statement" if isinstance(self.fact, Statement) else "invoice"

    def find(self, wanted: Field, path: str, context: str = "") -> Any:
        """Return the field's value, and keep its evidence under `path`."""
        if wanted.fields:
            inner = f"{context} {wanted.name}".strip()
            return {child.name: self.find(child, f"{path}.{child.name}", inner) for child in wanted.fields}
        name = find_list(wanted, self.kind) if wanted.kind in ("array", "any") else None
        if wanted.kind == "array" or name:
            return self._find_rows(wanted, path, name)
        meaning = path if _is_place(self.fact, path) else find_meaning(wanted, self.kind, context)
        if meaning is not None:
            value = self._take_fact(meaning, wanted, path)
            if value is not None:
                return value
        ways = [words for words in (words_of(f"{context} {wanted.name}"), words_of(wanted.name)) if words]
        if context:
            ways = ways[:1]
        if wanted.description:
            ways.append(words_of(wanted.description))
        # A fact that was looked for and not found is not sought again by a label: the extractor knows those labels.
        if meaning is not None:
            return None
        return self._find_at_labels(wanted, ways, path)

    # ------------------------------------------------------------ known facts

    def _take_fact(self, meaning: str, wanted: Field, path: str) -> Any:
        value = _walk(self.fact, meaning)
        fitted = fit_fact(value, wanted)
        if meaning.endswith("tax_id") and "gst" in wanted.name.lower() and not _GST.match(str(fitted)):
            return None  # a VAT id of Europe, or an EIN, is no GST number
        if fitted is None or (meaning == "reverse_charge" and fitted is False and meaning not in self.fact.evidence):
            return None
        self._cite(path, meaning)
        return fitted

    def _cite(self, path: str, meaning: str) -> None:
        seen = self.fact.evidence.get(meaning)
        if seen is not None:
            self.evidence[path] = seen

    # ------------------------------------------------------------ labels and columns

    def _find_at_labels(self, wanted: Field, ways: list[Words], path: str) -> Any:
        conventions = self.fact.conventions
        sightings = find_at_labels(self.reading, wanted, ways, conventions) or self._find_in_columns(wanted, ways)
        if not sightings:
            return None
        best = sightings[0]
        rivals = [seen for seen in sightings if seen.evidence.confidence >= best.evidence.confidence - 0.05]
        if any(seen.value != best.value for seen in rivals):
            values = list(dict.fromkeys(str(seen.value) for seen in rivals))[:10]
            message = f"Several values could be {wanted.name}"
            self.issues.append(
                Issue("CUSTOM_AMBIGUOUS", Severity.WARNING, message, (f"custom.{path}",), best.evidence.page, values)
            )
            return None
        self.evidence[path] = best.evidence
        return best.value

    def _find_in_columns(self, wanted: Field, ways: list[Words]) -> list[Sighting]:
        return [
            Sighting(value, see(column.page, cell.words, _IN_COLUMN))
            for column in self.tables.find_columns(ways)
            for cell in column.cells
            if (value := fit_text(cell.text, wanted, self.fact.conventions)) is not None
        ]

    # ------------------------------------------------------------ rows

    def _find_rows(self, wanted: Field, path: str, name: str | None) -> list[Any]:
        name = name or find_row_list(wanted, self.kind)
        children = wanted.item.fields if wanted.item else ()
        if name is not None and (children or wanted.item is None):
            return self._take_rows(name, children, path)
        if children:
            return self._read_table(children, path)
        return self._read_column(replace(wanted.item or Field(wanted.name), name=wanted.name), path)

    def _take_rows(self, name: str, children: tuple[Field, ...], path: str) -> list[Any]:
        """Return the rows of a list of the facts, whole where the schema does not say what it wants of them."""
        rows = getattr(self.fact, name)
        if not children:
            for index in range(len(rows)):
                self._cite_row(f"{path}.{index}", f"{name}.{index}")
            return fit_fact(rows, Field(name)) or []
        return [self._take_row(f"{name}.{index}", row, children, f"{path}.{index}") for index, row in enumerate(rows)]

    def _take_row(self, place: str, row: Any, children: tuple[Field, ...], path: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for child in children:
            known = child.name if hasattr(row, child.name) else find_attribute(child, place.partition(".")[0])
            if known is not None:
                known, _, direction = known.partition("_") if known in _SIDES else (known, "", "")
                is_other_side = direction and row.type != direction
                values[child.name] = None if is_other_side else fit_fact(getattr(row, known), child)
                if values[child.name] is not None:
                    self._cite(f"{path}.{child.name}", f"{place}.{known}")
            else:
                values[child.name] = self._read_beside(place, child, f"{path}.{child.name}")
        return values

    def _cite_row(self, path: str, place: str) -> None:
        for known in [known for known in self.fact.evidence if known.startswith(f"{place}.")]:
            self._cite(path + known.removeprefix(place), known)

    def _read_beside(self, place: str, child: Field, path: str) -> Any:
        """Return what stands in the row of a fact, in a column that it has no attribute for."""
        seen = [e for key, e in self.fact.evidence.items() if key.startswith(f"{place}.") and e.box and e.page]
        pages = [page for page in self.reading.pages if seen and page.number == seen[0].page]
        for page in pages:
            band = enclose(e.box for e in seen if e.box and e.page == page.number)
            for column in self.tables.find_columns([words_of(child.name)], page.number):
                heads = [cell for cell in column.table.cells if cell.row == column.head.row]
                words = find_words_beside(page, band, column.head, heads)
                value = fit_text(" ".join(w.text for w in words), child, self.fact.conventions) if words else None
                if value is not None and column.head.box.y1 <= band.y1:
                    self.evidence[path] = see(page, words, _IN_COLUMN)
                    return value
        return None

    def _read_table(self, children: tuple[Field, ...], path: str) -> list[Any]:
        """Return the rows of the table on a page whose heads name the fields."""
        columns = self.tables.find_table(children)
        rows: list[dict[str, Any]] = []
        for number in sorted({cell.row for column in columns.values() for cell in column.cells}):
            found = {
                child.name: (value, see(column.page, cell.words, _IN_COLUMN))
                for child in children
                if (column := columns.get(child.name))
                for cell in column.cells
                if cell.row == number and (value := fit_text(cell.text, child, self.fact.conventions)) is not None
            }
            if 2 * len(found) > len(columns):
                self.evidence |= {f"{path}.{len(rows)}.{name}": seen for name, (_, seen) in found.items()}
                rows.append({child.name: found[child.name][0] if child.name in found else None for child in children})
        return rows

    def _read_column(self, wanted: Field, path: str) -> list[Any]:
        """Return the values of one column, of the facts or of a table: what a list of plain values asks for."""
        singular = replace(wanted, name=wanted.name.removesuffix("s"))
        for name in ("items", "taxes") if self.kind == "invoice" else ("transactions",):
            known = find_attribute(singular, name) or find_attribute(wanted, name)
            if known is not None and known not in _SIDES:
                rows = [(i, fit_fact(getattr(row, known), wanted)) for i, row in enumerate(getattr(self.fact, name))]
                kept = [(i, value) for i, value in rows if value is not None]
                for number, (index, _) in enumerate(kept):
                    self._cite(f"{path}.{number}", f"{name}.{index}.{known}")
                return [value for _, value in kept]
        sightings = self._find_in_columns(wanted, [words_of(wanted.name), words_of(singular.name)])
        self.evidence |= {f"{path}.{number}": seen.evidence for number, seen in enumerate(sightings)}
        return [seen.value for seen in sightings]


def _is_place(fact: Any, path: str) -> bool:
    """Whether a nested field is named as the standard result names it (`invoice_info.due_date`)."""
    *parents, last = path.split(".")
    owner = _walk(fact, ".".join(parents)) if parents else None
    return is_dataclass(owner) and hasattr(owner, last) and not is_dataclass(getattr(owner, last))


def _walk(fact: Any, path: str) -> Any:
    for name in path.split("."):
        fact = getattr(fact, name, None)
    return fact
