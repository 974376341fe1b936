"""The nights: what goes wrong in each, when, and what is expected of whoever watches."""
from collections.abc import Callable
from dataclasses import dataclass, replace

from nights import timeline
from nights.stage import Stage
from nights.timeline import Timeline


@dataclass(frozen=True)
class Night:
    name: str
    words: str                                  # printed to the newcomer at the start
    timeline: Timeline
    acts: Callable[[Timeline], list["Act"]]
    faulty_service: str = ""
    faulty_version: str = ""
    harmless_service: str = ""
    harmless_version: str = ""
    approve: bool = False                       # headless: somebody approves what waits
    autorestart: bool = True


@dataclass(frozen=True)
class Act:
    at: float                                   # seconds since the load began
    words: str
    do: Callable[[Stage], None]


def _harmless(line: Timeline) -> Act:
    def do(stage: Stage) -> None:
        stage.release("orders", "1.8.1")
        stage.roll("orders", "1.8.1", line.harmless_soak)
    return Act(line.harmless_at, "the team rolls out orders 1.8.1: free shipping from 150.00 (harmless)", do)


def _release(line: Timeline, service: str, version: str, words: str) -> Act:
    def do(stage: Stage) -> None:
        stage.release(service, version, line.release)
        stage.roll(service, version, line.fault_soak)
    return Act(line.fault_at, words, do)


def climbing(line: Timeline) -> list[Act]:
    return [_harmless(line), _release(line, "payment", "2.4.1", "the team rolls out payment 2.4.1, first on payment-1. It forgets to let go of a guard; its health check stays green")]


def slow_statement(line: Timeline) -> list[Act]:
    return [_harmless(line), _release(line, "catalog", "3.2.0", "the team rolls out catalog 3.2.0: reviews on the product page, by a statement that no index helps")]


def dead_instance(line: Timeline) -> list[Act]:
    return [_harmless(line), Act(line.fault_at, "payment-2 is killed, and nobody starts it again", lambda stage: stage.kill_instance("payment-2"))]


def full_disk(line: Timeline) -> list[Act]:
    return [_release(line, "shipping", "1.3.1", "the team rolls out shipping 1.3.1: labels are kept, and the label volume begins to fill")]


def alert_burst(line: Timeline) -> list[Act]:
    def fault(stage: Stage) -> None:
        stage.break_card_provider(0.35)
        stage.burst_of_alerts(300)
    return [_harmless(line), Act(line.fault_at, "the card provider fails a third of all charges, and 300 alerts fire", fault),
            Act(line.fault_at + 150, "the card provider is well again; the alerts resolve", Stage.mend_card_provider)]


def quiet(line: Timeline) -> list[Act]:
    return [_harmless(line)]


_ORDERS = {"harmless_service": "orders", "harmless_version": "1.8.1"}

NIGHTS = {night.name: night for night in [
    Night("climbing-errors", "A release of payment fails more and more while its health check stays green; a harmless release of orders comes just before it.",
          timeline.CLIMBING, climbing, "payment", "2.4.1", **_ORDERS),
    Night("slow-statement", "A release of catalog adds a statement without an index; a page three calls away becomes slow. The roll-back needs one approver.",
          timeline.SLOW_STATEMENT, slow_statement, "catalog", "3.2.0", approve=True, **_ORDERS),
    Night("dead-instance", "One of two payment instances dies and is not started again.", timeline.DEAD_INSTANCE, dead_instance, "payment",
          autorestart=False, **_ORDERS),
    Night("full-disk", "A release of shipping keeps its label files; the volume they lie on fills.", timeline.FULL_DISK, full_disk, "shipping", "1.3.1"),
    Night("alert-burst", "The card provider has an outage, and 300 alerts fire about it.", timeline.ALERT_BURST, alert_burst, "payment", **_ORDERS),
    Night("quiet", "Nothing is wrong. A harmless release goes out.", timeline.QUIET, quiet, **_ORDERS),
]}


def choose(name: str, short: bool) -> Night:
    night = NIGHTS[name]
    if short:
        if name != "climbing-errors":
            raise SystemExit("demo: --short shortens the climbing-errors night only")
        return replace(night, timeline=timeline.CLIMBING_SHORT)
    return night
