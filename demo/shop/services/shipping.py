"""Books a parcel and prints its label into the label volume, from which the printer takes it."""
import logging
import os
import random
import uuid

import falcon

from shop.failures import Unavailable
from shop.settings import Settings
from shop.volume import Volume

log = logging.getLogger("shop.shipping")

CARRIER_MISSES = 0.002
LABEL_BYTES = 32 * 1024
PRINTER_KEEPS = 200  # labels; older ones have long been printed


class Shipments:
    def __init__(self, volume: Volume):
        self._volume = volume

    def on_post(self, request, response) -> None:
        wish = request.get_media()
        if random.random() < CARRIER_MISSES:
            raise Unavailable("the carrier's booking service is busy")
        label = f"label-{uuid.uuid4().hex[:12]}.pdf"
        self._volume.write(label, os.urandom(64) * (LABEL_BYTES // 64))
        self._volume.keep_newest(PRINTER_KEEPS)
        log.info("parcel for order %s booked: %s", wish["order"], label)
        response.status = falcon.HTTP_201
        response.media = {"label": label}


def routes(here: Settings) -> dict[str, object]:
    return {"/shipments": Shipments(Volume(here.work / "volumes" / "labels"))}
