"""Takes an order: reads the cart, has it paid, has it shipped, writes it down."""
import logging
import uuid

import falcon

from shop.calls import Calls
from shop.database import Database
from shop.settings import Settings

log = logging.getLogger("shop.orders")
SHIPPING_CENTS = 490


class Orders:
    def __init__(self, calls: Calls, database: Database):
        self._calls, self._database = calls, database

    def on_post(self, request, response) -> None:
        wish = request.get_media()
        order = str(uuid.uuid4())
        cart = self._calls.get("cart", f"/carts/{wish['cart']}")
        total_cents = order_total(cart["items"])
        payment = self._calls.post("payment", "/payments", {"order": order, "card": wish["card"], "amount_cents": total_cents})
        shipment = self._calls.post("shipping", "/shipments", {"order": order, "items": len(cart["items"])})
        self._database.rows(
            "INSERT INTO orders (id, cart_id, total_cents, payment_id, shipment, placed_at) VALUES (%s, %s, %s, %s, %s, now())",
            (order, wish["cart"], total_cents, payment["id"], shipment["label"]))
        log.info("order %s placed: %d items, %d cents", order, len(cart["items"]), total_cents)
        response.status = falcon.HTTP_201
        response.media = {"order": order, "total_cents": total_cents, "label": shipment["label"]}


def order_total(items: list[dict]) -> int:
    return SHIPPING_CENTS + sum(item["price_cents"] * item["count"] for item in items)


def routes(here: Settings) -> dict[str, object]:
    return {"/orders": Orders(Calls(here.work), Database(here.database))}
