"""Drawn documents as scanners and phones deliver them: pixels alone, slightly turned, noisy, compressed."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter


def scan_pages(
    pdf: bytes, seed: int, *, dpi: int = 0, turn: float | None = None, noise: float | None = None
) -> list[Image.Image]:
    """Each page as a grey picture: `turn` in degrees, `noise` as the standard deviation of 8-bit grey."""
    rng = np.random.default_rng(seed)
    dpi = dpi or int(rng.choice([150, 170, 200, 200]))
    turn = float(rng.uniform(-1.2, 1.2)) if turn is None else turn
    noise = float(rng.uniform(2, 9)) if noise is None else noise
    document = pdfium.PdfDocument(pdf)
    try:
        return [
            _spoil(document[index].render(scale=dpi / 72, grayscale=True).to_pil(), rng, turn, noise)
            for index in range(len(document))
        ]
    finally:
        document.close()


def _spoil(page: Image.Image, rng: np.random.Generator, turn: float, noise: float) -> Image.Image:
    page = page.convert("L").rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if rng.random() < 0.5:
        page = page.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 0.7))))
    grey = np.asarray(page, dtype=np.float32)
    shade = np.linspace(0, float(rng.uniform(0, 18)), grey.shape[1], dtype=np.float32)
    grey = grey - shade + rng.normal(0, noise, grey.shape).astype(np.float32)
    grey[rng.random(grey.shape) < 0.0004] = 0
    return Image.fromarray(grey.clip(0, 255).astype(np.uint8))


def to_jpeg(page: Image.Image, quality: int = 72, dpi: int = 200) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=quality, dpi=(dpi, dpi))
    return buffer.getvalue()


def to_pdf(pages: list[Image.Image], quality: int = 72, dpi: int = 200) -> bytes:
    """A PDF without a text layer, a page a picture."""
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=quality)
    return buffer.getvalue()


def scan(pdf: bytes, seed: int, *, dpi: int = 200) -> tuple[str, bytes]:
    """The name's ending and the bytes: a JPEG for one page, a PDF of pictures for more."""
    pages = scan_pages(pdf, seed, dpi=dpi)
    if len(pages) == 1:
        return "jpg", to_jpeg(pages[0], dpi=dpi)
    return "pdf", to_pdf(pages, dpi=dpi)
