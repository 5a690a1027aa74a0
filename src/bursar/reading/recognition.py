"""What a line of text says: RapidOCR's recognition model on ONNX Runtime, with the place of each character."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

_HEIGHT_PX = 48
_MAX_WIDTH_PX = 4_800
_PLAIN_FORMS = {"\u3000": " ", "￥": "¥", "。": ".", "、": ",", "−": "-", "‐": "-"}
_BLANK = 0  # the network's "no character here"


@dataclass(frozen=True, slots=True)
class LineText:
    """A recognised line: `positions` are the middles of its characters as shares of the line's width, 0 to 1."""

    text: str
    positions: NDArray[np.float32]
    confidences: NDArray[np.float32]
    ink: NDArray[np.uint8]  # the line's own pixels in grey, at the height that the network saw

    @property
    def confidence(self) -> float:
        """The mean over the characters; 0 where there are none."""
        return float(self.confidences.mean()) if len(self.confidences) else 0.0


class LineReader:
    """Reads one line at a time: padding lines to a common width costs more than batches save."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._input = session.get_inputs()[0].name
        characters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *(_to_plain(character) for character in characters), " "]

    def read(self, image: NDArray[np.uint8], quad: NDArray[np.float32]) -> LineText:
        """Return what stands in the box of a BGR image; its first corner is the text's top left."""
        line = cut_line(image, quad)
        batch = cv2.dnn.blobFromImage(line, 1 / 127.5, mean=(127.5, 127.5, 127.5))
        scores = self._session.run(None, {self._input: batch})[0][0]
        best = scores.argmax(axis=1)
        kept = np.flatnonzero((best != _BLANK) & np.concatenate([[True], best[1:] != best[:-1]]))
        return LineText(
            "".join(self._characters[code] for code in best[kept]),
            ((kept + 0.5) / len(best)).astype(np.float32),
            scores[kept, best[kept]],
            np.asarray(cv2.cvtColor(line, cv2.COLOR_BGR2GRAY), np.uint8),
        )


def _to_plain(character: str) -> str:
    """Return the Latin form of characters that East Asian typesetting has in full width."""
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    return _PLAIN_FORMS.get(character, character)


def cut_line(image: NDArray[np.uint8], quad: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the box's pixels, level, at the height that the network wants."""
    width = max(float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[2] - quad[3])), 1.0)
    height = max(float(np.linalg.norm(quad[3] - quad[0])), float(np.linalg.norm(quad[2] - quad[1])), 1.0)
    factor = _HEIGHT_PX / height
    target = (min(_MAX_WIDTH_PX, max(_HEIGHT_PX, round(width * factor))), _HEIGHT_PX)
    if factor < 0.6:  # shrink in two steps: a warp alone would skip pixels
        native = (max(1, round(width)), max(1, round(height)))
        return np.asarray(cv2.resize(_warp(image, quad, native), target, interpolation=cv2.INTER_AREA), np.uint8)
    return _warp(image, quad, target)


def _warp(image: NDArray[np.uint8], quad: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.uint8]:
    width, height = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), corners)
    pixels = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(pixels, np.uint8)
