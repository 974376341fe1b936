"""Traces, metrics and logs by the official OpenTelemetry SDK, and Prometheus metrics, for one instance.

Intervals are short (spans and logs 1 s, metrics 5 s): a night lasts minutes here, not hours.
"""
import logging
import os

from shop.settings import Settings


def start(here: Settings) -> None:
    # Read by the instrumentations when they are imported, so it must come before the imports below.
    if here.stable_names:
        os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "http,database"
    os.environ["OTEL_PYTHON_FALCON_EXCLUDED_URLS"] = "healthz,metrics"

    from opentelemetry import metrics, trace
    from opentelemetry._logs import set_logger_provider
    from opentelemetry.instrumentation.falcon import FalconInstrumentor
    from opentelemetry.instrumentation.logging.handler import LoggingHandler
    from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor
    from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({
        "service.name": here.service,
        "service.version": here.version,
        "service.instance.id": here.instance,
        "deployment.environment.name": "production",
    })
    spans, points, lines = _exporters(here)

    traces = TracerProvider(resource=resource)
    traces.add_span_processor(BatchSpanProcessor(spans, schedule_delay_millis=1000))
    trace.set_tracer_provider(traces)

    reader = PeriodicExportingMetricReader(points, export_interval_millis=5000)
    metrics.set_meter_provider(MeterProvider(resource=resource, metric_readers=[reader]))

    logs = LoggerProvider(resource=resource)
    logs.add_log_record_processor(BatchLogRecordProcessor(lines, schedule_delay_millis=1000))
    set_logger_provider(logs)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger().addHandler(LoggingHandler(level=logging.INFO, logger_provider=logs))
    # These speak about their own trouble through the very pipeline that has it.
    for noisy in ("opentelemetry", "urllib3", "grpc"):
        logging.getLogger(noisy).setLevel(logging.ERROR)

    FalconInstrumentor().instrument()
    URLLib3Instrumentor().instrument()
    Psycopg2Instrumentor().instrument()


def _exporters(here: Settings):
    """Some services speak OTLP/gRPC, some OTLP/HTTP, as in a fleet that grew over the years."""
    if here.protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        return tuple(exporter(endpoint=here.otlp_grpc, insecure=True)
                     for exporter in (OTLPSpanExporter, OTLPMetricExporter, OTLPLogExporter))
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    return (OTLPSpanExporter(endpoint=f"{here.otlp_http}/v1/traces", compression=Compression.Gzip),
            OTLPMetricExporter(endpoint=f"{here.otlp_http}/v1/metrics", compression=Compression.Gzip),
            OTLPLogExporter(endpoint=f"{here.otlp_http}/v1/logs", compression=Compression.Gzip))
