"""Take a picture of every page of the dashboard, in both themes and three widths, with documents of our own in it.

    python tools/screenshots.py [FOLDER]

Needs Chromium; BURSAR_TEST_CHROMIUM names one that is not on the PATH. The two pictures of the README are written anew
with `--readme`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser.conftest import CHROMIUM, Person  # noqa: E402
from browser.documents import draw_documents  # noqa: E402
from serving import run_server  # noqa: E402

THEMES = ("light", "dark")
WIDTHS = (360, 1024, 1920)
README = ROOT / "docs" / "images"


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--readme", action="store_true", help="write the pictures of the README as well")
    arguments = parser.parse_args()
    if CHROMIUM is None:
        print("no Chromium here; BURSAR_TEST_CHROMIUM names one", file=sys.stderr)
        return 1
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        run_server(Path(data) / "data") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        person = Person(browser, server, "Harbour Accounting")
        pages = fill(person)
        for theme in THEMES:
            for width in WIDTHS:
                take_all(browser, person, pages, arguments.folder, theme, width)
        if arguments.readme:
            take_for_readme(browser, person, pages)
        browser.close()
    print(f"{len(pages) * len(THEMES) * len(WIDTHS)} pictures in {arguments.folder}")
    return 0


def fill(person: Person) -> dict[str, str]:
    """Have documents read and one corrected; return the pages by name."""
    jobs = {name: person.add(name, content) for name, content in list(draw_documents().items())[:3]}
    with person.server.client(key=person.key) as client:
        wrong = {"fields": {"summary.total": "7290.48"}, "note": "misread on purpose"}
        client.patch(f"/jobs/{jobs['scan.jpg']}/results", json=wrong).raise_for_status()
        client.post(f"/jobs/{jobs['invoice.pdf']}/approve").raise_for_status()
        schema = {
            "name": "Purchase ledger",
            "type": "invoice",
            "schema_string": {"fields": ["invoice_number", "total"]},
        }
        client.post("/schemas", json=schema).raise_for_status()
    reviews = {f"review-{name.partition('.')[0]}": f"/review/{job_id}" for name, job_id in jobs.items()}
    named = ("schemas", "usage", "webhooks", "keys", "style", "login")
    return {"documents": "/", **reviews, "schema": "/schemas/new", **{name: f"/{name}" for name in named}}


def take_all(browser: Browser, person: Person, pages: dict[str, str], folder: Path, theme: str, width: int) -> None:
    """Take every page in one theme and width."""
    page = open_page(browser, person, theme, width, 900)
    for name, path in pages.items():
        page.goto(person.server.url + path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
    page.context.close()


def take_for_readme(browser: Browser, person: Person, pages: dict[str, str]) -> None:
    """Take the list and a review, as the README shows them."""
    README.mkdir(parents=True, exist_ok=True)
    page = open_page(browser, person, "light", 1280, 800)
    for name, path in (("documents", "/"), ("review", pages["review-invoice"])):
        page.goto(person.server.url + path)
        page.wait_for_load_state("networkidle")
        if name == "review":
            page.locator("[data-path='summary.total']").focus()
        page.screenshot(path=README / f"{name}.png")


def open_page(browser: Browser, person: Person, theme: str, width: int, height: int) -> Page:
    """Return a page of a browser that is logged in."""
    context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": height})  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{person.server.url}/login")
    page.fill("#key", person.key)
    page.click("main button")
    page.wait_for_url(f"{person.server.url}/")
    return page


if __name__ == "__main__":
    sys.exit(main())
