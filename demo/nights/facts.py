"""What happened, put together from three witnesses that do not know of each other: nightjar's API, the customers' own ledger,
and the tools around (deploy history, Prometheus, inbox). The report is made of this and of nothing else."""
import datetime
import time
from dataclasses import dataclass, field

from house import prometheus
from load import Ledger
from nights.scenes import Night
from nights.stage import Stage


def moment(text: str | None) -> float | None:
    """RFC 3339 -> unix seconds."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None


def text_of(at: float | None) -> str | None:
    if at is None:
        return None
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Facts:
    """The newest known state. `refresh` asks nightjar again; a question that nobody answers leaves the old state."""
    night: dict = field(default_factory=dict)
    incidents: dict[str, dict] = field(default_factory=dict)   # id -> the full incident
    actions: dict[str, dict] = field(default_factory=dict)
    changes: dict[str, dict] = field(default_factory=dict)
    notifications: list[dict] = field(default_factory=list)
    inbox: dict = field(default_factory=dict)
    health: dict | None = None
    forecasts_seen: list[dict] = field(default_factory=list)

    def refresh(self, stage: Stage) -> None:
        api = stage.api
        self.health = api.get("/healthz", timeout=2)
        if self.health is None:
            return
        if night := api.get("/api/v1/night"):
            self.night = night
            known = {repr(forecast) for forecast in self.forecasts_seen}
            for forecast in night.get("forecasts") or []:
                if repr(forecast) not in known and len(self.forecasts_seen) < 200:
                    self.forecasts_seen.append({**forecast, "seen_at": text_of(time.time())})
        for change in (api.get("/api/v1/changes") or {}).get("changes", []):
            self.changes[change["id"]] = change
        for summary in (api.get("/api/v1/incidents") or {}).get("incidents", []):
            full = api.get(f"/api/v1/incidents/{summary['id']}")
            self.incidents[summary["id"]] = full or summary
        for action in (api.get("/api/v1/actions") or {}).get("actions", []):
            self.actions[action["id"]] = action
        self.notifications = (api.get("/api/v1/notifications") or {}).get("notifications", self.notifications)
        self.inbox = stage.inbox()

    # -- who is meant

    def incident(self, night: Night) -> dict | None:
        """The incident of this night: the one that blames the faulty service, else the first that names it, else the first."""
        ordered = sorted(self.incidents.values(), key=lambda one: one["opened_at"])
        for fits in (lambda one: (one.get("cause") or {}).get("service") == night.faulty_service,
                     lambda one: one.get("service") == night.faulty_service, lambda one: True):
            for one in ordered:
                if fits(one):
                    return one
        return None

    def action(self, night: Night) -> dict | None:
        """The action that got furthest, of the faulty service."""
        mine = [one for one in self.actions.values() if one["service"] == night.faulty_service]
        done = [one for one in mine if one.get("started_at")]
        return min(done, key=lambda one: one["started_at"]) if done else (mine[0] if mine else None)


def served_since(stage: Stage, service: str, version: str, first: bool = True) -> float | None:
    """When the first (or last) instance of a service began to serve a version, by the deploy tool's own history."""
    times = [entry["at"] for entry in stage.deployer.history() if (entry["service"], entry["version"]) == (service, version)]
    return (min(times) if first else max(times)) if times else None


def report(stage: Stage, night: Night, facts: Facts, replay_identical: bool | None, cpu: dict, memory: dict, judged: list) -> dict:
    incident, action = facts.incident(night) or {}, facts.action(night) or {}
    ledger = Ledger.read(stage.work / "requests.jsonl")
    onset = _onset(stage, night)
    cause = incident.get("cause")
    counts = facts.inbox.get("counts", {})
    ticket = incident.get("ticket") or {}
    result = {
        "night": night.name,
        "onset": text_of(onset),
        "detected_at": incident.get("opened_at"),
        "decided_at": action.get("decided_at"),
        "rolled_back_at": _rolled_back_at(stage, night, action),
        "verified_at": action.get("verified_at"),
        "usual_alert_at": text_of(_usual_alert(stage, night, onset)),
        "requests_total": ledger.total,
        "requests_failed": ledger.failed,
        "requests_failed_by_fault": ledger.failed_by_fault,
        "share_failed_by_fault": round(ledger.failed_by_fault / ledger.total, 6) if ledger.total else None,
        "honest_error_ratio": round((ledger.failed - ledger.failed_by_fault) / ledger.total, 5) if ledger.total else None,
        "cause": {key: cause.get(key) for key in ("kind", "service", "version", "change_id", "commit", "confidence", "text")} if cause else None,
        "ruled_out": incident.get("ruled_out", []),
        "actions": [_short(one) for one in sorted(facts.actions.values(), key=lambda one: one["proposed_at"])],
        "incidents": [{key: one.get(key) for key in ("id", "title", "state", "severity", "service", "opened_at", "resolved_at")} for one in facts.incidents.values()],
        "alerts_received": facts.night.get("alerts_received"),
        "notifications": {"created": counts.get("messages", 0), "updates": counts.get("updates", 0), "mails": counts.get("mails", 0)},
        "tickets": {"created": counts.get("issues", 0), "comments": counts.get("comments", 0)},
        "ticket_url": ticket.get("url"),
        "replay_identical": replay_identical,
        "rollbacks_executed": stage.deployer.roll_backs(),
        "seconds": _spans(onset, incident, action, _rolled_back_at(stage, night, action)),
        "cpu_seconds": cpu,
        "peak_memory_mb": memory,
        "expectations": [{"expected": one.words, "held": one.held, "seen": one.seen} for one in judged],
    }
    if night.name == "slow-statement":
        statement = next((finding["statement"] for finding in incident.get("findings", []) if finding.get("statement")), None)
        result["statement"] = {key: statement.get(key) for key in ("fingerprint", "text", "table", "database", "endpoint", "mean_ms", "new_in_version")} if statement else None
        result["approver"] = next((approval["person"] for approval in action.get("approvals", [])), None)
    if night.name == "full-disk":
        result["forecasts"] = facts.forecasts_seen
        result["volume_full_at"] = text_of(ledger.first_fault_at)
    result.update(stage.notes.get("report", {}))
    return result


def _onset(stage: Stage, night: Night) -> float | None:
    if night.faulty_version:
        return served_since(stage, night.faulty_service, night.faulty_version)
    return stage.notes.get("killed_at") or stage.notes.get("provider_down_at")


def _rolled_back_at(stage: Stage, night: Night, action: dict) -> str | None:
    """By the deploy tool's history where it did something, else what nightjar says of its action."""
    times = [entry["at"] for entry in stage.deployer.history() if entry["service"] == night.faulty_service and entry.get("intent")]
    return text_of(max(times)) if times else action.get("finished_at")


def _usual_alert(stage: Stage, night: Night, onset: float | None) -> float | None:
    try:
        return prometheus.first_fired(stage.ports["prometheus"], night.faulty_service, onset or stage.load_began)
    except (OSError, KeyError, ValueError):
        return None


def _short(action: dict) -> dict:
    kept = ("id", "incident_id", "kind", "service", "state", "text", "proposed_at", "decided_at", "started_at", "finished_at", "verified_at", "verification")
    return {**{key: action.get(key) for key in kept}, "blast_score": (action.get("blast_radius") or {}).get("score"),
            "outcome": (action.get("decision") or {}).get("outcome"), "approvals": [one["person"] for one in action.get("approvals", [])]}


def _spans(onset: float | None, incident: dict, action: dict, rolled_back_at: str | None) -> dict:
    marks = {"onset_to_detected": incident.get("opened_at"), "onset_to_decided": action.get("decided_at"), "onset_to_rolled_back": rolled_back_at,
             "onset_to_verified": action.get("verified_at")}
    return {name: round(moment(at) - onset, 1) if at and onset else None for name, at in marks.items()}
