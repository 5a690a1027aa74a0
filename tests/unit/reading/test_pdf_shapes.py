import pytest
from reportlab.lib.colors import black, lightgrey

from bursar.facts.box import Box
from bursar.reading.document import open_document
from bursar.reading.rules import merge_rules
from unit.reading.drawing import make_pdf, write_lines


def read_rules(draw):
    with open_document(make_pdf(draw)) as document:
        page = document.read_page(1, ocr="never")
    return [rule.box for rule in page.rules if rule.horizontal], [
        rule.box for rule in page.rules if not rule.horizontal
    ]


def test_strokes_and_thin_rectangles_are_ruling_lines():
    def draw(canvas):
        canvas.line(50, 700, 500, 700)
        canvas.setFillColor(black)
        canvas.rect(50, 600, 450, 0.8, stroke=0, fill=1)
        canvas.line(300, 500, 300, 740)

    level, upright = read_rules(draw)
    assert [round(box.center_y) for box in level] == [142, 242]
    assert [box.width for box in level] == pytest.approx([450, 450], abs=2)
    assert [round(box.center_x) for box in upright] == [300]


def test_a_grid_has_each_of_its_lines_once():
    def draw(canvas):
        canvas.grid([50, 150, 250, 350], [400, 420, 440, 460, 480])

    level, upright = read_rules(draw)
    assert (len(level), len(upright)) == (5, 4)


def test_boxes_of_cells_side_by_side_merge_to_whole_lines():
    def draw(canvas):
        for column in range(3):
            for row in range(4):
                canvas.rect(50 + 100 * column, 400 + 20 * row, 100, 20)

    level, upright = read_rules(draw)
    assert (len(level), len(upright)) == (5, 4)
    assert all(box.width == pytest.approx(300, abs=2) for box in level)


def test_shading_and_curves_are_no_ruling_lines():
    def draw(canvas):
        canvas.setFillColor(lightgrey)
        canvas.rect(50, 400, 300, 100, stroke=0, fill=1)
        canvas.circle(300, 200, 50)
        canvas.line(50, 100, 200, 300)

    assert read_rules(draw) == ([], [])


def test_lines_inside_a_form_stand_where_the_form_is_placed():
    def draw(canvas):
        canvas.beginForm("table")
        canvas.line(0, 0, 200, 0)
        canvas.endForm()
        canvas.saveState()
        canvas.translate(100, 642)
        canvas.scale(2, 1)
        canvas.doForm("table")
        canvas.restoreState()
        write_lines(canvas, ["below"], top=600)

    ((box,), upright) = read_rules(draw)
    assert upright == []
    assert (box.x0, box.x1, box.center_y) == (
        pytest.approx(100, abs=2),
        pytest.approx(500, abs=2),
        pytest.approx(200, abs=1),
    )


def test_dashes_are_one_line_and_crumbs_none():
    dashes = [Box(10 + 5 * n, 50, 13 + 5 * n, 50.5) for n in range(40)]
    (rule,) = merge_rules([*dashes, Box(300, 90, 303, 90.5)])
    assert (rule.box.x0, rule.box.x1) == (10, 208)


def test_parallel_lines_stay_two():
    assert len(merge_rules([Box(0, 10, 100, 10.5), Box(0, 13, 100, 13.5)])) == 2
