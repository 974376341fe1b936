"""A small bounded pool of PostgreSQL connections. A request that waits longer than a second for one fails."""
import contextlib
import queue

import psycopg2

from shop.failures import Unavailable

_SIZE = 6
_WAIT_SECONDS = 1.0


class Database:
    def __init__(self, where: str):
        self._where = where
        self._idle: queue.LifoQueue = queue.LifoQueue()
        for _ in range(_SIZE):
            self._idle.put(None)  # opened when first needed

    def rows(self, statement: str, values: tuple = ()) -> list[tuple]:
        """Runs one statement in its own transaction; the rows, or [] when it returns none."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def _connection(self):
        try:
            connection = self._idle.get(timeout=_WAIT_SECONDS)
        except queue.Empty:
            raise Unavailable("no database connection became free within 1 s") from None
        try:
            if connection is None:
                connection = psycopg2.connect(self._where)
                connection.autocommit = True
            yield connection
        except psycopg2.OperationalError as error:
            connection = None  # broken: the next request opens a new one
            raise Unavailable(f"database: {error}") from error
        finally:
            self._idle.put(connection)
