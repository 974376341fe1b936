"""The OpenTelemetry SDK for Python: protobuf over HTTP and gRPC, gzip and plain."""
import caches
import sdks

prepare = caches.python
IN_TESTS = True


def play(stand, differences):
    return (yield from sdks.play(stand, differences, "python", [caches.python(), caches.HERE / "python" / "send.py"]))
