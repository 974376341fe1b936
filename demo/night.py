#!/usr/bin/env python3
"""Opens the shop, starts nightjar beside it, and plays one night.

  night.py                                   the climbing-errors night; leaves all running to look around until Ctrl-C
  night.py --headless --report out.json      ends by itself; exit 0 only if what this night expects did hold
  night.py --night slow-statement            another night: see --help

Everything runs on 127.0.0.1, in one work folder, under this process; all of it stops with it.
"""
import argparse
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

DEMO = Path(__file__).resolve().parent
sys.path.insert(0, str(DEMO))

from house import nightjar                                       # noqa: E402
from load import Ledger                                          # noqa: E402
from nights import expectations, scenes, stage as stages         # noqa: E402
from nights.facts import Facts, report                           # noqa: E402
from nights.scenes import Night                                  # noqa: E402
from nights.stage import Stage                                   # noqa: E402
from nights.story import Teller                                  # noqa: E402


def main() -> int:
    arguments = parse()
    night = scenes.choose(arguments.night, arguments.short)
    for how in (signal.SIGINT, signal.SIGTERM):  # explicitly: a shell starts background jobs with SIGINT ignored
        signal.signal(how, signal.default_int_handler)
    teller = Teller()
    missing = [package for package, path in (("supervisor", "/usr/bin/supervisord"), ("prometheus", "/usr/bin/prometheus"), ("git", "/usr/bin/git"),
                                             ("postgresql", "/usr/lib/postgresql")) if not os.path.exists(path)]
    if missing:
        print(f"demo: not installed: {', '.join(missing)}; install with: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 2
    binary = nightjar.find_binary(DEMO.parent, arguments.nightjar)
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    lock = open(work / "lock", "a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"demo: another night runs from {work}; stop it first, or give this one a folder of its own with --work", file=sys.stderr)
        return 2
    try:
        if left := stages.clear(work):
            teller.line(f"stopped {left} processes that an earlier, killed run had left", "soft")
        python = environment(work, teller)
        teller.line(f"tonight: {night.name}. {night.words}")
        stage = stages.build(work, python, binary, arguments.console_port, night.timeline, night.autorestart, lambda words: teller.line(words, "soft"))
    except KeyboardInterrupt:
        print("\nstopped before the night began; nothing is left running", flush=True)
        return 130
    try:
        return play(stage, night, teller, arguments)
    except KeyboardInterrupt:
        return 130
    finally:
        teller.line("stopping everything", "soft")
        stage.strike()


def play(stage: Stage, night: Night, teller: Teller, arguments) -> int:
    addresses(stage, teller)
    facts, line = Facts(), night.timeline
    acts = sorted(night.acts(line), key=lambda act: act.at)
    well_since, killed = None, False
    while True:
        now = time.time() - stage.load_began
        while acts and acts[0].at <= now:
            act = acts.pop(0)
            teller.line(act.words.upper()[0] + act.words[1:], "act")
            act.do(stage)
        facts.refresh(stage)
        teller.tell(facts, stage)
        watch_processes(stage, teller)
        if arguments.headless and night.approve:
            approve_waiting(stage, facts, teller)
        if not acts and over(night, facts):
            well_since = well_since or time.time()
        if arguments.headless and (now > line.latest_end or (well_since and time.time() - well_since >= line.settle)):
            return conclude(stage, night, facts, teller, arguments)
        if not arguments.headless and well_since:
            teller.once("look around", f"The night is over; the shop and nightjar go on. Look around: {stage.api.url} (Ctrl-C stops everything)", "good")
        if arguments.kill_after_start and not killed:
            killed = wait_for_roll_back(stage, 1.0) and kill_and_restart(stage, teller)
        else:
            time.sleep(1.0)


def wait_for_roll_back(stage: Stage, seconds: float) -> bool:
    """Has a roll-back been started? Looks at the deploy tool's own marker, several times a second: it takes only a few."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if any((stage.work / "deploy" / "intents").glob("*.json")):
            return True
        time.sleep(0.05)
    return False


def over(night: Night, facts: Facts) -> bool:
    """Is everything done that this night waits for? The quiet nights last until their end."""
    action = facts.action(night)
    if night.name in ("climbing-errors", "slow-statement", "dead-instance"):
        told = (facts.inbox.get("counts") or {}).get("comments", 0) > 0 or night.name == "dead-instance"
        return action is not None and action["state"] in ("succeeded", "needs_human", "failed") and told
    if night.name == "alert-burst":
        return bool(facts.incidents) and all(one["state"] == "resolved" for one in facts.incidents.values())
    return False


def addresses(stage: Stage, teller: Teller) -> None:
    teller.line(f"console     {stage.api.url}", "good")
    teller.line(f"inbox       http://127.0.0.1:{stage.ports['inbox']}  (what people are told: chat, {'' if stage.tickets else 'tickets, '}mail)", "good")
    if stage.tickets:
        teller.line(f"tickets     {stage.tickets.url}/{stage.tickets.repository}/issues", "good")
    teller.line(f"Prometheus  http://127.0.0.1:{stage.ports['prometheus']}   work folder {stage.work}", "soft")
    teller.line(f"to approve something in the console, be {nightjar.APPROVER}: her token is in {stage.work}/secrets/{nightjar.APPROVER}.token", "soft")


def watch_processes(stage: Stage, teller: Teller) -> None:
    for name in stage.processes.died():
        process = stage.processes.get(name)
        if name.startswith("deploy-"):
            outcome = {0: "finished", 4: "was stopped by a roll-back"}.get(process.returncode, f"failed with {process.returncode}; see {stage.work}/logs/{name}.log")
            teller.once(("deploy", name), f"  the roll-out {name.removeprefix('deploy-')} {outcome}", "soft")
        else:
            teller.once(("died", name, process.pid), f"{name} ended by itself with {process.returncode}; see {stage.work}/logs/{name}.log", "bad")


def kill_and_restart(stage: Stage, teller: Teller) -> bool:
    stage.notes["serve_killed_at"] = time.time()
    stage.processes.kill("nightjar-serve")
    teller.line("nightjar serve is killed (-9) in the middle of the roll-back", "bad")
    time.sleep(3)
    nightjar.start_serve(stage.processes, stage.binary)
    health = stage.api.wait_ready(stage.processes, 60)
    teller.line(f"nightjar serve is back after {time.time() - stage.notes['serve_killed_at']:.1f} s, journal at {health.get('journal_sequence')}", "act")
    return True


def approve_waiting(stage: Stage, facts: Facts, teller: Teller) -> None:
    for action in facts.actions.values():
        if action["state"] == "awaiting_approval" and ("approved", action["id"]) not in stage.notes:
            stage.notes[("approved", action["id"])] = time.time()
            teller.line(f"  ada reads the plan ({action['text']}) and approves it", "act")
            try:
                stage.api.post(f"/api/v1/actions/{action['id']}/approve", {"plan_hash": action["plan_hash"], "reason": "the new statement is the cause"})
            except nightjar.ApiError as error:
                teller.line(f"  nightjar refused the approval: {error}", "bad")


def conclude(stage: Stage, night: Night, facts: Facts, teller: Teller, arguments) -> int:
    """Judges the night, writes the report, says the verdict. Stops nightjar to replay what it recorded."""
    facts.refresh(stage)
    cpu = stage.cpu()
    memory = {name: stage.memory_mb(name) for name in ("nightjar-serve", "nightjar-hand")}
    stage.processes.stop("load")
    ledger = Ledger.read(stage.work / "requests.jsonl")
    draft = report(stage, night, facts, None, cpu, memory, [])
    case = expectations.Case(stage, night, facts, ledger, draft)
    # Looks that ask nightjar come before it is stopped for the replay.
    judged = expectations.judge(case, None, arguments.kill_after_start)[:-1]
    identical, replay_words = replay(stage, teller)
    judged.append(expectations.Judged("the replay of the night is identical", identical is True, replay_words))
    result = report(stage, night, facts, identical, cpu, memory, judged)
    if arguments.report:
        arguments.report.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\n{night.name}: what was expected, and what was seen")
    for one in judged:
        print(f"  {'ok    ' if one.held else 'FAILED'}  {one.words}: {one.seen}")
    held = all(one.held for one in judged)
    print(f"\n{'the night went as it should' if held else 'THE NIGHT DID NOT GO AS IT SHOULD'}: "
          f"{sum(one.held for one in judged)} of {len(judged)} expectations held" + (f"; report in {arguments.report}" if arguments.report else ""), flush=True)
    return 0 if held else 1


def replay(stage: Stage, teller: Teller) -> tuple[bool | None, str]:
    """Replays a copy of the stopped nightjar's data folder with the same binary."""
    teller.line("stopping nightjar to replay what it recorded", "soft")
    stage.processes.stop("nightjar-hand")
    stage.processes.stop("nightjar-serve", wait_seconds=30)
    copy = stage.work / "replayed"
    shutil.copytree(stage.work / "nightjar", copy, ignore=shutil.ignore_patterns("*.sock"))
    try:
        done = subprocess.run([stage.binary, "replay", copy], capture_output=True, text=True, timeout=300, cwd=stage.work)
    except subprocess.TimeoutExpired:
        return False, "the replay did not end within 300 s"
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    words = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode == 0, words[-1] if words else f"exit {done.returncode}"


def environment(work: Path, teller: Teller) -> Path:
    """The virtual environment with the shop's libraries; made once, made again when the requirements change."""
    cache = os.environ.get("NIGHTJAR_CACHE")
    place = Path(cache) / "demo-venv" if cache else work / "venv"
    wanted = (DEMO / "requirements.txt").read_text()
    stamp = place / "requirements.installed"
    if not (stamp.exists() and stamp.read_text() == wanted):
        teller.line("installing the shop's Python libraries (once; about a minute)", "soft")
        shutil.rmtree(place, ignore_errors=True)
        maker = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
        with open(work / "pip.log", "w") as log:
            for command in ([maker, "-m", "venv", str(place)], [str(place / "bin" / "pip"), "install", "--no-input", "-r", str(DEMO / "requirements.txt")]):
                if subprocess.run(command, stdout=log, stderr=log).returncode != 0:
                    raise SystemExit(f"demo: {' '.join(command)} failed; its output is in {work}/pip.log (Debian needs: apt-get install python3-venv)")
        stamp.write_text(wanted)
    return place / "bin" / "python"


def parse() -> argparse.Namespace:
    nights = "\n".join(f"  {night.name:16} {night.words}" for night in scenes.NIGHTS.values())
    parser = argparse.ArgumentParser(description=__doc__ + "\nnights:\n" + nights, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--night", default="climbing-errors", choices=list(scenes.NIGHTS), metavar="NAME")
    parser.add_argument("--headless", action="store_true", help="end by itself; the exit code says whether all went as expected")
    parser.add_argument("--report", type=Path, help="write what happened as JSON (headless)")
    parser.add_argument("--nightjar", metavar="PATH", help="the binary (default: build/release/nightjar)")
    parser.add_argument("--console-port", type=int, help="port of the console and the API (default: a free one)")
    parser.add_argument("--short", action="store_true", help="the climbing-errors night in about four minutes, for tests")
    parser.add_argument("--work", type=Path, default=DEMO / ".work", help="the folder all of it lives in (default: demo/.work)")
    parser.add_argument("--kill-after-start", action="store_true", help="kill -9 nightjar serve right after it started the roll-back, and start it again")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
