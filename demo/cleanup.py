#!/usr/bin/env python3
"""The shop team's clean-up: removes label files that were printed long ago. A runbook in the operator's catalogue.

  cleanup.py run   --service shipping --intent ID     keeps the newest 200 labels; once per intent id
  cleanup.py check --service shipping --intent ID     exit 0 it was done; 3 it was not
"""
import argparse
import fcntl
import os
import re
import sys
from pathlib import Path

KEEP = 200
VOLUMES = {"shipping": "labels"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["run", "check"])
    parser.add_argument("--work", type=Path, default=Path(__file__).resolve().parent / ".work")
    parser.add_argument("--service", required=True, choices=sorted(VOLUMES))
    parser.add_argument("--intent", required=True)
    arguments = parser.parse_args()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", arguments.intent):
        parser.error(f"{arguments.intent!r} is not an intent id (letters, digits, . _ -)")
    markers = arguments.work / "deploy" / "clean-ups"
    markers.mkdir(parents=True, exist_ok=True)
    marker = markers / arguments.intent
    if arguments.verb == "check":
        return 0 if marker.exists() else 3
    with open(markers / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if marker.exists():
            print(f"{arguments.intent} was done already; nothing to do")
            return 0
        removed = clean(arguments.work / "volumes" / VOLUMES[arguments.service])
        marker.write_text(f"{removed}\n")
        print(f"removed {removed} old labels, kept the newest {KEEP}")
        return 0


def clean(folder: Path) -> int:
    files = sorted((entry.stat().st_mtime, entry.path) for entry in os.scandir(folder))
    old = [path for _, path in files[:-KEEP]]
    for path in old:
        Path(path).unlink(missing_ok=True)
    return len(old)


if __name__ == "__main__":
    sys.exit(main())
