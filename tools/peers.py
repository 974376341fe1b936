#!/usr/bin/env python3
"""./dev peers [NAME…]: real senders and receivers against nightjar, item for item.

Each peer is a file in tests/peers/. One line each: ok and what was compared, FAILED and what differs, or skipped and how to get what is missing. Exit code 1 when one
failed. All senders share one nightjar; receivers have one of their own. $NIGHTJAR_PEERS names a folder with peers built by hand (docs/building.md)."""
import argparse
import contextlib
import importlib
import pathlib
import sys
import time
import traceback
from types import GeneratorType

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "peers"))

import caches                                        # noqa: E402
from stand import Differences, Missing, Stand        # noqa: E402

PEERS = ["python_sdk", "node_sdk", "java_sdk", "go_sdk", "collector", "prometheus", "alertmanager", "rsyslog", "gitea"]


class Run:
    """One peer's part of the play: what it sends, and after the windows have closed what people see of it."""

    def __init__(self, name: str):
        self.name, self.module = name, importlib.import_module(name)
        self.differences, self.waiting, self.seconds = Differences(), None, 0.0
        self.outcome = self.words = ""

    def begin(self, stand: Stand, trace: bool) -> None:
        self._carry(lambda: self.module.play(stand, self.differences), trace)

    def go_on(self, trace: bool) -> None:
        waiting, self.waiting = self.waiting, None
        self._carry(lambda: waiting, trace)

    def _carry(self, play, trace: bool) -> None:
        began = time.monotonic()
        try:
            step = play()
            if isinstance(step, GeneratorType):
                next(step)
                self.waiting = step
            else:
                self.words = step
        except StopIteration as over:
            self.words = over.value or ""
        except Missing as missing:
            self.outcome, self.words = "skipped", str(missing)
        except Exception as error:
            if trace:
                traceback.print_exc()
            self.differences.found.append(f"{type(error).__name__}: {error}")
        self.seconds += time.monotonic() - began
        if self.waiting is None and not self.outcome:
            self.outcome = "FAILED" if self.differences.found else "ok"

    def line(self) -> str:
        words = self.words
        if self.outcome == "FAILED":
            found = self.differences.found
            words = "; ".join(found[:3]) + (f"; and {len(found) - 3} more" if len(found) > 3 else "")
        return f"{self.outcome:8} {self.name:14} {words} ({self.seconds:.0f} s)"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(PEERS)} (default: all)")
    parser.add_argument("--nightjar", type=pathlib.Path, default=ROOT / "build" / "release" / "nightjar")
    parser.add_argument("--received", type=pathlib.Path, default=ROOT / "build" / "release" / "tests" / "peers" / "nightjar_received", help="the program that reads the journal")
    parser.add_argument("--in-tests", action="store_true", help="only those that Debian, PyPI and npm give")
    parser.add_argument("--prepare", action="store_true", help="only fetch and build what they need")
    parser.add_argument("--keep", action="store_true", help="leave the work folder to look around; and show where an error came from")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in PEERS]:
        parser.error(f"no peer is called {', '.join(unknown)}; there are: {', '.join(PEERS)}")
    runs = [Run(name) for name in arguments.names or PEERS]
    if arguments.in_tests:
        runs = [run for run in runs if run.module.IN_TESTS]

    if arguments.prepare:
        for run in runs:
            with contextlib.suppress(Missing):
                getattr(run.module, "prepare", lambda: None)()
        return 0

    stand = Stand(arguments.nightjar.resolve(), arguments.received.resolve(), caches.folder())
    try:
        for run in runs:
            run.begin(stand, arguments.keep)
            if run.outcome:
                print(run.line(), flush=True)
        waiting = [run for run in runs if run.waiting]
        if waiting:
            stand.wait_for_windows(time.time())
        for run in waiting:
            run.go_on(arguments.keep)
            print(run.line(), flush=True)
    finally:
        stand.stop(keep=arguments.keep)
    if arguments.keep:
        print(f"all of it is in {stand.work}")
    return 1 if any(run.outcome == "FAILED" for run in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
