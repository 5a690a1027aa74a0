"""From a PDF's user space to the frame of `Box`: top-left origin, the page as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass

from bursar.facts.box import Box


@dataclass(frozen=True, slots=True)
class Frame:
    """An affine map: `x' = xx·x + xy·y + x_shift`, `y' = yx·x + yy·y + y_shift`; `width` and `height` of the result.

    Only quarter turns occur, so a rectangle stays one.
    """

    width: float
    height: float
    xx: float = 1.0
    xy: float = 0.0
    x_shift: float = 0.0
    yx: float = 0.0
    yy: float = 1.0
    y_shift: float = 0.0

    def place(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Return the box of a rectangle given by two opposite corners in user space."""
        if self.xy:  # on its side
            ax, ay = self.xy * y0 + self.x_shift, self.yx * x0 + self.y_shift
            bx, by = self.xy * y1 + self.x_shift, self.yx * x1 + self.y_shift
        else:
            ax, ay = self.xx * x0 + self.x_shift, self.yy * y0 + self.y_shift
            bx, by = self.xx * x1 + self.x_shift, self.yy * y1 + self.y_shift
        if ax > bx:
            ax, bx = bx, ax
        if ay > by:
            ay, by = by, ay
        return Box(ax, ay, bx, by)

    def turn(self, dx: float, dy: float) -> tuple[float, float]:
        """Return a direction of user space as seen on the page (y grows downwards)."""
        return self.xx * dx + self.xy * dy, self.yx * dx + self.yy * dy

    def rotate(self, quarters: int) -> Frame:
        """Return the frame of the page turned clockwise by so many quarters more."""
        frame = self
        for _ in range(quarters % 4):
            frame = Frame(
                width=frame.height,
                height=frame.width,
                xx=-frame.yx,
                xy=-frame.yy,
                x_shift=frame.height - frame.y_shift,
                yx=frame.xx,
                yy=frame.xy,
                y_shift=frame.x_shift,
            )
        return frame


def make_frame(left: float, bottom: float, right: float, top: float, quarters: int) -> Frame:
    """Return the frame of a page whose visible area and `/Rotate` (in clockwise quarters) are these."""
    plain = Frame(right - left, top - bottom, xx=1.0, x_shift=0.0 - left, yy=-1.0, y_shift=top)
    return plain.rotate(quarters)
