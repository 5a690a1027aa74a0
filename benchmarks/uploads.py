"""How fast documents come in: megabytes a second through the API, and of writing the same bytes to the same disk.

    python benchmarks/uploads.py [--megabytes 8 64] [--total 512] [--connections 1 4] [--out FILE]

Both in one run, by turns. Writing means: `open`, `write` in pieces of 64 KiB, `fsync`. An upload is that and HTTP, the form,
a SHA-256, the opening of the document in a child process to validate it, and its row in the database.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from library import describe_machine  # noqa: E402
from serving import Server, papers, run_server  # noqa: E402
from serving.replies import data_of  # noqa: E402

_MEBIBYTE = 2**20
_PIECE = 64 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--total", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    runs = []
    with tempfile.TemporaryDirectory(prefix="bursar-bench-") as folder:
        Path(folder).chmod(0o711)
        with run_server(Path(folder) / "data", workers=0, max_file_mb=256) as server:
            for size in options.megabytes:
                content = build_pdf(size)
                count = max(options.total // size, 4)
                for connections in options.connections:
                    runs.append(compare(server, content, count, connections, options.rounds))
                    print("  ".join(f"{name} {value}" for name, value in runs[-1].items()), flush=True)
    if options.out:
        found = {"benchmark": "uploads", "machine": describe_machine(), "runs": runs}
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def build_pdf(megabytes: int) -> bytes:
    """Return a one-page invoice with so many megabytes of random bytes attached to it."""
    with pikepdf.open(io.BytesIO(papers.pdf())) as document:
        noise = os.urandom(megabytes * _MEBIBYTE)
        document.attachments["noise.bin"] = pikepdf.AttachedFileSpec(document, noise, filename="noise.bin")
        buffer = io.BytesIO()
        document.save(buffer, compress_streams=False)
        return buffer.getvalue()


def compare(server: Server, content: bytes, count: int, connections: int, rounds: int) -> dict[str, Any]:
    """Return the best of some rounds of each; the rounds take turns."""
    megabytes = len(content) * count / _MEBIBYTE
    best = dict.fromkeys(("writing", "hashing and writing", "uploading"), 0.0)
    for _ in range(rounds):
        for name, work in (
            ("writing", lambda: write(server.data_dir, content, count)),
            ("hashing and writing", lambda: write(server.data_dir, content, count, hashed=True)),
            ("uploading", lambda: upload(server, content, count, connections)),
        ):
            began = time.perf_counter()
            work()
            best[name] = max(best[name], megabytes / (time.perf_counter() - began))
    return {
        "megabytes": len(content) // _MEBIBYTE,
        "connections": connections,
        **{f"{name}_mb_s": round(rate) for name, rate in best.items()},
        "of_writing": round(best["uploading"] / best["writing"], 2),
        "of_hashing_and_writing": round(best["uploading"] / best["hashing and writing"], 2),
    }


def write(folder: Path, content: bytes, count: int, *, hashed: bool = False) -> None:
    """Write the bytes so many times, to a file each, and see them on disk."""
    path = folder / "floor"
    for _ in range(count):
        digest = hashlib.sha256()
        with path.open("wb", buffering=0) as file:
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                if hashed:
                    digest.update(piece)
                file.write(piece)
            os.fsync(file.fileno())
        path.unlink()


def upload(server: Server, content: bytes, count: int, connections: int) -> None:
    """Upload the bytes so many times; what is stored is deleted again, which counts."""

    def send(number: int) -> None:
        with server.client() as client:
            for _ in range(number, count, connections):
                reply = client.post("/parse/upload", files=[("files", ("a.pdf", content, "application/pdf"))])
                client.delete(f"/files/{data_of(reply)['doc_id']}")

    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(send, range(connections)))


if __name__ == "__main__":
    main()
