#!/usr/bin/env python3
"""./dev fuzz: each decoder of untrusted bytes under libFuzzer with the address and undefined sanitizers. Stops at the first finding and
says where its input is kept; put a fixed one into a unit test."""
import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "fuzz"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="targets; all by default")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    options = parser.parse_args()
    subprocess.run(["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", "-DNIGHTJAR_PRESET=fuzz", "-DNIGHTJAR_TESTS=OFF", "-DNIGHTJAR_FUZZ=ON",
                    "-DNIGHTJAR_CONSOLE=OFF", "-DCMAKE_C_COMPILER=clang-16", "-DCMAKE_CXX_COMPILER=clang++-16"], check=True, stdout=subprocess.DEVNULL)
    known = sorted(path.stem for path in (ROOT / "tests" / "fuzz").glob("*_fuzz.cc"))
    wanted = options.names or known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"no such target: {', '.join(unknown)}; there are: {', '.join(known)}")
    subprocess.run(["ninja", "-C", BUILD, *wanted], check=True)
    for name in wanted:
        program = next(BUILD.rglob(name), None)
        corpus = BUILD / "corpus" / name
        corpus.mkdir(parents=True, exist_ok=True)
        kept = ROOT / "tests" / "fuzz" / "corpus" / name.removesuffix("_fuzz")  # bodies as their senders document them: where to start from
        print(f"== {name}, {options.seconds} s", flush=True)
        done = subprocess.run([program, corpus, *([kept] if kept.exists() else []), f"-max_total_time={options.seconds}", "-rss_limit_mb=2048", "-timeout=10", "-print_final_stats=1", "-verbosity=0"], cwd=BUILD)
        if done.returncode != 0:
            print(f"{name}: a finding; its input is in {BUILD}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
