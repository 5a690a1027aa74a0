"""Scans are pixels alone, and a corpus folder holds what its index says."""

from __future__ import annotations

import io
import json

import pypdfium2 as pdfium
from PIL import Image

from builders.corpus import draw_many, write_corpus
from builders.invoices.layouts import draw_invoice
from builders.scan import scan, scan_pages, to_pdf


def test_a_scanned_page_is_a_picture_at_the_resolution_asked_for():
    ending, content = scan(draw_invoice("minimal", 1, country="DE", item_count=2).pdf, 1, dpi=150)
    picture = Image.open(io.BytesIO(content))
    assert ending == "jpg"
    assert abs(picture.width - 595.28 / 72 * 150) < 3
    assert picture.mode == "L"


def test_a_scanned_pdf_has_no_text_layer():
    pages = scan_pages(draw_invoice("minimal", 1, item_count=2).pdf, 1, dpi=100)
    document = pdfium.PdfDocument(to_pdf(pages, dpi=100))
    assert len(document) == len(pages)
    assert document[0].get_textpage().get_text_bounded() == ""


def test_a_corpus_folder_holds_the_files_and_truth_that_its_index_names(tmp_path):
    documents = list(draw_many("all", 6, 40, holdout=None))
    assert write_corpus(tmp_path, documents, scans=True) == 6
    entries = [json.loads(line) for line in (tmp_path / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    for entry, (name, drawn) in zip(entries, documents, strict=True):
        home = tmp_path / entry["dataset"] / entry["id"]
        assert entry["id"] == name
        assert (home / entry["files"]["document"]).read_bytes() == drawn.pdf
        assert (home / entry["files"]["scan"]).stat().st_size > 10_000
        assert json.loads((home / "truth.json").read_text(encoding="utf-8")) == drawn.truth


def test_holdout_layouts_are_drawn_only_when_asked_for():
    assert not any(drawn.holdout for _, drawn in draw_many("all", 40, 1))
    assert all(drawn.holdout for _, drawn in draw_many("all", 10, 1, holdout=True))
