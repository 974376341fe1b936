"""What an instance knows about itself: read once at start from its release file and from the layout the team's tools wrote."""
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent  # the checkout of this release


@dataclass(frozen=True)
class Settings:
    service: str
    instance: str
    version: str
    port: int
    protocol: str            # how telemetry leaves: "grpc" or "http"
    stable_names: bool       # new or old OpenTelemetry attribute names: real fleets have both
    work: Path               # the team's work folder: endpoints.json, volumes/, provider.json
    database: str | None     # a libpq connection string
    otlp_grpc: str
    otlp_http: str
    release: dict = field(default_factory=dict)  # releases/<service>.json of this checkout


def load(slot: str) -> Settings:
    work = Path(os.environ["SHOP_WORK"])
    layout = json.loads((work / "shop.json").read_text())
    place = layout["slots"][slot]
    release = json.loads((ROOT / "releases" / f"{place['service']}.json").read_text())
    return Settings(service=place["service"], instance=place["instance"], version=release["version"], port=place["port"],
                    protocol=place["protocol"], stable_names=place["stable_names"], work=work,
                    database=layout["database"] if place["database"] else None, otlp_grpc=layout["otlp_grpc"],
                    otlp_http=layout["otlp_http"], release=release)
