"""The OpenTelemetry SDK for Java, autoconfigured: protobuf over HTTP and gRPC, gzip and plain. It adds metrics about itself."""
import caches
import sdks

prepare = caches.java
IN_TESTS = False


def play(stand, differences):
    place = caches.java()
    # What nobody asks for here: exporters it would look for, and its own threads' full speed.
    command = ["java", "-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{place}/lib/*", caches.HERE / "java" / "Send.java"]
    return (yield from sdks.play(stand, differences, "java", command))
