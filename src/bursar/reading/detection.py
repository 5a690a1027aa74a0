"""Where text stands on an image: RapidOCR's detection model and post-processing on ONNX Runtime."""

from __future__ import annotations

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from rapidocr.ch_ppocr_det.utils import DBPostProcess

from bursar.reading.upright import Quads

_STEP_PX = 32  # the network halves the image five times
_MAX_SIDE_PX = 2_000
_MIN_SIDE_PX = 736  # smaller images are enlarged: text below about eight pixels is not found


class TextDetector:
    """Finds the boxes of text lines, or pieces of lines, at any angle."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._input = session.get_inputs()[0].name
        self._find_boxes = DBPostProcess(
            thresh=0.3, box_thresh=0.2, max_candidates=2_000, unclip_ratio=1.6, score_mode="fast", use_dilation=True
        )

    def find(self, image: NDArray[np.uint8]) -> Quads:
        """Return the boxes in pixels of the BGR image given, top to bottom."""
        height, width = image.shape[:2]
        factor = min(1.0, _MAX_SIDE_PX / max(height, width))
        if factor * min(height, width) < _MIN_SIDE_PX:
            factor = min(_MIN_SIDE_PX / min(height, width), _MAX_SIDE_PX / max(height, width))
        size = [max(_STEP_PX, round(side * factor / _STEP_PX) * _STEP_PX) for side in (width, height)]
        resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
        batch = cv2.dnn.blobFromImage(resized, 1 / 127.5, mean=(127.5, 127.5, 127.5))
        heat = self._session.run(None, {self._input: batch})[0]
        boxes, _ = self._find_boxes(heat, (height, width))
        if not len(boxes):
            return np.zeros((0, 4, 2), np.float32)
        quads = np.asarray(boxes, np.float32)
        return quads[np.lexsort((quads[:, 0, 0], quads[:, 0, 1]))]
