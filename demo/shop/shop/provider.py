"""The card provider, seen from here: a partner outside the shop, usually quick, now and then not there."""
import hashlib
import json
import random
import time
from pathlib import Path

import falcon

from shop.failures import ShopFailure

TIMEOUTS = 0.002  # honest errors: the provider misses two authorisations in a thousand


class ProviderTimeout(ShopFailure):
    answers = falcon.HTTP_504


class CardProvider:
    def __init__(self, work: Path):
        self._weather = work / "provider.json"  # absent unless the night is about the provider's own outage
        self._looked = 0.0
        self._failing = 0.0

    def authorise(self, card: str, amount_cents: int) -> str:
        """A reference for the charge. Takes 4 to 12 ms, as the provider's own network does."""
        time.sleep(random.uniform(0.004, 0.012))
        if random.random() < self._outage():
            raise ProviderTimeout("card provider: no answer within 200 ms", by_fault=True)
        if random.random() < TIMEOUTS:
            raise ProviderTimeout("card provider: no answer within 200 ms")
        return hashlib.sha1(f"{card}{amount_cents}{random.random()}".encode()).hexdigest()[:12]

    def _outage(self) -> float:
        if time.monotonic() - self._looked > 1.0:
            self._looked = time.monotonic()
            try:
                self._failing = json.loads(self._weather.read_text())["failing"]
            except FileNotFoundError:
                self._failing = 0.0
        return self._failing
