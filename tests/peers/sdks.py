"""The SDKs' peers differ only in how their sender is run: each protocol and coding in turn, each as a service of its own, through the same script."""
from pathlib import Path

import script
from stand import Differences, DoorWatch, Stand

# name, protocol, coding
WAYS = [("http", "http/protobuf", ""), ("http-gzip", "http/protobuf", "gzip"), ("grpc", "grpc", ""), ("grpc-gzip", "grpc", "gzip")]


def settings(stand: Stand, protocol: str, coding: str) -> dict[str, str]:
    door = "otlp_grpc" if protocol == "grpc" else "otlp_http"
    chosen = {"OTEL_EXPORTER_OTLP_PROTOCOL": protocol, "OTEL_EXPORTER_OTLP_ENDPOINT": stand.url(door), "OTEL_EXPORTER_OTLP_INSECURE": "true"}
    return {**chosen, "OTEL_EXPORTER_OTLP_COMPRESSION": coding} if coding else chosen


def play(stand: Stand, differences: Differences, language: str, command: list, cwd: Path | None = None, ways=WAYS):
    sent, items = [], 0
    for name, protocol, coding in ways:
        watch = DoorWatch(stand, "otlp_grpc" if protocol == "grpc" else "otlp_http")
        sent.append(script.play(stand, f"{language}-{name}", command, settings(stand, protocol, coding), differences, watch, cwd))
        items += watch.so_far()["items"]
    yield
    for one in sent:
        script.compare_views(stand, one, differences)
    return f"{', '.join(name for name, *_ in ways)}: {items} items, value for value"
