"""The stage a night plays on: everything that runs, and the moves a scene can make. Built once by `night.py`."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from house import gitea, layout, nightjar, own_user, postgres, prometheus, supervisor
from house.gitea import Gitea
from house.processes import Processes, cpu_seconds, stop_leftovers
from house.repository import Repository
from house.rollout import Deployer

DEMO = Path(__file__).resolve().parent.parent


@dataclass
class Stage:
    work: Path
    processes: Processes
    python: Path            # the virtual environment's interpreter
    binary: Path            # nightjar
    ports: dict[str, int]
    deployer: Deployer
    api: nightjar.Api
    tickets: Gitea | None = None                           # where tickets go when there is one; else to the inbox
    load_began: float = 0.0                                # unix seconds
    notes: dict = field(default_factory=dict)              # facts that scenes leave for the report
    deploys: list[subprocess.Popen] = field(default_factory=list)
    _issues: list[dict] = field(default_factory=list)      # as last read there
    _burst: threading.Event = field(default_factory=threading.Event)

    # -- moves

    def release(self, service: str, version: str, settings: dict | None = None) -> None:
        """Commits, tags and pushes a prepared release."""
        done = subprocess.run(self._deploy("release", "--service", service, "--version", version, "--settings", json.dumps(settings or {})),
                              capture_output=True, text=True, env=self.processes.environment())
        if done.returncode != 0:
            raise SystemExit(f"demo: the release of {service} {version} failed: {done.stderr.strip()}")

    def roll(self, service: str, version: str, soak: float) -> None:
        """Starts a roll-out and lets it run beside us."""
        self.deploys.append(self.processes.start(f"deploy-{service}-{version}", self._deploy("roll", "--service", service, "--to", version, "--soak", str(soak))))

    def _deploy(self, *words: str) -> list[str]:
        return [sys.executable, str(DEMO / "deploy.py"), "--work", str(self.work), *words]

    def kill_instance(self, instance: str) -> None:
        """kill -9, and the supervisor does not start it again (this night's configuration says so)."""
        info = supervisor.connect(self.deployer.layout).supervisor.getProcessInfo(instance)
        os.kill(info["pid"], signal.SIGKILL)
        self.notes["killed_at"] = time.time()

    def break_card_provider(self, share: float) -> None:
        (self.work / "provider.json").write_text(json.dumps({"failing": share}))
        self.notes["provider_down_at"] = time.time()

    def mend_card_provider(self) -> None:
        (self.work / "provider.json").unlink(missing_ok=True)
        self.notes["provider_up_at"] = time.time()
        self._burst.set()

    def burst_of_alerts(self, count: int) -> None:
        """What a large fleet's rules would send about this fault: `count` alerts, sent again every 10 s as Prometheus does."""
        threading.Thread(target=self._send_alerts, args=(burst(count),), daemon=True).start()

    def _send_alerts(self, alerts: list[dict]) -> None:
        while not self._burst.wait(10.0 if "alerts_sent" in self.notes else 0.0):
            self._post_alerts(alerts, ends_in=120)
            self.notes["alerts_sent"] = len(alerts)
        self._post_alerts(alerts, ends_in=-1)

    def _post_alerts(self, alerts: list[dict], ends_in: float) -> None:
        ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ends_in))
        body = json.dumps([{**alert, "endsAt": ends} for alert in alerts]).encode()
        request = urllib.request.Request(f"{self.api.url}/api/v2/alerts", body, {"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(request, timeout=10).close()
        except OSError as error:
            print(f"         (the alerts could not be delivered: {error})", flush=True)

    # -- looks

    def inbox(self) -> dict:
        """What people were told: messages and mails, and the tickets wherever they are."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['inbox']}/inbox.json", timeout=5) as reply:
            told = json.load(reply)
        if self.tickets is None:
            return told
        with contextlib.suppress(OSError):  # too busy to answer: what was known still stands
            self._issues = self.tickets.issues()
        return with_tickets(told, self._issues)

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, by part."""
        found = {name: cpu_seconds(process.pid) for name in ("nightjar-serve", "nightjar-hand", "prometheus", "load", "postgres")
                 if (process := self.processes.get(name))}
        api = supervisor.connect(self.deployer.layout)
        pids = [info["pid"] for info in api.supervisor.getAllProcessInfo() if info["pid"]]
        found["shop"] = sum(cpu_seconds(pid) for pid in pids)
        return {name: round(seconds, 1) for name, seconds in found.items()}

    def memory_mb(self, name: str) -> float | None:
        process = self.processes.get(name)
        try:
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    return round(int(line.split()[1]) / 1024, 1)
        except (OSError, AttributeError):
            pass
        return None

    # -- the end

    def strike(self) -> None:
        """Stops everything, in the order in which it hurts least."""
        self._burst.set()
        for name in [name for name in self.processes.names() if name.startswith("deploy-")]:
            self.processes.stop(name)
        self.processes.stop("load")
        supervisor.stop(self.processes, self.deployer.layout)  # while nightjar still takes its last telemetry
        self.processes.stop("prometheus", wait_seconds=3)      # with nobody to write to it would wait a minute
        self.processes.stop_all()
        own_user.remove_elsewhere(self.work)


def with_tickets(told: dict, issues: list[dict]) -> dict:
    """The inbox's state with the issues of another system in place of its own."""
    counts = {**told["counts"], "issues": len(issues), "comments": sum(len(issue["comments"]) for issue in issues)}
    return {**told, "counts": counts, "issues": issues}


def burst(count: int) -> list[dict]:
    """One fault as the rules of a large fleet would see it: callers and callees, each pod on its own."""
    kinds = [("PaymentErrorsHigh", "payment", "critical"), ("CheckoutErrorsHigh", "orders", "critical"), ("GatewayErrorsHigh", "gateway", "critical"),
             ("PaymentLatencyHigh", "payment", "warning"), ("CheckoutBudgetBurns", "gateway", "warning")]
    starts = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    alerts = []
    for number in range(count):
        name, service, severity = kinds[number % len(kinds)]
        pod = f"{service}-{number // len(kinds):03d}"
        alerts.append({"labels": {"alertname": name, "service": service, "severity": severity, "pod": pod, "environment": "production"},
                       "annotations": {"summary": f"{name} on {pod}"}, "startsAt": starts, "generatorURL": "http://prometheus.shop.test/graph"})
    return alerts


def build(work: Path, python: Path, binary: Path, console_port: int | None, timeline, autorestart: bool, say) -> Stage:
    """Raises the whole house, saying what it does. Anything left of an earlier run in this folder was stopped before."""
    processes = Processes(work)
    for folder in ("logs", "run", "deploy", "prometheus"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    nightjar.write_secrets(work)
    names = ["http", "otlp_http", "otlp_grpc", "inbox", "smtp", "prometheus", "supervisor", "postgres", "gitea"]
    ports = dict(zip(names, layout.free_ports(len(names))))
    if console_port:
        ports["http"] = console_port

    try:
        say("making a PostgreSQL cluster and filling the shop's tables")
        database = postgres.start(processes, ports["postgres"], DEMO / "shop" / "schema.sql")
        shop = layout.write(work, database, ports, f"http://127.0.0.1:{ports['http']}/api/v1/webhooks/github")
        tickets = start_tickets(processes, ports["gitea"], say)
        nightjar.write_config(work, ports, DEMO, sys.executable, shop, timeline.verify, tickets.api if tickets else None)
        processes.start("inbox", [sys.executable, DEMO / "inbox" / "inbox.py", "--port", ports["inbox"], "--smtp-port", ports["smtp"]])

        say("starting nightjar: serve, and the hand that acts")
        api = nightjar.Api(ports["http"], nightjar.token(work))
        nightjar.start_serve(processes, binary)
        api.wait_ready(processes)
        nightjar.start_hand(processes, binary)

        say("starting the shop: seven services, ten instances, from a git repository of its releases")
        Repository(work).create(DEMO / "shop")
        supervisor.start(processes, shop, ports["supervisor"], python, autorestart)
        deployer = Deployer(work)
        deployer.start_all({plan.name: plan.version for plan in layout.SERVICES})
        say("starting Prometheus with the usual rules")
        prometheus.start(processes, ports["prometheus"], ports["http"])
        stage = Stage(work, processes, python, binary, ports, deployer, api, tickets)
        say("letting customers in: about 40 requests a second")
        processes.start("load", [python, DEMO / "load.py", "--work", work])
        stage.load_began = time.time()
        return stage
    except BaseException:
        processes.stop_all()
        own_user.remove_elsewhere(work)
        raise


def start_tickets(processes: Processes, port: int, say) -> Gitea | None:
    """A real ticket system if the machine has one; its token takes the place of the inbox's."""
    program = gitea.find()
    if program is None:
        return None
    say("starting Gitea for the tickets")
    tickets = gitea.start(processes, program, port, nightjar.REPOSITORY)
    (processes.work / "secrets" / "github-token").write_text(tickets.token)
    return tickets


def clear(work: Path) -> int:
    """Stops what a killed run left behind and empties the folder, but for the virtual environment and the lock."""
    left = stop_leftovers(work) if work.exists() else 0
    if work.exists():
        own_user.remove_elsewhere(work)
        for entry in work.iterdir():
            if entry.name not in ("venv", "lock"):
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    return left
