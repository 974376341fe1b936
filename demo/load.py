#!/usr/bin/env python3
"""The shop's customers: an open-loop load, about 40 requests/s. A slow answer never slows the next arrival.

Every request is written to a JSON-lines file as it ends; `Ledger` reads that file for the report, so that what failed is a fact
measured at the customer and not a claim of the thing under test.
"""
import argparse
import asyncio
import json
import math
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

PERIOD_SECONDS = 240     # a day's shape squeezed into four minutes
SWING = 0.2
TIMEOUT_SECONDS = 10.0
CARDS = 200_000

# What customers do, and how often.
MIX = [("browse", 0.30), ("page", 0.16), ("search", 0.14), ("cart", 0.15), ("checkout", 0.25)]
WORDS = ["oak", "steel", "linen", "glass", "cork", "lamp", "chair", "bowl", "shelf", "clock"]
ENDPOINTS = {"browse": "GET /browse/{category}", "page": "GET /page/{product}", "search": "GET /search",
             "cart": "POST /cart/{cart}/items", "checkout": "POST /checkout"}


def wish(chance: random.Random) -> tuple[str, str, str, bytes]:
    """One thing a customer does: (kind, method, path, body)."""
    kind = chance.choices([name for name, _ in MIX], [share for _, share in MIX])[0]
    product, cart = 1 + int(2000 * chance.random() ** 2), f"cart-{chance.randint(1, 5000)}"
    if kind == "browse":
        return kind, "GET", f"/browse/room{chance.randrange(40)}", b""
    if kind == "page":
        return kind, "GET", f"/page/{product}", b""
    if kind == "search":
        return kind, "GET", f"/search?q={chance.choice(WORDS)}", b""
    if kind == "cart":
        item = {"product": product, "count": chance.randint(1, 3), "price_cents": 900 + (product * 37) % 9000}
        return kind, "POST", f"/cart/{cart}/items", json.dumps(item).encode()
    return kind, "POST", "/checkout", json.dumps({"cart": cart, "card": f"4{chance.randrange(CARDS):015d}"}).encode()


class Doors:
    """The gateway's instances in turn, with idle keep-alive connections to each."""

    def __init__(self, endpoints: Path):
        self._path, self._looked, self._turn = endpoints, 0.0, 0
        self._urls: list[str] = []
        self._idle: dict[str, list] = {}

    def pick(self) -> str:
        if time.monotonic() - self._looked > 0.2:
            self._looked = time.monotonic()
            places = json.loads(self._path.read_text())["services"].get("gateway", [])
            self._urls = [place["url"].removeprefix("http://") for place in places]
        self._turn += 1
        return self._urls[self._turn % len(self._urls)]

    async def connection(self, door: str):
        """(reader, writer, fresh)"""
        idle = self._idle.setdefault(door, [])
        while idle:
            reader, writer = idle.pop()
            if not (writer.is_closing() or reader.at_eof()):
                return reader, writer, False
        host, port = door.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        return reader, writer, True

    def give_back(self, door: str, reader, writer) -> None:
        self._idle[door].append((reader, writer))


async def ask(doors: Doors, method: str, path: str, body: bytes) -> tuple[int, dict[str, str]]:
    """(status, headers). A connection that the server closed while idle is replaced once, as browsers do."""
    for _ in range(3):
        door = doors.pick()
        try:
            reader, writer, fresh = await doors.connection(door)
        except OSError:
            continue  # that instance is not at its door; a browser's next address is
        try:
            head = f"{method} {path} HTTP/1.1\r\nhost: shop.test\r\ncontent-length: {len(body)}\r\ncontent-type: application/json\r\n\r\n"
            writer.write(head.encode() + body)
            status_line = await reader.readline()
            if not status_line:
                raise ConnectionResetError
            status, headers = int(status_line.split()[1]), {}
            while (line := await reader.readline()) not in (b"\r\n", b""):
                key, _, value = line.decode("latin-1").partition(":")
                headers[key.strip().lower()] = value.strip()
            if "content-length" in headers:
                await reader.readexactly(int(headers["content-length"]))
                doors.give_back(door, reader, writer)
            else:
                writer.close()
            return status, headers
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()
            if fresh:
                return 0, {}
    return 0, {}


async def one(doors: Doors, chance: random.Random, out) -> None:
    kind, method, path, body = wish(chance)
    began, clock = time.time(), time.perf_counter()
    try:
        status, headers = await asyncio.wait_for(ask(doors, method, path, body), TIMEOUT_SECONDS)
    except (asyncio.TimeoutError, OSError):
        status, headers = 0, {}
    row = [round(began, 3), kind, status, round((time.perf_counter() - clock) * 1000, 1)]
    if status == 0 or status >= 500:
        row += [headers.get("x-failed-by", ""), headers.get("x-fault", "0")]
    out.write(json.dumps(row) + "\n")


async def run(work: Path, rate: float, seconds: float, seed: int) -> None:
    doors, chance = Doors(work / "endpoints.json"), random.Random(seed)
    stop = asyncio.Event()
    for how in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(how, stop.set)
    began, due, tasks = time.monotonic(), time.monotonic(), set()
    with open(work / "requests.jsonl", "a", buffering=1) as out:
        while not stop.is_set() and time.monotonic() - began < seconds:
            now = time.monotonic()
            while due <= now:
                task = asyncio.create_task(one(doors, chance, out))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                shape = 1 + SWING * math.sin(2 * math.pi * (due - began) / PERIOD_SECONDS)
                due += chance.expovariate(rate * shape)  # Poisson arrivals, planned ahead of what the shop does
            await asyncio.sleep(max(0.001, min(0.02, due - time.monotonic())))
        if tasks:
            await asyncio.wait(tasks, timeout=TIMEOUT_SECONDS)


@dataclass
class Ledger:
    """What the customers saw."""
    total: int = 0
    failed: int = 0
    failed_by_fault: int = 0
    by_service: dict[str, int] = field(default_factory=dict)
    slow: dict[str, list[float]] = field(default_factory=dict)
    first_fault_at: float | None = None

    @staticmethod
    def read(path: Path, since: float = 0.0, until: float = math.inf) -> "Ledger":
        ledger = Ledger()
        if not path.exists():
            return ledger
        for line in path.read_text().splitlines():
            try:
                at, kind, status, milliseconds, *more = json.loads(line)
            except ValueError:
                continue  # the line being written right now
            if not since <= at < until:
                continue
            ledger.total += 1
            ledger.slow.setdefault(kind, []).append(milliseconds)
            if more:
                ledger.failed += 1
                ledger.by_service[more[0]] = ledger.by_service.get(more[0], 0) + 1
                if more[1] == "1":
                    ledger.failed_by_fault += 1
                    ledger.first_fault_at = ledger.first_fault_at or at
        return ledger

    def quantile_ms(self, kind: str, share: float) -> float | None:
        times = sorted(self.slow.get(kind, []))
        return times[min(len(times) - 1, int(share * len(times)))] if times else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(__file__).resolve().parent / ".work")
    parser.add_argument("--rate", type=float, default=40.0, help="requests per second, on average")
    parser.add_argument("--seconds", type=float, default=math.inf)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    asyncio.run(run(arguments.work.resolve(), arguments.rate, arguments.seconds, arguments.seed))


if __name__ == "__main__":
    main()
