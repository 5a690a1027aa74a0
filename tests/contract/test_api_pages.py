"""The contract, 7: pages of a document for people to look at."""

import io

import pytest
from PIL import Image

from serving import papers
from serving.replies import data_of, error_of, upload


@pytest.fixture(scope="module")
def file_id(idle_server):
    with idle_server.client() as client:
        return upload(client, papers.pdf(pages=2))["doc_id"]


@pytest.fixture
def client(idle_server):
    with idle_server.client() as client:
        yield client


def open_picture(reply):
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(reply.content))


def test_a_page_is_a_picture_as_wide_as_the_next_size_and_as_high_as_the_page_makes_it(client, file_id):
    picture = open_picture(client.get(f"/files/{file_id}/pages/1.png", params={"width": 600}))
    assert picture.width == 640
    assert picture.height == pytest.approx(640 * 842 / 595, abs=2)
    assert picture.convert("L").getextrema()[0] < 50  # something is printed on it


def test_the_words_stand_where_the_picture_shows_them(client, file_id):
    page = data_of(client.get(f"/files/{file_id}/pages/1/words"))
    word = next(word for word in page["words"] if word["text"] == "INV-2024-001")
    picture = open_picture(client.get(f"/files/{file_id}/pages/1.png")).convert("L")
    scale = picture.width / page["width"]
    assert picture.crop([round(edge * scale) for edge in word["box"]]).getextrema()[0] < 50
    assert (page["page"], page["rotation"], page["skew"], page["source"]) == (1, 0, 0, "text")


def test_a_picture_that_is_known_is_not_sent_again(client, file_id):
    first = client.get(f"/files/{file_id}/pages/1.png")
    again = client.get(f"/files/{file_id}/pages/1.png", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"/files/{file_id}/pages/2.png", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]


def test_a_picture_is_made_once_and_goes_with_the_file(idle_server, client):
    file_id = upload(client, papers.pdf(lines=("Kept for a while",)))["doc_id"]
    before = idle_server.stored_files()
    contents = {client.get(f"/files/{file_id}/pages/1.png").content for _ in range(3)}
    assert len(contents) == 1
    assert len(idle_server.stored_files() - before) == 1
    client.delete(f"/files/{file_id}")
    assert not idle_server.stored_files() - before
    error_of(client.get(f"/files/{file_id}/pages/1.png"), 410, "FILE_DELETED")


def test_an_image_is_shown_no_larger_than_it_is(client):
    file_id = upload(client, papers.image(size=(900, 600)), "scan.png")["doc_id"]
    picture = open_picture(client.get(f"/files/{file_id}/pages/1.png", params={"width": 2560}))
    assert picture.size == (900, 600)


@pytest.mark.parametrize("page", [3, 999_999])
def test_a_page_that_there_is_not_is_not_found(client, file_id, page):
    error_of(client.get(f"/files/{file_id}/pages/{page}.png"), 404, "PAGE_NOT_FOUND")
    error_of(client.get(f"/files/{file_id}/pages/{page}/words"), 404, "PAGE_NOT_FOUND")


@pytest.mark.parametrize("query", [{"width": 100_000}, {"width": 0}, {"width": "wide"}])
def test_a_width_out_of_bounds_is_refused(client, file_id, query):
    error_of(client.get(f"/files/{file_id}/pages/1.png", params=query), 400, "VALIDATION_ERROR")


def test_a_locked_document_that_came_with_its_password_is_shown(client):
    locked = papers.locked_pdf()
    reply = client.post("/parse/upload", files=[("files", ("a.pdf", locked))], data={"password": papers.PASSWORD})
    file_id = data_of(reply)["doc_id"]
    open_picture(client.get(f"/files/{file_id}/pages/1.png"))


def test_a_strangers_pages_are_not_found(idle_server, file_id):
    with idle_server.client("stranger") as stranger:
        error_of(stranger.get(f"/files/{file_id}/pages/1.png"), 404, "FILE_NOT_FOUND")
        error_of(stranger.get(f"/files/{file_id}/pages/1/words"), 404, "FILE_NOT_FOUND")
