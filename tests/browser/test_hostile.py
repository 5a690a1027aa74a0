"""What strangers write, in names, documents, metadata, schemas and webhooks, is text on our pages and nothing else."""

from __future__ import annotations

import pytest

from serving import papers
from serving.replies import data_of

TAG = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>"
ATTRIBUTE = "\" autofocus onfocus=window.pwned=1 x='"
TEMPLATE = "{{ 9999991 * 9999973 }}{% for x in y %}"
READ = "99999640000243"  # what it comes to; too long to stand in an id by chance
SVG = "</text></svg><svg onload=window.pwned=1>"
EVILS = {"tag": TAG, "attribute": ATTRIBUTE, "template": TEMPLATE, "svg": SVG}


@pytest.mark.parametrize("evil", EVILS.values(), ids=EVILS)
def test_what_names_documents_metadata_and_schemas_say_is_text_and_nothing_else(person, evil):
    lines = ("INVOICE", f"{evil} Ltd", f"Invoice number: {evil}", "Invoice date: 2024-01-07", "Total EUR 12.00")
    job_id = person.add(f"{evil}.pdf", papers.pdf(lines=lines))
    with person.client() as client:
        schema = {"name": evil, "type": "invoice", "description": evil, "schema_string": {"fields": [evil, "total"]}}
        schema_id = data_of(client.post("/schemas", json=schema))["id"]
        corrected = {"fields": {"vendor.name": evil}, "note": evil}
        client.patch(f"/jobs/{job_id}/results", json=corrected).raise_for_status()
        document_id = person.job(job_id)["document_id"]
        sent = {"document_id": document_id, "metadata": {evil: evil}, "callback_url": "http://127.0.0.1:9/"}
        data_of(client.post("/parse", json=sent))
        delivery_id = data_of(client.get("/webhooks/deliveries"))["deliveries"][0]["id"]
    paths = ("/", f"/review/{job_id}", "/schemas", f"/schemas/{schema_id}", "/schemas/new", "/usage", "/webhooks")
    for path in (*paths, f"/?text={evil.replace('#', '')}", f"/webhooks/{delivery_id}", f"/login?next=/{evil}"):
        page = person.open(path)
        page.wait_for_timeout(100)
        assert page.evaluate("() => window.pwned") is None, path
        assert page.locator("img[src=x], [onfocus], [onload]").count() == 0, path
        assert READ not in page.locator("main").inner_text(), path
    assert evil in person.open("/").locator("#list").inner_text(), "and it is there to be read"


def test_what_is_hostile_in_a_name_stays_text_while_it_is_uploaded_and_deleted(person):
    page = person.open("/")
    person.drop((f"{TAG}.docx", b"no document"), (f"{ATTRIBUTE}.pdf", papers.pdf()))
    page.locator("#uploads [role=alert]").wait_for()
    page.locator("#uploads a").wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_label("Choose all").check()
    page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    page.get_by_text("Nothing here yet").wait_for()
    assert len(asked) == 1
    assert page.evaluate("() => window.pwned") is None
    assert page.locator("img[src=x], [onfocus]").count() == 0
