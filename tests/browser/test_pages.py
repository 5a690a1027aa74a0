"""What holds for every page: axe finds nothing in the light and in the dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = (
    "/",
    "/schemas",
    "/schemas/new",
    "/usage",
    "/webhooks",
    "/keys",
    "/style",
    "invoice.pdf",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def open_page(person, path):
    return person.open(path if path.startswith("/") else f"/review/{person.jobs[path]}")


def find_violations(page, options):
    found = Axe().run(page, options=options).response["violations"]
    return {one["id"]: [node["html"][:200] for node in one["nodes"]][:3] for one in found}


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(reader, path):
    """All rules in the light; in the dark only colours differ."""
    page = open_page(reader(reduced_motion="reduce"), path)
    assert find_violations(page, RULES) == {}
    page.emulate_media(color_scheme="dark")
    assert find_violations(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}) == {}
