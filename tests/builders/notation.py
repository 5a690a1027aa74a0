"""How numbers and dates are written: the styles that real documents mix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date


@dataclass(frozen=True)
class NumberStyle:
    """How an amount looks; made from an example such as `1.234,56` or `1,23,456.78`."""

    example: str

    @property
    def decimal(self) -> str:
        return self.example[-3]

    @property
    def group(self) -> str:
        return self.example[1] if not self.example[1].isdigit() else ""

    @property
    def lakh(self) -> bool:
        return self.example == "1,23,456.78"

    def write(self, value: Decimal, places: int = 2) -> str:
        """Digits of the absolute value with grouping; signs are put by whoever knows how."""
        whole, _, fraction = f"{abs(value):.{places}f}".partition(".")
        return self._grouped(whole) + (self.decimal + fraction if places else "")

    def _grouped(self, whole: str) -> str:
        head, tail = whole[:-3], whole[-3:]
        if not head or not self.group:
            return whole
        step = 2 if self.lakh else 3
        parts = [head[max(0, end - step) : end] for end in range(len(head), 0, -step)]
        return self.group.join([*reversed(parts), tail])

    def plain(self, value: Decimal) -> str:
        """A quantity or a rate: no needless zeros, no grouping."""
        text = f"{value.normalize():f}"
        return text.replace(".", self.decimal)


@dataclass(frozen=True)
class MoneyStyle:
    """A number style with a currency mark and a way to write what is negative.

    `mark` is empty or a symbol; `minus` is one of `-x`, `x-`, `(x)`, `−x`, `x DR`, `x Cr`.
    """

    numbers: NumberStyle
    mark: str = ""
    after: bool = False
    space: bool = True
    minus: str = "-x"

    def write(self, value: Decimal, places: int = 2, *, marked: bool = True) -> str:
        text = self.numbers.write(value, places)
        if self.mark and marked:
            gap = " " if self.space else ""
            text = text + gap + self.mark if self.after else self.mark + gap + text
        return self.minus.replace("x", text) if value < 0 else text


def write_date(day: date, pattern: str, locale: str) -> str:
    """The day in an LDML pattern, with the month's name in the locale's language."""
    return str(format_date(day, pattern, locale=locale))


def has_year(pattern: str) -> bool:
    return "y" in pattern
