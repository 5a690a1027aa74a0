import copy
import pickle

import pytest
from msgspec.structs import replace

from bursar.facts.box import Box, enclose
from bursar.reading.page import Word

BOX = Box(1.0, 2.0, 3.0, 5.0)
WORD = Word("total", BOX, font_size=9.0, bold=True)


@pytest.mark.parametrize("made", [BOX, WORD], ids=["box", "word"])
def test_what_a_page_is_made_of_is_frozen_hashable_and_survives_copying(made):
    name = made.__struct_fields__[0]
    with pytest.raises(AttributeError, match="immutable"):
        setattr(made, name, getattr(made, name))
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == replace(made) == made
    assert len({made, replace(made)}) == 1


def test_a_part_is_replaced_by_name():
    assert replace(BOX, y1=9.0) == Box(x0=1.0, y0=2.0, x1=3.0, y1=9.0)
    assert replace(WORD, text="sum").box == BOX
    assert repr(BOX) == "Box(x0=1.0, y0=2.0, x1=3.0, y1=5.0)"


def test_boxes_are_enclosed_on_all_sides():
    assert enclose([BOX, Box(0.0, 3.0, 2.0, 4.0), Box(2.0, 1.0, 4.0, 2.0)]) == Box(0.0, 1.0, 4.0, 5.0)
    with pytest.raises(ValueError, match="no boxes"):
        enclose([])
