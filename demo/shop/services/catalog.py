"""What the shop sells."""
import falcon
import random

from shop.database import Database
from shop.failures import Unavailable
from shop.settings import Settings

# The catalogue's pictures come from a store that now and then does not answer in time.
PICTURE_STORE_MISSES = 0.002


class Products:
    def __init__(self, database: Database):
        self._database = database

    def on_get(self, request, response) -> None:
        category, words = request.get_param("category"), request.get_param("q")
        if category:
            rows = self._database.rows("SELECT id, name, price_cents FROM products WHERE category = %s ORDER BY id LIMIT 20", (category,))
        else:
            rows = self._database.rows("SELECT id, name, price_cents FROM products WHERE name LIKE %s ORDER BY id LIMIT 20", (f"%{words}%",))
        if random.random() < PICTURE_STORE_MISSES:
            raise Unavailable("the picture store did not answer within 200 ms")
        response.media = [{"id": row[0], "name": row[1], "price_cents": row[2]} for row in rows]


class Product:
    def __init__(self, database: Database):
        self._database = database

    def on_get(self, _request, response, product: int) -> None:
        rows = self._database.rows("SELECT id, name, category, price_cents, stock FROM products WHERE id = %s", (product,))
        if not rows:
            raise falcon.HTTPNotFound()
        if random.random() < PICTURE_STORE_MISSES:
            raise Unavailable("the picture store did not answer within 200 ms")
        number, name, category, price_cents, stock = rows[0]
        response.media = {"id": number, "name": name, "category": category, "price_cents": price_cents, "stock": stock}


def routes(here: Settings) -> dict[str, object]:
    database = Database(here.database)
    return {"/products": Products(database), "/products/{product:int}": Product(database)}
