"""Which way a page lies, judged by the boxes of its text: its side by their long edges, its skew by their slope.

Quadrilaterals are arrays (n, 4, 2) of x, y: top left, top right, bottom right, bottom left as they lie.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Quads = NDArray[np.float32]

_LONG = 2.0  # a box at least so many times longer than thick tells a direction
_ENOUGH = 3  # long boxes; else shorter ones, which tell less exactly, are asked too
_MAX_SKEW_DEG = 8.0  # more is no skew but another thing: a stamp, a sign on a photograph
_MIN_SKEW_DEG = 0.1


def lies_on_its_side(quads: Quads) -> bool:
    """Whether most text runs up or down, by the length of its long boxes."""
    across, along = _measure_edges(quads)
    lying = float(across[across >= _LONG * along].sum())
    standing = float(along[along >= _LONG * across].sum())
    return standing > lying


def measure_skew(quads: Quads) -> float:
    """Return the clockwise slope of level text in degrees: the median over long boxes, the longer the weightier."""
    across, along = _measure_edges(quads)
    chosen = quads[across >= 2 * _LONG * along]
    if len(chosen) < _ENOUGH:
        chosen = quads[across >= _LONG * along]
    if not len(chosen):
        return 0.0
    runs = np.concatenate([chosen[:, 1] - chosen[:, 0], chosen[:, 2] - chosen[:, 3]])
    slopes = np.degrees(np.arctan2(runs[:, 1], runs[:, 0]))
    lengths = np.hypot(runs[:, 0], runs[:, 1])
    fits = np.abs(slopes) <= _MAX_SKEW_DEG
    if not fits.any():
        return 0.0
    order = np.argsort(slopes[fits])
    weights = np.cumsum(lengths[fits][order])
    skew = float(slopes[fits][order][np.searchsorted(weights, weights[-1] / 2)])
    return round(skew, 2) if abs(skew) >= _MIN_SKEW_DEG else 0.0


def turn_quads(quads: Quads, quarters: int, width: float, height: float) -> Quads:
    """Return the boxes on the image turned clockwise; `width` and `height` are those before."""
    x, y = quads[..., 0], quads[..., 1]
    turned = {0: (x, y), 1: (height - y, x), 2: (width - x, height - y), 3: (y, width - x)}[quarters % 4]
    # The corner that comes to lie top left leads.
    return np.roll(np.stack(turned, axis=-1), quarters % 4, axis=1)


def level_points(points: NDArray[np.float32], skew: float, width: float, height: float) -> NDArray[np.float32]:
    """Return points (…, 2) after the skew is undone by a turn around the middle of the page."""
    if not skew:
        return points
    angle = np.radians(-skew)
    cosine, sine = np.cos(angle), np.sin(angle)
    x, y = points[..., 0] - width / 2, points[..., 1] - height / 2
    return np.stack([cosine * x - sine * y + width / 2, sine * x + cosine * y + height / 2], axis=-1)


def _measure_edges(quads: Quads) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the lengths of the upper and of the left edges."""
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    along = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    return across, along
