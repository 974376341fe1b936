"""The OpenTelemetry Collector between an SDK and nightjar: over gRPC and over HTTP, both with the gzip it uses by itself. It writes fields in another order than the SDKs do, and fills in
empty ones. With the contrib exporter built in also Prometheus remote write 2."""
import socket
import subprocess

import caches
import script
import sdks
from stand import WRITE_2, DoorWatch, free_ports

IN_TESTS = False
HOW = "build one (docs/building.md, Peers) and put otelcol-peer in PATH or in the folder $NIGHTJAR_PEERS"

_CONFIG = """receivers:
  otlp/a: {{protocols: {{grpc: {{endpoint: "127.0.0.1:{a}"}}}}}}
  otlp/b: {{protocols: {{http: {{endpoint: "127.0.0.1:{b}"}}}}}}
processors:
  batch: {{timeout: 200ms, send_batch_size: 512}}
exporters:
  otlp/nightjar: {{endpoint: "127.0.0.1:{otlp_grpc}", tls: {{insecure: true}}}}
  otlphttp/nightjar: {{endpoint: "http://127.0.0.1:{otlp_http}"}}
{more}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
"""
_PIPELINES = """    traces/{name}: {{receivers: [{receiver}], processors: [batch], exporters: [{exporter}]}}
    metrics/{name}: {{receivers: [{receiver}], processors: [batch], exporters: [{exporter}]}}
    logs/{name}: {{receivers: [{receiver}], processors: [batch], exporters: [{exporter}]}}
"""
_WRITE_2 = """  prometheusremotewrite:
    endpoint: "http://127.0.0.1:{http}/api/v1/write"
    protobuf_message: io.prometheus.write.v2.Request
    resource_to_telemetry_conversion: {{enabled: true}}
"""


def play(stand, differences):
    program = caches.need("the OpenTelemetry Collector", HOW, "otelcol-peer", "otelcol")
    writes = "prometheusremotewrite" in subprocess.run([program, "components"], capture_output=True, text=True).stdout.replace("_", "")
    ports = {**stand.ports, **dict(zip("abc", free_ports(3)))}
    text = _CONFIG.format(more=_WRITE_2.format(**ports) if writes else "", **ports)
    text += _PIPELINES.format(name="a", receiver="otlp/a", exporter="otlp/nightjar") + _PIPELINES.format(name="b", receiver="otlp/b", exporter="otlphttp/nightjar")
    if writes:
        text = text.replace("processors:\n", "  otlp/c: {protocols: {http: {endpoint: \"127.0.0.1:%d\"}}}\nprocessors:\n" % ports["c"], 1)
        text += "    metrics/c: {receivers: [otlp/c], processors: [batch], exporters: [prometheusremotewrite]}\n"
    config = stand.work / "collector.yaml"
    config.write_text(text)
    gate = ["--feature-gates=exporter.prometheusremotewritexporter.enableSendingRW2"] if writes else []
    stand.processes.start("collector", [program, "--config", config, *gate])

    python, sent = [caches.python(), caches.HERE / "python" / "send.py"], []
    for name, protocol, port, door in (("grpc", "grpc", ports["a"], "otlp_grpc"), ("http", "http/protobuf", ports["b"], "otlp_http")):
        _wait_open(stand, port)
        watch = DoorWatch(stand, door)
        environment = {**sdks.settings(stand, protocol, ""), "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
        one = script.play(stand, f"collector-{name}", python, environment, differences, None)
        differences.holds(f"{one.service}: all of it arrived within 20 s", stand.wait_for(lambda: script.arrived(stand, one), 20, 0.5))
        script.compare(stand, one, differences, watch)
        sent.append(one)
    words = "gRPC and HTTP with gzip, value for value"
    if writes:
        _compare_write_2(stand, differences, ports["c"])
        words += "; remote write 2"
    stand.processes.stop("collector")
    yield
    for one in sent:
        script.compare_views(stand, one, differences)
    return words if writes else words + " (this Collector has no remote write exporter)"


def _wait_open(stand, port: int) -> None:
    def is_open() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
    if not stand.wait_for(is_open, 20):
        raise RuntimeError(f"the Collector does not listen: {(stand.work / 'logs' / 'collector.log').read_text()[-400:]}")


def _compare_write_2(stand, differences, port: int) -> None:
    """The script's four metrics as Prometheus series: the counter's two, the gauge, and of the histogram _count, _sum and a bucket per bound."""
    _wait_open(stand, port)
    watch = DoorWatch(stand, "remote_write")
    environment = {**sdks.settings(stand, "http/protobuf", ""), "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": stand.url("otlp_http") + "/v1/traces",
                   "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": stand.url("otlp_http") + "/v1/logs", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"http://127.0.0.1:{port}/v1/metrics"}
    one = script.play(stand, "collector-write-2", [caches.python(), caches.HERE / "python" / "send.py"], environment, differences, None)

    def points() -> dict:
        # The exporter makes job and instance of the service's name and id.
        return {(point["name"], point["attributes"].get("kind", ""), point["attributes"].get("le", "")): point
                for point in stand.received() if point["what"] == "point" and point["encoding"] == WRITE_2 and one.service in (point["service"], point["attributes"].get("job"))}
    stand.wait_for(lambda: any(name.endswith("_sum") for name, *_ in points()), 20, 0.5)
    got = points()
    watch.nothing_lost(differences, sum(1 for point in stand.received() if point["what"] == "point" and point["encoding"] == WRITE_2))
    wanted = {("peer_orders_total", "book"): 15, ("peer_orders_total", "film"): 4, ("peer_queue_depth_ratio", ""): 7.5,
              ("peer_payload_size_bytes_count", "book"): 5, ("peer_payload_size_bytes_sum", "book"): 110}
    differences.same("remote write 2: series", {key: got.get((*key, ""), {}).get("value") for key in wanted}, wanted)
    buckets = {le: point["value"] for (name, _, le), point in got.items() if name == "peer_payload_size_bytes_bucket"}
    differences.same("remote write 2: buckets", {le: buckets.get(le) for le in ("5", "75", "100", "+Inf")}, {"5": 4, "75": 4, "100": 5, "+Inf": 5})
