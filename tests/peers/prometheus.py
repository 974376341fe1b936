"""Debian's Prometheus: scrapes a page with known numbers, remote-writes (version 1) and sends its alerts to nightjar. Its own counters say how much it sent."""
import http.server
import re
import threading
import urllib.request

import caches
from stand import WRITE_1, DoorWatch, free_ports

IN_TESTS = True

_CONFIG = """global: {{scrape_interval: 1s, evaluation_interval: 1s, external_labels: {{environment: production}}}}
rule_files: [rules.yml]
scrape_configs:
  - job_name: peer-page
    static_configs: [{{targets: ["127.0.0.1:{page}"], labels: {{instance: page-1}}}}]
alerting: {{alertmanagers: [{{api_version: v2, static_configs: [{{targets: ["127.0.0.1:{http}"]}}]}}]}}
remote_write:
  - url: http://127.0.0.1:{http}/api/v1/write
    queue_config: {{batch_send_deadline: 500ms, max_shards: 1}}
"""
_RULES = """groups:
  - name: peer
    rules:
      - alert: QueueLong
        expr: peer_queue_depth > 5
        labels: {severity: warning, service: peer-page}
        annotations: {summary: "the queue holds {{ $value }}: Grüße, 世界"}
"""
_PAGE = """# TYPE peer_orders_total counter
peer_orders_total{kind="book"} 15
peer_orders_total{kind="Grüße \\"世界\\""} 4
# TYPE peer_queue_depth gauge
peer_queue_depth 7.5
# TYPE peer_load gauge
peer_load{way="up"} +Inf
peer_load{way="none"} NaN
# TYPE peer_size_bytes histogram
peer_size_bytes_bucket{le="5"} 4
peer_size_bytes_bucket{le="+Inf"} 5
peer_size_bytes_sum 110
peer_size_bytes_count 5
"""
_WANTED = {("peer_orders_total", "kind", "book"): 15, ("peer_orders_total", "kind", 'Grüße "世界"'): 4, ("peer_queue_depth", "", ""): 7.5, ("peer_load", "way", "up"): "inf",
           ("peer_load", "way", "none"): "nan", ("peer_size_bytes_bucket", "le", "5"): 4, ("peer_size_bytes_bucket", "le", "+Inf"): 5, ("peer_size_bytes_sum", "", ""): 110,
           ("peer_size_bytes_count", "", ""): 5}


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = _PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


def play(stand, differences):
    program = caches.need("Prometheus", "apt-get install prometheus", "prometheus")
    page = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    folder = stand.work / "prometheus"
    folder.mkdir()
    (folder / "prometheus.yml").write_text(_CONFIG.format(page=page.server_port, **stand.ports))
    (folder / "rules.yml").write_text(_RULES)
    port, = free_ports(1)
    writes, alerts, seen_before = DoorWatch(stand, "remote_write"), DoorWatch(stand, "alertmanager_api"), len(_points(stand))
    stand.processes.start("prometheus", [program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
                                         "--log.level=warn"], cwd=folder)
    try:
        differences.holds("three scrapes and an alert arrived within 30 s",
                          stand.wait_for(lambda: alerts.so_far()["items"] > 0 and len([one for one in _points(stand) if one["name"] == "peer_queue_depth"]) >= 3, 30, 0.5))
    finally:
        page.shutdown()
        page.server_close()
    # The page is gone: stale markers, and after a while the alert is over.
    differences.holds("the end of the alert arrived within 20 s", stand.wait_for(lambda: any(stand.over(alert) for alert in stand.alerts("QueueLong")), 20, 0.5), stand.alerts("QueueLong")[-1:])
    # A last scrape may still be in its queue; what it says it sent and what we took must become the same.
    said = stand.wait_for(lambda: (told := _told(port)) == writes.so_far()["items"] and told, 10, 0.3)
    took = writes.so_far()["items"]
    differences.same("samples Prometheus says it sent, and items the door took", took, said or _told(port))
    stand.processes.stop("prometheus", wait_seconds=10)

    points = _points(stand)[seen_before:]
    writes.nothing_lost(differences, len(points))
    _compare_values(points, differences)
    _compare_alerts(stand, differences, alerts)
    return f"remote write 1: {took} samples; {alerts.so_far()['items']} alerts as to an Alertmanager"


def _told(port: int) -> int:
    """What went out and was answered with success, by Prometheus' own count of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as reply:
        text = reply.read().decode()

    def total(name: str) -> int:
        return sum(int(float(value)) for value in re.findall(rf"^prometheus_remote_storage_{name}\{{[^}}]*\}} (\S+)", text, re.M))
    return total("samples_total") - total("samples_failed_total") - total("samples_pending")


def _points(stand) -> list[dict]:
    return [line for line in stand.received() if line["what"] == "point" and line["encoding"] == WRITE_1]


def _compare_values(points: list[dict], differences) -> None:
    last = {}
    for point in points:
        if point["service"] == "peer-page" and not point["stale"]:
            for key in _WANTED:
                if point["name"] == key[0] and (not key[1] or point["attributes"].get(key[1]) == key[2]):
                    last[key] = point["value"]
                    differences.same(f"{key}: instance", point["instance"], "page-1")
    differences.same("values scraped and received", {str(key): value for key, value in last.items()}, {str(key): value for key, value in _WANTED.items()})
    ended = {point["name"] for point in points if point["stale"]}
    differences.same("series that ended with a stale marker", {key[0] for key in _WANTED} - ended, set())


def _compare_alerts(stand, differences, watch) -> None:
    alerts = stand.alerts("QueueLong")
    watch.nothing_lost(differences, len(alerts))
    if alerts:
        differences.same("the alert", {key: alerts[0][key] for key in ("service", "summary")}, {"service": "peer-page", "summary": "the queue holds 7.5: Grüße, 世界"})
        differences.same("episodes of it", len({(alert["fingerprint"], alert["starts_at"]) for alert in alerts}), 1)
