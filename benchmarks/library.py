"""What `bursar.parse` costs over what cannot be avoided: as ratios, each measured in one run on one machine.

    python benchmarks/library.py [--documents 1000] [--rounds 5] [--out FILE]

- text: parsing a one-page text PDF, over merely extracting its words and their boxes with pypdfium2;
- image: parsing a one-page scan, over bare recognition of the same pixels by RapidOCR with the same models and tuning;
- memory: resident megabytes after the first and the last of many documents, one scan among every hundred.

Times are CPU seconds of the process, medians over documents of the best of several rounds.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from PIL import Image
from rapidocr import RapidOCR

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import bursar  # noqa: E402
from builders.corpus import draw_many  # noqa: E402
from builders.scan import scan_pages, to_jpeg  # noqa: E402
from bursar.reading.document import read_document  # noqa: E402
from bursar.reading.ocr import get_engine  # noqa: E402

TUNING = {
    "Global.use_cls": False,
    "Global.return_word_box": True,
    "Global.log_level": "error",
    "Rec.rec_batch_num": 1,
    "Rec.rec_img_shape": [3, 48, 48],
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000, help="how many the memory run parses")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scans", type=int, default=8, help="how many different scans are recognised")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    papers = [drawn.pdf for _, drawn in draw_many("all", 60, 7) if drawn.pages == 1]
    scans = [to_jpeg(scan_pages(pdf, seed, dpi=200)[0]) for seed, pdf in enumerate(papers[: options.scans])]
    result = {
        "benchmark": "library",
        "machine": describe_machine(),
        "text": measure_text(papers, options.rounds),
        "image": measure_images(scans, max(2, options.rounds // 2)),
        "memory": measure_memory(papers, scans, options.documents),
    }
    text = json.dumps(result, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


def describe_machine() -> dict[str, Any]:
    return {
        "name": platform.node(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "processor": _read_processor(),
        "python": platform.python_version(),
        "bursar": bursar.__version__,
    }


def measure_text(papers: Sequence[bytes], rounds: int) -> dict[str, Any]:
    bare = [best(lambda pdf=pdf: extract_words(pdf), rounds) for pdf in papers]
    whole = [best(lambda pdf=pdf: bursar.parse(pdf), rounds) for pdf in papers]
    read = [best(lambda pdf=pdf: read_document(pdf), rounds) for pdf in papers]
    return {
        **compare(whole, bare, "parse", "pypdfium2_words"),
        "reading_alone": compare(read, bare, "reading", "pypdfium2_words"),
    }


def measure_images(scans: Sequence[bytes], rounds: int) -> dict[str, Any]:
    reader = RapidOCR(params=TUNING)
    cv2.setNumThreads(1)
    get_engine()
    # Both start from pixels in memory in the form that the library wants; decoding the file is the parser's cost.
    pixels = [
        np.ascontiguousarray(np.asarray(Image.open(io.BytesIO(scan)).convert("RGB"))[:, :, ::-1]) for scan in scans
    ]
    reader(pixels[0])
    bare = [best(lambda image=image: reader(image), rounds) for image in pixels]
    whole = [best(lambda scan=scan: bursar.parse(scan), rounds) for scan in scans]
    usual = RapidOCR()
    usual(pixels[0])
    untuned = [best(lambda image=image: usual(image), 1) for image in pixels]
    return {
        **compare(whole, bare, "parse", "rapidocr"),
        "rapidocr_as_it_comes_ms": round(1000 * statistics.median(untuned), 2),
        "ratio_to_it": round(statistics.median(part / other for part, other in zip(whole, untuned, strict=True)), 3),
    }


def measure_memory(papers: Sequence[bytes], scans: Sequence[bytes], documents: int) -> dict[str, Any]:
    # Once through every sort, so that models and tables are loaded before the first reading.
    for content in (*papers, scans[0]):
        bursar.parse(content)
    resident: list[float] = []
    for number in range(documents):
        bursar.parse(scans[number // 100 % len(scans)] if number % 100 == 0 else papers[number % len(papers)])
        resident.append(read_resident_mb())
    return {
        "documents": documents,
        "first_mb": round(resident[0], 1),
        "last_mb": round(resident[-1], 1),
        "highest_mb": round(max(resident), 1),
        "ratio": round(resident[-1] / resident[0], 3),
    }


def extract_words(pdf: bytes) -> list[tuple[str, tuple[float, ...]]]:
    """The least that gives words and boxes with the public interface of pypdfium2."""
    document = pypdfium2.PdfDocument(pdf)
    words: list[tuple[str, tuple[float, ...]]] = []
    for page in document:
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        start = None
        for index, character in enumerate(text + " "):
            if not character.isspace():
                start = index if start is None else start
            elif start is not None:
                left = text_page.get_charbox(start, loose=True)
                right = text_page.get_charbox(index - 1, loose=True)
                words.append((text[start:index], (left[0], left[1], right[2], right[3])))
                start = None
        text_page.close()
        page.close()
    document.close()
    return words


def best(action: Callable[[], Any], rounds: int) -> float:
    action()
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        action()
        taken.append(time.process_time() - begun)
    return min(taken)


def compare(whole: Sequence[float], bare: Sequence[float], whole_name: str, bare_name: str) -> dict[str, Any]:
    ratios = [a / b for a, b in zip(whole, bare, strict=True)]
    return {
        "documents": len(whole),
        f"{whole_name}_ms": round(1_000 * statistics.median(whole), 2),
        f"{bare_name}_ms": round(1_000 * statistics.median(bare), 2),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_highest": round(max(ratios), 3),
    }


def read_resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def _read_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


if __name__ == "__main__":
    main()
