"""Tells nightjar about pushes and deploys the way GitHub would: signed webhooks, delivered in order, tried again while nobody answers."""
import datetime
import hashlib
import hmac
import json
import queue
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

_PATIENCE_SECONDS = 90  # for a receiver that restarts; GitHub itself would let people press "redeliver"

REPOSITORY = {"id": 1, "name": "shop", "full_name": "shop/shop", "default_branch": "main", "private": False,
              "html_url": "https://git.shop.test/shop/shop"}


def now_text() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def push(commit: dict, before: str) -> dict:
    return {"ref": "refs/heads/main", "before": before, "after": commit["id"], "created": False, "deleted": False, "forced": False,
            "repository": REPOSITORY, "pusher": commit["author"], "sender": {"login": commit["author"]["name"]},
            "head_commit": commit, "commits": [commit]}


def deployment_status(deployment: dict, state: str, words: str) -> dict:
    moment = now_text()
    return {"action": "created", "repository": REPOSITORY, "sender": {"login": deployment["creator"]["login"]}, "deployment": deployment,
            "deployment_status": {"id": time.time_ns() // 1000, "state": state, "environment": deployment["environment"],
                                  "description": words[:140], "creator": deployment["creator"],
                                  "created_at": moment, "updated_at": moment}}


def deployment(commit: str, tag: str, payload: dict, by: str) -> dict:
    moment = now_text()
    return {"id": time.time_ns() // 1000, "sha": commit, "ref": tag, "task": "deploy", "environment": "production",
            "description": f"{payload['service']} {payload['version']}", "creator": {"login": by}, "payload": payload,
            "created_at": moment, "updated_at": moment}


def signature(secret: bytes, body: bytes) -> str:
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


class Announcer:
    """Delivers in its own thread, so that a receiver that is down never delays a deploy. `close` waits for what is still unsent."""

    def __init__(self, url: str, secret_file: Path):
        self._url, self._secret = url, secret_file.read_text().strip().encode()
        self._queue: queue.Queue = queue.Queue()
        self.undelivered: list[str] = []
        self._thread = threading.Thread(target=self._deliver_all, daemon=True)
        self._thread.start()

    def send(self, event: str, payload: dict) -> None:
        self._queue.put((event, str(uuid.uuid4()), json.dumps(payload).encode()))

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _deliver_all(self) -> None:
        while (item := self._queue.get()) is not None:
            if not self._deliver(*item):
                self.undelivered.append(item[0])

    def _deliver(self, event: str, delivery: str, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/demo", "X-GitHub-Event": event,
                   "X-GitHub-Delivery": delivery, "X-Hub-Signature-256": signature(self._secret, body)}
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                with urllib.request.urlopen(urllib.request.Request(self._url, body, headers), timeout=10):
                    return True
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    print(f"webhook {event} was refused: {error.code} {error.read(300).decode(errors='replace')}", flush=True)
                    return False
            except OSError:
                pass  # nobody listens, or it went away in the middle: the same delivery id again
            if time.monotonic() > until:
                print(f"webhook {event} could not be delivered within {_PATIENCE_SECONDS} s", flush=True)
                return False
            time.sleep(1.0)
