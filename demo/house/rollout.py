"""How the shop's team puts a release into production: one instance at a time, a health check each time, a soak in between.

State lives in the work folder and only there, so that any number of deploy processes agree:
  instances/<slot>/current   symbolic link to the checkout the slot runs
  deploy/active.json         which slot serves each instance
  endpoints.json             whom callers may call now (an instance being replaced is taken out)
  deploy/intents/<id>.json   what was asked for under an intent id, and whether it is done: the same id never deploys twice
  deploy/history.jsonl       which instance served which version from when
  deploy/stop/<service>      a roll-back asks the roll-out under way to stop
"""
import contextlib
import fcntl
import json
import os
import time
import urllib.request
from collections import Counter
from pathlib import Path

from house import announce, prometheus, supervisor
from house.repository import Repository

DRAIN_SECONDS = 0.8     # callers look at endpoints.json every 0.2 s; then the last requests in hand
HEALTHY_SECONDS = 30.0
ALL_HEALTHY_SECONDS = 120.0  # ten interpreters start at once, on a machine that may be busy


class Stopped(Exception):
    """A roll-back of the same service asked this roll-out to stop."""


class DeployFailed(Exception):
    pass


class Deployer:
    def __init__(self, work: Path):
        self.work = work
        self.layout = json.loads((work / "shop.json").read_text())
        self.repository = Repository(work)
        self._deploy = work / "deploy"
        for folder in ("intents", "stop", "locks"):
            (self._deploy / folder).mkdir(parents=True, exist_ok=True)

    # -- what runs now

    def instances(self, service: str) -> list[str]:
        return sorted({slot["instance"] for slot in self.layout["slots"].values() if slot["service"] == service})

    def version_of(self, slot: str) -> str:
        return os.readlink(self.work / "instances" / slot / "current").rsplit("-", 1)[1]

    def versions(self, service: str) -> list[str]:
        active = self._read("active.json")
        return [self.version_of(active[instance]) for instance in self.instances(service)]

    # -- first start

    def start_all(self, versions: dict[str, str]) -> None:
        """Starts the whole shop, all instances at once, and waits until each is healthy."""
        api = supervisor.connect(self.layout)
        active = {}
        for slot, place in self.layout["slots"].items():
            if not slot.endswith("-next"):
                active[place["instance"]] = slot
                self._link(slot, place["service"], versions[place["service"]])
                api.supervisor.startProcess(slot, False)
        self._write("active.json", active)
        for slot in active.values():
            self._wait_healthy(slot, versions[self.layout["slots"][slot]["service"]], ALL_HEALTHY_SECONDS)
        self._publish(active, absent=None)

    # -- a roll-out

    def roll(self, service: str, version: str, intent: str | None, soak_seconds: float, by: str, say=print) -> str:
        """Brings all instances of `service` to `version`. Returns what was done in words.

        With an intent id it is a roll-back asked for by somebody else's decision: done once per id, without soaking, and it stops
        a roll-out of the same service that is still under way.
        """
        tag = f"{service}-{version}"
        if service not in {slot["service"] for slot in self.layout["slots"].values()}:
            raise DeployFailed(f"there is no service {service}")
        self.repository.checkout(tag)  # fails here, before anything is touched, when the release does not exist
        if intent is None:
            with self._lock(f"service-{service}"):
                (self._deploy / "stop" / service).unlink(missing_ok=True)
                return self._roll_all(service, version, None, soak_seconds, by, say)
        with self._lock(f"intent-{intent}"):
            marker = self._marker(intent)
            if marker and (marker["service"], marker["version"]) != (service, version):
                raise DeployFailed(f"intent {intent} was for {marker['service']} {marker['version']}; an id is never reused")
            if marker and marker["state"] == "done":
                return f"{intent} was done at {marker['finished_at']}; nothing to do"
            marker = marker or {"intent": intent, "service": service, "version": version, "started_at": announce.now_text()}
            self._write(f"intents/{intent}.json", {**marker, "state": "started", "runs": marker.get("runs", 0) + 1})
            (self._deploy / "stop" / service).write_text(intent)
            with self._lock(f"service-{service}"):
                words = self._roll_all(service, version, intent, 0, by, say)
            self._write(f"intents/{intent}.json", {**self._marker(intent), "state": "done", "finished_at": announce.now_text()})
            return words

    def state_of(self, service: str, version: str, intent: str, patience_seconds: float = 8.0) -> str:
        """done, not_done or unknown (a process is working on it right now). Waits a little for the latter to end."""
        until = time.monotonic() + patience_seconds
        while True:
            marker = self._marker(intent)
            if marker and marker["state"] == "done":
                return "done" if (marker["service"], marker["version"]) == (service, version) else "not_done"
            with self._lock(f"intent-{intent}", wait=False) as free:
                if free:
                    marker = self._marker(intent)  # it may have ended between the two looks
                    return "done" if marker and marker["state"] == "done" else "not_done"
            if time.monotonic() > until:
                return "unknown"
            time.sleep(0.2)

    def history(self) -> list[dict]:
        return self._lines("history.jsonl")

    def roll_backs(self) -> int:
        """How often a roll-back was really carried out: how often the same instance was put back by one."""
        return max(Counter(entry["instance"] for entry in self.history() if entry["intent"]).values(), default=0)

    def _roll_all(self, service: str, version: str, intent: str | None, soak_seconds: float, by: str, say) -> str:
        active = self._read("active.json")
        waiting = [instance for instance in self.instances(service) if self.version_of(active[instance]) != version]
        if not waiting:
            return f"{service} already runs {version}"
        previous = self.version_of(active[waiting[0]])
        tag = f"{service}-{version}"
        announcer = announce.Announcer(self.layout["webhook"], self.work / "secrets" / "github")
        payload = {"service": service, "version": version, "previous_version": previous, "intent": intent}
        deployment = announce.deployment(self.repository.commit_of(tag), tag, payload, by)
        announcer.send("deployment_status", announce.deployment_status(deployment, "in_progress", f"rolling {service} to {version}"))
        try:
            for number, instance in enumerate(waiting):
                if number and intent is None:
                    say(f"{instance}: soaking {soak_seconds:.0f} s before it follows")
                    self._soak(service, soak_seconds)
                self._replace(service, instance, version)
                self._append("history.jsonl", {"at": time.time(), "service": service, "instance": instance, "version": version, "intent": intent})
                say(f"{instance} runs {version}")
            announcer.send("deployment_status", announce.deployment_status(deployment, "success", f"{service} {version} serves"))
            return f"{service} rolled from {previous} to {version}: {', '.join(waiting)}"
        except Stopped as stopped:
            announcer.send("deployment_status", announce.deployment_status(deployment, "failure", str(stopped)))
            raise
        except Exception as error:
            announcer.send("deployment_status", announce.deployment_status(deployment, "error", str(error)))
            raise
        finally:
            announcer.close()

    def _soak(self, service: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            stop = self._deploy / "stop" / service
            if stop.exists():
                raise Stopped(f"stopped: {stop.read_text()} rolls {service} back")
            if time.monotonic() >= until:
                return
            time.sleep(0.25)

    def _replace(self, service: str, instance: str, version: str) -> None:
        """One instance: in place where others serve meanwhile, beside the old one where it is the only one."""
        api = supervisor.connect(self.layout)
        old = self._read("active.json")[instance]
        spare = f"{instance}-next" if old == instance else instance
        if spare in self.layout["slots"]:
            self._link(spare, service, version)
            self._start(api, spare)
            self._wait_healthy(spare, version)
            self._activate(instance, spare)
            time.sleep(DRAIN_SECONDS)
            self._stop(api, old)
        else:
            self._publish(self._read("active.json"), absent=instance)
            time.sleep(DRAIN_SECONDS)
            self._stop(api, old)
            self._link(old, service, version)
            self._start(api, old)
            self._wait_healthy(old, version)
            self._activate(instance, old)

    def _activate(self, instance: str, slot: str) -> None:
        with self._lock("active"):
            active = {**self._read("active.json"), instance: slot}
            self._write("active.json", active)
        self._publish(active, absent=None)

    def _publish(self, active: dict[str, str], absent: str | None) -> None:
        services: dict[str, list[dict]] = {}
        for instance, slot in sorted(active.items()):
            place = self.layout["slots"][slot]
            if instance != absent:
                services.setdefault(place["service"], []).append({"instance": instance, "url": f"http://127.0.0.1:{place['port']}"})
        fresh = self.work / f".endpoints.{os.getpid()}"
        fresh.write_text(json.dumps({"services": services}, indent=1))
        fresh.rename(self.work / "endpoints.json")
        prometheus.write_targets(self.work, [self.layout["slots"][slot] for _, slot in sorted(active.items())])

    def _link(self, slot: str, service: str, version: str) -> None:
        link = self.work / "instances" / slot / "current"
        link.parent.mkdir(parents=True, exist_ok=True)
        fresh = link.with_name(f".current.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self.repository.checkout(f"{service}-{version}"))
        fresh.rename(link)

    def _start(self, api, slot: str) -> None:
        if api.supervisor.getProcessInfo(slot)["statename"] not in ("RUNNING", "STARTING"):
            api.supervisor.startProcess(slot, False)

    def _stop(self, api, slot: str) -> None:
        if api.supervisor.getProcessInfo(slot)["statename"] in ("RUNNING", "STARTING", "BACKOFF"):
            api.supervisor.stopProcess(slot, True)

    def _wait_healthy(self, slot: str, version: str, patience_seconds: float = HEALTHY_SECONDS) -> None:
        port = self.layout["slots"][slot]["port"]
        until = time.monotonic() + patience_seconds
        while time.monotonic() < until:
            with contextlib.suppress(OSError, ValueError):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as reply:
                    if json.load(reply)["version"] == version:
                        return
            time.sleep(0.1)
        raise DeployFailed(f"{slot} is not healthy with {version} after {patience_seconds:.0f} s; see {self.work}/logs/{slot}.log")

    # -- files

    def _marker(self, intent: str) -> dict | None:
        path = self._deploy / "intents" / f"{intent}.json"
        return json.loads(path.read_text()) if path.exists() else None

    def _read(self, name: str) -> dict:
        return json.loads((self._deploy / name).read_text())

    def _write(self, name: str, value: dict) -> None:
        """Whole or not at all, and on disk before the caller goes on: a crash must not forget an intent."""
        path = self._deploy / name
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        with open(fresh, "w") as file:
            json.dump(value, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)

    def _append(self, name: str, value: dict) -> None:
        with open(self._deploy / name, "a") as file:
            file.write(json.dumps(value) + "\n")

    def _lines(self, name: str) -> list[dict]:
        path = self._deploy / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @contextlib.contextmanager
    def _lock(self, name: str, wait: bool = True):
        """An advisory lock that a dying process lets go. Yields whether it was got."""
        with open(self._deploy / "locks" / name, "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True
