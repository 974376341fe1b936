"""Starts one instance of one service of the shop: `python run.py --instance payment-1`.

The supervisor calls it in a checkout of the release the instance should run, so the code here *is* the release.
Where to listen and whom to call is told by the environment (see `shop/settings.py`).
"""
import argparse
import importlib

from shop import settings


def main() -> None:
    parser = argparse.ArgumentParser(description="start one instance of the shop")
    parser.add_argument("--slot", required=True, help="the supervisor's program name, e.g. payment-1")
    here = settings.load(parser.parse_args().slot)

    # Telemetry first: the instrumentations replace functions that the services import.
    from shop import telemetry
    telemetry.start(here)

    service = importlib.import_module(f"services.{here.service}")
    from shop import server
    server.serve(here, service.routes(here))


if __name__ == "__main__":
    main()
