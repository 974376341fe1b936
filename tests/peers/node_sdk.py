"""The OpenTelemetry SDK for JavaScript: JSON over HTTP in chunks without a length, and gRPC; gzip and plain."""
import caches
import sdks

prepare = caches.node
IN_TESTS = True
WAYS = [(name.replace("http", "http-json"), protocol.replace("protobuf", "json"), coding) for name, protocol, coding in sdks.WAYS]


def play(stand, differences):
    place = caches.node()
    return (yield from sdks.play(stand, differences, "node", ["node", place / "send.mjs"], cwd=place, ways=WAYS))
