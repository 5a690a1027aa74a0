"""Take a picture of every page of the dashboard, in both themes and three widths, with documents of our own in it.

    python tools/screenshots.py [FOLDER] [--only NAME] [--readme]

Needs Chromium; BURSAR_TEST_CHROMIUM names one that is not on the PATH. The two pictures of the README are written anew
with `--readme`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser.conftest import CHROMIUM, Person  # noqa: E402
from browser.documents import draw_documents  # noqa: E402
from serving import run_server  # noqa: E402

THEMES = ("light", "dark")
WIDTHS = (360, 1280, 3840)
HEIGHTS = {360: 740, 1280: 800, 3840: 2160}
README = ROOT / "docs" / "images"

Shot = tuple[str, Callable[[Page], None]]


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--only", help="take those pages alone whose names hold this")
    parser.add_argument("--readme", action="store_true", help="write the pictures of the README as well")
    arguments = parser.parse_args()
    if CHROMIUM is None:
        print("no Chromium here; BURSAR_TEST_CHROMIUM names one", file=sys.stderr)
        return 1
    arguments.folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    with (
        tempfile.TemporaryDirectory() as data,
        run_server(Path(data) / "data") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        empty = Person(browser, server, "New here").log_in()
        person = Person(browser, server, "Harbour Accounting").log_in()
        jobs = fill(person)
        shots = {**list_shots(jobs), "login": ("/login", look)}
        for name, (path, act) in shots.items():
            if (arguments.only or "") in name:
                taken += take(person, name, path, act, arguments.folder)
        for name, path in (("empty-documents", "/"), ("empty-schemas", "/schemas"), ("empty-webhooks", "/webhooks")):
            if (arguments.only or "") in name:
                taken += take(empty, name, path, look, arguments.folder)
        if arguments.readme:
            take_for_readme(person, jobs)
        browser.close()
    print(f"{taken} pictures in {arguments.folder}")
    return 0


def fill(person: Person) -> dict[str, str]:
    """Have documents read, one corrected, one approved, one broken; return their jobs by name."""
    documents = list(draw_documents().items())[:3]
    jobs = {
        name.partition(".")[0]: person.add(name, content, options={"categorize": True}) for name, content in documents
    }
    jobs["broken"] = person.add("statement-july.pdf", draw_documents()["statement.pdf"])
    with person.client() as client:
        wrong = {"fields": {"summary.total": "7290.48"}, "note": "misread on purpose"}
        client.patch(f"/jobs/{jobs['scan']}/results", json=wrong).raise_for_status()
        client.patch(f"/jobs/{jobs['broken']}/results", json={"remove": ["transactions.7"]}).raise_for_status()
        client.post(f"/jobs/{jobs['invoice']}/approve").raise_for_status()
        fields = ["invoice_number", "supplier_vat_id", "total"]
        schema = {"name": "Purchase ledger", "type": "invoice", "schema_string": {"fields": fields}}
        client.post("/schemas", json=schema).raise_for_status()
        client.post("/webhooks/test", json={"url": "https://hooks.example.invalid/bursar"}).raise_for_status()
    return jobs


def look(_page: Page) -> None:
    """Do nothing: the page as it comes."""


def choose_all(page: Page) -> None:
    """Tick every row of the list."""
    page.get_by_label("Choose all").check()


def upload_two(page: Page) -> None:
    """Upload something locked and something that is refused."""
    documents = draw_documents()
    page.set_input_files(
        "#picker",
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": documents[name]}
            for name in ("locked.pdf", "letter.docx")
        ],
    )
    page.locator("#uploads [role=alert]").nth(1).wait_for()


def choose_total(page: Page) -> None:
    """Choose the total, so that its box is lit."""
    page.locator("[data-path='summary.total']").focus()


def list_shots(jobs: dict[str, str]) -> dict[str, Shot]:
    """Return every page, and what is done on it before its picture is taken."""
    invoice = f"/review/{jobs['invoice']}"
    return {
        "documents": ("/", look),
        "documents-chosen": ("/", choose_all),
        "documents-uploads": ("/", upload_two),
        "documents-none": ("/?text=nothing+like+it", look),
        "review-invoice": (invoice, choose_total),
        "review-scan": (f"/review/{jobs['scan']}", look),
        "review-statement": (f"/review/{jobs['statement']}", look),
        "review-broken": (f"/review/{jobs['broken']}", look),
        "review-draw": (invoice, lambda page: page.keyboard.press("b")),
        "review-export": (invoice, lambda page: page.click("summary:has-text('Export')")),
        "review-keys": (invoice, lambda page: page.keyboard.press("?")),
        "schemas": ("/schemas", look),
        "schema": ("/schemas/new", look),
        "usage": ("/usage", look),
        "webhooks": ("/webhooks", look),
        "keys": ("/keys", look),
        "style": ("/style", look),
        "error": ("/review/job_1", look),
    }


def take(person: Person, name: str, path: str, act: Callable[[Page], None], folder: Path) -> int:
    """Take a page in every theme and width; return how many pictures that is."""
    page = person.page
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.goto(person.server.url + path)
        act(page)
        page.wait_for_load_state("networkidle")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=width < WIDTHS[-1])
    return len(THEMES) * len(WIDTHS)


def take_for_readme(person: Person, jobs: dict[str, str]) -> None:
    """Take the list and a review, as the README shows them."""
    README.mkdir(parents=True, exist_ok=True)
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    for name, path in (("documents", "/"), ("review", f"/review/{jobs['invoice']}")):
        page.goto(person.server.url + path)
        page.wait_for_load_state("networkidle")
        if name == "review":
            page.locator("[data-path='summary.total']").focus()
            page.evaluate("() => window.scrollTo(0, 0)")
        page.screenshot(path=README / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
