"""What every OpenTelemetry SDK is made to send, and how it must arrive. The senders (python/, node/, java/, go/) play this script through
their SDK's ordinary interfaces; each prints nothing but one line of JSON with the ids of its first span.

25 requests: a server span of 10 + i ms every 20 ms, in it a database call of 5 ms; the 5th, 10th and 15th fail with an exception; the last links to the first.
10 log lines, odd ones errors, the first one inside the first span. Two counters, a gauge, a histogram.
"""
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from stand import Differences, DoorWatch, Stand

REQUESTS, LINES = 25, 10
FAILED = (5, 10, 15)
CALL = {"db.system.name": "postgresql", "db.namespace": "shop", "db.collection.name": "items", "db.operation.name": "SELECT",
        "db.query.text": "SELECT name FROM items WHERE id = 7", "server.address": "db.peer.test", "server.port": "5432"}
TEXT = "Grüße, 世界"
SERVER, CLIENT = 2, 3                      # the model's span kinds
GAUGE, COUNTER, HISTOGRAM = 0, 1, 2        # the model's metric kinds
CUMULATIVE = 2
_MS = 1_000_000


@dataclass(frozen=True)
class Sent:
    service: str
    version: str
    instance: str
    start_ms: int            # when the first request began
    first: dict              # trace_id and span_id of it, as the sender knows them
    finished: float          # unix seconds


def play(stand: Stand, name: str, command: list, environment: dict[str, str], differences: Differences, watch: DoorWatch | None, cwd: Path | None = None) -> Sent:
    """Runs a sender and compares what arrived at once. `watch` is None where something stands between sender and door."""
    service, version, instance = f"peer-{name}", f"1.{len(name)}.0", f"{name}-1"
    start_ms = int(time.time() * 1000) - 1500
    known = {"OTEL_SERVICE_NAME": service, "OTEL_RESOURCE_ATTRIBUTES": f"service.version={version},service.instance.id={instance},deployment.environment.name=production",
             "PEER_START_MS": str(start_ms), "OTEL_METRIC_EXPORT_INTERVAL": "600000"}
    done = subprocess.run([str(word) for word in command], env={**os.environ, **known, **environment}, cwd=cwd, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"{name}: the sender ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-800:]}")
    sent = Sent(service, version, instance, start_ms, json.loads(done.stdout.strip().splitlines()[-1]), time.time())
    if watch:
        compare(stand, sent, differences, watch)
    return sent


def arrived(stand: Stand, sent: Sent) -> bool:
    got = stand.received_of(sent.service)
    return len(got["span"]) >= 2 * REQUESTS and len(got["log"]) >= LINES and len(got["point"]) >= 4


def compare(stand: Stand, sent: Sent, differences: Differences, watch: DoorWatch) -> None:
    """Everything in the script, value for value; and that the door's counters count the same items."""
    got = stand.received_of(sent.service)
    watch.nothing_lost(differences, sum(len(items) for items in got.values()))
    for items in got.values():
        for key, value in (("version", sent.version), ("instance", sent.instance), ("environment", "production")):
            differences.same(f"{sent.service}: {key} of its resource", {item[key] for item in items}, {value})
        ours = [item for item in items if item["what"] != "point" or item["name"].startswith("peer.")]
        differences.same(f"{sent.service}: instrumentation scope", {item["scope"] for item in ours}, {"peer"})
    _compare_spans(sent, got["span"], differences)
    _compare_lines(sent, got["log"], differences)
    _compare_points(sent, got["point"], differences)


def _compare_spans(sent: Sent, spans: list[dict], differences: Differences) -> None:
    same = differences.same
    same(f"{sent.service}: spans", len(spans), 2 * REQUESTS)
    servers = {int(span["attributes"]["peer.n"]): span for span in spans if span["kind"] == SERVER}
    clients = {span["parent_span_id"]: span for span in spans if span["kind"] == CLIENT}
    same(f"{sent.service}: requests", sorted(servers), list(range(1, REQUESTS + 1)))
    for n, span in sorted(servers.items()):
        what = f"{sent.service}: request {n}"
        begins = (sent.start_ms + 20 * (n - 1)) * _MS
        same(f"{what}: name and parent", (span["name"], span["parent_span_id"]), ("GET /items/{id}", "0" * 16))
        same(f"{what}: start and end", (span["start_ns"], span["end_ns"]), (begins, begins + (10 + n) * _MS))
        same(f"{what}: failed", span["failed"], n in FAILED)
        same(f"{what}: status message", span["status_message"], "it broke" if n in FAILED else "")
        same(f"{what}: exception", span["exception_message"], f"item {n} is gone" if n in FAILED else "")
        same(f"{what}: has an exception's type", bool(span["exception_type"]), n in FAILED)
        same(f"{what}: links", span["links"], 1 if n == REQUESTS else 0)
        wanted = {"http.request.method": "GET", "http.route": "/items/{id}", "http.response.status_code": "500" if n in FAILED else "200", "url.path": f"/items/{n}", "peer.text": TEXT,
                  "peer.ratio": "0.25", "peer.sure": "true", "peer.n": str(n)}
        same(f"{what}: attributes", {key: span["attributes"].get(key) for key in wanted}, wanted)
        child = clients.get(span["span_id"])
        if child is None:
            differences.found.append(f"{what}: its database call did not arrive")
            continue
        same(f"{what}: the call", {key: child[key] for key in ("name", "trace_id", "failed", "links", "status_message", "exception_type", "exception_message")},
             {"name": "SELECT items", "trace_id": span["trace_id"], "failed": False, "links": 0, "status_message": "", "exception_type": "", "exception_message": ""})
        same(f"{what}: the call's attributes", {key: child["attributes"].get(key) for key in CALL}, CALL)
        differences.holds(f"{what}: the call has an id of its own", child["span_id"] not in ("0" * 16, span["span_id"]), child["span_id"])
        same(f"{what}: the call's times", (child["start_ns"], child["end_ns"]), (begins + _MS, begins + 6 * _MS))
    if 1 in servers:
        same(f"{sent.service}: ids of the first span", {key: servers[1][key] for key in ("trace_id", "span_id")}, sent.first)


def _compare_lines(sent: Sent, lines: list[dict], differences: Differences) -> None:
    same = differences.same
    by_order = {int(line["attributes"]["order"]): line for line in lines if "order" in line["attributes"]}
    same(f"{sent.service}: log lines", sorted(by_order), list(range(1, LINES + 1)))
    for n, line in sorted(by_order.items()):
        same(f"{sent.service}: line {n}", (line["body"], line["severity"]), (f"order {n} was lost: {TEXT}", 17 if n % 2 else 9))
        differences.holds(f"{sent.service}: line {n} has the time it was written", sent.start_ms <= line["time_ns"] / _MS <= sent.finished * 1000, line["time_ns"])
        ids = sent.first if n == 1 else {"trace_id": "0" * 32, "span_id": "0" * 16}
        same(f"{sent.service}: span of line {n}", {key: line[key] for key in ids}, ids)


def _compare_points(sent: Sent, points: list[dict], differences: Differences) -> None:
    """SDKs may add metrics about themselves; ours must be there once each, with these values."""
    ours: dict = {}
    for point in points:
        if point["name"].startswith("peer."):
            ours.setdefault((point["name"], point["attributes"].get("kind", "")), []).append(point)
            differences.holds(f"{sent.service}: {point['name']} has the time it was read", sent.start_ms <= point["time_ns"] / _MS <= sent.finished * 1000, point["time_ns"])
            differences.same(f"{sent.service}: {point['name']} goes on", point["stale"], False)
    values = {key: [(one["kind"], one["temporality"], one["unit"], one["value"]) for one in group] for key, group in ours.items() if key[0] != "peer.payload.size"}
    differences.same(f"{sent.service}: counters and gauge", values, {
        ("peer.orders", "book"): [(COUNTER, CUMULATIVE, "{order}", 15)], ("peer.orders", "film"): [(COUNTER, CUMULATIVE, "{order}", 4)], ("peer.queue.depth", ""): [(GAUGE, 0, "1", 7.5)]})
    sizes = ours.get(("peer.payload.size", "book"), [])
    differences.same(f"{sent.service}: histogram", [(one["kind"], one["unit"], one["temporality"], one["count"], one["sum"], sum(one["counts"])) for one in sizes],
                     [(HISTOGRAM, "By", CUMULATIVE, 5, 110, 5)])
    if sizes:
        # The SDKs' default bounds begin 0, 5, 10, 25, 50, 75, 100: four values up to 5, one up to 100.
        bounds, counts = sizes[0]["bounds"], sizes[0]["counts"]
        upper = {("inf" if n == len(bounds) else bounds[n]): count for n, count in enumerate(counts) if count}
        differences.same(f"{sent.service}: buckets", upper, {5: 4, 100: 1})


def compare_views(stand: Stand, sent: Sent, differences: Differences) -> None:
    """What people see, after the windows have closed."""
    same = differences.same
    listed = {one["name"]: one for one in stand.api.get("/api/v1/services")["services"]}
    if sent.service not in listed:
        differences.found.append(f"{sent.service} is not in /api/v1/services: {sorted(listed)}")
        return
    same(f"{sent.service}: versions shown", listed[sent.service]["versions"], [sent.version])
    shown = stand.api.get(f"/api/v1/services/{sent.service}?from={_rfc3339(sent.start_ms / 1000 - 60)}")
    same(f"{sent.service}: instances shown", [(one["instance"], one["version"]) for one in shown["instances"]], [(sent.instance, sent.version)])
    same(f"{sent.service}: requests shown", _total(shown, "requests"), REQUESTS)
    same(f"{sent.service}: errors shown", _total(shown, "errors"), len(FAILED))
    same(f"{sent.service}: endpoints shown", [one["operation"] for one in shown["operations"]], ["GET /items/{id}"])
    same(f"{sent.service}: statements shown", [(one["table"], one["mean_ms"]) for one in shown["statements"]], [("items", 5)])
    same(f"{sent.service}: callees shown", [(one["callee"], one["kind"]) for one in shown["dependencies"]], [("postgresql shop", "database")])
    # A span's exception is a pattern of its own kind beside those of the lines.
    counts = {True: 0, False: 0}
    for one in shown["log_patterns"]:
        counts[one["text"].startswith("exception ")] += one["count"]
    same(f"{sent.service}: exceptions and log lines shown", (counts[True], counts[False]), (len(FAILED), LINES))


def _total(shown: dict, measure: str) -> int:
    """A chart draws a rate; rate times width, added up, is the count again."""
    points = next(one["points"] for one in shown["series"] if one["measure"] == measure and not one["version"])
    width = (points[1][0] - points[0][0]) / 1000 if len(points) > 1 else 10
    return round(sum((value or 0) * width for _, value in points))


def _rfc3339(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
