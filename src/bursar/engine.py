"""The engine: open, read, classify, extract, check. The same in the library, the command line and the worker."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from msgspec import structs

from bursar.checks.anomalies import find_anomalies
from bursar.checks.file_traces import check_traces
from bursar.checks.invoice import check_invoice
from bursar.checks.outcome import CheckOutcome
from bursar.checks.statement import check_statement
from bursar.errors import InvalidRequest, ModelNotConfigured, UnreadablePages, UnsupportedFormat
from bursar.extraction.asking.custom_fields import fill_custom
from bursar.extraction.asking.standard_fields import add_issues, drop_values, fill_standard
from bursar.extraction.classify import Classification, classify
from bursar.extraction.custom.extractor import check_custom, extract_custom
from bursar.extraction.division import find_documents, note_several, restrict
from bursar.extraction.einvoice import add_bank, merge, read_attached
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.extraction.model import LanguageModel
from bursar.extraction.statements.bank_profiles import load_profiles
from bursar.extraction.statements.categories import categorize as categorize_rows
from bursar.extraction.statements.categories import load_categories
from bursar.extraction.statements.extractor import extract_statement
from bursar.facts import omission
from bursar.facts.document import Attachment, DocumentRange, Metadata, PageMetadata
from bursar.facts.evidence import Evidence, Issue, Severity, Source, Status
from bursar.facts.invoice import Invoice
from bursar.facts.omission import PARTS
from bursar.facts.statement import Statement
from bursar.facts.traces import FileTraces
from bursar.reading.document import Progress, add_pictures, read_document
from bursar.reading.limits import Limits
from bursar.reading.page import Format, Reading
from bursar.reading.reading_order import find_place, order_reading
from bursar.reading.traces import read_traces
from bursar.schemas.definition import Schema, parse_definition
from bursar.version import __version__

Fact = TypeVar("Fact", Invoice, Statement)
AnyFact = TypeVar("AnyFact", bound=Invoice | Statement)
KINDS = ("invoice", "statement")
OCR_CHOICES = ("auto", "force", "never")
ENGINES = ("auto", "rules", "llm")
_NAMED = 0.6  # how sure a name is at least that is more than the largest words of a page


def parse(
    source: str | PathLike[str] | bytes,
    *,
    kind: str | None = None,
    password: str | None = None,
    pages: str | None = None,
    ocr: str = "auto",
    language: str | None = None,
    categorize: bool = False,
    categories: str | PathLike[str] | None = None,
    detect_anomalies: bool = False,
    leave_out: Collection[str] = (),
    profiles: str | PathLike[str] | None = None,
    schema: Mapping[str, Any] | str | None = None,
    schemas: Mapping[str, Mapping[str, Any]] | None = None,
    engine: str = "auto",
    model: LanguageModel | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Invoice | Statement:
    """Return what the document says, with evidence and checks.

    `source` is a path or the bytes themselves. `kind` (`invoice` or `statement`) overrides what is detected; `pages`
    selects some (`1-3,7`); `ocr` is `auto` (where a page's text layer is of no use), `force` or `never`; `language`
    (`de`, `en-US`) is a hint. `categorize` gives each transaction a category by the words of the file `categories` or those
    that come along; `detect_anomalies` adds issues for what is odd about rows and file; `leave_out` names parts that
    the result shall not have (`line_items`, `transactions`, `tax`). `profiles` is a folder of bank profiles to be tried.
    `schema` is an output shape of your own (`bursar.schemas.definition`), whose fields come as `custom`; `schemas` has
    one for each kind, as `{"invoice": {"name": …, "definition": …}}`. A language `model` that is handed in is asked for
    what the rules left open: with `engine` `auto` for fields of the schema, with `llm` for those of the standard result
    too. `progress` is called with pages done and to do after each page.

    Raises the `DocumentError` that fits when the document cannot be opened, `InvalidRequest` for a bad option and
    `UnreadablePages` when not one page could be read. A page that fails beside others is an issue.

        >>> invoice = parse("invoice.pdf")                                          # doctest: +SKIP
        >>> invoice.summary.total, invoice.evidence["summary.total"].status         # doctest: +SKIP
        (Decimal('681.87'), <Status.PROVEN: 'proven'>)
    """
    started = time.perf_counter()
    _check_choices(kind, ocr, leave_out)
    model = _choose_model(engine, model)
    if categorize:
        load_categories(None if categories is None else str(categories))  # a fault in it shows before the work
    shapes = _read_schemas(schema, schemas)
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    reading = read_document(content, password=password, pages=pages, ocr=ocr, limits=limits, progress=progress)
    options: dict[str, Any] = {"kind": kind, "language": language, "profiles": profiles}
    drawn, asked = content if ocr == "auto" else None, model if engine == "llm" else None
    fact, reading = extract_with_pictures(drawn, reading, password=password, limits=limits, model=asked, **options)
    if categorize and isinstance(fact, Statement):
        fact = categorize_rows(fact, categories)
    if (shape := shapes.get("statement" if isinstance(fact, Statement) else "invoice")) is not None:
        fact = add_custom(fact, reading, shape, model)
    if detect_anomalies:
        fact = add_anomalies(fact, read_traces(content, reading, password))
    fact = omission.leave_out(fact, leave_out)
    seconds = time.perf_counter() - started
    return replace(fact, metadata=replace(fact.metadata, processing_time=f"{seconds:.3f}s"))


def extract(
    reading: Reading,
    *,
    kind: str | None = None,
    language: str | None = None,
    profiles: str | PathLike[str] | None = None,
    model: LanguageModel | None = None,
) -> Invoice | Statement:
    """Return what a reading says: classified (unless `kind` is given or an e-invoice tells), extracted, checked.

    A `model` is asked for what the rules left open; not where an e-invoice says what there is.
    """
    ordered = order_reading(reading)
    fact = _extract(ordered, kind=kind, language=language, profiles=profiles, model=model)
    return fact if ordered is reading else _put_back(fact, ordered)


def _extract(
    reading: Reading,
    *,
    kind: str | None,
    language: str | None,
    profiles: str | PathLike[str] | None,
    model: LanguageModel | None,
) -> Invoice | Statement:
    """Return what a reading says whose pages are in the order of reading."""
    einvoice, doubts = (None, ()) if kind == "statement" else read_attached(reading)
    if reading.format is Format.XML and einvoice is None:
        raise UnsupportedFormat("An XML file is read as an e-invoice, never as a statement", {"kind": kind})
    if einvoice is None and all(page.error for page in reading.pages):
        raise UnreadablePages(
            "Not one page of the document could be read", {"pages": [page.number for page in reading.pages]}
        )
    documents = find_documents(reading)
    first = restrict(reading, documents[0]) if documents else reading
    if documents:
        doubts = (*doubts, note_several(documents))
    if einvoice is not None:
        found = Classification(einvoice.document_type, 1.0, {einvoice.document_type: 1.0})
        visible = extract_invoice(first, language=language) if any(page.words for page in first.pages) else None
        invoice = add_bank(merge(einvoice, visible, first))
        return _complete(invoice, check_invoice(invoice), reading, found, doubts, documents)
    found = classify(first)
    if (kind or found.kind) == "statement":
        statement = extract_statement(first, language=language, profiles=load_profiles(profiles))
        statement, outcome = _check_and_ask(statement, first, model)
        return _complete(statement, outcome, reading, found, doubts, documents)
    invoice, outcome = _check_and_ask(extract_invoice(first, language=language, found=found), first, model)
    return _complete(invoice, outcome, reading, found, doubts, documents)


def _put_back(fact: AnyFact, reading: Reading) -> AnyFact:
    """Return the fact with its boxes where things stand on the paper, not where they are read."""
    fact = replace(fact, evidence=_put_evidence_back(fact.evidence, reading))
    if not isinstance(fact, Statement):
        return fact
    pages = {page.number: page for page in reading.pages}
    lines = tuple(replace(line, box=find_place(pages[line.page], line.box)) for line in fact.unparsed_lines)
    return replace(fact, unparsed_lines=lines)


def _put_evidence_back(evidence: Mapping[str, Evidence], reading: Reading) -> dict[str, Evidence]:
    pages = {page.number: page for page in reading.pages}
    return {
        path: structs.replace(seen, box=find_place(pages[seen.page], seen.box))
        if seen.box is not None and seen.page in pages
        else seen
        for path, seen in evidence.items()
    }


def extract_with_pictures(
    content: bytes | None,
    reading: Reading,
    *,
    password: str | None = None,
    limits: Limits | None = None,
    model: LanguageModel | None = None,
    **options: Any,
) -> tuple[Invoice | Statement, Reading]:
    """Return what `extract` makes of a reading, and the reading that it was made of.

    A document whose text does not say who wrote it mostly has a picture for a letterhead: the pictures of its first page
    are recognised then, and it is extracted anew. No other document pays for that; nor does one without `content`. A
    `model` is asked once, about the reading that is kept.
    """
    fact = extract(reading, **options)
    if content is not None and not _tells_its_author(fact):
        fuller = add_pictures(content, reading, password=password, limits=limits)
        again = fact if fuller is None else extract(fuller, **options)
        if fuller is not None and type(again) is type(fact) and _tells_its_author(again):
            fact, reading = again, fuller
    return (fact if model is None else extract(reading, model=model, **options)), reading


def _tells_its_author(fact: Invoice | Statement) -> bool:
    """Whether a fact says which bank, or which seller by name and by an address or a tax id, it is from."""
    if isinstance(fact, Statement):
        return fact.account_info.bank_name is not None
    seen, seller = fact.evidence.get("vendor.name"), fact.vendor
    return seen is not None and seen.confidence >= _NAMED and bool(seller.address.text or seller.tax_id)


def _check_and_ask(fact: Fact, reading: Reading, model: LanguageModel | None) -> tuple[Fact, CheckOutcome]:
    """Return the fact with what the model adds to it, and its checks. What breaks an equation is not added."""
    before = check(fact)
    if model is None:
        return fact, before
    filled, paths = fill_standard(fact, reading, model)
    outcome = check(filled)
    broken = {e.rule for e in outcome.checks.equations if not e.holds} - {
        e.rule for e in before.checks.equations if not e.holds
    }
    wrong = {path for e in outcome.checks.equations if e.rule in broken for path in e.fields} & set(paths)
    wrong |= {path for path in paths if outcome.statuses.get(path) is Status.CONTRADICTED}
    issues: list[Issue] = []
    if broken or wrong:
        dropped = tuple(sorted(wrong)) or paths
        filled, paths = drop_values(filled, dropped), tuple(path for path in paths if path not in dropped)
        message = "What the language model took from the pages breaks the document's own arithmetic; it was dropped"
        issues.append(Issue("LLM_CONTRADICTED", Severity.INFO, message, dropped))
        outcome = check(filled)
    issues += _doubt_model([path for path in paths if outcome.statuses.get(path) is not Status.PROVEN])
    engine = "rules+llm" if paths else filled.metadata.engine
    metadata = replace(filled.metadata, engine=engine)
    return replace(filled, checks=add_issues(filled.checks, issues), metadata=metadata), outcome


def _doubt_model(paths: Collection[str]) -> list[Issue]:
    message = "A language model took this from the page, and nothing in the document proves it"
    return [Issue("LLM_UNPROVEN", Severity.WARNING, message, tuple(paths))] if paths else []


def _choose_model(engine: str, model: LanguageModel | None) -> LanguageModel | None:
    if engine not in ENGINES:
        raise InvalidRequest(f"engine must be one of {', '.join(ENGINES)}", {"engine": engine})
    if engine == "llm" and model is None:
        reason = "no language model is configured"
        raise ModelNotConfigured(f"engine: {reason}", {"field": "options.engine", "reason": reason})
    return None if engine == "rules" else model


def add_anomalies(fact: Invoice | Statement, traces: FileTraces | None) -> Invoice | Statement:
    """Return the fact with issues for what is odd about its rows and its file added to its checks."""
    odd = find_anomalies(fact) if isinstance(fact, Statement) else []
    if traces is not None:
        odd += check_traces(traces, fact.evidence)
    quiet = all(issue.severity is Severity.INFO for issue in odd)
    checks = fact.checks
    return replace(
        fact,
        checks=replace(checks, issues=(*checks.issues, *odd), straight_through=checks.straight_through and quiet),
    )


def _check_choices(kind: str | None, ocr: str, leave_out: Collection[str]) -> None:
    if kind not in (None, *KINDS):
        raise InvalidRequest(f"kind must be one of {', '.join(KINDS)}", {"kind": kind})
    if ocr not in OCR_CHOICES:
        raise InvalidRequest(f"ocr must be one of {', '.join(OCR_CHOICES)}", {"ocr": ocr})
    if unknown := set(leave_out).difference(PARTS):
        raise InvalidRequest(f"leave_out takes {', '.join(PARTS)}", {"leave_out": sorted(unknown)})


def _read_schemas(
    schema: Mapping[str, Any] | str | None, schemas: Mapping[str, Mapping[str, Any]] | None
) -> dict[str, Schema]:
    """Return the output shape for each kind of document; read before the document, so that a bad one costs nothing."""
    if schema is not None:
        return dict.fromkeys(KINDS, parse_definition(schema))
    named = (schemas or {}).items()
    return {kind: parse_definition(given["definition"], name=given.get("name")) for kind, given in named}


def recheck(before: Invoice | Statement, after: Invoice | Statement) -> Invoice | Statement:
    """Return `after`, which is `before` with corrections, with its checks made anew.

    What was in doubt about the reading of the document stays, except about fields that a person has set.
    """
    old, new = check(before), check(after)
    settled = {path for path, seen in after.evidence.items() if seen.source is Source.PERSON}
    made = {(issue.code, issue.message) for issue in old.checks.issues}
    kept = [
        issue
        for issue in after.checks.issues
        if (issue.code, issue.message) not in made and settled.isdisjoint(issue.fields)
    ]
    evidence = {
        path: structs.replace(
            seen, status=new.statuses.get(path, Status.UNCHECKED if path in old.statuses else seen.status)
        )
        for path, seen in after.evidence.items()
    }
    issues = (*kept, *new.checks.issues)
    return _apply(replace(after, evidence=evidence), new, issues)


def check(fact: Invoice | Statement) -> CheckOutcome:
    """Return what the fact's own arithmetic says."""
    return check_statement(fact) if isinstance(fact, Statement) else check_invoice(fact)


def add_custom(
    fact: Invoice | Statement, reading: Reading, schema: Schema, model: LanguageModel | None = None
) -> Invoice | Statement:
    """Return the fact with the values of a caller's schema, their evidence under `custom.`, and what is in doubt.

    A `model` is asked for what is found neither among the facts nor by labels.
    """
    several = fact.metadata.documents
    reading = restrict(reading, several[0]) if several else reading
    ordered = order_reading(reading)
    output = extract_custom(ordered, fact, schema)
    if model is not None:
        output = fill_custom(output, ordered, schema, fact.conventions, model)
    output = check_custom(output, schema)
    if ordered is not reading:
        new = {
            path: seen for path, seen in output.evidence.items() if all(seen is not e for e in fact.evidence.values())
        }
        output = replace(output, evidence={**output.evidence, **_put_evidence_back(new, ordered)})
    guessed = [f"custom.{path}" for path, seen in output.evidence.items() if _is_new_guess(seen, fact)]
    issues = [*output.issues, *_doubt_model(guessed)]
    quiet = all(issue.severity is Severity.INFO for issue in issues)
    engine = "rules+llm" if guessed else fact.metadata.engine
    return replace(
        fact,
        custom=output.values,
        evidence={**fact.evidence, **{f"custom.{path}": seen for path, seen in output.evidence.items()}},
        checks=replace(
            fact.checks,
            issues=(*fact.checks.issues, *issues),
            straight_through=fact.checks.straight_through and quiet,
        ),
        metadata=replace(fact.metadata, schema=schema.name or "inline", engine=engine),
    )


def _is_new_guess(seen: Evidence, fact: Invoice | Statement) -> bool:
    """Whether a language model said it, and not of the standard result, whose values are in doubt there already."""
    return seen.source is Source.LLM and all(seen is not known for known in fact.evidence.values())


def _complete(
    fact: Fact,
    outcome: CheckOutcome,
    reading: Reading,
    found: Classification,
    doubts: tuple[Issue, ...] = (),
    documents: tuple[DocumentRange, ...] = (),
) -> Fact:
    """Return the fact with its checks, the status of each value, and the metadata of the whole file's reading."""
    issues = (*_page_issues(reading), *doubts, *fact.checks.issues, *outcome.checks.issues)
    evidence = {
        path: structs.replace(seen, status=outcome.statuses.get(path, seen.status))
        for path, seen in fact.evidence.items()
    }
    described = _describe(fact.metadata, reading, found, evidence)
    fact = replace(fact, evidence=evidence, metadata=replace(described, documents=documents))
    return _apply(fact, outcome, issues)


def _apply(fact: AnyFact, outcome: CheckOutcome, issues: tuple[Issue, ...]) -> AnyFact:
    """Return the fact with the outcome of its checks, and all that is in doubt about it."""
    quiet = all(issue.severity is Severity.INFO for issue in issues)
    if isinstance(fact, Statement) and outcome.accounts:
        pairs = zip(fact.accounts, outcome.accounts, strict=True)
        fact = replace(fact, accounts=tuple(replace(account, checks=checks) for account, checks in pairs))
    checks = replace(outcome.checks, issues=issues, straight_through=outcome.checks.straight_through and quiet)
    return replace(fact, checks=checks)


def _page_issues(reading: Reading) -> list[Issue]:
    return [
        Issue(
            "PAGE_UNREADABLE", Severity.ERROR, f"Page {page.number} could not be read ({page.error})", page=page.number
        )
        for page in reading.pages
        if page.error
    ]


def _describe(metadata: Metadata, reading: Reading, found: Classification, evidence: dict[str, Evidence]) -> Metadata:
    sources = {seen.source.value for seen in evidence.values()} & {"xml", "ocr", "text"} or {
        page.source.value for page in reading.pages
    }
    scores = [seen.confidence for path, seen in evidence.items() if path.count(".") == 1]
    return replace(
        metadata,
        page_count=reading.page_count,
        source=metadata.source if "xml" in sources else sources.pop() if len(sources) == 1 else "mixed",
        confidence_score=round(sum(scores) / len(scores), 4) if scores else None,
        engine_version=__version__,
        detected_type=found.document_type,
        detected_score=found.score,
        pages=tuple(
            PageMetadata(
                page.number,
                round(page.width, 2),
                round(page.height, 2),
                page.rotation,
                page.source.value,
                page.error,
                page.skew,
            )
            for page in reading.pages
        ),
        attachments=tuple(Attachment(file.name, file.size_bytes, file.media_type) for file in reading.attachments),
    )
