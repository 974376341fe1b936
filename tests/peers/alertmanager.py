"""Debian's Alertmanager: alerts go to it as from a Prometheus, and its webhook (version 4) brings them here, first firing, then resolved."""
import json
import re
import time
import urllib.request

import caches
from stand import DoorWatch, free_ports

IN_TESTS = True

_CONFIG = """route: {{receiver: nightjar, group_by: [alertname], group_wait: 500ms, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: nightjar
    webhook_configs: [{{url: "http://127.0.0.1:{http}/api/v1/webhooks/alertmanager", send_resolved: true}}]
"""


def play(stand, differences):
    program = caches.need("Alertmanager", "apt-get install prometheus-alertmanager", "prometheus-alertmanager", "alertmanager")
    folder = stand.work / "alertmanager"
    folder.mkdir()
    (folder / "alertmanager.yml").write_text(_CONFIG.format(**stand.ports))
    port, = free_ports(1)
    watch = DoorWatch(stand, "alertmanager_webhook")
    stand.processes.start("alertmanager", [program, f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
                                           "--cluster.listen-address=", "--log.level=warn"], cwd=folder)
    url = f"http://127.0.0.1:{port}"
    if not stand.wait_for(lambda: _answers(url), 20):
        raise RuntimeError(f"it does not answer: {(stand.work / 'logs' / 'alertmanager.log').read_text()[-400:]}")
    began = time.time() - 5
    names = [f"basket-{n}" for n in range(1, 4)]
    _post(url, [_alert(name, began) for name in names])
    differences.holds("three firing alerts arrived within 15 s", stand.wait_for(lambda: len(stand.alerts("BasketLeaks")) >= 3, 15, 0.3), f"{len(stand.alerts('BasketLeaks'))}")
    over = time.time() - 1
    _post(url, [{**_alert(name, began), "endsAt": _when(over)} for name in names[:2]])
    differences.holds("two of them ended within 15 s", stand.wait_for(lambda: len(_ended(stand)) >= 2, 15, 0.3), f"{len(_ended(stand))}")

    alerts = stand.alerts("BasketLeaks")
    watch.nothing_lost(differences, len(alerts))
    differences.same("webhook calls it counts, and requests the door took", watch.so_far()["requests"], _told(url))
    differences.same("instances", sorted({alert["instance"] for alert in alerts}), names)
    differences.same("ended", sorted({alert["instance"] for alert in _ended(stand)}), names[:2])
    differences.same("service and summary", {(alert["service"], alert["summary"]) for alert in alerts}, {("peer-baskets", "a basket leaks: Grüße, 世界")})
    differences.same("when they began", {round(alert["starts_at"] / 1e9) for alert in alerts}, {round(began)})
    differences.same("one fingerprint each", len({alert["fingerprint"] for alert in alerts}), 3)
    stand.processes.stop("alertmanager", wait_seconds=10)
    return f"webhook version 4: {len(alerts)} alerts, 2 of 3 ended"


def _alert(instance: str, began: float) -> dict:
    return {"labels": {"alertname": "BasketLeaks", "service": "peer-baskets", "instance": instance, "severity": "warning"},
            "annotations": {"summary": "a basket leaks: Grüße, 世界"}, "startsAt": _when(began), "generatorURL": "http://prometheus.peer.test/graph"}


def _when(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03d}Z"


def _ended(stand) -> list[dict]:
    return [alert for alert in stand.alerts("BasketLeaks") if stand.over(alert)]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False


def _post(url: str, alerts: list[dict]) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{url}/api/v2/alerts", json.dumps(alerts).encode(), {"Content-Type": "application/json"}), timeout=5).close()


def _told(url: str) -> int:
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as reply:
        return int(float(re.search(r'^alertmanager_notifications_total\{integration="webhook"[^}]*\} (\S+)', reply.read().decode(), re.M)[1]))
