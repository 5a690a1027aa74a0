"""How many webhooks arrive a second: through the queue of deliveries, and posted bare to the same receiver.

    python benchmarks/webhooks.py [--deliveries 300] [--rounds 3] [--out FILE]

A delivery is a claim, the event and the secrets read, two signatures, the address resolved and looked at, a connection of its
own, and its outcome written. Bare is httpx with kept connections, as many at once as the server opens to one host (8), and a
connection a request, as the server makes them. The receiver is the tests' own and takes a share of the same cores.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from bursar.service.webhooks import send_test  # noqa: E402
from library import describe_machine  # noqa: E402
from serving import Server, run_server, wait_until  # noqa: E402
from serving.receiver import Receiver, run_receiver  # noqa: E402

_AT_ONCE = 8  # to one host, as in worker.couriers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deliveries", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bursar-bench-") as folder:
        Path(folder).chmod(0o711)
        settings = {"webhook_networks": '["127.0.0.0/8"]', "workers": 1}
        with run_server(Path(folder) / "data", **settings) as server, run_receiver() as receiver:
            found = measure(server, receiver, options.deliveries, options.rounds)
    found = {"benchmark": "webhooks", "machine": describe_machine(), **found}
    text = json.dumps(found, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


def measure(server: Server, receiver: Receiver, count: int, rounds: int) -> dict[str, Any]:
    """Return the best of some rounds of each; the rounds take turns."""
    deliver(server, receiver, 5)  # the courier is warm
    body = receiver.calls[-1].body
    best = dict.fromkeys(("delivered", "bare, kept connections", "bare, a connection each"), 0.0)
    for _ in range(rounds):
        for name, work in (
            ("delivered", lambda: deliver(server, receiver, count)),
            ("bare, kept connections", lambda: post(receiver, body, count, kept=True)),
            ("bare, a connection each", lambda: post(receiver, body, count, kept=False)),
        ):
            best[name] = max(best[name], count / work())
    return {
        "deliveries": count,
        "a_second": {name: round(value, 1) for name, value in best.items()},
        "delivered_to_bare_kept": round(best["delivered"] / best["bare, kept connections"], 3),
        "delivered_to_bare_each": round(best["delivered"] / best["bare, a connection each"], 3),
    }


def deliver(server: Server, receiver: Receiver, count: int) -> float:
    """Have so many deliveries made at once; return the seconds until all have arrived."""
    path = f"/ok/{time.monotonic_ns()}"

    async def send(connection: Any) -> float:
        row = await (await connection.execute("SELECT id FROM accounts ORDER BY created_at LIMIT 1")).fetchone()
        for _ in range(count):
            await send_test(connection, row["id"], receiver.url + path)
        return time.monotonic()

    began = server.run_in_database(send)
    wait_until(lambda: len(receiver.at(path)) >= count, seconds=300, every=0.02)
    return max(call.at for call in receiver.at(path)) - began


def post(receiver: Receiver, body: bytes, count: int, *, kept: bool) -> float:
    """Post the same body so many times; return the seconds."""
    url = f"{receiver.url}/ok/bare"
    began = time.monotonic()
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(_AT_ONCE) as pool:
        send = client.post if kept else partial(httpx.post, timeout=60)
        statuses = list(pool.map(lambda _: send(url, content=body).status_code, range(count)))
    assert statuses == [200] * count
    return time.monotonic() - began


if __name__ == "__main__":
    main()
