"""Finds products, and puts a product's page together."""
import random
import urllib.parse

from shop.calls import Calls
from shop.failures import Unavailable
from shop.settings import Settings

INDEX_MISSES = 0.002  # a shard of the index is being merged and does not answer


class Search:
    def __init__(self, calls: Calls):
        self._calls = calls

    def on_get(self, request, response) -> None:
        if random.random() < INDEX_MISSES:
            raise Unavailable(f"index shard {random.randrange(8)} is merging")
        words = urllib.parse.quote(request.get_param("q", required=True))
        response.media = self._calls.get("catalog", f"/products?q={words}")


class Page:
    def __init__(self, calls: Calls):
        self._calls = calls

    def on_get(self, _request, response, product: str) -> None:
        found = self._calls.get("catalog", f"/products/{product}")
        response.media = {"product": found, "others_bought": [found["id"] + step for step in (1, 2, 3)]}


def routes(here: Settings) -> dict[str, object]:
    calls = Calls(here.work)
    return {"/search": Search(calls), "/pages/{product}": Page(calls)}
