"""A real Prometheus: scrapes the shop, remote-writes to nightjar, sends its alerts to nightjar as if to an Alertmanager.

The rules are the usual ones people have. They are the yardstick too: `first_fired` tells when they would have woken somebody.
"""
import json
import time
import urllib.parse
import urllib.request
from pathlib import Path

from house.processes import Processes

_CONFIG = """global:
  scrape_interval: 5s
  evaluation_interval: 5s
  external_labels: {{environment: production, cluster: shop}}
rule_files: [rules.yml]
scrape_configs:
  - job_name: shop
    file_sd_configs: [{{files: [targets.json], refresh_interval: 5s}}]
alerting:
  alertmanagers:
    - api_version: v2
      static_configs: [{{targets: ["127.0.0.1:{nightjar}"]}}]
remote_write:
  - url: http://127.0.0.1:{nightjar}/api/v1/write
    queue_config: {{batch_send_deadline: 2s, max_shards: 2}}
"""

RULES = """groups:
  - name: usual
    rules:
      - alert: HighErrorRatio
        expr: sum by (job) (rate(http_requests_total{code=~"5.."}[1m])) / sum by (job) (rate(http_requests_total[1m])) > 0.05
        for: 5m
        labels: {severity: critical, service: "{{ $labels.job }}"}
        annotations: {summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests"}
      - alert: SlowRequests
        expr: histogram_quantile(0.95, sum by (job, le) (rate(http_request_duration_seconds_bucket[1m]))) > 0.25
        for: 5m
        labels: {severity: warning, service: "{{ $labels.job }}"}
        annotations: {summary: "{{ $labels.job }} answers its slowest twentieth in {{ $value | humanizeDuration }}"}
      - alert: InstanceDown
        expr: up == 0
        for: 1m
        labels: {severity: critical, service: "{{ $labels.job }}"}
        annotations: {summary: "{{ $labels.instance }} cannot be scraped"}
      - alert: VolumeNearlyFull
        expr: shop_volume_used_bytes / shop_volume_size_bytes > 0.9
        for: 1m
        labels: {severity: warning, service: "{{ $labels.job }}"}
        annotations: {summary: "volume {{ $labels.volume }} of {{ $labels.job }} is {{ $value | humanizePercentage }} full"}
"""


def start(processes: Processes, port: int, nightjar_port: int) -> None:
    folder = processes.work / "prometheus"
    folder.mkdir(exist_ok=True)
    (folder / "prometheus.yml").write_text(_CONFIG.format(nightjar=nightjar_port))
    (folder / "rules.yml").write_text(RULES)
    processes.start("prometheus", ["/usr/bin/prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                                   f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=1d",
                                   "--log.level=warn"], cwd=folder)


def query(port: int, expression: str) -> list[dict]:
    url = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(url, timeout=5) as reply:
        return json.load(reply)["data"]["result"]


def first_fired(port: int, service: str, began: float) -> float | None:
    """When one of Prometheus' own rules for this service first fired since `began` (unix seconds), or None."""
    until = time.time()
    parameters = {"query": f'ALERTS{{alertstate="firing",job="{service}"}}', "start": f"{began:.0f}", "end": f"{until:.0f}", "step": "5"}
    url = f"http://127.0.0.1:{port}/api/v1/query_range?" + urllib.parse.urlencode(parameters)
    with urllib.request.urlopen(url, timeout=10) as reply:
        series = json.load(reply)["data"]["result"]
    times = [float(point[0]) for one in series for point in one["values"]]
    return min(times, default=None)


def write_targets(work: Path, slots: list[dict]) -> None:
    """Tells Prometheus whom to scrape. Renamed into place: it watches the folder."""
    folder = work / "prometheus"
    folder.mkdir(exist_ok=True)
    targets = [{"targets": [f"127.0.0.1:{slot['port']}"], "labels": {"job": slot["service"], "instance": slot["instance"]}} for slot in slots]
    fresh = folder / "targets.json.new"
    fresh.write_text(json.dumps(targets, indent=1))
    fresh.rename(folder / "targets.json")
