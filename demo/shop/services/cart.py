"""Remembers what a customer wants to buy."""
import json
import random

from shop.database import Database
from shop.failures import Unavailable
from shop.settings import Settings

SESSION_MISSES = 0.002  # the session cache forgot the customer


class Cart:
    def __init__(self, database: Database):
        self._database = database

    def on_get(self, _request, response, cart: str) -> None:
        rows = self._database.rows("SELECT items FROM carts WHERE id = %s", (cart,))
        response.media = {"id": cart, "items": rows[0][0] if rows else []}


class Items:
    def __init__(self, database: Database):
        self._database = database

    def on_post(self, request, response, cart: str) -> None:
        if random.random() < SESSION_MISSES:
            raise Unavailable("the session cache has no such customer")
        item = request.get_media()
        self._database.rows(
            "INSERT INTO carts (id, items, updated_at) VALUES (%s, %s, now()) "
            "ON CONFLICT (id) DO UPDATE SET items = excluded.items, updated_at = now()", (cart, json.dumps([item])))
        response.media = {"id": cart, "items": [item]}


def routes(here: Settings) -> dict[str, object]:
    database = Database(here.database)
    return {"/carts/{cart}": Cart(database), "/carts/{cart}/items": Items(database)}
