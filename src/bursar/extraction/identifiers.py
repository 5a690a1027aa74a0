"""Numbers that carry their own proof: IBAN, BIC, VAT and other tax numbers, and the addresses of the net.

Forms come from python-stdnum; a check digit that holds is said, one that fails is not hidden.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache

from msgspec import Struct
from schwifty import BIC, IBAN
from schwifty.exceptions import NationalChecksumNotVerified, SchwiftyException
from stdnum.au import abn, acn
from stdnum.ca import bn
from stdnum.ch import uid
from stdnum.dk import cvr
from stdnum.es import cif, nie, nif
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret
from stdnum.in_ import gstin, pan
from stdnum.no import kontonr, orgnr
from stdnum.pl import nip, regon
from stdnum.se import orgnr as se_orgnr

_MARKED = re.compile(r"[A-Za-z0-9]\s?[.:·]\s?[A-Za-z0-9]")
_DIGIT = re.compile(r"\d")
_SIX_DIGITS = re.compile(r"\d" + 5 * r"\D*+\d")  # no telephone number and no tax id that is looked for here has fewer
_TWO_LETTERS = re.compile(r"[A-Z]{2}")
_IBAN = re.compile(r"(?<![A-Z0-9])([A-Z]{2}[0-9OIlSB]{2}(?:\s?[A-Z0-9]{2,5}){2,8}(?:\s[A-Z0-9])?)(?![A-Z0-9])")
_MARKED_IBAN = re.compile(  # recognition takes the blanks between the groups for points
    r"(?<![A-Z0-9])([A-Z]{2}\d{2}(?:[\s.:·]{0,3}[A-Z0-9]){11,30})(?![A-Z0-9])"
)
_IBAN_HEAD = re.compile(r"(?<![A-Z0-9])([A-Z]{2})[0-9OIlSB]{2}")
_BIC = re.compile(r"(?<![A-Z0-9])([A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?![A-Z0-9])")
_SPACED_ID = re.compile(r"[A-Z]{2} \d{2,4}(?: \d{2,4}){1,3}(?![A-Z0-9])")  # GB 123 4567 89
_EU_VAT = re.compile(
    r"(?<![A-Z0-9])((?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|GR|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI|GB|CHE|NO)"
    r"[ .-]?[A-Z0-9](?:[ .\-/]?[A-Z0-9]){6,13})(?![A-Z0-9])"
)
_VAT_SUFFIX = re.compile(r"(?<=\d)(?:MWST|TVA|IVA|TPV|MVA)$")  # behind the numbers of Switzerland and Norway
_BN = re.compile(r"(?<![A-Z0-9])(\d{3}\s?\d{2}\s?\d\s?\d{3}\s?RT\s?\d{4})(?![A-Z0-9])")
_GSTIN = re.compile(r"(?<![A-Z0-9])(\d{2}[A-Z]{5}\d{4}[A-Z][A-Z0-9][A-Z0-9][A-Z0-9])(?![A-Z0-9])")
_PAN = re.compile(r"(?<![A-Z0-9])([A-Z]{5}\d{4}[A-Z])(?![A-Z0-9])")
_IFSC = re.compile(r"(?<![A-Z0-9])([A-Z]{4}0[A-Z0-9]{6})(?![A-Z0-9])")
_IFSC_HEAD = re.compile(r"[A-Za-z]{4}0")
_EIN = re.compile(r"(?<![\w-])(\d{2}-\d{7})(?![\w-])")
_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_MISREAD_EMAIL = re.compile(r"[\w.+-]+@[\w-]+:[a-z]{2,}(?!\w)")
_RUN_IN = re.compile(r"\.[a-z]{2,}?(?=www\.)", re.IGNORECASE)
_WEBSITE = re.compile(
    r"(?:https?://|www\.)[\w./\-?=&%+#~]+[\w/]|(?<![\w@.])[a-z0-9-]{2,}\.(?:com|de|net|org|fr|nl|it|es|eu|co\.uk|in|ch|at|be|io|shop)(?![\w@])",
    re.IGNORECASE,
)
_WEBSITE_MARK = re.compile(
    r"[/.](?:/|[^\W\d_]|(?<=[wW]\.))"
)  # «//», a point before a letter or «w.»: every web address has one
_PHONE = re.compile(r"(?<![\w])(\+?\(?\d[\d\s()./\-]{5,18}\d)(?![\w])")
_LOOK_ALIKES = str.maketrans("0O1I5S8B2Z", "O0I1S5B8Z2")
_BLANK = re.compile(r"\s")
_BETWEEN = re.compile(r"[ .\-/]")  # what parts the groups of a tax id
_SHORTEST_IBAN = 15  # Norway's
_SPANISH = 9  # letters and digits
_NORWEGIAN = 11  # «NO» and nine digits
_LONGEST_REGISTERED = 14
_SPACED_NUMBER = re.compile(r"\d{2,5}(?:\s\d{2,5}){1,5}(?![\w./-])")
_REGISTERS = {  # by the number of digits; those whose numbers have check digits
    8: (cvr,),
    9: (siren, orgnr, acn, regon),
    10: (se_orgnr, nip),
    11: (abn,),
    14: (siret, regon),
}
_TO_DIGITS = str.maketrans({"O": "0", "I": "1", "l": "1", "S": "5", "B": "8", "Z": "2", "G": "6"})


class Identifier(Struct, frozen=True, gc=False):
    """A number found at `start` to `end` of a text. `valid`: its check digits hold (None when it has none).

    `repaired` says that look-alike letters were read as digits to make it hold.
    """

    kind: str
    value: str
    start: int
    end: int
    valid: bool | None
    repaired: bool = False


@lru_cache(maxsize=2_000)
def find_ibans(text: str) -> tuple[Identifier, ...]:
    """Return every run that has an IBAN's country and length, valid or not; kept, since many ask about one line."""
    return tuple(_find_ibans(text))


def _find_ibans(text: str) -> Iterator[Identifier]:
    if len(text) < _SHORTEST_IBAN or not _DIGIT.search(text):
        return
    marked = _MARKED.search(text) is not None
    for match in _IBAN.finditer(text.upper()):
        raw = match[1]
        length = _length_of_ibans(raw[:2])
        for end in _word_ends(raw) if length and length <= len(raw) else ():
            value = _BLANK.sub("", raw[:end])
            found = _read_iban(value) if len(value) == length else None
            if found:
                yield Identifier("IBAN", found[0], match.start(1), match.start(1) + end, found[1], found[2])
                break
    if marked:
        yield from _find_marked_ibans(text.upper())


def _find_marked_ibans(text: str) -> Iterator[Identifier]:
    """Give IBANs with points between their groups: those only whose check digits hold."""
    for match in _MARKED_IBAN.finditer(text):
        raw = match[1]
        length = _length_of_ibans(raw[:2])
        if not length:
            continue
        places = [place for place, char in enumerate(raw) if char.isalnum()][:length]
        end = places[-1] + 1
        if len(places) < length or not _MARKED.search(raw[:end]) or raw[end : end + 1].isalnum():
            continue
        value = "".join(raw[place] for place in places)
        if is_checked(value):
            yield Identifier("IBAN", value, match.start(1), match.start(1) + end, valid=True)


def may_hold_iban(text: str) -> bool:
    """Whether an IBAN could be found in a text or a part of it: its first two letters are a country's that has IBANs."""
    if len(text) < _SHORTEST_IBAN or not _DIGIT.search(text):
        return False
    return any(_length_of_ibans(match[1]) for match in _IBAN_HEAD.finditer(text.upper()))


def find_bics(text: str) -> Iterator[Identifier]:
    """Give every run with a BIC's form; `valid` when its bank is known or its country is one."""
    for match in _BIC.finditer(text):
        value = match[1]
        if is_bic(value):
            yield Identifier("BIC", value, match.start(1), match.end(1), None)


@lru_cache(maxsize=2_000)
def find_tax_ids(text: str) -> tuple[Identifier, ...]:
    """Return VAT ids of Europe, GSTINs of India, BNs of Canada and EINs of the US by their forms; what begins an IBAN is none."""
    return tuple(_find_tax_ids(text))


def _find_tax_ids(text: str) -> Iterator[Identifier]:
    if not _SIX_DIGITS.search(text):
        return
    upper = text.upper()
    lettered = _TWO_LETTERS.search(upper) is not None
    for match in _GSTIN.finditer(upper) if lettered else ():
        yield _read_gstin(match[1], match.start(1))
    for match in _BN.finditer(upper) if "RT" in upper else ():
        value = _BLANK.sub("", match[1])
        yield Identifier("BN", value, match.start(1), match.end(1), bool(bn.is_valid(value)))
    if lettered:
        yield from _find_vats(text, upper)
    for match in _EIN.finditer(upper) if "-" in upper else ():
        yield Identifier("EIN", match[1], match.start(1), match.end(1), None)


def _read_gstin(printed: str, start: int) -> Identifier:
    """Return a GSTIN; its check character, a figure or a letter, is the one of two look-alikes that holds."""
    for value in (printed, printed[:-1] + printed[-1].translate(_LOOK_ALIKES)):
        if gstin.is_valid(value):
            return Identifier("GSTIN", value, start, start + len(value), valid=True, repaired=value != printed)
    return Identifier("GSTIN", printed, start, start + len(printed), valid=False)


def _find_vats(text: str, upper: str) -> Iterator[Identifier]:
    """Give VAT ids; where a country's letters begin none, the id may begin behind them («IE VAT IE1234567FA»)."""
    ibans = {iban.start for iban in find_ibans(text)}
    match = _EU_VAT.search(upper)
    while match is not None:
        start, end = match.span(1)
        found = None if start in ibans or _is_word_of(text, match[1], start) else _read_vat(match[1], start)
        if found is not None:
            yield found
            end = found.end
        elif start not in ibans:
            end = start + 2
        match = _EU_VAT.search(upper, end)


def _is_word_of(text: str, raw: str, start: int) -> bool:
    """Whether a country's letters are a word before a number: «el 2024-05-10», «de 12 345 678 9»."""
    return not raw[2].isalnum() and text[start : start + 2].islower()


def _read_vat(raw: str, start: int) -> Identifier | None:
    """Return the VAT id that a run begins with: the longest that holds, else its head where that has the form of one."""
    for end in _word_ends(raw):
        value = _BETWEEN.sub("", raw[:end])
        if _is_vat(value) and not _is_numero(raw[:end]):
            return Identifier("VAT", _without_suffix(value), start, start + end, valid=True)
    head = _head_of_id(raw)
    first = _BETWEEN.sub("", head)
    if 9 <= len(first) <= 14 and sum(map(str.isdigit, first)) >= 7:
        return Identifier("VAT", first, start, start + len(head), valid=False)
    return None


def _is_numero(raw: str) -> bool:
    """Whether «NO» before a number may be the word for it: Norway's stands at its digits, or MVA behind them."""
    return raw.startswith("NO") and not raw[2].isdigit() and not raw.endswith("MVA")


def _without_suffix(value: str) -> str:
    """Return a tax id of Switzerland or Norway without the name of the tax behind it."""
    return _VAT_SUFFIX.sub("", value) if value.startswith(("CHE", "NO")) else value


def _head_of_id(raw: str) -> str:
    """Return the first word of an id whose check digits fail; with the groups of digits behind a country that stands apart."""
    spaced = _SPACED_ID.match(raw)
    return spaced.group() if spaced else raw.split(" ", maxsplit=1)[0]


@lru_cache(maxsize=2_000)
def is_spanish_id(text: str) -> bool:
    """Whether a text is nothing but the tax number of a Spanish firm or person, which names no country."""
    bare = text.strip().upper().replace("-", "")
    return len(bare) == _SPANISH and any(module.is_valid(bare) for module in (nif, cif, nie))


def find_spaced_number(text: str) -> Identifier | None:
    """Return the number of a register that a text begins with in groups of digits: «552 100 554 00021».

    It ends where check digits say so that hold; where none do, with the last group. More digits than a register gives are none.
    """
    match = _SPACED_NUMBER.match(text)
    if match is None:
        return None
    for end in _word_ends(match.group()):
        value = _BLANK.sub("", match.group()[:end])
        if any(module.is_valid(value) for module in _REGISTERS.get(len(value), ())):
            return Identifier("REGISTRATION", value, 0, end, valid=True)
    value = _BLANK.sub("", match.group())
    return Identifier("REGISTRATION", value, 0, match.end(), None) if len(value) <= _LONGEST_REGISTERED else None


def is_nip_valid(text: str) -> bool:
    """Whether the check digit of a Polish tax number holds."""
    return bool(nip.is_valid(text))


def is_norwegian_account(text: str) -> bool:
    """Whether a text is the number of an account in Norway, by its check digit."""
    return bool(kontonr.is_valid(text))


def find_pans(text: str) -> Iterator[Identifier]:
    """Give Indian permanent account numbers."""
    for match in _PAN.finditer(text.upper()):
        yield Identifier("PAN", match[1], match.start(1), match.end(1), bool(pan.is_valid(match[1])))


def find_ifscs(text: str) -> Iterator[Identifier]:
    """Give Indian bank branch codes."""
    for match in _IFSC.finditer(text.upper()) if _IFSC_HEAD.search(text) else ():
        yield Identifier("IFSC", match[1], match.start(1), match.end(1), None)


def find_emails(text: str, *, misread: bool = False) -> Iterator[Identifier]:
    """Give e-mail addresses; `misread`, too, where recognition took the only point of the host for a colon."""
    if "@" not in text:
        return
    for match in (*_EMAIL.finditer(text), *(_MISREAD_EMAIL.finditer(text) if misread else ())):
        value, end = match.group().replace(" ", ""), match.end()
        name, _, host = value.replace(":", ".").partition("@")
        if (run_in := _RUN_IN.search(host)) is not None:  # another address follows without a blank
            host, end = host[: run_in.end()], end - (len(host) - run_in.end())
        yield Identifier("EMAIL", f"{name}@{host}", match.start(), end, None)


def find_websites(text: str) -> Iterator[Identifier]:
    """Give web addresses, with or without their scheme; hosts of e-mail addresses are none."""
    if not _WEBSITE_MARK.search(text):
        return
    mails = [(found.start, found.end) for found in find_emails(text)]
    for match in _WEBSITE.finditer(text):
        if all(match.end() <= start or match.start() >= end for start, end in mails):
            yield Identifier("WEBSITE", match.group(), match.start(), match.end(), None)


def find_phones(text: str) -> Iterator[Identifier]:
    """Give runs of digits that a telephone number could be; the caller knows the label beside it."""
    for match in _PHONE.finditer(text) if _SIX_DIGITS.search(text) else ():
        digits = sum(map(str.isdigit, match[1]))
        if 6 <= digits <= 15:
            yield Identifier("PHONE", match[1].strip(), match.start(1), match.end(1), None)


@lru_cache(maxsize=4096)
def is_bic(text: str) -> bool:
    """Whether the text has a BIC's form, with a country that exists."""
    try:
        return bool(BIC(text).country)
    except (SchwiftyException, ValueError):
        return False


@lru_cache(maxsize=4096)
def is_tax_id_valid(text: str) -> bool | None:
    """Whether a tax id's check digits hold; None when its form is of no country known here."""
    value = re.sub(r"[^A-Z0-9]", "", text.upper())
    if _GSTIN.fullmatch(value):
        return bool(gstin.is_valid(value))
    if (
        _is_vat(value)
        or ("RT" in value and bn.is_valid(value))
        or any(module.is_valid(value) for module in (nif, cif, nie))
    ):
        return True
    return False if _EU_VAT.fullmatch(value) and vat.guess_country(value[2:]) == [] else None


def is_iban_valid(text: str) -> bool:
    """Whether the IBAN's check digits and its length hold."""
    bare = _BLANK.sub("", text)
    if not _TWO_LETTERS.match(bare.upper()) or _length_of_ibans(bare[:2].upper()) != len(bare):
        return False
    found = _read_iban(bare)
    return bool(found and found[1])


def bank_of_iban(text: str) -> tuple[str | None, str | None]:
    """Return the bank's name and BIC that an IBAN leads to, where the tables know them."""
    try:
        iban = IBAN(text)
        return iban.bank_name, str(iban.bic) if iban.bic else None
    except (SchwiftyException, ValueError):
        return None, None


@lru_cache(maxsize=4096)
def _is_vat(value: str) -> bool:
    bare = _without_suffix(value)
    if value.startswith("CHE"):
        return bool(uid.is_valid(bare))
    if value.startswith("NO"):
        return len(bare) == _NORWEGIAN and bool(orgnr.is_valid(bare[2:]))
    try:
        vat.validate(value)
    except ValidationError:
        return False
    return True


@cache
def _length_of_ibans(country: str) -> int | None:
    """Return how long the IBANs of a country are; None where it has none."""
    try:
        return IBAN(country, allow_invalid=True).spec.iban_length
    except SchwiftyException:
        return None


@lru_cache(maxsize=4096)
def _read_iban(value: str) -> tuple[str, bool, bool] | None:
    """Return the IBAN, whether it is valid, and whether letters had to be read as digits; None when it is none."""
    try:
        _check(IBAN(value, allow_invalid=True))
    except SchwiftyException as problem:
        if "length" in type(problem).__name__.lower() or "country" in type(problem).__name__.lower():
            return None
        repaired = value[:2] + value[2:].translate(_TO_DIGITS)
        if repaired != value and is_checked(repaired):
            return repaired, True, True
        return (value, False, False) if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", value) else None
    except ValueError:
        return None
    return value, True, False


@lru_cache(maxsize=4096)
def is_checked(value: str) -> bool:
    """Whether an IBAN passes all its checks."""
    try:
        _check(IBAN(value, allow_invalid=True))
    except (SchwiftyException, ValueError):
        return False
    return True


def _check(iban: IBAN) -> None:
    """Raise what is wrong with an IBAN. That a country's own digits cannot be checked is nothing to warn anybody of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NationalChecksumNotVerified)
        iban.validate()


def _word_ends(raw: str) -> list[int]:
    """Return the ends of the whole run and of its shorter beginnings at blanks, longest first."""
    return [len(raw), *sorted((match.start() for match in _BLANK.finditer(raw)), reverse=True)]
