#!/usr/bin/env python3
"""./dev test: every test there is, in stages, each named; what a machine lacks is named as skipped. The last line counts the tests.

Stages: unit (C++), stories, simulation, demo (Python), night (a shortened climbing night with the real shop), peers (the real
senders that Debian, PyPI and npm give), console (Chromium), check.
`--only STAGE` runs one; `--list` lists them."""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
RESULTS = BUILD / "test-results"


class Count:
    passed = failed = skipped = 0
    failures: list[str] = []
    skips: list[str] = []

    def passes(self, n: int = 1) -> None:
        Count.passed += n

    def fails(self, what: str) -> None:
        Count.failed += 1
        Count.failures.append(what)

    def skips_(self, what: str, n: int = 1) -> None:
        Count.skipped += n
        Count.skips.append(what)


count = Count()


def run(command: list, timeout: int, log: str, **options) -> tuple[int, str]:
    """Output goes to a log and, when it fails, its end to the screen."""
    path = RESULTS / f"{log}.log"
    try:
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              timeout=timeout, cwd=ROOT, **options)
        output, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as expired:
        output, code = (expired.stdout or b"").decode(errors="replace") if isinstance(expired.stdout, bytes) else (expired.stdout or ""), 124
        output += f"\nran longer than {timeout} s"
    path.write_text(output)
    if code != 0:
        print("\n".join(output.splitlines()[-40:]))
    return code, output


def programs() -> dict[str, list[str]]:
    """What cmake registered with room_test: name and command."""
    listed = subprocess.run(["ctest", "--show-only=json-v1"], cwd=BUILD, capture_output=True, text=True, check=True).stdout
    return {test["name"]: test["command"] for test in json.loads(listed)["tests"] if test.get("command")}


def unit() -> None:
    """Every program but the stories, each with its gtest report."""
    run_programs("unit", {name: command for name, command in programs().items() if name != "stories"})


def stories() -> None:
    """tests/stories/*.txt, each a test named after its file."""
    run_programs("stories", {name: command for name, command in programs().items() if name == "stories"})


def run_programs(stage: str, commands: dict[str, list[str]]) -> None:
    for name, command in sorted(commands.items()):
        report = RESULTS / f"{name}.xml"
        report.unlink(missing_ok=True)
        began = time.monotonic()
        code, _ = run([*command, f"--gtest_output=xml:{report}", "--gtest_brief=1"], 600, f"{stage}-{name}")
        if not report.exists():
            count.fails(f"{stage} {name}: ended with {code} before it could report")
            continue
        suite = xml.etree.ElementTree.parse(report).getroot()
        bad = [f"{stage} {name}: {case.get('classname')}.{case.get('name')}" for case in suite.iter("testcase") if case.find("failure") is not None]
        skipped = [f"{stage} {name}: {case.get('name')}: {(case.find('skipped').get('message') or '').splitlines()[-1:]}" for case in suite.iter("testcase") if case.find("skipped") is not None]
        total = sum(1 for _ in suite.iter("testcase"))
        count.passes(total - len(bad) - len(skipped))
        for failure in bad:
            count.fails(failure)
        for skip in skipped:
            count.skips_(skip)
        if code != 0 and not bad:
            count.fails(f"{stage} {name}: ended with {code}")
        if stage == "stories":
            print("\n".join(f"  {case.get('name').rpartition('/')[2]}" for case in suite.iter("testcase")))
        print(f"  {name}: {total} tests, {time.monotonic() - began:.1f} s")


def simulation() -> None:
    code, output = run([BUILD / "nightjar_sim", "--seeds", "1-12"], 600, "simulation")
    seeds = len(re.findall(r"^seed \d+ ok", output, re.M))
    count.passes(seeds)
    if code != 0:
        count.fails("simulation: " + "; ".join(re.findall(r"^seed \d+ FAILED.*", output, re.M)[:5] or [f"ended with {code}"]))


def demo() -> None:
    code, output = run([sys.executable, "-m", "unittest", "discover", "-s", "demo/tests", "-t", "demo"], 300, "demo")
    ran = re.search(r"^Ran (\d+) tests?", output, re.M)
    skipped = re.search(r"skipped=(\d+)", output)
    failed = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", output))
    total = int(ran.group(1)) if ran else 0
    left_out = int(skipped.group(1)) if skipped else 0
    count.passes(max(0, total - failed - left_out))
    if left_out:
        count.skips_("demo: see its log", left_out)
    if code != 0 or total == 0:
        count.fails(f"demo: {failed or 'no'} tests failed, ended with {code}")


def night() -> None:
    report = RESULTS / "night.json"
    report.unlink(missing_ok=True)
    code, output = run([sys.executable, "demo/night.py", "--nightjar", BUILD / "nightjar", "--headless", "--short", "--report", report], 900, "night")
    expectations = re.findall(r"^\s*(ok|FAILED|failed)\s+(.*)$", output, re.M)
    for verdict, what in expectations:
        count.passes() if verdict == "ok" else count.fails(f"night: {what}")
    if code != 0 and all(verdict == "ok" for verdict, _ in expectations):
        count.fails(f"night: ended with {code}")
    if code == 0 and not expectations:
        count.fails("night: said nothing about what it expected")


def peers() -> None:
    """Downloads first, so that the time is the play's own."""
    command = [sys.executable, "tools/peers.py", "--in-tests", "--nightjar", BUILD / "nightjar"]
    run([*command, "--prepare"], 600, "peers-prepare")
    code, output = run(command, 90, "peers")
    told = re.findall(r"^(ok|FAILED|skipped) +(.*)$", output, re.M)
    for verdict, what in told:
        if verdict == "ok":
            count.passes()
        elif verdict == "skipped":
            count.skips_(f"peers: {what}")
        else:
            count.fails(f"peers: {what}")
    if code != 0 and all(verdict != "FAILED" for verdict, _ in told) or not told:
        count.fails(f"peers: ended with {code}")


def console() -> None:
    if not shutil.which("chromium"):
        count.skips_("console: no chromium on this machine")
        return
    if not (ROOT / "console" / "node_modules").is_dir():
        run(["npm", "--prefix", "console", "ci", "--no-audit", "--no-fund"], 600, "console-packages")
    run(["npm", "--prefix", "console", "run", "--silent", "build"], 300, "console-build")
    code, output = run(["npm", "--prefix", "console", "run", "--silent", "test"], 400, "console")
    count.passes(sum(int(n) for n in re.findall(r"^(?:#|ℹ) pass (\d+)", output, re.M)))
    failed = sum(int(n) for n in re.findall(r"^(?:#|ℹ) fail (\d+)", output, re.M))
    skipped = sum(int(n) for n in re.findall(r"^(?:#|ℹ) skipped (\d+)", output, re.M))
    if skipped:
        count.skips_("console: see its log", skipped)
    for _ in range(failed):
        count.fails("console: see its log")
    if code != 0 and failed == 0:
        count.fails(f"console: ended with {code}")


def check() -> None:
    code, output = run([sys.executable, "tools/check.py"], 900, "check")
    count.passes(len(re.findall(r"^ok ", output, re.M)))
    named = re.findall(r"^FAILED (.*)", output, re.M)
    for name in named:
        count.fails(f"check: {name}")
    if code != 0 and not named:
        count.fails(f"check: ended with {code}")


STAGES = {"unit": unit, "stories": stories, "simulation": simulation, "demo": demo, "night": night, "peers": peers, "console": console, "check": check}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=STAGES, action="append", help="run this stage only (may be repeated)")
    parser.add_argument("--list", action="store_true", help="list the stages")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(STAGES))
        return 0
    RESULTS.mkdir(parents=True, exist_ok=True)
    for name in arguments.only or STAGES:
        began = time.monotonic()
        print(f"== {name}", flush=True)
        STAGES[name]()
        print(f"== {name}: {time.monotonic() - began:.0f} s", flush=True)
    for skip in Count.skips:
        print(f"skipped: {skip}")
    for failure in Count.failures:
        print(f"FAILED: {failure}")
    print(f"{Count.passed} passed, {Count.failed} failed, {Count.skipped} skipped")
    return 0 if Count.failed == 0 and Count.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
