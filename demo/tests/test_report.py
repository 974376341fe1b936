"""What the report says follows from what the witnesses saw, and a night that went wrong is judged so."""
import json
import shutil
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

from load import Ledger, wish
from nights import expectations, scenes
from nights.facts import Facts, moment, report, text_of
from nights.stage import burst, with_tickets

ONSET = moment("2026-11-24T03:12:00.000Z")


class Deploys:
    """Stands for the deploy tool: its history and what runs now."""

    def __init__(self, history, versions):
        self._history, self._versions = history, versions
        self.repository = SimpleNamespace(commit_of=lambda tag: f"commit of {tag}")

    def history(self):
        return self._history

    def versions(self, service):
        return self._versions[service]

    def roll_backs(self):
        return sum(1 for entry in self._history if entry["intent"])


def good_night() -> Facts:
    cause = {"kind": "change", "service": "payment", "version": "2.4.1", "change_id": "chg-2", "commit": "commit of payment-2.4.1", "confidence": 0.97, "text": "payment 2.4.1"}
    incident = {"id": "inc-1", "title": "payment fails", "service": "payment", "state": "resolved", "opened_at": text_of(ONSET + 90), "cause": cause, "findings": [], "symptoms": [],
                "ruled_out": [{"service": "orders", "version": "1.8.1", "reason": "no_harm", "text": "orders 1.8.1 does no harm"}], "ticket": {"url": "http://t/1"}}
    action = {"id": "act-1", "incident_id": "inc-1", "kind": "rollback", "service": "payment", "state": "succeeded", "text": "roll payment back", "proposed_at": text_of(ONSET + 91),
              "decided_at": text_of(ONSET + 91), "started_at": text_of(ONSET + 92), "finished_at": text_of(ONSET + 98), "verified_at": text_of(ONSET + 200),
              "verification": {"outcome": "improved"}, "decision": {"outcome": "auto", "reasons": []}, "approvals": [], "blast_radius": {"score": 12.0}}
    return Facts(night={"alerts_received": 0}, incidents={"inc-1": incident}, actions={"act-1": action},
                 inbox={"counts": {"messages": 1, "updates": 4, "issues": 1, "comments": 1, "mails": 0}})


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.work = Path(tempfile.mkdtemp(prefix="nightjar-demo-test-"))
        self.addCleanup(shutil.rmtree, self.work, ignore_errors=True)
        with open(self.work / "requests.jsonl", "w") as out:
            for number in range(1000):
                row = [ONSET - 100 + number * 0.3, "checkout", 201, 20.0]
                if number in (400, 410):
                    row = [*row[:2], 502, 30.0, "payment", "1"]
                elif number in (5, 600):
                    row = [*row[:2], 502, 30.0, "shipping", "0"]
                out.write(json.dumps(row) + "\n")
            out.write('[17, "chec')  # the line that is being written
        history = [{"at": ONSET - 60, "service": "orders", "instance": "orders-1", "version": "1.8.1", "intent": None},
                   {"at": ONSET, "service": "payment", "instance": "payment-1", "version": "2.4.1", "intent": None},
                   {"at": ONSET + 97, "service": "payment", "instance": "payment-1", "version": "2.4.0", "intent": "act-1"}]
        self.deploys = Deploys(history, {"payment": ["2.4.0", "2.4.0"], "orders": ["1.8.1", "1.8.1"]})
        # Port 9 answers nobody: Prometheus is not asked here.
        self.stage = SimpleNamespace(work=self.work, deployer=self.deploys, notes={}, ports={"prometheus": 9}, load_began=ONSET - 100,
                                     api=SimpleNamespace(get=lambda *_: None))
        self.night = scenes.choose("climbing-errors", short=False)

    def judged(self, facts, kill=False):
        ledger = Ledger.read(self.work / "requests.jsonl")
        draft = report(self.stage, self.night, facts, None, {}, {}, [])
        return {one.words: one for one in expectations.judge(expectations.Case(self.stage, self.night, facts, ledger, draft), True, kill)}

    def test_times_and_counts(self):
        told = report(self.stage, self.night, good_night(), True, {}, {}, [])
        self.assertEqual((told["requests_total"], told["requests_failed"], told["requests_failed_by_fault"]), (1000, 4, 2))
        self.assertEqual((told["onset"], told["rolled_back_at"]), ("2026-11-24T03:12:00.000Z", "2026-11-24T03:13:37.000Z"))
        self.assertEqual(told["seconds"], {"onset_to_detected": 90.0, "onset_to_decided": 91.0, "onset_to_rolled_back": 97.0, "onset_to_verified": 200.0})
        self.assertEqual(told["notifications"], {"created": 1, "updates": 4, "mails": 0})
        self.assertIsNone(told["usual_alert_at"])
        self.assertEqual(set(told["cause"]) & {"service", "version", "change_id", "commit", "confidence"}, {"service", "version", "change_id", "commit", "confidence"})
        json.dumps(told)

    def test_a_good_night_is_judged_good(self):
        for one in self.judged(good_night()).values():
            self.assertTrue(one.held, f"{one.words}: {one.seen}")

    def test_each_way_to_go_wrong_is_seen(self):
        wrongs = {
            "the release is named as the cause, with its commit": lambda facts: facts.incidents["inc-1"]["cause"].update(service="orders", version="1.8.1"),
            "the harmless release is ruled out": lambda facts: facts.incidents["inc-1"]["ruled_out"].clear(),
            "rolled back with nobody touching anything": lambda facts: facts.actions["act-1"]["approvals"].append({"person": "ada"}),
            "the roll-back was verified: it helped": lambda facts: facts.actions["act-1"].update(state="needs_human"),
            "people were told by one message": lambda facts: facts.inbox["counts"].update(messages=2),
            "one ticket": lambda facts: facts.inbox["counts"].update(issues=0),
        }
        for words, spoil in wrongs.items():
            facts = good_night()
            spoil(facts)
            self.assertFalse(self.judged(facts)[words].held, words)

    def test_a_ticket_in_gitea_is_counted_there_and_must_be_the_one_nightjar_names(self):
        told = {"counts": {"messages": 1, "updates": 4, "issues": 0, "comments": 0, "mails": 0}, "messages": [], "issues": [], "mails": []}
        issue = {"number": 1, "title": "payment fails", "html_url": "http://t/1", "comments": [{"id": 4, "body": "verified"}]}
        for issues, held in (([issue], True), ([], False), ([issue, {**issue, "number": 2}], False), ([{**issue, "html_url": "http://t/2"}], False)):
            facts = good_night()
            facts.inbox = with_tickets(told, issues)
            self.assertEqual(self.judged(facts)["one ticket"].held, held, issues)
        self.assertEqual(report(self.stage, self.night, facts, True, {}, {}, [])["tickets"], {"created": 1, "comments": 1})

    def test_no_incident_at_all_fails_without_a_crash(self):
        judged = self.judged(Facts(inbox={"counts": {"messages": 0, "updates": 0, "issues": 0, "comments": 0, "mails": 0}}))
        self.assertFalse(judged["the release is named as the cause, with its commit"].held)
        self.assertFalse(judged["noticed before the usual alert"].held)

    def test_the_old_version_must_really_serve(self):
        self.deploys._versions["payment"] = ["2.4.1", "2.4.0"]
        self.assertFalse(self.judged(good_night())["the old version really serves again"].held)

    def test_a_second_execution_after_the_crash_is_seen(self):
        self.stage.notes["serve_killed_at"] = ONSET + 93
        words = expectations.ONE_ROLL_BACK.words
        self.assertTrue(self.judged(good_night(), kill=True)[words].held)
        self.deploys._history.append({"at": ONSET + 120, "service": "payment", "instance": "payment-1", "version": "2.4.0", "intent": "act-2"})
        self.assertFalse(self.judged(good_night(), kill=True)[words].held)

    def test_every_night_has_its_table_and_its_acts(self):
        for name, night in scenes.NIGHTS.items():
            self.assertTrue(expectations.EXPECTATIONS[name])
            acts = night.acts(night.timeline)
            self.assertTrue(all(act.at < night.timeline.latest_end for act in acts))

    def test_a_burst_is_as_many_different_alerts_as_it_says(self):
        alerts = burst(300)
        self.assertEqual(len({json.dumps(alert["labels"], sort_keys=True) for alert in alerts}), 300)

    def test_the_mix_of_customers_is_the_intended_one(self):
        import random
        chance = random.Random(3)
        kinds = [wish(chance)[0] for _ in range(4000)]
        self.assertAlmostEqual(kinds.count("checkout") / 4000, 0.25, delta=0.03)


if __name__ == "__main__":
    unittest.main()
