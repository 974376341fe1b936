"""The stand that a peer meets: one real `nightjar serve` on free ports in a temporary folder, and three ways to ask what it got.

  counters()   what /metrics says of each door
  received()   every span, point, line and decision in its journal, decoded by the engine's own code (nightjar_received)
  api          what people see

Processes are started, marked and stopped by the demo's `house.processes`: only ever by a pid that is provably ours.
"""
import hashlib
import json
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "demo"))

from house import own_user                       # noqa: E402
from house.layout import free_ports              # noqa: E402
from house.nightjar import Api                   # noqa: E402
from house.processes import Processes            # noqa: E402

_CONFIG = """data_dir: {work}/data
listen: {{http: "127.0.0.1:{http}", otlp_http: "127.0.0.1:{otlp_http}", otlp_grpc: "127.0.0.1:{otlp_grpc}"{listen}}}
people: [{{name: ada, token_sha256: "{token_sha256}", roles: [operator]}}]
"""
WRITE_1, WRITE_2 = 6, 7   # model/signals.h, Encoding
# A window is ten seconds long, and waits ten more for what comes late.
_WINDOW_AND_LATENESS_S = 20


class Missing(Exception):
    """What this machine lacks for a peer, and how to get it."""


class Differences:
    """What was sent and what was got, item for item. Empty: they agree."""

    def __init__(self):
        self.found: list[str] = []

    def same(self, what: str, got, sent) -> None:
        if got != sent:
            self.found.append(f"{what}: sent {_short(sent)}, got {_short(got)}")

    def holds(self, what: str, held: bool, seen="") -> None:
        if not held:
            self.found.append(f"{what}, but: {_short(seen)}")


def _short(value) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 300 else text[:300] + "…"


class Stand:
    def __init__(self, nightjar: Path, reader: Path, cache: Path, extra_config: str = "", extra_listen: str = ""):
        self.work = Path(tempfile.mkdtemp(prefix="nightjar-peers-"))
        self.nightjar, self.reader, self.cache = nightjar, reader, cache
        self.processes = Processes(self.work)
        (self.work / "logs").mkdir()
        self.ports = dict(zip(("http", "otlp_http", "otlp_grpc"), free_ports(3)))
        token = secrets.token_urlsafe(16)
        self.api = Api(self.ports["http"], token)
        self.config = self.work / "nightjar.yaml"
        self.config.write_text(_CONFIG.format(work=self.work, token_sha256=hashlib.sha256(token.encode()).hexdigest(), listen=extra_listen, **self.ports) + extra_config)
        self.start()

    def start(self) -> None:
        self.processes.start("nightjar-serve", [self.nightjar, "serve", "--config", self.config])
        self.api.wait_ready(self.processes)

    def crash(self) -> None:
        self.processes.kill("nightjar-serve")

    def stop(self, keep: bool = False) -> None:
        self.processes.stop_all()
        own_user.remove_elsewhere(self.work)
        if not keep:
            shutil.rmtree(self.work, ignore_errors=True)

    def url(self, door: str = "http") -> str:
        return f"http://127.0.0.1:{self.ports[door]}"

    # -- what it got

    def counters(self, door: str) -> dict[str, int]:
        """requests, items, rejected_items, refused (all reasons together) of one door."""
        text = _get(self.url() + "/metrics").decode()
        found = dict.fromkeys(("requests", "items", "rejected_items", "refused"), 0)
        for name, labels, value in re.findall(r"^nightjar_door_(\w+)_total\{([^}]*)\} (\S+)", text, re.M):
            if f'door="{door}"' in labels and name in found:
                found[name] += int(float(value))
        return found

    def refused(self, door: str) -> list[str]:
        return [one["text"] for one in self.api.get("/api/v1/refused")["refused"] if one["door"] == door]

    def received(self) -> list[dict]:
        done = subprocess.run([self.reader, self.work / "data"], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"the journal could not be read: {done.stderr.strip()}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def received_of(self, service: str) -> dict[str, list[dict]]:
        """The spans, points and logs of one service."""
        mine = [line for line in self.received() if line.get("service") == service]
        return {what: [line for line in mine if line["what"] == what] for what in ("span", "point", "log")}

    def alerts(self, name: str) -> list[dict]:
        """All that came of an alert, in order; one that is re-sent is there again."""
        return [alert for line in self.received() if "alerts_arrived" in line for alert in line["alerts_arrived"]["alerts"] if alert["name"] == name]

    @staticmethod
    def over(alert: dict) -> bool:
        return 0 < alert.get("ends_at", 0) / 1e9 <= time.time()

    def wait_for(self, look, seconds: float, every: float = 0.2):
        """The first true answer of `look`, or its last one when the time is over."""
        until = time.monotonic() + seconds
        while not (seen := look()) and time.monotonic() < until:
            time.sleep(every)
        return seen

    def wait_for_windows(self, until: float) -> None:
        """Until the windows that hold the moment `until` (unix seconds) are closed and can be read."""
        time.sleep(max(0.0, (until // 10 + 1) * 10 + _WINDOW_AND_LATENESS_S - 10 + 1.5 - time.time()))


class DoorWatch:
    """What came through one door since it was made."""

    def __init__(self, stand: Stand, door: str):
        self._stand, self._door, self._before = stand, door, stand.counters(door)

    def so_far(self) -> dict[str, int]:
        return {name: value - self._before[name] for name, value in self._stand.counters(self._door).items()}

    def nothing_lost(self, differences: Differences, items: int) -> dict[str, int]:
        """The door took exactly `items` and refused nothing."""
        got = self.so_far()
        differences.same(f"items at the door {self._door}", got["items"], items)
        differences.same(f"items the door {self._door} left out", got["rejected_items"], 0)
        differences.holds(f"the door {self._door} refused nothing", got["refused"] == 0, self._stand.refused(self._door)[:2])
        return got


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as reply:
        return reply.read()
