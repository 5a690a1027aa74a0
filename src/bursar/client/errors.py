"""What can go wrong between a client and a server.

An error of the server is raised as the library's own class for its code and as `ApiError`: `except PasswordRequired`
means the same with `bursar.parse` and with a server.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from bursar import errors
from bursar.client.models import Job
from bursar.errors import BursarError


class ApiError(BursarError):
    """The server refused. `status` is that of HTTP, `request_id` the name of the request in the server's log."""

    def __init__(
        self, message: str, details: dict[str, Any] | None = None, *, status: int = 0, request_id: str | None = None
    ) -> None:
        super().__init__(message, details)
        self.status = status
        self.request_id = request_id


class JobFailed(BursarError):
    """The job ended without a result; `job` is how it stands, `code` and `details` are those of its error."""

    def __init__(self, message: str, details: dict[str, Any] | None = None, *, job: Job) -> None:
        super().__init__(message, details)
        self.job = job


class ServerUnreachable(BursarError):
    """No answer came: no connection, or it broke."""

    code = "SERVER_UNREACHABLE"
    retryable = True


class StillRunning(BursarError):
    """The caller's patience ended before the job did; `job_id` can be waited for again."""

    code = "STILL_RUNNING"
    retryable = True

    def __init__(self, job_id: str, timeout_s: float) -> None:
        super().__init__(f"{job_id} has not ended within {timeout_s:g} s", {"job_id": job_id})
        self.job_id = job_id


def api_error(error: dict[str, Any], status: int) -> ApiError:
    """Return the exception for the `error` of a reply."""
    raised: type[ApiError] = _with_code(ApiError, error["code"], status)
    return raised(error["message"], error.get("details"), status=status, request_id=error.get("request_id"))


def job_failed(job: Job) -> JobFailed:
    """Return the exception for a job that failed."""
    assert job.error is not None
    raised: type[JobFailed] = _with_code(JobFailed, job.error.code, 0)
    return raised(job.error.message, job.error.details, job=job)


@cache
def _with_code(raised: type[BursarError], code: str, status: int) -> Any:
    """Return `raised` that is also of the library's class for the code; a code of a newer server keeps its name."""
    kind = _class_of(code, status)
    bases = (raised,) if kind is BursarError else (raised, kind)
    return type(raised.__name__, bases, {"code": code, "__module__": raised.__module__})


def _class_of(code: str, status: int) -> type[BursarError]:
    """Return the narrowest class for the code, where several share it; the server's status tells apart who is gone."""
    if code == errors.Gone.code:
        return errors.AlreadyDeleted if status == 409 else errors.Gone
    found = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BursarError)]
    named = [kind for kind in found if kind.code == code]
    return max(named, key=lambda kind: len(kind.__mro__), default=BursarError)
