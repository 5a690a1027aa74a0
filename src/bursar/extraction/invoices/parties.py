"""Seller, buyer and consignee: by their labels, else by where letters put them and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from bursar.extraction.invoices.address_parts import parse_address
from bursar.extraction.invoices.addresses import find_country, has_legal_form, is_company
from bursar.extraction.invoices.blocks import PartyLines
from bursar.extraction.invoices.contacts import Contacts, TaxIds, find_contacts, find_hosts, find_party_tax_ids
from bursar.extraction.invoices.labelled_parties import find_labelled
from bursar.extraction.invoices.layout import Found, Layout, Token
from bursar.extraction.invoices.legal_names import name_by_law
from bursar.extraction.invoices.letter_parties import find_buyer_on_slip, find_buyer_window, find_seller, is_same_name
from bursar.extraction.invoices.merchants import find_receipt_seller
from bursar.extraction.invoices.party_backing import measure_backing
from bursar.extraction.invoices.result import Ledger
from bursar.facts.document import Address
from bursar.facts.invoice import Contact, Customer, Party, ShipTo, TaxId

_ALONE = 0.7
_SHOP = 0.8  # of a receipt's merchant without a form of law: the firm may be called otherwise than its shop
_APART = 5  # rows
_DIALLED = {
    "+61": "AU",
    "+64": "NZ",
    "+65": "SG",
    "+852": "HK",
    "+886": "TW",
    "+52": "MX",
    "+46": "SE",
    "+47": "NO",
    "+45": "DK",
}
"""Countries by their telephone prefix, of those whose currency shares its sign with others (+1 is of several)."""


class Named(Struct, frozen=True):
    """A party's lines with how sure its role is."""

    lines: PartyLines
    confidence: float


class Parties(Struct, frozen=True):
    """The parties found; methods turn them to facts and note where they stand."""

    seller: Named | None = None
    buyer: Named | None = None
    consignee: Named | None = None
    contacts: dict[str, Contacts] = {}
    tax_ids: dict[str, TaxIds] = {}

    def countries(self) -> list[str]:
        """Return the countries that the parties' addresses and telephone numbers name, the seller's first."""
        found = []
        for role, named in (("seller", self.seller), ("buyer", self.buyer)):
            lines = named.lines.address_lines if named else []
            found += [country for line in reversed(lines) if (country := find_country(line))]
            phone = self.contacts[role].phone if role in self.contacts else None
            found += [country for prefix, country in _DIALLED.items() if phone and phone.value.startswith(prefix)]
        return found

    def vendor(self, ledger: Ledger) -> Party:
        """Return the seller."""
        return Party(
            **_party_facts("vendor", self.seller, self.contacts.get("seller"), self.tax_ids.get("seller"), ledger)
        )

    def customer(self, ledger: Ledger, customer_id: Found[str | date] | None) -> Customer:
        """Return the buyer, with the number that the seller gave it."""
        facts = _party_facts("customer", self.buyer, self.contacts.get("buyer"), self.tax_ids.get("buyer"), ledger)
        return Customer(**facts, customer_id=ledger.note("customer.customer_id", customer_id))

    def ship_to(self, ledger: Ledger) -> ShipTo:
        """Return where the goods go."""
        if self.consignee is None:
            return ShipTo()
        return ShipTo(_note_name("ship_to", self.consignee, ledger), _note_address("ship_to", self.consignee, ledger))


def find_parties(layout: Layout, table_rows: Iterable[int], *, receipt: bool) -> Parties:
    """Return who sells, who buys and where the goods go."""
    blocked = _rows_of_table(table_rows)
    hosts = find_hosts(layout)
    labelled = find_labelled(layout, blocked)
    if receipt and _are_ends_of_journey(layout, labelled, blocked):
        labelled = {role: party for role, party in labelled.items() if role not in ("seller", "buyer")}
    taken = _tokens_of_parties(labelled.values())
    if (lessor := labelled.pop("lessor", None)) is not None and "seller" not in labelled:
        payee, buying = labelled.get("payee"), labelled.get("buyer")
        sender = None if lessor.has_postal else find_seller(layout, blocked, taken, payee, hosts, buying)
        if sender is None or not (sender[0].is_placed or has_legal_form(sender[0].name_text)):
            labelled["seller"] = lessor
    served = labelled.pop("served", None)
    buyer = Named(labelled["buyer"], 0.92) if "buyer" in labelled else None
    seller = Named(labelled["seller"], 0.9) if "seller" in labelled else None
    consignee = Named(labelled["ship_to"], 0.9) if "ship_to" in labelled else None
    if seller is None or not seller.lines.name or _may_be_clerk(seller.lines):
        found = find_receipt_seller(layout, blocked, taken) if receipt else None
        found = found or find_seller(layout, blocked, taken, labelled.get("payee"), hosts, labelled.get("buyer"))
        if seller is None or (found is not None and not _may_be_clerk(found[0])):
            others = _tokens_of_parties(party for role, party in labelled.items() if role != "payee")
            seller = Named(name_by_law(layout, found[0], others, blocked), found[1]) if found else None
    elif not seller.lines.address and _is_named_elsewhere(layout, seller.lines):
        found = find_seller(layout, blocked, taken, labelled.get("payee"), hosts, labelled.get("buyer"))
        seller = _complete(seller, Named(found[0], found[1]) if found else None)
    if not receipt and (buyer is None or not buyer.lines.address):
        used = taken | (
            {id(t) for line in (seller.lines.name, *seller.lines.address) for t in line} if seller else set()
        )
        found = find_buyer_window(layout, blocked, used, seller.lines if seller else None)
        if found is None and buyer is None:
            found = find_buyer_on_slip(layout, blocked, used, seller.lines if seller else None)
        buyer = _complete(buyer, Named(found[0], found[1]) if found else None)
    if served is not None and "buyer" not in labelled and (buyer is None or not buyer.lines.address):
        labelled["buyer"], buyer = served, Named(served, 0.92)
    seller = _weigh(layout, seller, labelled.get("seller"), hosts)
    if receipt and seller is not None and not has_legal_form(seller.lines.name_text):
        seller = Named(seller.lines, min(seller.confidence, _SHOP))
    if seller is not None and buyer is None and not receipt and seller.lines is not labelled.get("seller"):
        seller = Named(seller.lines, min(seller.confidence, _ALONE))  # one party of two, and no label says which
    buyer = _weigh(layout, buyer, labelled.get("buyer"), hosts)
    people = {
        "seller": seller.lines if seller else None,
        "buyer": buyer.lines if buyer else None,
        "consignee": consignee.lines if consignee else None,
    }
    return Parties(seller, buyer, consignee, find_contacts(layout, people), find_party_tax_ids(layout, people))


def _are_ends_of_journey(layout: Layout, labelled: Mapping[str, PartyLines], blocked: frozenset[int]) -> bool:
    """Whether «From:» and «To:» of a receipt are no parties: neither has an address, and the head names a firm with one."""
    ends = [labelled[role] for role in ("seller", "buyer") if role in labelled]
    if len(ends) < len(("seller", "buyer")) or any(party.address for party in ends):
        return False
    head = find_receipt_seller(layout, blocked, set())
    return head is not None and head[0].is_placed and has_legal_form(head[0].name_text)


def _rows_of_table(rows: Iterable[int]) -> frozenset[int]:
    """Return the rows of the table without a first one that stands far above the others: an amount in the head of the page."""
    kept = sorted(rows)
    if len(kept) > 1 and kept[1] - kept[0] >= _APART:
        kept = kept[1:]
    return frozenset(kept)


def _tokens_of_parties(parties: Iterable[PartyLines]) -> set[int]:
    """Return the tokens of all lines of some parties, by identity."""
    found: set[int] = set()
    for party in parties:
        found.update(id(token) for line in (party.name, *party.address) for token in line)
        found.update(id(token) for segment in party.segments for token in segment.tokens)
    return found


def _is_named_elsewhere(layout: Layout, lines: PartyLines) -> bool:
    """Whether another line begins with a party's first word."""
    first, own = lines.name[0].text, {id(token) for token in lines.name}
    return any(segment.tokens[0].text == first and id(segment.tokens[0]) not in own for segment in layout.segments)


def _complete(named: Named | None, addressed: Named | None) -> Named | None:
    """Return a party: whom a label names, with the address that stands below the same name elsewhere."""
    if named is None or addressed is None or not is_same_name(named.lines, addressed.lines):
        return named or addressed
    segments = named.lines.segments + addressed.lines.segments
    return Named(PartyLines(named.lines.name, addressed.lines.address, segments), named.confidence)


def _may_be_clerk(lines: PartyLines) -> bool:
    """Whether a name has neither a firm's form nor an address: who is called the seller may be who served the customer."""
    return not lines.address and not is_company(lines.name_text)


def _weigh(layout: Layout, named: Named | None, labelled: PartyLines | None, hosts: str) -> Named | None:
    """Return a party with how sure its name is: where no label announces it, its place counts as well."""
    if named is None or not named.lines.name:
        return named
    backing = measure_backing(layout, named.lines, hosts, labelled=named.lines is labelled)
    return Named(named.lines, backing if named.lines is labelled else min(backing, named.confidence + 0.1))


def _party_facts(
    path: str, named: Named | None, contacts: Contacts | None, ids: TaxIds | None, ledger: Ledger
) -> dict[str, Any]:
    contacts, ids = contacts or Contacts(), ids or TaxIds()
    return {
        "name": _note_name(path, named, ledger) if named else None,
        "tax_id": ledger.note(f"{path}.tax_id", ids.tax_id),
        "registration_number": ledger.note(f"{path}.registration_number", ids.registration),
        "address": _note_address(path, named, ledger) if named else Address(),
        "contact": Contact(
            ledger.note(f"{path}.contact.email", contacts.email),
            ledger.note(f"{path}.contact.phone", contacts.phone),
            ledger.note(f"{path}.contact.website", contacts.website),
        ),
        "extra_tax_ids": tuple(
            TaxId(kind, str(ledger.note(f"{path}.extra_tax_ids.{index}.value", found)))
            for index, (kind, found) in enumerate(ids.extra)
        ),
    }


def _note_name(path: str, named: Named, ledger: Ledger) -> str | None:
    if not named.lines.name or not named.lines.name_text:
        return None
    return str(ledger.note(f"{path}.name", Found(named.lines.name_text, named.lines.name, named.confidence)))


def _note_address(path: str, named: Named, ledger: Ledger) -> Address:
    address = parse_address(named.lines.address_lines)
    if address.text is None:
        return address
    tokens: tuple[Token, ...] = tuple(token for line in named.lines.address for token in line)
    sure = named.confidence * (1.0 if named.lines.has_postal else 0.7)
    ledger.note(f"{path}.address.text", Found(address.text, tokens, sure))
    for part in ("street", "city", "state", "postal_code", "country"):
        value = getattr(address, part)
        spot = _tokens_of(value, tokens) if value else ()
        if spot:
            ledger.note(f"{path}.address.{part}", Found(value, spot, sure))
        elif value:
            ledger.note(f"{path}.address.{part}", Found(value, (), sure, (f"{path}.address.text",)))
    return address


def _tokens_of(value: str, tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Return the run of tokens that spells a value."""
    wanted = [word.strip(",;") for word in value.split()]
    texts = [token.text.strip(",;") for token in tokens]
    for start in range(len(texts) - len(wanted) + 1):
        if texts[start : start + len(wanted)] == wanted:
            return tuple(tokens[start : start + len(wanted)])
    return ()
