"""What an operator may set. The only module that reads the environment (`BURSAR_…`).

Every field has a description: the settings page of the documentation is made of them.
"""

from __future__ import annotations

import json
import os
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_MEBIBYTE = 1024 * 1024


def count_cores() -> int:
    """Return how many cores this process may use, which in a container or under `taskset` is fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(BaseSettings):
    """All settings with their defaults; each is read from the environment as `BURSAR_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="BURSAR_", extra="ignore", frozen=True)

    # ------------------------------------------------------------ where
    host: str = Field("127.0.0.1", description="Address that the API listens on; 0.0.0.0 for every network.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the API listens on; 0 takes any free one.")
    public_url: str | None = Field(
        None, description="Address under which clients reach the API, used in `file_url`. Default: what they asked for."
    )
    data_dir: Path = Field(
        Path("bursar-data"), description="Folder for the embedded database and the stored files. Made when missing."
    )
    database_url: SecretStr | None = Field(
        None,
        description="Any PostgreSQL (13 or later), postgresql://user:password@host/name. Default: an embedded one.",
    )
    cluster_dir: Path | None = Field(
        None,
        description="Folder of the embedded database's cluster. Default: `postgres` below the data folder; where root "
        "runs the server and an unprivileged user cannot reach that folder, one below /var/lib/bursar.",
    )
    database_connections: int = Field(
        10, ge=2, le=1000, description="Most connections to the database that one process keeps open."
    )
    files_url: SecretStr | None = Field(
        None,
        description="Where documents are stored: s3://bucket/prefix, gs://…, az://…, file:///folder. "
        "Default: `files` below the data folder.",
    )

    retention_days: float = Field(
        0,
        ge=0,
        le=36500,
        description="Days after which files delete themselves, with all that was made of them. 0: never.",
    )

    # ------------------------------------------------------------ how statements are read
    categories_file: Path | None = Field(
        None, description="File of your own categories of transactions (TOML). Default: those that come along."
    )
    profiles_dir: Path | None = Field(
        None, description="Folder of your own bank profiles (TOML), tried before those that come along."
    )

    # ------------------------------------------------------------ a language model (none by default)
    llm_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="Address of an OpenAI-compatible endpoint, up to `/v1`: http://127.0.0.1:11434/v1. It is asked for "
        "what the rules leave open, and is sent the text of documents. Default: none, and nothing leaves the machine.",
    )
    llm_model: str = Field("default", min_length=1, description="Name of the model at that endpoint.")
    llm_key: SecretStr | None = Field(None, description="Key for that endpoint, sent as a bearer token. Default: none.")
    llm_timeout_s: float = Field(60, gt=0, le=600, description="Longest that one question to it may take, in seconds.")
    llm_max_chars: int = Field(
        60_000, ge=500, le=2_000_000, description="Most characters of a document that are sent to it."
    )
    llm_max_tokens: int = Field(4_000, ge=100, le=200_000, description="Most tokens of its answer.")

    # ------------------------------------------------------------ how much at once
    workers: int = Field(
        default_factory=count_cores, ge=0, le=1024, description="Documents parsed at the same time. Default: the cores."
    )
    inspectors: int = Field(
        2, ge=1, le=64, description="Child processes of the API that open uploaded documents to validate them."
    )

    # ------------------------------------------------------------ limits of a request
    max_file_mb: int = Field(10, ge=1, description="Largest file that may be uploaded, in MiB.")
    max_files: int = Field(50, ge=1, description="Most files in one upload.")
    max_request_mb: int = Field(500, ge=1, description="Largest body of one request, in MiB.")
    max_metadata_kb: int = Field(4, ge=0, description="Largest `metadata` of a job, in KiB.")
    batch_limit: int = Field(10, ge=1, description="Most documents in one batch.")
    work_limit: int = Field(
        60,
        ge=0,
        description="Units of work a minute and key: each file uploaded and each document processed is one. "
        "0: no limit.",
    )
    read_limit: int = Field(1200, ge=0, description="Reading requests a minute and key. 0: no limit.")

    # ------------------------------------------------------------ quotas of an account; `bursar accounts` sets its own
    quota_documents: int = Field(
        0, ge=0, le=1_000_000_000, description="Documents that an account may have in storage. 0: no limit."
    )
    quota_documents_month: int = Field(
        0, ge=0, le=1_000_000_000, description="Documents that an account may upload in a calendar month. 0: no limit."
    )
    quota_mb: int = Field(
        0,
        ge=0,
        le=1_000_000_000,
        description="MiB that an account may have in storage; equal documents count once. 0: no limit.",
    )
    quota_jobs: int = Field(
        0,
        ge=0,
        le=1_000_000_000,
        description="Jobs of an account in the queue or running at once; further ones wait as `pending` until one of "
        "these ends. 0: no limit.",
    )

    # ------------------------------------------------------------ limits of a document
    max_pages: int = Field(1000, ge=1, description="Most pages of a document.")
    max_pixels: int = Field(100_000_000, ge=1, description="Most pixels of an image, or of a page rendered for OCR.")
    parse_wall_s: float = Field(
        3600, gt=0, description="Longest that the parsing of one document may take, in seconds; then TIMEOUT."
    )
    parse_stall_s: float = Field(
        120, gt=0, description="Longest that parsing may go on without finishing a page, in seconds; then TIMEOUT."
    )
    parse_cpu_s: int = Field(3600, gt=0, description="Most CPU seconds for one document; then TIMEOUT.")
    parse_memory_mb: int = Field(
        2048,
        ge=256,
        description="Most memory of the process that parses a document, in MiB; then OUT_OF_MEMORY. "
        "OCR alone needs about 1000.",
    )
    recycle_after: int = Field(
        500, ge=1, description="Documents after which a parsing process is replaced by a fresh one."
    )

    # ------------------------------------------------------------ jobs
    attempts: int = Field(
        3, ge=1, description="Attempts at a job whose parsing crashed, ran out of memory or lost its worker."
    )
    retry_wait_s: float = Field(
        2, ge=0, description="Seconds before the second attempt; each further one waits twice as long, at most 60."
    )
    heartbeat_s: float = Field(5, gt=0, description="How often a worker says that it lives, in seconds.")
    heartbeat_lost_s: float = Field(
        15, gt=0, description="A worker silent for so many seconds counts as dead, and its jobs run again elsewhere."
    )
    rescue_s: float = Field(3, gt=0, description="How often jobs of dead workers are looked for, in seconds.")
    poll_s: float = Field(
        3, gt=0, description="How often a worker looks for jobs of its own accord, besides being notified, in seconds."
    )
    drain_s: float = Field(
        30,
        ge=0,
        description="On SIGTERM: how long running documents may take to finish before they go back to the queue.",
    )

    # ------------------------------------------------------------ webhooks and events
    webhook_networks: list[str] = Field(
        default=[],
        description='Networks that are not public and that webhooks may reach nevertheless, a JSON list: ["10.0.0.0/8"]. '
        "Default: public addresses only.",
    )
    webhook_timeout_s: float = Field(
        10, gt=0, le=50, description="Longest that a webhook's receiver may take, in seconds."
    )
    webhook_retries: int = Field(5, ge=0, le=20, description="How often a webhook is sent again that did not arrive.")
    webhook_retry_s: float = Field(
        5, gt=0, description="Seconds before it is sent again; each further time five times as long, at most an hour."
    )
    webhook_reviews: bool = Field(
        False,
        description="Whether webhooks also tell of `job.corrected` and `job.approved`, which receivers written for the "
        "published API do not know.",
    )
    events_days: float = Field(
        30, gt=0, le=36500, description="Days that events and the log of webhooks' deliveries are kept."
    )

    # ------------------------------------------------------------ doors
    cors_origins: list[str] = Field(
        default=["*"], description='Origins of web pages that may call the API, a JSON list; ["*"] allows all, [] none.'
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="Log lines for people (`console`) or machines (`json`); auto: console on a terminal."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")

    @field_validator("webhook_networks")
    @classmethod
    def _check_networks(cls, networks: list[str]) -> list[str]:
        for network in networks:
            ip_network(network)
        return networks

    def reveal(self) -> str:
        """Return all settings as JSON, secrets included: for a child process, over a pipe. `Settings.restore` reads it."""
        values = {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in self}
        return json.dumps(values, default=str)

    @classmethod
    def restore(cls, revealed: str) -> Settings:
        """Return the settings that `reveal` wrote."""
        return cls(**json.loads(revealed))

    @property
    def max_file_bytes(self) -> int:
        """`max_file_mb` in bytes."""
        return self.max_file_mb * _MEBIBYTE

    @property
    def quota_bytes(self) -> int:
        """`quota_mb` in bytes."""
        return self.quota_mb * _MEBIBYTE

    @property
    def max_request_bytes(self) -> int:
        """`max_request_mb` in bytes."""
        return self.max_request_mb * _MEBIBYTE


class ClientSettings(BaseSettings):
    """What a caller of a server may set: read by `bursar submit`, never by a server."""

    model_config = SettingsConfigDict(env_prefix="BURSAR_", extra="ignore", frozen=True)

    server: str = Field(
        default="http://127.0.0.1:8000", description="Address of the server that documents are sent to."
    )
    key: SecretStr = Field(default=SecretStr(""), description="API key that they are sent with.")
