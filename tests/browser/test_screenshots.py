"""The tool that takes a picture of every page: it comes to its end, and what it shows has a place in every width."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from PIL import Image

TOOL = Path(__file__).parents[2] / "tools" / "screenshots.py"


@pytest.fixture(scope="module")
def screenshots():
    specification = importlib.util.spec_from_file_location("screenshots", TOOL)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_every_page_is_taken_in_every_theme_and_width(people, screenshots, tmp_path):
    person = people(locale="en-US").log_in()
    shots = screenshots.list_shots(screenshots.fill(person))
    for name, (path, act) in shots.items():
        taken = screenshots.take(person, name, path, act, tmp_path)
        assert taken == len(screenshots.THEMES) * len(screenshots.WIDTHS)
        for width in screenshots.WIDTHS:
            light, dark = (tmp_path / f"{name}-{theme}-{width}.png" for theme in screenshots.THEMES)
            with Image.open(light) as picture:
                assert picture.width == width, f"{name} is wider than its window"
            assert light.read_bytes() != dark.read_bytes()
