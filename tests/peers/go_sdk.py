"""The OpenTelemetry SDK for Go: protobuf over HTTP and gRPC, gzip and plain."""
import caches
import sdks

prepare = caches.go
IN_TESTS = False


def play(stand, differences):
    return (yield from sdks.play(stand, differences, "go", [caches.go()]))
