"""A folder with a quota, standing for a small volume: real files, and a real ENOSPC when it is full. Exports its fill for Prometheus and OTLP."""
import errno
import os
import threading
from collections import deque
from pathlib import Path

from opentelemetry import metrics
from prometheus_client import Gauge

from shop.failures import ShopFailure

SIZE_BYTES = 96 * 1024 * 1024

used_bytes = Gauge("shop_volume_used_bytes", "Bytes in use on the volume.", ["volume"])
size_bytes = Gauge("shop_volume_size_bytes", "Size of the volume.", ["volume"])


class VolumeFull(ShopFailure):
    by_fault = True  # never on a night that is not about the volume


class Volume:
    def __init__(self, folder: Path):
        self._folder, self._lock = folder, threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        # Oldest first; a restart takes over what lies there.
        self._files = deque(sorted((entry.stat().st_mtime, entry.name, entry.stat().st_size) for entry in folder.iterdir()))
        self._used = sum(size for _, _, size in self._files)
        used_bytes.labels(folder.name).set_function(lambda: self._used)
        size_bytes.labels(folder.name).set(SIZE_BYTES)
        meter = metrics.get_meter("shop.volume")
        attributes = {"volume": folder.name}
        meter.create_observable_gauge("shop.volume.used", unit="By",
                                      callbacks=[lambda _: [metrics.Observation(self._used, attributes)]])
        meter.create_observable_gauge("shop.volume.size", unit="By",
                                      callbacks=[lambda _: [metrics.Observation(SIZE_BYTES, attributes)]])

    def write(self, name: str, content: bytes) -> None:
        with self._lock:
            if self._used + len(content) > SIZE_BYTES:
                raise VolumeFull(f"cannot write {name}: {os.strerror(errno.ENOSPC)} ({self._folder.name})")
            (self._folder / name).write_bytes(content)
            self._files.append((0.0, name, len(content)))
            self._used += len(content)

    def keep_newest(self, count: int) -> None:
        with self._lock:
            while len(self._files) > count:
                _, name, size = self._files.popleft()
                (self._folder / name).unlink(missing_ok=True)
                self._used -= size
