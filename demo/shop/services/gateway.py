"""The shop's front door. Customers talk to it, it talks to the services."""
import falcon
import urllib.parse

from shop.calls import Calls
from shop.settings import Settings


class Browse:
    def __init__(self, calls: Calls):
        self._calls = calls

    def on_get(self, _request, response, category: str) -> None:
        response.media = self._calls.get("catalog", f"/products?category={category}")


class Page:
    """A product's page: search enriches it, catalog knows it, the database holds it. Three calls deep."""

    def __init__(self, calls: Calls):
        self._calls = calls

    def on_get(self, _request, response, product: str) -> None:
        response.media = self._calls.get("search", f"/pages/{product}")


class Search:
    def __init__(self, calls: Calls):
        self._calls = calls

    def on_get(self, request, response) -> None:
        words = urllib.parse.quote(request.get_param("q", required=True))
        response.media = self._calls.get("search", f"/search?q={words}")


class CartItems:
    def __init__(self, calls: Calls):
        self._calls = calls

    def on_post(self, request, response, cart: str) -> None:
        response.media = self._calls.post("cart", f"/carts/{cart}/items", request.get_media())


class Checkout:
    def __init__(self, calls: Calls):
        self._calls = calls

    def on_post(self, request, response) -> None:
        response.media = self._calls.post("orders", "/orders", request.get_media())
        response.status = falcon.HTTP_201


def routes(here: Settings) -> dict[str, object]:
    calls = Calls(here.work)
    return {"/browse/{category}": Browse(calls), "/page/{product}": Page(calls), "/search": Search(calls),
            "/cart/{cart}/items": CartItems(calls), "/checkout": Checkout(calls)}
