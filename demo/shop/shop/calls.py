"""Calling another service: picks an instance, keeps connections, tries the next one when an instance does not answer the door.

Who is there is in `endpoints.json`, which the deploy tool renames into place; a change is seen within 0.2 s.
"""
import json
import threading
import time
from pathlib import Path

import urllib3

from shop.failures import DownstreamFailed, Unavailable

_AVOID_SECONDS = 5.0


class Endpoints:
    """The instances of each service, in turn. Thread-safe."""

    def __init__(self, path: Path):
        self._path = path
        self._lock = threading.Lock()
        self._looked = 0.0
        self._modified = 0
        self._services: dict[str, list[dict]] = {}
        self._turn: dict[str, int] = {}
        self._avoid: dict[str, float] = {}

    def pick(self, service: str) -> list[dict]:
        """Instances to try, in order: round robin, those that lately refused a connection last."""
        now = time.monotonic()
        with self._lock:
            if now - self._looked > 0.2:
                self._looked = now
                self._reload()
            instances = self._services.get(service, [])
            if not instances:
                return []
            turn = self._turn[service] = (self._turn.get(service, -1) + 1) % len(instances)
            inorder = instances[turn:] + instances[:turn]
            return sorted(inorder, key=lambda place: self._avoid.get(place["url"], 0.0) > now)

    def avoid(self, url: str) -> None:
        with self._lock:
            self._avoid[url] = time.monotonic() + _AVOID_SECONDS

    def _reload(self) -> None:
        modified = self._path.stat().st_mtime_ns
        if modified != self._modified:
            self._modified = modified
            self._services = json.loads(self._path.read_text())["services"]


class Calls:
    """`calls.get("catalog", "/products/7")` -> parsed JSON; raises DownstreamFailed with the callee's own words."""

    def __init__(self, work: Path):
        self._endpoints = Endpoints(work / "endpoints.json")
        self._http = urllib3.PoolManager(num_pools=16, maxsize=12, retries=False,
                                         timeout=urllib3.Timeout(connect=0.5, read=4.0))

    def get(self, service: str, path: str):
        return self._call("GET", service, path, None)

    def post(self, service: str, path: str, body):
        return self._call("POST", service, path, json.dumps(body).encode())

    def _call(self, method: str, service: str, path: str, body: bytes | None):
        last = "no instance is registered"
        for place in self._endpoints.pick(service)[:2]:
            try:
                reply = self._http.request(method, place["url"] + path, body=body,
                                           headers={"content-type": "application/json"} if body else None)
            except urllib3.exceptions.HTTPError as error:
                # Nobody at the door, or it closed before answering: the next instance may do. Payments carry the
                # order's id, so asking twice charges once.
                last = f"{place['instance']}: {type(error).__name__}"
                self._endpoints.avoid(place["url"])
                continue
            if reply.status >= 500:
                words = json.loads(reply.data or b"{}").get("error", reply.reason)
                raise DownstreamFailed(f"{service} answered {reply.status}: {words}",
                                       failed_by=reply.headers.get("x-failed-by", service),
                                       by_fault=reply.headers.get("x-fault") == "1")
            return json.loads(reply.data)
        raise Unavailable(f"{service} cannot be reached ({last})", failed_by=service)
