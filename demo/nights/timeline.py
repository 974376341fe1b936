"""When things happen, in seconds since the customers came (the load began). All of a night's clockwork is here."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Timeline:
    harmless_at: float        # the decoy: a harmless release of another service
    harmless_soak: float
    fault_at: float           # the release (or the mishap) the night is about
    fault_soak: float         # bake time on the first instance before the second follows
    settle: float             # look around this long after all is well, so that late surprises are seen
    latest_end: float         # headless: stop here and judge what there is
    verify: tuple[str, str]   # policy: verification window and its longest
    release: dict             # settings written into the faulty release


# payment 2.4.1 keeps the guard of an issuer range that wants a second look, from that range's first charge on. One of two instances
# takes about 5 payments/s, so of 600 ranges those 6.2 % are all but lost after six minutes; of 150 ranges after one and a half.
CLIMBING = Timeline(harmless_at=70, harmless_soak=25, fault_at=135, fault_soak=300, settle=10, latest_end=600,
                    verify=("2m", "5m"), release={"issuer_ranges": 600, "second_look_share": 0.062})
CLIMBING_SHORT = Timeline(harmless_at=30, harmless_soak=8, fault_at=62, fault_soak=300, settle=5, latest_end=280,
                          verify=("40s", "150s"), release={"issuer_ranges": 150, "second_look_share": 0.12})
SLOW_STATEMENT = Timeline(harmless_at=80, harmless_soak=25, fault_at=180, fault_soak=0, settle=10, latest_end=720,
                          verify=("90s", "4m"), release={})
DEAD_INSTANCE = Timeline(harmless_at=60, harmless_soak=10, fault_at=150, fault_soak=0, settle=15, latest_end=480,
                         verify=("1m", "3m"), release={})
FULL_DISK = Timeline(harmless_at=60, harmless_soak=10, fault_at=120, fault_soak=0, settle=0, latest_end=600,
                     verify=("1m", "3m"), release={})
ALERT_BURST = Timeline(harmless_at=60, harmless_soak=10, fault_at=150, fault_soak=0, settle=60, latest_end=480,
                       verify=("1m", "3m"), release={})
QUIET = Timeline(harmless_at=150, harmless_soak=60, fault_at=0, fault_soak=0, settle=0, latest_end=600,
                 verify=("1m", "3m"), release={})
