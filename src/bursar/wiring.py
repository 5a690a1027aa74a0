"""Builds the parts from the settings and puts them together: the only place that names concrete stores."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network

from bursar.database.connections import Database
from bursar.database.embedded import find_running
from bursar.database.listener import Listener, OnNews
from bursar.database.migrations import migrate
from bursar.errors import Unavailable
from bursar.files.objects import open_files, open_folder
from bursar.files.store import FileStore
from bursar.llm.chat import ChatEndpoint, ChatModel
from bursar.reading.limits import Limits
from bursar.sandbox.request import Preload, SandboxLimits
from bursar.sandbox.sandbox import ENGINE, Sandbox
from bursar.service.jobs import Enqueue
from bursar.service.quotas import Quotas
from bursar.service.storage import adopt_storage, check_storage
from bursar.service.stores import Stores
from bursar.service.webhooks import Redelivery
from bursar.settings import Settings
from bursar.worker.parsing import ReadingAids, RetryPolicy
from bursar.worker.queue import Queue
from bursar.worker.taking import Pace
from bursar.worker.worker import Worker, WorkerOptions

_MEBIBYTE = 1024 * 1024
_INSPECT_WALL_S = 60
"""Longest that opening an upload may take: nothing is recognised or extracted yet."""


@dataclass(frozen=True, slots=True)
class Server:
    """All that the doors of the server stand on."""

    settings: Settings
    stores: Stores
    enqueue: Enqueue

    def make_listener(
        self, callbacks: Mapping[str, OnNews], *, on_up: Callable[[], None], on_down: Callable[[], None]
    ) -> Listener:
        """Return a listener for news of the database; start it in the event loop that shall be called back."""
        return Listener(self.stores.database.url, callbacks, on_up=on_up, on_down=on_down)


@asynccontextmanager
async def open_server(settings: Settings) -> AsyncIterator[Server]:
    """Lend the parts of an API process. The database must be there and migrated."""
    sandbox = Sandbox(settings.inspectors, _inspection_limits(settings), preload=Preload.NOTHING)
    try:
        async with open_stores(settings, sandbox) as stores:
            yield Server(settings, stores, Queue(stores.database.url, settings.quota_jobs).enqueue)
    finally:
        sandbox.close()


@asynccontextmanager
async def open_worker(settings: Settings, *, engine: str = ENGINE) -> AsyncIterator[Worker]:
    """Lend a worker for `settings.workers` documents at once, its children warm."""
    model = build_model(settings)
    sandbox = Sandbox(
        settings.workers,
        _parsing_limits(settings),
        engine=engine,
        preload=Preload.MODELS,
        recycle_after=settings.recycle_after,
        model=model,
    )
    try:
        async with open_stores(settings, sandbox) as stores:
            await check_storage(stores.database, stores.files)
            yield Worker(stores, Queue(stores.database.url, settings.quota_jobs), _worker_options(settings))
    finally:
        sandbox.close()
        if model is not None:
            model.close()


@asynccontextmanager
async def open_stores(settings: Settings, sandbox: Sandbox) -> AsyncIterator[Stores]:
    """Lend rows, bytes and the sandbox together."""
    database = Database(find_database_url(settings), max_connections=settings.database_connections)
    files = build_files(settings)
    await database.open()
    try:
        yield Stores(database, files, sandbox)
    finally:
        await database.close()


def find_database_url(settings: Settings) -> str:
    """Return the address that is set, else that of the embedded server that runs for the data folder."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    url = find_running(settings.data_dir)
    if url is None:
        raise Unavailable(
            f"no database runs for the data folder {settings.data_dir}; start `bursar serve` with it, "
            "or name a PostgreSQL by BURSAR_DATABASE_URL"
        )
    return url


def read_quotas(settings: Settings) -> Quotas:
    """Return how much accounts may have that have no quotas of their own."""
    return Quotas(settings.quota_documents, settings.quota_documents_month, settings.quota_bytes, settings.quota_jobs)


def build_files(settings: Settings) -> FileStore:
    """Return the store that the settings name."""
    if settings.files_url is not None:
        return open_files(settings.files_url.get_secret_value())
    return open_folder(settings.data_dir / "files")


def build_model(settings: Settings) -> ChatModel | None:
    """Return the language model that the settings name; None without an address."""
    if settings.llm_url is None:
        return None
    return ChatModel(
        ChatEndpoint(
            url=settings.llm_url,
            model=settings.llm_model,
            key=None if settings.llm_key is None else settings.llm_key.get_secret_value(),
            timeout_s=settings.llm_timeout_s,
            max_chars=settings.llm_max_chars,
            max_tokens=settings.llm_max_tokens,
        )
    )


async def prepare(settings: Settings) -> None:
    """Migrate the database and see that files can be kept; raises `Unavailable` where not."""
    url = find_database_url(settings)
    await migrate(url)
    files = build_files(settings)
    await files.check()
    database = Database(url, max_connections=2)
    await database.open()
    try:
        await adopt_storage(database, files)
    finally:
        await database.close()


def _document_limits(settings: Settings) -> Limits:
    return Limits(max_bytes=settings.max_file_bytes, max_pages=settings.max_pages, max_pixels=settings.max_pixels)


def _parsing_limits(settings: Settings) -> SandboxLimits:
    return SandboxLimits(
        wall_s=settings.parse_wall_s,
        stall_s=settings.parse_stall_s,
        cpu_s=settings.parse_cpu_s,
        memory_bytes=settings.parse_memory_mb * _MEBIBYTE,
        document=_document_limits(settings),
    )


def _inspection_limits(settings: Settings) -> SandboxLimits:
    return SandboxLimits(
        wall_s=_INSPECT_WALL_S,
        stall_s=_INSPECT_WALL_S,
        cpu_s=_INSPECT_WALL_S,
        memory_bytes=settings.parse_memory_mb * _MEBIBYTE,
        document=_document_limits(settings),
    )


def _worker_options(settings: Settings) -> WorkerOptions:
    return WorkerOptions(
        pace=Pace(settings.workers, settings.heartbeat_s, settings.poll_s, settings.drain_s),
        policy=RetryPolicy(settings.attempts, settings.retry_wait_s),
        heartbeat_lost_s=settings.heartbeat_lost_s,
        rescue_s=settings.rescue_s,
        retention=timedelta(days=settings.retention_days) if settings.retention_days else None,
        events=timedelta(days=settings.events_days),
        redelivery=Redelivery(settings.webhook_retries, settings.webhook_retry_s),
        webhook_networks=tuple(ip_network(network) for network in settings.webhook_networks),
        webhook_timeout_s=settings.webhook_timeout_s,
        aids=ReadingAids(
            None if settings.categories_file is None else str(settings.categories_file.absolute()),
            None if settings.profiles_dir is None else str(settings.profiles_dir.absolute()),
        ),
    )
