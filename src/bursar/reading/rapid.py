"""The engine that Bursar ships: RapidOCR's models out of its wheel, run with a page orientation of our own.

One thread, lines one by one, no classifier of lines: measured to be the fastest and the most exact on two cores.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import rapidocr
from numpy.typing import NDArray

from bursar.reading.detection import TextDetector
from bursar.reading.image_rules import find_image_rules, part_words
from bursar.reading.ocr import RecognisedImage
from bursar.reading.page import Word
from bursar.reading.recognition import LineReader, LineText
from bursar.reading.upright import Quads, level_points, lies_on_its_side, measure_skew, turn_quads
from bursar.reading.word_boxes import split_words

_SAMPLE = 12  # lines that vote on up and down
_FIRST_LOOK = 5  # so many suffice where they are sure
_SURE = 0.9
_MIN_LETTERS = 3
_MIN_SHORT_CONFIDENCE = 0.65  # of one or two characters: specks look like them
_MIN_CONFIDENCE = 0.5  # of a line; what is below is a drawing more often than a word


class RapidEngine:
    """Detects once, finds which way is up with the lines that it must read anyway, then reads the others."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        models = Path(rapidocr.__file__).parent / "models"
        self._detector = TextDetector(_load(models, "*_det_*.onnx"))
        self._reader = LineReader(_load(models, "*_rec_*.onnx"))

    def read(self, image: NDArray[np.uint8]) -> RecognisedImage:
        """Return the words of an RGB image, in the frame of the image put upright."""
        pixels = np.ascontiguousarray(image[:, :, ::-1])
        height, width = pixels.shape[:2]
        quads = self._detector.find(pixels)
        if not len(quads):
            return RecognisedImage((), width, height)
        quarters, lines = self._find_upright(pixels, quads)
        if quarters:
            quads = turn_quads(quads, quarters, width, height)
            pixels = np.ascontiguousarray(np.rot90(pixels, -quarters))
            height, width = pixels.shape[:2]
        skew = measure_skew(quads)
        words: list[Word] = []
        for index, quad in enumerate(quads):
            line = lines.get(index) or self._read_line(pixels, quad)
            if line.confidence >= (_MIN_CONFIDENCE if len(line.text) > 2 else _MIN_SHORT_CONFIDENCE):
                words.extend(split_words(line, level_points(quad, skew, width, height)))
        rules = find_image_rules(pixels, skew, words)
        return RecognisedImage(part_words(words, rules), width, height, quarters, skew, rules)

    def _find_upright(self, image: NDArray[np.uint8], quads: Quads) -> tuple[int, dict[int, LineText]]:
        """Return the clockwise quarters that put the page upright, and the lines read that way while finding out."""
        first, second = (1, 3) if lies_on_its_side(quads) else (0, 2)
        sample = _choose_sample(turn_quads(quads, first, image.shape[1], image.shape[0]))
        lines = self._read_sample(image, quads, first, sample[:_FIRST_LOOK])
        if _mean_confidence(lines) >= _SURE or not sample:
            return first, lines
        lines |= self._read_sample(image, quads, first, sample[_FIRST_LOOK:])
        others = self._read_sample(image, quads, second, sample)
        if max(_mean_confidence(lines), _mean_confidence(others)) < _MIN_CONFIDENCE:
            return 0, {}  # drawings, not text: they do not tell
        return (second, others) if _mean_confidence(others) > _mean_confidence(lines) else (first, lines)

    def _read_sample(
        self, image: NDArray[np.uint8], quads: Quads, quarters: int, sample: list[int]
    ) -> dict[int, LineText]:
        # The corners are led by the one that the turn would bring to the top left: no need to turn the pixels.
        return {index: self._reader.read(image, np.roll(quads[index], quarters, axis=0)) for index in sample}

    def _read_line(self, image: NDArray[np.uint8], quad: NDArray[np.float32]) -> LineText:
        return self._reader.read(image, quad)


def _choose_sample(quads: Quads) -> list[int]:
    """Return lines that tell most for their cost: long enough to be a word or two, not a whole paragraph's width."""
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    along = np.maximum(np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1), 1.0)
    return [int(index) for index in np.argsort(np.abs(across / along - 7.0), kind="stable")[:_SAMPLE]]


def _mean_confidence(lines: dict[int, LineText]) -> float:
    """Return the mean over letters and digits; lines and dots, which are read as dashes either way, say nothing."""
    votes = [
        float(confidence)
        for line in lines.values()
        for character, confidence in zip(line.text, line.confidences, strict=True)
        if character.isalnum() and character not in "一丨lI1"
    ]
    return sum(votes) / len(votes) if len(votes) >= _MIN_LETTERS else 0.0


def _load(folder: Path, pattern: str) -> onnxruntime.InferenceSession:
    (path,) = folder.glob(pattern)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # no faster with it, and the memory of the largest page would stay taken
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
