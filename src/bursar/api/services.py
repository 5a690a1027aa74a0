"""What the routes work with, made once for the application."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from bursar.api.access import KeyCache
from bursar.api.metrics import HttpMeter
from bursar.api.polls import Polls
from bursar.api.waiting import Bells
from bursar.service.estimates import Estimator
from bursar.service.jobs import Enqueue
from bursar.service.quotas import Quotas
from bursar.service.stores import Stores
from bursar.service.uploads import UploadLimits
from bursar.settings import Settings
from bursar.wiring import read_quotas


@dataclass(frozen=True, slots=True)
class Services:
    """Stores and limits, and what one process shares between requests."""

    settings: Settings
    stores: Stores
    enqueue: Enqueue
    bells: Bells
    polls: Polls
    estimator: Estimator
    meter: HttpMeter
    keys: KeyCache

    @property
    def upload_limits(self) -> UploadLimits:
        """How much one upload may bring."""
        return UploadLimits(self.settings.max_files, self.settings.max_file_bytes, self.quotas)

    @property
    def quotas(self) -> Quotas:
        """How much accounts may have that have no quotas of their own."""
        return read_quotas(self.settings)

    def base_url(self, request: Request) -> str:
        """Return the address under which this caller reaches us, without a slash at the end."""
        return (self.settings.public_url or str(request.base_url)).rstrip("/")


def services_of(request: Request) -> Services:
    """Return what the application was made with."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services
