"""The shop on paper: which services there are, how many instances, how each speaks. And the ports they got this time.

Written once per night to `shop.json` in the work folder; the services and the deploy tool read it from there.
"""
import json
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ServicePlan:
    name: str
    version: str        # what runs when the night begins
    instances: int
    protocol: str       # OTLP over "grpc" or "http"
    stable_names: bool  # OpenTelemetry's stable attribute names, or the older ones that the SDK still sends by default
    database: bool


SERVICES = [
    ServicePlan("gateway", "5.2.0", 2, "http", True, False),
    ServicePlan("catalog", "3.1.4", 1, "grpc", True, True),
    ServicePlan("search", "2.6.1", 1, "http", False, False),
    ServicePlan("cart", "1.9.3", 1, "grpc", False, True),
    ServicePlan("orders", "1.8.0", 2, "grpc", True, True),
    ServicePlan("payment", "2.4.0", 2, "http", True, True),
    ServicePlan("shipping", "1.3.0", 1, "http", True, False),
]


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on now. Held open until all are found, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def slots() -> dict[str, dict]:
    """The supervisor's programs. A service with one instance has a second slot: a deploy starts the new one there first."""
    found = {}
    for plan in SERVICES:
        for number in range(1, plan.instances + 1):
            instance = f"{plan.name}-{number}"
            names = [instance] if plan.instances > 1 else [instance, f"{instance}-next"]
            for name in names:
                found[name] = {"service": plan.name, "instance": instance, "protocol": plan.protocol,
                               "stable_names": plan.stable_names, "database": plan.database}
    for port, slot in zip(free_ports(len(found)), found.values()):
        slot["port"] = port
    return found


def write(work: Path, database: str, ports: dict[str, int], webhook_url: str) -> dict:
    layout = {
        "slots": slots(),
        "database": database,
        "otlp_grpc": f"http://127.0.0.1:{ports['otlp_grpc']}",
        "otlp_http": f"http://127.0.0.1:{ports['otlp_http']}",
        "supervisor": f"http://127.0.0.1:{ports['supervisor']}/RPC2",
        "webhook": webhook_url,
    }
    (work / "shop.json").write_text(json.dumps(layout, indent=1))
    return layout
