"""Identifiers with right check digits, drawn from patterns by trial against python-stdnum."""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable
from itertools import count

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import iban as iban_digits
from stdnum.in_ import gstin

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def fill(pattern: str, rng: random.Random) -> str:
    """`#` becomes a digit (never a leading 0), `&` a letter; all else stays."""
    chosen = []
    for place, char in enumerate(pattern):
        if char == "#":
            chosen.append(rng.choice("123456789" if place == 0 else "0123456789"))
        elif char == "&":
            chosen.append(rng.choice(LETTERS))
        else:
            chosen.append(char)
    return "".join(chosen)


def fill_until(pattern: str, rng: random.Random, is_valid: Callable[[str], bool]) -> str:
    """The first filling that passes; check digits make one in ten to one in ten thousand pass."""
    for _ in count():
        text = fill(pattern, rng)
        if is_valid(text):
            return text
    raise AssertionError("unreachable")


def make_tax_id(pattern: str, check: str, rng: random.Random) -> str:
    """A VAT number, GSTIN or the like; without blanks. `check` names the stdnum module, empty for none."""
    if not check:
        return fill(pattern, rng)
    if check == "in_.gstin":
        return make_gstin(rng)
    module = importlib.import_module(f"stdnum.{check}")
    return fill_until(pattern, rng, module.is_valid)


def make_gstin(rng: random.Random, state: str = "") -> str:
    """A GSTIN: state, PAN, entity, Z, check character."""
    state = state or rng.choice(["27", "29", "33", "07", "24"])
    pan = "".join(rng.choice(LETTERS) for _ in range(3)) + rng.choice("CPF") + rng.choice(LETTERS)
    stem = f"{state}{pan}{rng.randint(1000, 9999)}{rng.choice(LETTERS)}1Z"
    return next(stem + last for last in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if gstin.is_valid(stem + last))


def make_iban(country: str, pattern: str, bank: str, rng: random.Random) -> str:
    """An IBAN whose own and whose country's inner check digits are right; `bank` replaces `@` in the pattern."""
    pattern = pattern.replace("@@@@", bank)
    for _ in count():
        bban = fill(pattern.replace("@", "&"), rng)
        number = country + iban_digits.calc_check_digits(country + "00" + bban) + bban
        if not iban_digits.is_valid(number):
            continue
        try:
            IBAN(number, validate_bban=True)
        except SchwiftyException:
            continue
        return number
    raise AssertionError("unreachable")


def spaced(text: str, step: int = 4) -> str:
    """In groups, as IBANs are printed."""
    return " ".join(text[start : start + step] for start in range(0, len(text), step))


def make_reference(rng: random.Random) -> str:
    return rng.choice(
        [
            str(rng.randint(10**7, 10**9)),
            f"{rng.choice(LETTERS)}{rng.choice(LETTERS)}{rng.randint(10**4, 10**6)}",
            f"{rng.randint(100, 999)}-{rng.randint(10**4, 10**5)}",
        ]
    )
