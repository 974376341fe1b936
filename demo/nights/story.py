"""Tells the night as it happens: one line per new fact, with its time. Reads `Facts`, changes nothing."""
import sys
import time

from nights.facts import Facts, moment
from nights.stage import Stage

_COLOURS = {"act": "\033[36m", "bad": "\033[31m", "good": "\033[32m", "soft": "\033[2m", "plain": ""}


class Teller:
    def __init__(self):
        self._colour = sys.stdout.isatty()
        self._told: set = set()

    def line(self, words: str, kind: str = "plain", at: float | None = None) -> None:
        clock = time.strftime("%H:%M:%S", time.localtime(at or time.time()))
        if self._colour and _COLOURS[kind]:
            print(f"\033[2m{clock}\033[0m {_COLOURS[kind]}{words}\033[0m", flush=True)
        else:
            print(f"{clock} {words}", flush=True)

    def once(self, key, words: str, kind: str = "plain", at: str | None = None) -> None:
        """`at` is shown when the fact is older than its telling; the line's own clock is when it was seen."""
        if key in self._told:
            return
        self._told.add(key)
        late = at and time.time() - moment(at) > 15
        self.line(words + (f" (at {time.strftime('%H:%M:%S', time.localtime(moment(at)))})" if late else ""), kind)

    def tell(self, facts: Facts, stage: Stage) -> None:
        for change in sorted(facts.changes.values(), key=lambda one: one["started_at"]):
            self._change(change)
        for incident in sorted(facts.incidents.values(), key=lambda one: one["opened_at"]):
            self._incident(incident, stage)
        for action in sorted(facts.actions.values(), key=lambda one: one["proposed_at"]):
            self._action(action)
        for number, message in enumerate(facts.inbox.get("messages", [])):
            self.once(("message", number), f"  on-call gets one message: {_first(message['text'])}")
            if message["edits"]:
                self.once(("edit", number, len(message["edits"])), f"  the message is updated in place: {_first(message['text'])}", "soft")
        for one in facts.inbox.get("issues", []):
            self.once(("issue", one["number"]), f"  ticket #{one['number']} opened: {one['title']}")
            for comment in one["comments"]:
                self.once(("comment", comment["id"]), f"  ticket #{one['number']} commented: {_first(comment['body'])}", "soft")
        for forecast in facts.night.get("forecasts") or []:
            self.once(("forecast", forecast.get("id") or (forecast.get("service"), forecast.get("kind"))), f"  forecast: {forecast.get('text') or forecast}", "act")

    def _change(self, change: dict) -> None:
        if change["kind"] == "push":
            return
        name = f"{change['service']} {change['version']}"
        self.once(("change", change["id"]), f"  nightjar sees the deploy of {name} ({change['id']})", "soft")
        watch = change.get("watch") or {}
        if watch.get("verdict") in ("harmful", "no_harm"):
            kind = "bad" if watch["verdict"] == "harmful" else "good"
            self.once(("verdict", change["id"], watch["verdict"]), f"  watched {name}: {watch['verdict'].replace('_', ' ')}, e-value {watch['e_value']:.3g}; {watch.get('text', '')}", kind)

    def _incident(self, incident: dict, stage: Stage) -> None:
        number = incident["id"]
        self.once(("incident", number), f"INCIDENT {number}: {incident.get('sentence') or incident['title']}\n         {stage.api.url}/incidents/{number}", "bad", incident["opened_at"])
        if cause := incident.get("cause"):
            self.once(("cause", number, cause["service"], cause.get("version")),
                      f"  cause: {cause.get('text')} (confidence {cause['confidence']:.2f})" + (f", commit {cause['commit'][:10]}" if cause.get("commit") else ""), "act")
        for one in incident.get("ruled_out", []):
            self.once(("ruled out", number, one.get("service"), one.get("version"), one.get("reason")), f"  ruled out: {one.get('text')}", "soft")
        if incident["state"] != "open":
            self.once(("state", number, incident["state"]), f"  {number} is {incident['state']}", "good")

    def _action(self, action: dict) -> None:
        name, state = action["id"], action["state"]
        decision = action.get("decision") or {}
        if decision.get("outcome"):
            why = "; ".join(reason["text"] for reason in decision.get("reasons", []))
            self.once(("decision", name, decision["outcome"]), f"  decision on \"{action['text']}\": {decision['outcome'].replace('_', ' ')} (policy {decision.get('policy') or 'none'}; blast radius "
                      f"{action['blast_radius']['score']:.3g}; {why})", "act")
        for approval in action.get("approvals", []):
            self.once(("approval", name, approval["person"]), f"  {approval['person']} approved {name} via {approval['via']}", "act")
        words = {"running": "is being done", "verifying": "is done; now checking whether it helped", "succeeded": "VERIFIED: it helped"}
        kind = {"succeeded": "good", "failed": "bad", "unknown": "bad", "needs_human": "bad"}.get(state, "plain")
        if state not in ("proposed",):
            verification = (action.get("verification") or {}).get("text", "") if state == "succeeded" else ""
            self.once(("action", name, state), f"  {name} ({action['text']}) {words.get(state, state.replace('_', ' '))}{'; ' + verification if verification else ''}", kind)


def _first(text: str) -> str:
    line = text.strip().split("\n")[0]
    return line if len(line) < 160 else line[:157] + "..."
