"""What must hold at the end of each night: one table per night, each line with what was seen instead if it did not."""
import math
from collections.abc import Callable
from dataclasses import dataclass

from load import Ledger
from nights.facts import Facts, moment, served_since
from nights.scenes import Night
from nights.stage import Stage


@dataclass(frozen=True)
class Case:
    """What a line may look at."""
    stage: Stage
    night: Night
    facts: Facts
    ledger: Ledger
    report: dict


@dataclass(frozen=True)
class Expectation:
    words: str
    look: Callable[[Case], tuple[bool, str]]   # (holds, what was seen)


@dataclass(frozen=True)
class Judged:
    words: str
    held: bool
    seen: str


def judge(case: Case, replay: bool | None, kill: bool) -> list[Judged]:
    judged = []
    for line in EXPECTATIONS[case.night.name] + ([ONE_ROLL_BACK] if kill else []):
        try:
            held, seen = line.look(case)
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            held, seen = False, f"not told ({type(error).__name__}: {error})"
        judged.append(Judged(line.words, held, seen))
    judged.append(Judged("the replay of the night is identical", replay is True, {True: "identical", False: "differs", None: "not run"}[replay]))
    return judged


# -- lines

def _cause_is_the_release(case: Case) -> tuple[bool, str]:
    cause = (case.facts.incident(case.night) or {}).get("cause")
    if not cause:
        return False, "no cause was named"
    commit = case.stage.deployer.repository.commit_of(f"{case.night.faulty_service}-{case.night.faulty_version}")
    fits = (cause["service"], cause["version"], cause["commit"]) == (case.night.faulty_service, case.night.faulty_version, commit)
    return fits, f"{cause['service']} {cause['version']}, commit {str(cause['commit'])[:10]}, confidence {cause['confidence']}"


def _decoy_ruled_out(case: Case) -> tuple[bool, str]:
    ruled_out = (case.facts.incident(case.night) or {}).get("ruled_out", [])
    fits = any(one.get("service") == case.night.harmless_service and one.get("version") == case.night.harmless_version for one in ruled_out)
    return fits, "; ".join(one.get("text") or str(one.get("reason")) for one in ruled_out) or "nothing was ruled out"


def _automatic(case: Case) -> tuple[bool, str]:
    action = case.facts.action(case.night)
    if not action:
        return False, "there is no action"
    seen = f"{action['text']}: {action['decision']['outcome']}, {len(action['approvals'])} approvals"
    return action["decision"]["outcome"] == "auto" and not action["approvals"], seen


def _verified(case: Case) -> tuple[bool, str]:
    action = case.facts.action(case.night)
    if not action:
        return False, "there is no action"
    outcome = (action.get("verification") or {}).get("outcome")
    return action["state"] == "succeeded" and outcome == "improved", f"{action['id']} {action['state']}, verification: {outcome}"


def _really_back(case: Case) -> tuple[bool, str]:
    versions = case.stage.deployer.versions(case.night.faulty_service)
    return case.night.faulty_version not in versions, f"{case.night.faulty_service} runs {', '.join(versions)}"


def _few_failed(case: Case) -> tuple[bool, str]:
    share = case.ledger.failed_by_fault / max(1, case.ledger.total)
    return share < 0.01, f"{case.ledger.failed_by_fault} of {case.ledger.total} ({share:.3%})"


def _before_the_usual_alert(case: Case) -> tuple[bool, str]:
    detected, usual = case.report["detected_at"], case.report["usual_alert_at"]
    if not detected:
        return False, "nothing was detected"
    return usual is None or moment(detected) < moment(usual), f"detected {detected}, usual alert {usual or 'never fired'}"


def _one_message(case: Case) -> tuple[bool, str]:
    counts = case.facts.inbox["counts"]
    return counts["messages"] == 1, f"{counts['messages']} messages, {counts['updates']} updates in place"


def _one_ticket(case: Case) -> tuple[bool, str]:
    """Counted where the tickets are: in Gitea when one runs, else in the inbox. nightjar must know it by the same address."""
    counts, issues = case.facts.inbox["counts"], case.facts.inbox.get("issues")
    url = ((case.facts.incident(case.night) or {}).get("ticket") or {}).get("url")
    known = bool(url) and (issues is None or url in [issue.get("html_url", url) for issue in issues])
    return counts["issues"] == 1 and known, f"{counts['issues']} issues, {counts['comments']} comments, {url}"


def _one_incident(case: Case) -> tuple[bool, str]:
    titles = [one["title"] for one in case.facts.incidents.values()]
    return len(titles) == 1, f"{len(titles)}: {'; '.join(titles)}"


def _one_roll_back(case: Case) -> tuple[bool, str]:
    done = case.stage.deployer.roll_backs()
    killed = case.stage.notes.get("serve_killed_at")
    return done == 1 and killed is not None, f"{done} executed; nightjar was {'killed and started again' if killed else 'NOT killed'}"


def _statement_named(case: Case) -> tuple[bool, str]:
    statement = case.report.get("statement")
    if not statement:
        return False, "no statement was named"
    fits = bool(statement["fingerprint"]) and "reviews" in (statement["table"] or "") and "/products/" in (statement["endpoint"] or "")
    return fits, f"{statement['fingerprint']} on {statement['table']} from {statement['endpoint']}"


def _release_introduced_it(case: Case) -> tuple[bool, str]:
    seen = (case.report.get("statement") or {}).get("new_in_version")
    return seen == case.night.faulty_version, f"new in {seen}"


def _approved_by_ada(case: Case) -> tuple[bool, str]:
    action = case.facts.action(case.night) or {}
    approvals = [f"{one['person']} via {one['via']}" for one in action.get("approvals", [])]
    needed = action.get("decision", {}).get("approvals_needed", 0)
    return [one.split()[0] for one in approvals] == ["ada"] and action["decision"]["outcome"] != "auto", f"needed {needed}, got: {', '.join(approvals) or 'none'}"


def _page_fast_again(case: Case) -> tuple[bool, str]:
    """By the median: the statement slows every page, and a busy machine blurs the tail."""
    onset, back = moment(case.report["onset"]), moment(case.report["rolled_back_at"])
    path = case.stage.work / "requests.jsonl"
    before, during, after = (Ledger.read(path, since, until).quantile_ms("page", 0.5)
                             for since, until in ((case.stage.load_began + 20, onset), (onset, back), (back + 5, math.inf)))
    return during > 1.5 * before and after < during / 1.5, f"median of the page: {before:.0f} ms before, {during:.0f} ms with the release, {after:.0f} ms after"


def _silence_named(case: Case) -> tuple[bool, str]:
    incident = case.facts.incident(case.night)
    if not incident:
        return False, "no incident"
    instances = {one.get("instance") for one in incident.get("symptoms", [])}
    words = " ".join([incident["title"], incident.get("sentence", ""), *[finding.get("text", "") for finding in incident.get("findings", [])]])
    return "payment-2" in instances or "payment-2" in words, incident.get("sentence") or incident["title"]


def _restarted(case: Case) -> tuple[bool, str]:
    restarts = [one for one in case.facts.actions.values() if one["kind"] == "restart"]
    seen = "; ".join(f"{one['text']}: {one['state']}" for one in restarts) or "no restart was proposed"
    return any(one["state"] == "succeeded" for one in restarts), seen


def _foreseen(case: Case) -> tuple[bool, str]:
    full = case.ledger.first_fault_at
    words = [f"{one.get('service')} {one.get('text') or one}" for one in case.facts.forecasts_seen]
    early = [one for one in case.facts.forecasts_seen if one.get("service") == "shipping" and (full is None or full - moment(one["seen_at"]) > 60)]
    return bool(early), f"volume {'full' if full else 'not full'}; {len(early)} forecasts more than a minute ahead; {words[-1] if words else 'none at all'}"


def _alerts_arrived(case: Case) -> tuple[bool, str]:
    received = case.facts.night["alerts_received"]
    return received >= 300, f"{received} alerts"


def _nothing_done(case: Case) -> tuple[bool, str]:
    started = [one["text"] for one in case.facts.actions.values() if one.get("started_at")]
    return not started, "; ".join(started) or "no action was started"


def _no_incident(case: Case) -> tuple[bool, str]:
    return not case.facts.incidents, "; ".join(one["title"] for one in case.facts.incidents.values()) or "no incident"


def _no_page(case: Case) -> tuple[bool, str]:
    counts = case.facts.inbox["counts"]
    return counts["messages"] + counts["mails"] + counts["issues"] == 0, f"{counts['messages']} messages, {counts['mails']} mails, {counts['issues']} issues"


def _no_action(case: Case) -> tuple[bool, str]:
    return not case.facts.actions, "; ".join(f"{one['text']} ({one['state']})" for one in case.facts.actions.values()) or "no action"


def _harmless_went_out(case: Case) -> tuple[bool, str]:
    versions = case.stage.deployer.versions(case.night.harmless_service)
    return set(versions) == {case.night.harmless_version}, f"{case.night.harmless_service} runs {', '.join(versions)}"


def _data_flowed(case: Case) -> tuple[bool, str]:
    services = case.stage.api.get("/api/v1/services") or {"services": []}
    names = {one["name"] for one in services["services"] if (one.get("requests_per_second") or 0) > 0}
    return len(names) >= 7, f"{len(names)} services with traffic, {case.ledger.total} requests by customers"


def _decoy_not_touched(case: Case) -> tuple[bool, str]:
    blamed = [one["text"] for one in case.facts.actions.values() if one["service"] == case.night.harmless_service]
    served = served_since(case.stage, case.night.harmless_service, case.night.harmless_version)
    return served is not None and not blamed, "; ".join(blamed) or "left alone"


# -- tables

CAUSE = Expectation("the release is named as the cause, with its commit", _cause_is_the_release)
DECOY = Expectation("the harmless release is ruled out", _decoy_ruled_out)
DECOY_LEFT = Expectation("nothing is done to the harmless release", _decoy_not_touched)
VERIFIED = Expectation("the roll-back was verified: it helped", _verified)
REALLY_BACK = Expectation("the old version really serves again", _really_back)
ONE_INCIDENT = Expectation("one incident", _one_incident)
ONE_MESSAGE = Expectation("people were told by one message", _one_message)
ONE_TICKET = Expectation("one ticket", _one_ticket)
ONE_ROLL_BACK = Expectation("killed in the middle, nightjar still rolled back exactly once", _one_roll_back)
DATA = Expectation("data flowed from all seven services", _data_flowed)

EXPECTATIONS: dict[str, list[Expectation]] = {
    "climbing-errors": [
        CAUSE, DECOY, DECOY_LEFT,
        Expectation("rolled back with nobody touching anything", _automatic),
        REALLY_BACK, VERIFIED,
        Expectation("fewer than 1 % of all requests failed by the fault", _few_failed),
        Expectation("noticed before the usual alert", _before_the_usual_alert),
        ONE_MESSAGE, ONE_TICKET,
    ],
    "slow-statement": [
        CAUSE, DECOY_LEFT,
        Expectation("the statement is named: fingerprint, table, calling endpoint", _statement_named),
        Expectation("the release that introduced the statement is named", _release_introduced_it),
        Expectation("the roll-back waited for one approver, and ada approved", _approved_by_ada),
        REALLY_BACK, VERIFIED,
        Expectation("the page was slow, and is fast again", _page_fast_again),
        ONE_MESSAGE, ONE_TICKET,
    ],
    "dead-instance": [
        Expectation("an incident names the silent instance", _silence_named),
        Expectation("it was restarted and that was verified", _restarted),
        DECOY_LEFT, ONE_INCIDENT, ONE_MESSAGE,
    ],
    "full-disk": [Expectation("the full volume was foreseen more than a minute ahead", _foreseen), DATA],
    "alert-burst": [
        Expectation("all alerts arrived", _alerts_arrived),
        ONE_INCIDENT, ONE_MESSAGE, DECOY_LEFT,
        Expectation("nothing was done: there is nothing to roll back", _nothing_done),
    ],
    "quiet": [
        Expectation("no incident", _no_incident), Expectation("nobody was told anything", _no_page), Expectation("no action, not even a proposal", _no_action),
        Expectation("the harmless release went out", _harmless_went_out), DATA,
    ],
}
