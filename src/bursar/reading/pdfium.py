"""The few pdfium functions that run once a character or once a path object, bound for speed.

They are the same native functions that pypdfium2 binds. Bound anew they keep the interpreter's lock (a call of
50 ns is not worth giving it away) and know no typed pointers: about three times faster. pdfium is not thread-safe;
Bursar reads in one thread of one process.

The functions that run most take handles (`get_handle`), arrays and numbers without any conversion, and are declared by
type: an address there would be cut in half. The others take handles or addresses, also of what is written to
(`ctypes.addressof`): an array would be wrapped anew at each call.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import c_char, c_char_p, c_double, c_float, c_int, c_long, c_uint, c_ulong, c_void_p
from typing import Any

import pypdfium2.raw as pdfium

# Made once: ctypes forgets a type of arrays that nobody holds, and takes 40 µs to make it anew.
Bounds = c_float * 4
Matrix = c_float * 6
Float = c_float * 1
Edges = c_double * 4
Flags = c_int * 2
Name = c_char * 256
Property = c_char * 512

# An `int` that is not negative. It travels in the same register as an address, and ctypes makes an address of a
# Python number twice as fast as a `c_int`: 0.1 of the 0.4 µs that a call takes.
_Index = c_void_p


def _bind(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(function, c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


def _bind_bare(function: Any, result: Any) -> Callable[..., Any]:
    """Bind without conversion: a handle, an array or an `int` goes as it is; an address would lose its upper half."""
    return _bind(function, result)


def get_handle(wrapped: Any) -> c_void_p:
    """Return what a typed pointer of pypdfium2 (or its wrapper object) holds, as the functions of pages take it."""
    handle = ctypes.cast(getattr(wrapped, "raw", wrapped), c_void_p)
    assert handle.value is not None
    return handle


# Text: all take the text page's handle and a character's index.
get_unicode = _bind(pdfium.FPDFText_GetUnicode, c_uint, c_void_p, _Index)
get_text = _bind(pdfium.FPDFText_GetText, c_int, c_void_p, _Index, _Index, c_void_p)
get_loose_box: Callable[[c_void_p, int, ctypes.Array[c_float]], int] = _bind_bare(
    pdfium.FPDFText_GetLooseCharBox, c_int
)
get_tight_box = _bind(
    pdfium.FPDFText_GetCharBox, c_int, c_void_p, _Index, c_void_p, c_void_p, c_void_p, c_void_p
)  # four doubles: left, right, bottom, top
get_origin = _bind(pdfium.FPDFText_GetCharOrigin, c_int, c_void_p, _Index, c_void_p, c_void_p)  # two doubles: x, y
is_generated = _bind(pdfium.FPDFText_IsGenerated, c_int, c_void_p, _Index)
get_text_object: Callable[[c_void_p, int], int | None] = _bind_bare(pdfium.FPDFText_GetTextObject, c_void_p)
get_text_matrix: Callable[[c_void_p, int, ctypes.Array[c_float]], int] = _bind_bare(pdfium.FPDFText_GetMatrix, c_int)

# Text objects and fonts.
get_font = _bind(pdfium.FPDFTextObj_GetFont, c_void_p, c_void_p)
get_font_size = _bind(pdfium.FPDFTextObj_GetFontSize, c_int, c_void_p, c_void_p)
get_render_mode = _bind(pdfium.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)
get_font_name = _bind(pdfium.FPDFFont_GetBaseFontName, c_ulong, c_void_p, c_char_p, c_ulong)
get_font_weight = _bind(pdfium.FPDFFont_GetWeight, c_int, c_void_p)

# Page objects: the first two take the page's handle, the others an object's address.
count_objects: Callable[[c_void_p], int] = _bind_bare(pdfium.FPDFPage_CountObjects, c_int)
get_object: Callable[[c_void_p, int], int | None] = _bind_bare(pdfium.FPDFPage_GetObject, c_void_p)
count_form_objects = _bind(pdfium.FPDFFormObj_CountObjects, c_int, c_void_p)
get_form_object = _bind(pdfium.FPDFFormObj_GetObject, c_void_p, c_void_p, _Index)
get_type = _bind(pdfium.FPDFPageObj_GetType, c_int, c_void_p)
get_bounds = _bind(
    pdfium.FPDFPageObj_GetBounds, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p
)  # four floats: left, bottom, right, top
get_matrix = _bind(pdfium.FPDFPageObj_GetMatrix, c_int, c_void_p, c_void_p)

# Paths.
get_draw_mode = _bind(pdfium.FPDFPath_GetDrawMode, c_int, c_void_p, c_void_p, c_void_p)
count_segments = _bind(pdfium.FPDFPath_CountSegments, c_int, c_void_p)
get_segment = _bind(pdfium.FPDFPath_GetPathSegment, c_void_p, c_void_p, _Index)
get_segment_type = _bind(pdfium.FPDFPathSegment_GetType, c_int, c_void_p)
get_segment_point = _bind(pdfium.FPDFPathSegment_GetPoint, c_int, c_void_p, c_void_p, c_void_p)
get_segment_close = _bind(pdfium.FPDFPathSegment_GetClose, c_int, c_void_p)
get_stroke_width = _bind(pdfium.FPDFPageObj_GetStrokeWidth, c_int, c_void_p, c_void_p)
get_color = {
    "fill": _bind(pdfium.FPDFPageObj_GetFillColor, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
    "stroke": _bind(pdfium.FPDFPageObj_GetStrokeColor, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
}

# The document: its handle, a key, a buffer and its size; returns the bytes that the value takes.
get_meta_text = _bind(pdfium.FPDF_GetMetaText, c_ulong, c_void_p, c_char_p, c_void_p, c_ulong)
get_last_error = _bind(pdfium.FPDF_GetLastError, c_long)
