#!/usr/bin/env python3
"""The shop team's deploy tool.

  deploy.py release --service S --version V            commit and tag a prepared release, and push it
  deploy.py roll    --service S --to V [--intent ID]   bring all instances to V, one at a time; with an intent: a roll-back, done once
  deploy.py check   --service S --version V --intent ID   was that intent carried out?
  deploy.py status                                     what runs where

Exit: 0 done; 1 failed; 2 wrong usage; 3 (check) not done; 4 stopped by a roll-back; 5 (check) under way, ask again.
"""
import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).resolve().parent
sys.path.insert(0, str(DEMO))

from house import announce                                           # noqa: E402
from house.rollout import DeployFailed, Deployer, Stopped            # noqa: E402

SOAK_SECONDS = 300  # a bake time as teams use: long enough to see most bad releases on the first instance


def main() -> int:
    arguments = parse()
    work = arguments.work.resolve()
    if not (work / "shop.json").exists():
        print(f"deploy: no shop runs from {work}; start one with demo/night.py, or name its folder with --work", file=sys.stderr)
        return 2
    deployer = Deployer(work)
    try:
        return arguments.run(deployer, arguments)
    except Stopped as stopped:
        print(f"deploy: {stopped}", flush=True)
        return 4
    except (DeployFailed, OSError) as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"deploy: {' '.join(map(str, error.cmd))}: {(error.stderr or '').strip()}", file=sys.stderr)
        return 1


def release(deployer: Deployer, arguments) -> int:
    patch = DEMO / "releases" / f"{arguments.service}-{arguments.version}.patch"
    if not patch.exists():
        print(f"deploy: no prepared release {patch.name}; there are: {', '.join(sorted(path.stem for path in patch.parent.glob('*.patch')))}",
              file=sys.stderr)
        return 2
    before = deployer.repository.commit_of("HEAD")
    commit = deployer.repository.release(arguments.service, arguments.version, patch, json.loads(arguments.settings))
    announcer = announce.Announcer(deployer.layout["webhook"], deployer.work / "secrets" / "github")
    announcer.send("push", announce.push(deployer.repository.describe(commit), before))
    announcer.close()
    print(f"{arguments.service}-{arguments.version} is commit {commit}", flush=True)
    return 0


def roll(deployer: Deployer, arguments) -> int:
    say(deployer.roll(arguments.service, arguments.to, arguments.intent, arguments.soak, arguments.by, say))
    return 0


def say(words: str) -> None:
    """Whoever started us may have died and closed the pipe; that must not stop a deploy half way."""
    try:
        print(words, flush=True)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")


def check(deployer: Deployer, arguments) -> int:
    state = deployer.state_of(arguments.service, arguments.version, arguments.intent)
    print(state)
    return {"done": 0, "not_done": 3, "unknown": 5}[state]


def status(deployer: Deployer, _arguments) -> int:
    for service in sorted({slot["service"] for slot in deployer.layout["slots"].values()}):
        print(f"{service:10} {' '.join(deployer.versions(service))}")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=DEMO / ".work", help="the shop's work folder")
    verbs = parser.add_subparsers(required=True, metavar="release|roll|check|status")

    verb = verbs.add_parser("release")
    verb.add_argument("--service", required=True, type=name)
    verb.add_argument("--version", required=True, type=name)
    verb.add_argument("--settings", default="{}", help="release settings, JSON")
    verb.set_defaults(run=release)

    verb = verbs.add_parser("roll")
    verb.add_argument("--service", required=True, type=name)
    verb.add_argument("--to", required=True, type=name)
    verb.add_argument("--intent", type=name, help="the id of the decision that asks for it")
    verb.add_argument("--soak", type=float, default=SOAK_SECONDS, help="seconds between instances (never with --intent)")
    verb.add_argument("--by", default="shop-deploy")
    verb.set_defaults(run=roll)

    verb = verbs.add_parser("check")
    verb.add_argument("--service", required=True, type=name)
    verb.add_argument("--version", required=True, type=name)
    verb.add_argument("--intent", required=True, type=name)
    verb.set_defaults(run=check)

    verbs.add_parser("status").set_defaults(run=status)
    return parser.parse_args()


def name(text: str) -> str:
    """Names go into paths and tags: refuse anything that is not plainly a name."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a name (letters, digits, . _ -)")
    return text


if __name__ == "__main__":
    sys.exit(main())
