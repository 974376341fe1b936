"""Processes of the demo: start them, know them again, stop them. Never by name, only by a pid that is provably ours.

Each process we start carries NIGHTJAR_DEMO_WORK=<work folder> in its environment, and so do its children. A run that was killed
leaves processes with that mark; the next run stops exactly those.
"""
import os
import signal
import subprocess
import time
from pathlib import Path

MARK = "NIGHTJAR_DEMO_WORK"


class Processes:
    """Started in order, stopped in the reverse order."""

    def __init__(self, work: Path):
        self.work = work
        self._running: dict[str, subprocess.Popen] = {}

    def environment(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        return {**os.environ, MARK: str(self.work), **(extra or {})}

    def start(self, name: str, command: list[str], cwd: Path | None = None, extra: dict[str, str] | None = None) -> subprocess.Popen:
        log = open(self.work / "logs" / f"{name}.log", "ab")
        # Its own session: Ctrl-C reaches only the runner, which then stops everything in order.
        process = subprocess.Popen([str(word) for word in command], cwd=cwd or self.work, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT, env=self.environment(extra), start_new_session=True)
        log.close()
        self._running[name] = process
        (self.work / "run").mkdir(exist_ok=True)
        (self.work / "run" / f"{name}.pid").write_text(str(process.pid))
        return process

    def get(self, name: str) -> subprocess.Popen | None:
        return self._running.get(name)

    def names(self) -> list[str]:
        return list(self._running)

    def died(self) -> list[str]:
        return [name for name, process in self._running.items() if process.poll() is not None]

    def kill(self, name: str) -> None:
        """kill -9, as a crash would."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def stop(self, name: str, how: int = signal.SIGTERM, wait_seconds: float = 15) -> None:
        process = self._running.pop(name, None)
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(wait_seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        (self.work / "run" / f"{name}.pid").unlink(missing_ok=True)

    def stop_all(self) -> None:
        for name in reversed(list(self._running)):
            # A fast shutdown for PostgreSQL: do not wait for clients.
            self.stop(name, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        stop_leftovers(self.work)


def ours(work: Path) -> list[int]:
    """Pids that carry our mark, this process and its parents excepted."""
    family, pid = set(), os.getpid()
    while pid > 1:
        family.add(pid)
        pid = _parent(pid)
    wanted = f"{MARK}={work}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) in family:
            continue
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue  # gone, or another user's: not ours
    return found


def stop_leftovers(work: Path) -> int:
    """Stops what an earlier run of this very folder left behind. Returns how many there were."""
    first = ours(work)
    for how, patience in ((signal.SIGTERM, 8.0), (signal.SIGKILL, 3.0)):
        for pid in ours(work):
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                pass
        until = time.monotonic() + patience
        while ours(work) and time.monotonic() < until:
            time.sleep(0.2)
    return len(first)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of the children it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0
