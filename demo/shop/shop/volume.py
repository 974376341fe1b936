"""A folder with a quota, standing for a small volume: real files, and a real ENOSPC when it is full. Exports its fill for Prometheus and OTLP."""
import errno
import os
import threading
import time
from pathlib import Path

from opentelemetry import metrics
from prometheus_client import Gauge

from shop.failures import ShopFailure

SIZE_BYTES = 96 * 1024 * 1024
LOOK_EVERY_SECONDS = 2.0  # others delete files here too: what is used is looked up, and writes since then are added

used_bytes = Gauge("shop_volume_used_bytes", "Bytes in use on the volume.", ["volume"])
size_bytes = Gauge("shop_volume_size_bytes", "Size of the volume.", ["volume"])


class VolumeFull(ShopFailure):
    by_fault = True  # never on a night that is not about the volume


class Volume:
    def __init__(self, folder: Path):
        self._folder, self._lock, self._looked, self._used = folder, threading.Lock(), 0.0, 0
        folder.mkdir(parents=True, exist_ok=True)
        used_bytes.labels(folder.name).set_function(self.used)
        size_bytes.labels(folder.name).set(SIZE_BYTES)
        meter = metrics.get_meter("shop.volume")
        attributes = {"volume": folder.name}
        meter.create_observable_gauge("shop.volume.used_bytes", unit="By",
                                      callbacks=[lambda _: [metrics.Observation(self.used(), attributes)]])
        meter.create_observable_gauge("shop.volume.size_bytes", unit="By",
                                      callbacks=[lambda _: [metrics.Observation(SIZE_BYTES, attributes)]])

    def used(self) -> int:
        with self._lock:
            return self._look()

    def write(self, name: str, content: bytes) -> None:
        with self._lock:
            if self._look() + len(content) > SIZE_BYTES:
                raise VolumeFull(f"cannot write {name}: {os.strerror(errno.ENOSPC)} ({self._folder.name})")
            (self._folder / name).write_bytes(content)
            self._used += len(content)

    def keep_newest(self, count: int) -> None:
        """Removes older files when there are clearly more: sorting a folder for each new file would cost more than the file."""
        with self._lock:
            files = list(os.scandir(self._folder))
            if len(files) <= count + 50:
                return
            for entry in sorted(files, key=lambda entry: entry.stat().st_mtime)[:-count]:
                Path(entry.path).unlink(missing_ok=True)
            self._looked = 0.0

    def _look(self) -> int:
        if time.monotonic() - self._looked > LOOK_EVERY_SECONDS:
            self._looked = time.monotonic()
            self._used = 0
            for entry in os.scandir(self._folder):
                try:
                    self._used += entry.stat().st_size
                except FileNotFoundError:
                    pass  # printed and removed while we looked
        return self._used
