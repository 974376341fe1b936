"""How things go wrong here, and how the caller is told.

A failure travels up the call chain as an HTTP 5xx. Two headers go with it for the *measurer* only (the load generator): who failed
first, and whether the night's fault did it. No service and no monitoring looks at them.
"""
import logging

import falcon
from opentelemetry import trace
from opentelemetry.trace import Status, StatusCode

log = logging.getLogger("shop")


class ShopFailure(falcon.HTTPError):
    """A request that cannot be served. `answers` is the status that the caller sees."""
    answers = falcon.HTTP_500
    by_fault = False  # true in a release that carries the night's fault

    def __init__(self, message: str, failed_by: str = "", by_fault: bool | None = None):
        super().__init__(self.answers, title=message)
        self.failed_by = failed_by
        if by_fault is not None:
            self.by_fault = by_fault

    def __str__(self) -> str:
        return self.title


class Unavailable(ShopFailure):
    answers = falcon.HTTP_503


class DownstreamFailed(ShopFailure):
    answers = falcon.HTTP_502


def answer(service: str):
    """The error handler of a service: log it, put it on the span, answer 5xx."""
    def handle(request, response, failure, _params) -> None:
        span = trace.get_current_span()
        span.record_exception(failure)
        span.set_status(Status(StatusCode.ERROR, str(failure)))
        if isinstance(failure, ShopFailure):
            response.status, failed_by, by_fault = failure.answers, failure.failed_by or service, failure.by_fault
            log.error("%s %s failed: %s", request.method, request.uri_template or request.path, failure)
        else:
            response.status, failed_by, by_fault = falcon.HTTP_500, service, getattr(failure, "by_fault", False)
            log.exception("%s %s failed: %s", request.method, request.uri_template or request.path, failure)
        response.set_header("x-failed-by", failed_by)
        response.set_header("x-fault", "1" if by_fault else "0")
        response.media = {"error": str(failure)}
    return handle
