"""nightjar as its operators run it here: the two configuration files, the two processes, and a small client of its API."""
import hashlib
import json
import os
import secrets
import time
import urllib.error
import urllib.request
from pathlib import Path

from house import layout
from house.processes import Processes

APPROVER = "ada"
REPOSITORY = "shop/shop"

_CONFIG = """# Written by the demo for one night. Everything listens on 127.0.0.1.
data_dir: {work}/nightjar
listen: {{http: "127.0.0.1:{http}", otlp_http: "127.0.0.1:{otlp_http}", otlp_grpc: "127.0.0.1:{otlp_grpc}"}}
public_url: http://127.0.0.1:{http}
lanes: 2
environment: production
people:
  - {{name: {approver}, token_sha256: "{token_sha256}", roles: [operator]}}
doors:
  github: {{secret_file: {work}/secrets/github}}
services:
  - {{name: gateway, owner: web, tier: 1.0, repository: {repository}}}
  - {{name: catalog, owner: products, tier: 0.5, repository: {repository}}}
  - {{name: search, owner: products, tier: 0.5, repository: {repository}}}
  - {{name: cart, owner: checkout, tier: 0.75, repository: {repository}}}
  - {{name: orders, owner: checkout, tier: 0.75, repository: {repository}}}
  - {{name: payment, owner: payments, tier: 0.75, repository: {repository}}}
  - {{name: shipping, owner: logistics, tier: 0.5, repository: {repository}}}
slos:
  - {{name: checkout, service: gateway, objective: 0.99, window: 30d}}
destinations:
  - {{name: oncall, kind: slack, url: "http://127.0.0.1:{inbox}/api", channel: "#oncall", token_file: {work}/secrets/slack, allow_private: true}}
  - {{name: mail, kind: email, smtp: "127.0.0.1:{smtp}", from: nightjar@shop.test, to: [oncall@shop.test], allow_private: true}}
  - {{name: tickets, kind: github_issues, url: "{tickets}", repository: {repository}, token_file: {work}/secrets/github-token, allow_private: true}}
routes:
  - {{services: ["*"], notify: [oncall], tickets: tickets, approver: {approver}}}
hand:
  socket: {work}/nightjar/hand/hand.sock
  catalogue: {work}/catalogue.yaml
  budget: {{actions_per_15m: 3}}
policies:
  - name: roll-back-bad-release
    effect: permit
    actions: [rollback]
    services: [{automatic}]
    when: {{verdict: harmful, e_value_at_least: 1000, confidence_at_least: 0.8, times_second_at_least: 4, blast_score_at_most: 45}}
    approvals: {{auto_if: {{design: concurrent_control, blast_score_at_most: 30}}, count: 1, ttl: 15m}}
    verify: {{window: {verify_window}, max: {verify_max}}}
    cooldown: 20m
  # The catalogue's owners want to look first: their database does not forget what a release did to it.
  - name: roll-back-catalog-with-approval
    effect: permit
    actions: [rollback]
    services: [catalog]
    when: {{verdict: harmful, e_value_at_least: 1000, confidence_at_least: 0.8, times_second_at_least: 4, blast_score_at_most: 45}}
    approvals: {{count: 1, ttl: 15m}}
    verify: {{window: {verify_window}, max: {verify_max}}}
    cooldown: 20m
  - name: restart-a-silent-instance
    effect: permit
    actions: [restart]
    services: ["*"]
    when: {{verdict: any, e_value_at_least: 1, confidence_at_least: 0.5, times_second_at_least: 1, blast_score_at_most: 45}}
    approvals: {{auto_if: {{design: any, blast_score_at_most: 30}}, count: 1, ttl: 15m}}
    verify: {{window: {verify_window}, max: {verify_max}}}
    cooldown: 20m
  - name: clean-up-before-it-is-full
    effect: permit
    actions: [script]
    services: [shipping]
    when: {{verdict: any, e_value_at_least: 1, confidence_at_least: 0.5, times_second_at_least: 1, blast_score_at_most: 45}}
    approvals: {{auto_if: {{design: any, blast_score_at_most: 40}}, count: 1, ttl: 15m}}
    verify: {{window: {verify_window}, max: {verify_max}}}
    cooldown: 20m
"""

_CATALOGUE = """# What the hand may do here, and how. Read by `nightjar hand` only.
runbooks:
  - name: rollback
    actuator: script
    argv: ["{python}", "{deploy}", "--work", "{work}", "roll", "--service", "{{service}}", "--to", "{{to_version}}", "--intent", "{{action_id}}", "--by", "nightjar"]
    arguments: {{service: {{type: name}}, to_version: {{type: version}}}}
    check: ["{python}", "{deploy}", "--work", "{work}", "check", "--service", "{{service}}", "--version", "{{to_version}}", "--intent", "{{action_id}}"]
    environment: {{NIGHTJAR_DEMO_WORK: "{work}"}}
    undo: "deploy the newer version again"
    undo_by: rollback
    timeout: 5m
  - name: restart
    actuator: supervisor
    url: "{supervisor}"
    program: "{{instance}}"
    arguments: {{instance: {{type: name}}}}
  - name: clean-up
    actuator: script
    argv: ["{python}", "{cleanup}", "run", "--work", "{work}", "--service", "{{service}}", "--intent", "{{action_id}}"]
    arguments: {{service: {{type: name}}}}
    check: ["{python}", "{cleanup}", "check", "--work", "{work}", "--service", "{{service}}", "--intent", "{{action_id}}"]
    undo: "none: labels older than the newest 200 were printed long ago"
    timeout: 1m
"""


def write_secrets(work: Path) -> None:
    folder = work / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in ("github", "slack", "github-token", f"{APPROVER}.token"):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))


def token(work: Path) -> str:
    return (work / "secrets" / f"{APPROVER}.token").read_text()


def write_config(work: Path, ports: dict[str, int], tools: Path, python: str, shop: dict, verify: tuple[str, str], tickets: str | None) -> None:
    """`tickets`: where the issues' API is; None: the inbox."""
    automatic = ", ".join(plan.name for plan in layout.SERVICES if plan.name != "catalog")
    (work / "nightjar.yaml").write_text(_CONFIG.format(
        work=work, approver=APPROVER, token_sha256=hashlib.sha256(token(work).encode()).hexdigest(), repository=REPOSITORY,
        automatic=automatic, tickets=tickets or f"http://127.0.0.1:{ports['inbox']}", verify_window=verify[0], verify_max=verify[1], **{key: ports[key] for key in ("http", "otlp_http", "otlp_grpc", "inbox", "smtp")}))
    (work / "catalogue.yaml").write_text(_CATALOGUE.format(python=python, deploy=tools / "deploy.py", cleanup=tools / "cleanup.py", work=work, supervisor=shop["supervisor"]))


def start_serve(processes: Processes, binary: Path) -> None:
    processes.start("nightjar-serve", [binary, "serve", "--config", processes.work / "nightjar.yaml"])


def start_hand(processes: Processes, binary: Path) -> None:
    processes.start("nightjar-hand", [binary, "hand", "--config", processes.work / "nightjar.yaml"])


def find_binary(root: Path, named: str | None) -> Path:
    """The one given, else the release build, else the newest other build."""
    if named:
        path = Path(named).resolve()
        if not os.access(path, os.X_OK):
            raise SystemExit(f"demo: {path} is not an executable; build it with ./dev build")
        return path
    release = root / "build" / "release" / "nightjar"
    if release.exists():
        return release
    found = sorted((path for path in root.glob("build/*/nightjar") if path.is_file() and os.access(path, os.X_OK)), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SystemExit("demo: there is no nightjar in build/; build it with ./dev build, or name one with --nightjar PATH")
    return found[-1]


class Api:
    """GET routes return parsed JSON, or None while nobody answers. Posts raise ApiError with nightjar's own words."""

    def __init__(self, port: int, bearer: str):
        self.url = f"http://127.0.0.1:{port}"
        self._bearer = bearer

    def get(self, path: str, timeout: float = 5.0) -> dict | None:
        try:
            with urllib.request.urlopen(self.url + path, timeout=timeout) as reply:
                return json.load(reply)
        except (OSError, ValueError):
            return None

    def post(self, path: str, body) -> dict:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(),
                                         {"Content-Type": "application/json", "Authorization": f"Bearer {self._bearer}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                raw = reply.read()
                return json.loads(raw) if raw else {}
        except urllib.error.HTTPError as error:
            raise ApiError(f"{path}: {error.code} {error.read(400).decode(errors='replace')}") from None
        except OSError as error:
            raise ApiError(f"{path}: {error}") from None

    def wait_ready(self, processes: Processes, seconds: float = 30) -> dict:
        until = time.monotonic() + seconds
        while True:
            health = self.get("/healthz", timeout=2)
            if health:
                return health
            serve = processes.get("nightjar-serve")
            if time.monotonic() > until or serve is None or serve.poll() is not None:
                log = processes.work / "logs" / "nightjar-serve.log"
                last = log.read_text(errors="replace").strip().splitlines()[-3:] if log.exists() else []
                raise SystemExit("demo: nightjar serve did not come up\n  " + "\n  ".join(last) + f"\n  all of it: {log}")
            time.sleep(0.1)


class ApiError(Exception):
    pass
