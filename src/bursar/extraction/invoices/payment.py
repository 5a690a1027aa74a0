"""How to pay: bank details by their proof and their labels, terms and references."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bursar.extraction.identifiers import (
    bank_of_iban,
    find_bics,
    find_ibans,
    find_ifscs,
    is_norwegian_account,
    may_hold_iban,
)
from bursar.extraction.invoices.addresses import fold, words
from bursar.extraction.invoices.banks import find_bank_beside
from bursar.extraction.invoices.label_neighbours import BANK_KEYS
from bursar.extraction.invoices.layout import Found, Hit, Layout, Row, Token, join
from bursar.extraction.invoices.regions import find_regions
from bursar.extraction.invoices.result import Ledger
from bursar.extraction.invoices.values import read_text, tokens_at
from bursar.extraction.labels.vocabulary import compact
from bursar.facts.evidence import Source
from bursar.facts.invoice import BankInfo, Payment

_ACCOUNT = re.compile(r"\d[\d\s-]{3,22}\d|[*xX•]{2,}\s?\d{3,6}")
_UPI = re.compile(r"\W*([\w.-]{2,}@[A-Za-z]{2,})(?![\w.-])")
_DERIVED = 0.6
_NAMED_BEHIND = 0.85
_LONGEST_NAME = 10  # words
_NEAR_ROWS = 6
_SURE_IBAN = 0.7
_BROKEN_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?:\s?[A-Z0-9]{1,4})*$")
_ROWS_TO_REST = 2  # from the first line of an IBAN to its last

_ANNOUNCED_IBAN = re.compile(  # also at the end of a longer word, as in «Supplier-IBAN»
    r"iban\b[\s:.]*([A-Z]{2}\d{2}(?:\s?[A-Z0-9]){8,30})(?![A-Za-z0-9])", re.IGNORECASE
)


def find_payment(
    layout: Layout, header: dict[str, Found[str | date]], ledger: Ledger, seller: str | None = None
) -> Payment:
    """Return terms, method, reference and the bank account to pay to, which may be said to be the `seller`'s."""
    return Payment(
        ledger.note("payment.terms", header.get("payment_terms")),
        ledger.note("payment.method", header.get("payment_method")),
        ledger.note("payment.reference", header.get("payment_reference")),
        _find_bank(layout, ledger, seller),
    )


def _find_bank(layout: Layout, ledger: Ledger, seller: str | None) -> BankInfo:
    rows = [row for row in layout.rows if may_hold_iban(row.text)]
    iban, bic = _find_iban(layout, rows), _find_bic(layout, rows)
    name, code = bank_of_iban(iban.value) if iban is not None else (None, None)
    account, sort_code = _find_account(layout), _find_digits(layout, "sort_code")
    bank = _find_labelled(layout, "bank_name") or find_bank_beside(layout, iban or sort_code or account, name)
    bic, bank = bic or _derive(code), bank or _derive(name)
    notes = {
        "bank_name": bank,
        "account_holder": _find_labelled(layout, "account_holder") or _find_holder_behind(layout, seller),
        "account_number": account,
        "iban": iban,
        "bic": bic,
        "ifsc": _find_ifsc(layout),
        "routing_number": _find_digits(layout, "routing_number"),
        "sort_code": sort_code,
        "upi_id": _find_upi(layout),
    }
    return BankInfo(**{name: ledger.note(f"payment.bank_info.{name}", found) for name, found in notes.items()})


def _derive(value: str | None) -> Found[str] | None:
    """Return what an IBAN leads to; it stands nowhere itself."""
    return Found(value, (), _DERIVED, ("payment.bank_info.iban",)) if value else None


def _find_holder_behind(layout: Layout, seller: str | None) -> Found[str] | None:
    """Return the seller's name where it follows on an account and the word for a holder: «NL91 … t.n.v. Firm B.V. under …»."""
    wanted = compact(seller or "")
    for hit in layout.hits_of_field("account_holder") if wanted else ():
        row = layout.rows[hit.segment.row]
        beside = layout.hits_of_row.get(row.index, ())
        if not any(find_ibans(row.text)) and not any(other.means("fields", BANK_KEYS) for other in beside):
            continue
        following = (token for below in layout.rows_below(row.index, 1) for token in below.segments[0].tokens)
        tokens = (*hit.segment.tokens[hit.end :], *following)
        for size in range(1, min(len(tokens), _LONGEST_NAME) + 1):
            if compact(join(tokens[:size])) == wanted:
                return Found(str(seller), tokens[:size], _NAMED_BEHIND)
    return None


def _find_upi(layout: Layout) -> Found[str] | None:
    """Return the address of India's payments between accounts, behind its label: «UPI: firm@bank»."""
    for hit in layout.hits_of_field("upi_id"):
        for region in find_regions(layout, hit):
            match = _UPI.match(region.text)
            if match is not None:
                used = tokens_at(region.tokens, match.start(1), match.end(1))
                return Found(match[1], used, 0.9 * region.fit)
    return None


def _find_iban(layout: Layout, rows: Sequence[Row]) -> Found[str] | None:
    """Return the best IBAN, of the rows that may hold one: valid before invalid, labelled before bare."""
    announced = {hit.segment.row for hit in layout.hits_of_field("iban")}
    found: list[tuple[float, Found[str]]] = []
    for segment in (segment for row in rows for segment in row.segments):
        labelled = segment.row in announced or segment.row - 1 in announced
        runs = [(segment.text, segment.tokens)]
        if following := layout.right_of(segment):  # an IBAN may go on behind a gap
            runs.append((f"{segment.text} {following[0].text}", (*segment.tokens, *following[0].tokens)))
        for text, tokens in runs:
            for identifier in find_ibans(text):
                score = (0.97 if identifier.valid else 0.6) - (0.0 if labelled else 0.15) - 0.02 * segment.page
                if not identifier.valid and not labelled:
                    continue
                used = tokens_at(tokens, identifier.start, identifier.end)
                found.append((score, Found(identifier.value, used, min(0.97, score))))
    if not any(score >= _SURE_IBAN for score, _ in found) and (broken := _find_broken_iban(layout)) is not None:
        return broken
    return max(found, key=lambda pair: pair[0])[1] if found else _labelled_iban(layout)


def _find_broken_iban(layout: Layout) -> Found[str] | None:
    """Return an IBAN that goes on in the line right below, at the same left edge: one whose check digits hold."""
    for segment in layout.segments:
        head = _BROKEN_IBAN.search(segment.text)
        if head is None:
            continue
        for below in layout.lines_flush_below(segment, _ROWS_TO_REST):
            tokens = (*segment.tokens, *below.tokens)
            for identifier in find_ibans(f"{segment.text} {below.text}"):
                if identifier.valid and identifier.start >= head.start() and identifier.end > len(segment.text):
                    used = tokens_at(tokens, identifier.start, identifier.end)
                    return Found(identifier.value, used, 0.9)
            break
    return None


def _labelled_iban(layout: Layout) -> Found[str] | None:
    """Return what a label calls an IBAN though its length is that of none: printed so, and said to be invalid.

    Where the words are recognised it is not what is printed, and left out: the label is reported as unread.
    """
    for hit in layout.hits_of_field("iban"):
        if hit.tokens[0].source is Source.OCR:
            continue
        for region in find_regions(layout, hit):
            match = re.match(r"[\s:]*([A-Z]{2}\d{2}(?:\s?[A-Z0-9]){8,30})(?![A-Za-z0-9])", region.text)
            if match:
                used = tokens_at(region.tokens, match.start(1), match.end(1))
                return Found(re.sub(r"\s", "", match[1]), used, 0.55)
    for row in layout.rows:
        match = _ANNOUNCED_IBAN.search(row.text)
        if match and row.tokens[0].source is not Source.OCR:
            return Found(re.sub(r"\s", "", match[1]), tokens_at(row.tokens, match.start(1), match.end(1)), 0.55)
    return None


def _find_bic(layout: Layout, rows: Sequence[Row]) -> Found[str] | None:
    for hit in layout.hits_of_field("bic"):
        for region in find_regions(layout, hit):
            for identifier in find_bics(region.text.upper()):
                return Found(identifier.value, tokens_at(region.tokens, identifier.start, identifier.end), 0.93)
    return _find_bic_near_iban(layout, rows)


def _find_bic_near_iban(layout: Layout, rows: Sequence[Row]) -> Found[str] | None:
    """Return a bare BIC on the row of an IBAN or the two below: it needs a digit or a valid IBAN beside it."""
    for row in rows:
        if not any(found.valid for found in find_ibans(row.text)):
            continue
        for near in (row, *layout.rows_below(row.index, 2)):
            for identifier in find_bics(near.text):
                return Found(identifier.value, tokens_at(near.tokens, identifier.start, identifier.end), 0.75)
    return None


def _find_ifsc(layout: Layout) -> Found[str] | None:
    for row in layout.rows:
        for identifier in find_ifscs(row.text):
            return Found(identifier.value, tokens_at(row.tokens, identifier.start, identifier.end), 0.9)
    return None


def _find_labelled(layout: Layout, key: str) -> Found[str] | None:
    for hit in layout.hits_of_field(key):
        if not (hit.opens or hit.has_colon) or hit.letters < 4:
            continue
        if not _is_near_bank(layout, hit):
            continue
        for region in find_regions(layout, hit):
            tokens = _until_separator(region.tokens)
            tokens = _with_bank_word(hit, tokens) if key == "bank_name" else tokens
            value = read_text(tokens)
            if value is not None and region.fit > 0.4 and not _mostly_digits(join(tokens)):
                return Found(str(value.value).rstrip(" ,;"), value.tokens, 0.8 * region.fit)
    return None


def _until_separator(tokens: Sequence[Token]) -> tuple[Token, ...]:
    kept = []
    for token in tokens:
        if token.text in ("|", "-", "–", "·", "•"):
            break
        kept.append(token)
    return tuple(kept)


def _with_bank_word(hit: Hit, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return a bank's name with the word «Bank» that closes it, where that was taken for the next label: «X Bank, A/c no.»."""
    line = hit.segment.tokens
    last = next((place for place, token in enumerate(line) if tokens and token is tokens[-1]), None)
    if last is None or last + 1 >= len(line):
        return tokens
    following = line[last + 1]
    closes = following.text.endswith((",", ";")) and fold(following.text.rstrip(",;")) in words("bank_words")
    return (*tokens, following) if closes else tokens


def _mostly_digits(text: str) -> bool:
    return sum(c.isdigit() for c in text) * 2 > sum(c.isalnum() for c in text)


def _is_near_bank(layout: Layout, hit: Hit) -> bool:
    near = range(hit.segment.row - _NEAR_ROWS, hit.segment.row + _NEAR_ROWS + 1)
    return any(
        other is not hit and other.means("fields", BANK_KEYS)
        for row in near
        for other in layout.hits_of_row.get(row, ())
    )


def _find_account(layout: Layout) -> Found[str] | None:
    for hit in layout.hits_of_field("account_number"):
        near = _is_near_bank(layout, hit)
        for region in find_regions(layout, hit) if near or _is_to_pay_to(layout, hit) else ():
            match = _ACCOUNT.search(region.text)
            if match and not near and not is_norwegian_account(match.group()):
                continue
            if match and not any(found.valid for found in find_ibans(region.text)):
                used = tokens_at(region.tokens, match.start(), match.end())
                return Found(re.sub(r"\s", "", match.group()), used, 0.85 * region.fit)
    return None


def _is_to_pay_to(layout: Layout, hit: Hit) -> bool:
    """Whether the reference to pay with stands on the line of an account: «kontonr. 8601 11 17947 KID: …»."""
    row = layout.hits_of_row.get(hit.segment.row, ())
    return any(other is not hit and "payment_reference" in other.keys("fields") for other in row)


def _find_digits(layout: Layout, key: str) -> Found[str] | None:
    for hit in layout.hits_of_field(key):
        for region in find_regions(layout, hit):
            match = re.match(r"\W*(\d[\d\s-]{4,12}\d)", region.text)
            if match:
                used = tokens_at(region.tokens, match.start(1), match.end(1))
                return Found(re.sub(r"[\s-]", "", match[1]), used, 0.85 * region.fit)
    return None
