"""Plays the script of ../script.py through the OpenTelemetry SDK for Python. OTEL_EXPORTER_OTLP_PROTOCOL chooses the exporters; endpoint, compression and resource come
from the SDK's own variables."""
import json
import os
import sys

from opentelemetry import metrics, trace
from opentelemetry._logs import SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

if os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

MS = 1_000_000
TEXT = "Grüße, 世界"
start = int(os.environ["PEER_START_MS"]) * MS

traces = TracerProvider()
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = traces.get_tracer("peer")
first = None
for n in range(1, 26):
    begins, failed = start + 20 * (n - 1) * MS, n in (5, 10, 15)
    span = tracer.start_span("GET /items/{id}", kind=trace.SpanKind.SERVER, start_time=begins, links=[trace.Link(first.get_span_context())] if n == 25 else [], attributes={
        "http.request.method": "GET", "http.route": "/items/{id}", "url.path": f"/items/{n}", "http.response.status_code": 500 if failed else 200,
        "peer.n": n, "peer.text": TEXT, "peer.ratio": 0.25, "peer.sure": True})
    call = tracer.start_span("SELECT items", trace.set_span_in_context(span), trace.SpanKind.CLIENT, start_time=begins + MS, attributes={
        "db.system.name": "postgresql", "db.namespace": "shop", "db.collection.name": "items", "db.operation.name": "SELECT",
        "db.query.text": "SELECT name FROM items WHERE id = 7", "server.address": "db.peer.test", "server.port": 5432})
    call.end(begins + 6 * MS)
    if failed:
        span.record_exception(KeyError(f"item {n} is gone"), {"exception.message": f"item {n} is gone"}, timestamp=begins + 7 * MS)
        span.set_status(trace.StatusCode.ERROR, "it broke")
    span.end(begins + (10 + n) * MS)
    first = first or span

logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
logger = logs.get_logger("peer")
for n in range(1, 11):
    number, name = (SeverityNumber.ERROR, "ERROR") if n % 2 else (SeverityNumber.INFO, "INFO")
    logger.emit(body=f"order {n} was lost: {TEXT}", severity_number=number, severity_text=name, attributes={"order": n},
                context=trace.set_span_in_context(first if n == 1 else trace.INVALID_SPAN))

meters = MeterProvider(metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())])
meter = meters.get_meter("peer")
orders = meter.create_counter("peer.orders", "{order}")
for amount in range(1, 6):
    orders.add(amount, {"kind": "book"})
orders.add(4, {"kind": "film"})
meter.create_observable_gauge("peer.queue.depth", [lambda _: [metrics.Observation(7.5)]], "1")
sizes = meter.create_histogram("peer.payload.size", "By")
for size in (1, 2, 3, 4, 100):
    sizes.record(size, {"kind": "book"})

for provider in (traces, logs, meters):
    provider.shutdown()
context = first.get_span_context()
print(json.dumps({"trace_id": trace.format_trace_id(context.trace_id), "span_id": trace.format_span_id(context.span_id)}))
sys.stdout.flush()
