"""One HTTP server per instance: the service's routes, /healthz, and /metrics for Prometheus."""
import logging
import os
import signal
import threading
import time

import falcon
from cheroot import wsgi
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from shop import failures
from shop.settings import Settings

requests_total = Counter("http_requests", "Requests answered.", ["method", "route", "code"])
request_seconds = Histogram("http_request_duration_seconds", "How long they took.", ["route"],
                            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5))


class _Measured:
    """Falcon middleware: counts what Prometheus scrapes."""

    def process_request(self, request, _response) -> None:
        request.context.began = time.perf_counter()

    def process_response(self, request, response, _resource, _succeeded) -> None:
        if request.path in ("/metrics", "/healthz"):
            return
        route = request.uri_template or "unknown"
        requests_total.labels(request.method, route, response.status[:3]).inc()
        request_seconds.labels(route).observe(time.perf_counter() - request.context.began)


class _Health:
    """Green as long as the process answers: as shallow as health checks usually are, which is part of the story."""

    def __init__(self, here: Settings):
        self._words = {"status": "ok", "service": here.service, "instance": here.instance, "version": here.version}

    def on_get(self, _request, response) -> None:
        response.media = self._words


class _Metrics:
    def on_get(self, _request, response) -> None:
        response.content_type = CONTENT_TYPE_LATEST
        response.data = generate_latest()


def serve(here: Settings, routes: dict[str, object]) -> None:
    """Answers until SIGTERM, then finishes the requests in hand and sends the last telemetry."""
    app = falcon.App(middleware=[_Measured()])
    app.add_error_handler(Exception, failures.answer(here.service))
    app.add_error_handler(failures.ShopFailure, failures.answer(here.service))
    app.add_route("/healthz", _Health(here))
    app.add_route("/metrics", _Metrics())
    for path, resource in routes.items():
        app.add_route(path, resource)

    server = wsgi.Server(("127.0.0.1", here.port), app, numthreads=12, server_name=here.instance, timeout=75,
                         shutdown_timeout=3)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.stop).start())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the night runner, which stops us in order
    logging.getLogger("shop").info("%s %s listens on port %d", here.instance, here.version, here.port)
    server.start()
    _flush()


def _flush() -> None:
    """Sends what is still in the batches, for at most two seconds: a collector that is gone must not hold up a deploy."""
    from opentelemetry import metrics, trace
    from opentelemetry._logs import get_logger_provider
    providers = (trace.get_tracer_provider(), metrics.get_meter_provider(), get_logger_provider())
    last_words = [threading.Thread(target=provider.shutdown, daemon=True) for provider in providers]
    for one in last_words:
        one.start()
    until = time.monotonic() + 2
    for one in last_words:
        one.join(max(0.0, until - time.monotonic()))
    os._exit(0)  # the exporters' own exit hooks would wait again
