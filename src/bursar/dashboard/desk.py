"""The bookkeeper's pages: the list of documents, and the review of one."""

from __future__ import annotations

from asyncio import to_thread

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bursar.dashboard.listing import read_filter, show_rows
from bursar.dashboard.review import build_review, name_place, read_findings
from bursar.dashboard.site import Site
from bursar.dashboard.visits import protect
from bursar.service.documents import get_file
from bursar.service.jobs import find_next_review, get_job, list_jobs, summarise_jobs
from bursar.service.review import list_corrections
from bursar.service.sessions import Session


async def show_documents(site: Site, request: Request, session: Session) -> Response:
    """Show the newest documents, and where to drop further ones; for htmx, the list alone."""
    wanted = read_filter(request.query_params)
    account_id = session.access.account_id
    async with site.stores.database.connection() as connection:
        found = await list_jobs(connection, account_id, wanted.kind, wanted.listing, wanted.jobs)
        summaries = await summarise_jobs(connection, account_id, [job["id"] for job in found.rows])
    rows = show_rows(found.rows, summaries)
    template = "rows.html" if "hx-request" in request.headers else "documents.html"
    return site.render(request, template, session=session, wanted=wanted, found=found, rows=rows)


async def show_review(site: Site, request: Request, session: Session) -> Response:
    """Show a document beside what was read of it; for htmx, that part of it which it asks for."""
    account_id, job_id = session.access.account_id, request.path_params["job_id"]
    kept = site.recent.find(job_id)
    async with site.stores.database.connection() as connection:
        job = await get_job(connection, account_id, job_id, kept.version if kept else "")
        document = await get_file(connection, account_id, str(job["document_id"]))
        history = await list_corrections(connection, account_id, job["id"])
    given = request.query_params.get("page", "1")
    page = int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 1
    if kept and kept.version == job["version"]:
        findings = kept.findings
    else:
        findings = await to_thread(read_findings, job)  # a long one would keep everybody waiting
        site.recent.keep(job_id, job["version"], findings, len(job["result"] or b""))
    review = build_review(job, document, findings, page, history)
    part = {"sheet": "sheet.html", "desk": "desk.html"}.get(request.headers.get("hx-target", ""))
    base_url = site.base_url(request)
    template = part if part and "hx-request" in request.headers else "review.html"
    return site.render(request, template, session=session, review=review, name_place=name_place, base_url=base_url)


async def go_to_next(site: Site, request: Request, session: Session) -> Response:
    """Lead to the next document that a person has to look at, to the list where there is none."""
    async with site.stores.database.connection() as connection:
        found = await find_next_review(connection, session.access.account_id, request.query_params.get("after"))
    return protect(RedirectResponse(f"/review/{found}" if found else "/?needs_review=yes", 303))


async def show_style(site: Site, request: Request, session: Session) -> Response:
    """Show the visual language: colours, type, signs, controls."""
    return site.render(request, "style.html", session=session)
