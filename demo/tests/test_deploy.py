"""The deploy tool does each intent once, whoever asks how often; and a roll-back stops the roll-out it takes back.

A real git repository and real files; the supervisor and its instances are stood in for by a recorder, because what is tested is what
the tool decides. The nights run it against the real ones.
"""
import json
import shutil
import tempfile
import threading
import time
import unittest
from pathlib import Path

from house import layout, rollout
from house.repository import Repository
from house.rollout import DeployFailed, Deployer, Stopped

DEMO = Path(__file__).resolve().parent.parent


class Recorded(Deployer):
    """A deployer whose instances start at once. Remembers each start and stop."""
    moves: list[str]
    slow_start = 0.0

    def _start(self, _api, slot):
        time.sleep(self.slow_start)
        self.moves.append(f"start {slot} {self.version_of(slot)}")

    def _stop(self, _api, slot):
        self.moves.append(f"stop {slot}")

    def _wait_healthy(self, slot, version):
        assert self.version_of(slot) == version


class SilentAnnouncer:
    sent: list = []

    def __init__(self, *_):
        pass

    def send(self, event, payload):
        SilentAnnouncer.sent.append((event, payload["deployment_status"]["state"], payload["deployment"]["payload"]))

    def close(self):
        pass


class DeployTest(unittest.TestCase):
    def setUp(self):
        self.work = Path(tempfile.mkdtemp(prefix="nightjar-demo-test-"))
        self.addCleanup(shutil.rmtree, self.work, ignore_errors=True)
        layout.write(self.work, "", {"otlp_grpc": 1, "otlp_http": 2, "supervisor": 3}, "http://127.0.0.1:9/")
        repository = Repository(self.work)
        repository.create(DEMO / "shop")
        for service, version in (("payment", "2.4.1"), ("catalog", "3.2.0")):
            repository.release(service, version, DEMO / "releases" / f"{service}-{version}.patch")
        self.kept = rollout.announce.Announcer, rollout.DRAIN_SECONDS
        rollout.announce.Announcer, rollout.DRAIN_SECONDS, SilentAnnouncer.sent = SilentAnnouncer, 0.0, []
        self.deployer = self.fresh()
        active = {}
        for slot, place in self.deployer.layout["slots"].items():
            if not slot.endswith("-next") and place["service"] in ("payment", "catalog"):
                active[place["instance"]] = slot
                plan = next(plan for plan in layout.SERVICES if plan.name == place["service"])
                self.deployer._link(slot, place["service"], plan.version)
        self.deployer._write("active.json", active)

    def tearDown(self):
        rollout.announce.Announcer, rollout.DRAIN_SECONDS = self.kept

    def fresh(self):
        deployer = Recorded(self.work)
        deployer.moves = []
        return deployer

    def roll(self, version="2.4.1", intent=None, soak=0.0, deployer=None):
        return (deployer or self.deployer).roll("payment", version, intent, soak, "test", say=lambda _: None)

    def test_one_instance_at_a_time_and_the_files_are_really_those_of_the_tag(self):
        self.roll()
        self.assertEqual(self.deployer.moves, ["stop payment-1", "start payment-1 2.4.1", "stop payment-2", "start payment-2 2.4.1"])
        code = (self.work / "instances" / "payment-1" / "current" / "services" / "payment.py").read_text()
        self.assertIn("IssuerGuards", code)
        self.roll("2.4.0")
        code = (self.work / "instances" / "payment-1" / "current" / "services" / "payment.py").read_text()
        self.assertNotIn("IssuerGuards", code)

    def test_the_same_intent_twice_is_done_once(self):
        self.roll()
        again = self.fresh()
        self.roll("2.4.0", "act-1")
        self.assertIn("nothing to do", self.roll("2.4.0", "act-1", deployer=again))
        self.assertEqual((len(again.moves), self.deployer.roll_backs()), (0, 1))

    def test_an_intent_done_once_stays_done_even_if_somebody_deploys_again(self):
        self.roll()
        self.roll("2.4.0", "act-1")
        self.roll("2.4.1")
        self.roll("2.4.0", "act-1")
        self.assertEqual(self.deployer.versions("payment"), ["2.4.1", "2.4.1"])

    def test_two_at_once_do_it_once(self):
        self.roll()
        others = [self.fresh() for _ in range(4)]
        for other in others:
            other.slow_start = 0.1
        threads = [threading.Thread(target=self.roll, args=("2.4.0", "act-1", 0.0, other)) for other in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sum(len(other.moves) for other in others), 4)
        self.assertEqual(self.deployer.roll_backs(), 1)

    def test_a_roll_back_stops_the_roll_out_that_soaks(self):
        outcome = []

        def roll_out():
            try:
                self.roll(soak=60)
            except Stopped as stopped:
                outcome.append(str(stopped))
        thread = threading.Thread(target=roll_out)
        thread.start()
        until = time.monotonic() + 10
        while self.deployer.versions("payment")[0] != "2.4.1" and time.monotonic() < until:
            time.sleep(0.05)
        self.roll("2.4.0", "act-9", deployer=self.fresh())
        thread.join(10)
        self.assertEqual(outcome, ["stopped: act-9 rolls payment back"])
        self.assertEqual(self.deployer.versions("payment"), ["2.4.0", "2.4.0"])
        states = [state for _, state, _ in SilentAnnouncer.sent]
        self.assertEqual(states, ["in_progress", "failure", "in_progress", "success"])

    def test_check_tells_done_from_not_done_from_under_way(self):
        self.roll()
        self.assertEqual(self.deployer.state_of("payment", "2.4.0", "act-1"), "not_done")
        with self.deployer._lock("intent-act-1"):
            self.assertEqual(self.fresh().state_of("payment", "2.4.0", "act-1", patience_seconds=0.3), "unknown")
        self.roll("2.4.0", "act-1")
        self.assertEqual(self.deployer.state_of("payment", "2.4.0", "act-1"), "done")
        self.assertEqual(self.deployer.state_of("payment", "2.4.1", "act-1"), "not_done")

    def test_a_half_done_roll_back_is_finished_by_the_next_run(self):
        self.roll()
        broken = self.fresh()
        broken._wait_healthy = lambda slot, version: (_ for _ in ()).throw(DeployFailed("died here")) if slot == "payment-2" else None
        with self.assertRaises(DeployFailed):
            self.roll("2.4.0", "act-1", deployer=broken)
        self.assertEqual(self.deployer.state_of("payment", "2.4.0", "act-1"), "not_done")
        self.roll("2.4.0", "act-1")
        self.assertEqual(self.deployer.versions("payment"), ["2.4.0", "2.4.0"])
        self.assertEqual(self.deployer.state_of("payment", "2.4.0", "act-1"), "done")

    def test_the_only_instance_is_replaced_beside_itself(self):
        self.deployer.roll("catalog", "3.2.0", None, 0, "test", say=lambda _: None)
        self.assertEqual(self.deployer.moves, ["start catalog-1-next 3.2.0", "stop catalog-1"])
        endpoints = json.loads((self.work / "endpoints.json").read_text())["services"]["catalog"]
        port = self.deployer.layout["slots"]["catalog-1-next"]["port"]
        self.assertEqual(endpoints, [{"instance": "catalog-1", "url": f"http://127.0.0.1:{port}"}])

    def test_an_intent_id_is_never_reused_for_something_else(self):
        self.roll()
        self.roll("2.4.0", "act-1")
        with self.assertRaises(DeployFailed):
            self.roll("2.4.1", "act-1")

    def test_an_unknown_release_touches_nothing(self):
        with self.assertRaises(Exception):
            self.roll("9.9.9", "act-2")
        self.assertEqual(self.deployer.moves, [])

    def test_every_prepared_release_applies_to_the_shop(self):
        names = sorted(path.stem for path in (DEMO / "releases").glob("*.patch"))
        self.assertEqual(names, ["catalog-3.2.0", "orders-1.8.1", "payment-2.4.1", "shipping-1.3.1"])
        repository = Repository(self.work)
        for name in ("orders-1.8.1", "shipping-1.3.1"):
            service, version = name.rsplit("-", 1)
            commit = repository.release(service, version, DEMO / "releases" / f"{name}.patch")
            self.assertIn(f"releases/{service}.json", repository.describe(commit)["modified"])


if __name__ == "__main__":
    unittest.main()
