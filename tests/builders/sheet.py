"""The sheet that layouts draw on: text, rules and boxes in points from the top left, and a note of what was shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Literal

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

Align = Literal["left", "right", "center"]

A4 = (595.28, 841.89)
LETTER = (612.0, 792.0)


@dataclass(frozen=True)
class Typeface:
    """Regular and bold. `wide` faces have every letter of Central Europe; the others those of Latin-1."""

    regular: str
    bold: str
    wide: bool = False
    rupee: bool = False


_STANDARD = (
    Typeface("Helvetica", "Helvetica-Bold"),
    Typeface("Times-Roman", "Times-Bold"),
    Typeface("Courier", "Courier-Bold"),
)


@cache
def typefaces() -> tuple[Typeface, ...]:
    """The standard PDF fonts, and faces embedded from their packages."""
    packaged = [("font_roboto", "Roboto", True), ("font_lato", "Lato", False), ("font_caladea", "Caladea", False)]
    for package, name, _ in packaged:
        folder = Path(str(files(package))) / "files"
        for weight in ("Regular", "Bold"):
            pdfmetrics.registerFont(TTFont(f"{name}-{weight}", str(folder / f"{name}-{weight}.ttf")))
    return (
        *_STANDARD,
        *(Typeface(f"{name}-Regular", f"{name}-Bold", wide=True, rupee=rupee) for _, name, rupee in packaged),
    )


def monospaced() -> Typeface:
    return _STANDARD[2]


@dataclass(frozen=True)
class Spot:
    """Where one string stands: its ink's box, from the top left of its page."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    def covers(self, other: Spot) -> bool:
        """Whether both print on the same ground by more than a hair."""
        wide = min(self.x1, other.x1) - max(self.x0, other.x0)
        high = min(self.y1, other.y1) - max(self.y0, other.y0)
        return self.page == other.page and wide > 1.0 and high > 1.0


@dataclass
class Sheet:
    """Draws on pages of one size; `shown` collects the names of the facts that were drawn."""

    width: float
    height: float
    face: Typeface
    size: float = 9.0
    ink: str = "#000000"
    shown: set[str] = field(default_factory=set)
    strings: list[str] = field(default_factory=list)  # everything drawn, in order
    spots: list[Spot] = field(default_factory=list)  # where, in the same order
    page: int = 1
    compress: bool = True
    producer: str = "builders"

    def __post_init__(self) -> None:
        typefaces()
        self._buffer = BytesIO()
        self._canvas = Canvas(
            self._buffer, pagesize=(self.width, self.height), pageCompression=int(self.compress), invariant=1
        )
        self._canvas.setProducer(self.producer)

    def text_width(self, text: str, size: float | None = None, *, bold: bool = False) -> float:
        return float(pdfmetrics.stringWidth(text, self._font(bold=bold), size or self.size))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float | None = None,
        bold: bool = False,
        align: Align = "left",
        color: str | None = None,
        shows: str | tuple[str, ...] = (),
    ) -> float:
        """Draw one line with its baseline at `y`; returns the x where it ends. `shows` names the facts in it."""
        size = size or self.size
        width = self.text_width(text, size, bold=bold)
        left = x - width if align == "right" else x - width / 2 if align == "center" else x
        self._canvas.setFillColor(_color(color or self.ink))
        self._canvas.setFont(self._font(bold=bold), size)
        self._canvas.drawString(left, self.height - y, text)
        self.strings.append(text)
        self.spots.append(Spot(self.page, left, y - size * 0.72, left + width, y + size * 0.21))
        self.shown.update((shows,) if isinstance(shows, str) else shows)
        return left + width

    def fit(self, text: str, width: float, size: float | None = None, *, bold: bool = False) -> list[str]:
        """The text broken into lines that are no wider than `width`; long words are broken hard."""
        lines: list[str] = []
        for word in text.split():
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and self.text_width(joined, size, bold=bold) <= width:
                lines[-1] = joined
            else:
                lines.append(word)
        return lines or [""]

    def rule(
        self, x0: float, y0: float, x1: float, y1: float, *, thickness: float = 0.6, color: str = "#000000"
    ) -> None:
        self._canvas.setStrokeColor(_color(color))
        self._canvas.setLineWidth(thickness)
        self._canvas.line(x0, self.height - y0, x1, self.height - y1)

    def frame(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        thickness: float = 0.6,
        color: str = "#000000",
        round_by: float = 0,
    ) -> None:
        self._canvas.setStrokeColor(_color(color))
        self._canvas.setLineWidth(thickness)
        self._canvas.roundRect(x0, self.height - y1, x1 - x0, y1 - y0, round_by)

    def fill(self, x0: float, y0: float, x1: float, y1: float, color: str) -> None:
        self._canvas.setFillColor(_color(color))
        self._canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)

    def logo(self, x: float, y: float, size: float, color: str) -> None:
        """A shape without letters, as wide and high as `size`, its top left at x, y."""
        self._canvas.setFillColor(_color(color))
        self._canvas.circle(x + size / 2, self.height - y - size / 2, size / 2, stroke=0, fill=1)
        self._canvas.setFillColor(HexColor("#ffffff"))
        self._canvas.rect(x + size * 0.3, self.height - y - size * 0.7, size * 0.4, size * 0.12, stroke=0, fill=1)
        self._canvas.rect(x + size * 0.3, self.height - y - size * 0.45, size * 0.25, size * 0.12, stroke=0, fill=1)

    def sideways(self, x: float, y: float, text: str, size: float = 6) -> None:
        """Small print running up the margin."""
        self._canvas.saveState()
        self._canvas.translate(x, self.height - y)
        self._canvas.rotate(90)
        self._canvas.setFillColor(HexColor("#666666"))
        self._canvas.setFont(self._font(bold=False), size)
        self._canvas.drawString(0, 0, text)
        self._canvas.restoreState()

    def stamp(self, x: float, y: float, text: str) -> None:
        """Large pale letters at a slant, beneath what a reader wants."""
        self._canvas.saveState()
        self._canvas.translate(x, self.height - y)
        self._canvas.rotate(30)
        self._canvas.setFillColor(HexColor("#dddddd"))
        self._canvas.setFont(self._font(bold=True), 48)
        self._canvas.drawString(0, 0, text)
        self._canvas.restoreState()

    def next_page(self) -> None:
        self._canvas.showPage()
        self.page += 1

    def finish(self) -> bytes:
        """The PDF's bytes."""
        self._canvas.save()
        return self._buffer.getvalue()

    def _font(self, *, bold: bool) -> str:
        return self.face.bold if bold else self.face.regular


def _color(code: str) -> Color:
    return HexColor(code)
