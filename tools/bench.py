#!/usr/bin/env python3
"""./dev bench [speed]: the benchmarks under bench/. ./dev bench ingest: the door, beside Prometheus and VictoriaMetrics (tools/bench_ingest.py). ./dev bench quality SET --data DIR: quality on labelled data; SET: logs (DIR holds one
folder per log system). Where the data is absent it says so and skips."""
import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
QUALITY = {"logs": ("pattern_accuracy", "loghub-2k")}


def main() -> int:
    if sys.argv[1:2] == ["ingest"]:
        return subprocess.run([sys.executable, ROOT / "tools" / "bench_ingest.py", *sys.argv[2:]]).returncode
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", default="speed", choices=["speed", "quality"])
    parser.add_argument("set", nargs="?", choices=sorted(QUALITY))
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    options = parser.parse_args()
    if options.kind == "speed":
        subprocess.run(["ninja", "-C", BUILD, "observe_bench"], check=True, stdout=subprocess.DEVNULL)
        return subprocess.run([next(BUILD.rglob("observe_bench"))]).returncode
    if options.set is None:
        parser.error(f"which set? {', '.join(sorted(QUALITY))}")
    program, folder = QUALITY[options.set]
    data = options.data / folder if (options.data / folder).is_dir() else options.data
    if not data.is_dir():
        print(f"skipped: {options.set}: no data at {data}")
        return 0
    subprocess.run(["ninja", "-C", BUILD, program], check=True, stdout=subprocess.DEVNULL)
    return subprocess.run([next(BUILD.rglob(program)), data]).returncode


if __name__ == "__main__":
    sys.exit(main())
