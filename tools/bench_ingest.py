"""./dev bench ingest: what one processor second of the door is worth, beside Prometheus and VictoriaMetrics when they are installed.

The same client sends the same bodies to each server, one server at a time, each with the durability it ships with (nightjar: fsync before the
answer). Items acknowledged are divided by the processor time the server's process took from the first body until it has nothing left to do: for
nightjar that includes scoring every series of every window. Also: the 99th percentile of acknowledgements while so loaded, memory, and
with --work the cost of a point at 10 k to 5 M live series, each scored every ten seconds. Prints a table, writes JSON, ends with 1 when a bar is missed."""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
TICK = os.sysconf("SC_CLK_TCK")
SETTLE_S = 22  # two windows and their lateness: then nightjar has judged what it took


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """One server in a folder of its own, stopped by its own process id."""

    def __init__(self, name: str, command: list[str], ports: dict[str, int], ready: str, folder: pathlib.Path):
        self.name, self.ports, self.folder = name, ports, folder
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, cwd=folder)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{ports['http']}{ready}", timeout=1).read()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"{name} did not start: {(folder / 'log').read_text(errors='replace')[-500:]}")

    def cpu_s(self) -> float:
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory_mib(self, key: str = "VmRSS") -> float:
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1024
        return 0

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def start(name: str, folder: pathlib.Path) -> Server | None:
    """None: not installed."""
    folder.mkdir()
    ports = {"http": free_port(), "otlp_http": free_port(), "otlp_grpc": free_port()}
    if name == "nightjar":
        (folder / "nightjar.yaml").write_text(
            f"data_dir: {folder}/data\nlisten: {{http: 127.0.0.1:{ports['http']}, otlp_http: 127.0.0.1:{ports['otlp_http']}, otlp_grpc: 127.0.0.1:{ports['otlp_grpc']}}}\n"
        )
        return Server(name, [str(BUILD / "nightjar"), "serve", "--config", str(folder / "nightjar.yaml")], ports, "/healthz", folder)
    if name == "Prometheus":
        program = shutil.which("prometheus")
        if program is None:
            return None
        (folder / "prometheus.yml").write_text("{}\n")
        command = [program, f"--config.file={folder}/prometheus.yml", "--web.enable-remote-write-receiver", f"--web.listen-address=127.0.0.1:{ports['http']}",
                   f"--storage.tsdb.path={folder}/data"]
        return Server(name, command, ports, "/-/ready", folder)
    program = shutil.which("victoria-metrics")
    if program is None:
        return None
    return Server(name, [program, f"-httpListenAddr=127.0.0.1:{ports['http']}", f"-storageDataPath={folder}/data"], ports, "/health", folder)


def quiet_after(server: Server) -> None:
    """Until the server has nothing left to do, as far as its use of the processor tells."""
    end = time.time() + (SETTLE_S if server.name == "nightjar" else 5)
    while time.time() < end:
        time.sleep(0.5)
    for _ in range(60):
        before = server.cpu_s()
        time.sleep(1)
        if server.cpu_s() - before < 0.2:
            return


def load(server: Server, kind: str, *arguments: str) -> dict:
    port = server.ports["http" if kind == "remote_write" else "otlp_grpc" if kind.startswith("otlp_grpc") else "otlp_http"]
    program = next(BUILD.rglob("ingest_load"))
    before = server.cpu_s()
    run = subprocess.run([str(program), kind, str(port), *arguments], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"{server.name}: {kind}: {run.stdout} {run.stderr}")
    told = json.loads(run.stdout)
    quiet_after(server)
    told["cpu_s"] = round(server.cpu_s() - before, 2)
    told["items_per_cpu_s"] = round(told["items"] / max(told["cpu_s"], 0.01))
    told["rss_mib"] = round(server.memory_mib())
    told["server"], told["kind"] = server.name, kind
    return told


def card() -> dict:
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    return {"processor": cpu, "cores": os.cpu_count(), "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "load_before": os.getloadavg()[0], "kernel": os.uname().release}


class Bars:
    def __init__(self) -> None:
        self.rows: list[dict] = []

    def check(self, figure: str, value: float, bar: float, at_least: bool = True, unit: str = "") -> None:
        good = value >= bar if at_least else value <= bar
        self.rows.append({"figure": figure, "value": value, "bar": bar, "at_least": at_least, "met": good})
        print(f"{'ok    ' if good else 'MISSED'}  {figure}: {value:,.2f}{unit}  (bar: {'>=' if at_least else '<='} {bar:,.2f}{unit})")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench ingest", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", default="15", help="of load for each row")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "build" / "bench-ingest.json")
    parser.add_argument("--work", action="store_true", help="also the cost of a point by the number of live series (takes many minutes)")
    options = parser.parse_args()
    subprocess.run(["ninja", "-C", str(BUILD), "nightjar", "ingest_load"], check=True, stdout=subprocess.DEVNULL)
    result: dict = {"machine": card(), "rows": [], "work": []}
    print(json.dumps(result["machine"]))
    bars = Bars()
    with tempfile.TemporaryDirectory(prefix="nightjar_bench_") as scratch:
        folder = pathlib.Path(scratch)

        def row(name: str, kind: str, *arguments: str) -> dict | None:
            server = start(name, folder / f"{name}-{kind}-{len(result['rows']) + len(result['work'])}")
            if server is None:
                print(f"skipped {name}: not installed")
                return None
            try:
                idle = server.memory_mib()
                told = load(server, kind, *arguments)
            finally:
                server.stop()
            told["idle_mib"] = round(idle)
            print(f"{name:16} {kind:18} {told['items_per_cpu_s']:>12,} items per CPU-s   p99 {told['p99_ms']:>7.1f} ms   {told['rss_mib']:>6} MiB   refused {told['refused']}, failed {told['failed']}")
            return told

        writes = {}
        for name in ("nightjar", "Prometheus", "VictoriaMetrics"):
            if told := row(name, "remote_write", "--seconds", options.seconds):
                writes[name] = told
                result["rows"].append(told)
        for kind in ("otlp_http_metrics", "otlp_grpc_metrics", "otlp_http_traces", "otlp_grpc_traces"):
            result["rows"].append(row("nightjar", kind, "--seconds", options.seconds))
        if options.work:
            for series in (10_000, 100_000, 1_000_000, 5_000_000):
                told = row("nightjar", "remote_write", "--series", str(series), "--every", "10", "--rounds", "12", "--seconds", "140")
                result["work"].append({"series": series, **told})

        ours = writes["nightjar"]
        for peer, factor in (("Prometheus", 10), ("VictoriaMetrics", 2)):
            if peer in writes:
                bars.check(f"remote write, ratio to {peer}", ours["items_per_cpu_s"] / writes[peer]["items_per_cpu_s"], factor, unit=" x")
        for told in result["rows"]:
            if told["server"] == "nightjar" and told["kind"] != "remote_write":
                bars.check(f"{told['kind']}, items per CPU-s", told["items_per_cpu_s"], 1.0e6 if told["kind"].endswith("traces") else 1.5e6)
        bars.check("acknowledged p99 while so loaded", max(r["p99_ms"] for r in result["rows"] if r["server"] == "nightjar"), 250, False, " ms")
        bars.check("memory, idle", ours["idle_mib"], 60, False, " MiB")
        by_series = {w["series"]: w for w in result["work"]}
        if by_series:
            bars.check("CPU per point at 1 M series against 10 k", by_series[10_000]["items_per_cpu_s"] / by_series[1_000_000]["items_per_cpu_s"], 2, False, " x")
            bars.check("memory with 1 M live series", by_series[1_000_000]["rss_mib"], 2.7 * 1024, False, " MiB")
    result["bars"] = bars.rows
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written: {options.json}")
    return 0 if all(r["met"] for r in bars.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
