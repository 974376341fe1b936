"""Charges a card through the card provider and writes the payment down."""
import logging

import falcon

from shop.database import Database
from shop.provider import CardProvider
from shop.settings import Settings

log = logging.getLogger("shop.payment")


class Payments:
    def __init__(self, provider: CardProvider, database: Database):
        self._provider, self._database = provider, database

    def on_post(self, request, response) -> None:
        wish = request.get_media()
        response.media = self._charge(wish["order"], wish["card"], wish["amount_cents"])
        response.status = falcon.HTTP_201

    def _charge(self, order: str, card: str, amount_cents: int) -> dict:
        reference = self._provider.authorise(card, amount_cents)
        rows = self._database.rows(
            "INSERT INTO payments (order_id, card, amount_cents, reference, paid_at) VALUES (%s, %s, %s, %s, now()) RETURNING id",
            (order, card[-4:], amount_cents, reference))
        log.info("payment %d authorised: %d cents, reference %s", rows[0][0], amount_cents, reference)
        return {"id": rows[0][0], "reference": reference}


def routes(here: Settings) -> dict[str, object]:
    return {"/payments": Payments(CardProvider(here.work), Database(here.database))}
