"""Pictures that an answer only points to: fetched through the guard, without the key and without following on."""

import requests
import urllib3

from playground.imageapi.blocks import Broke, read_blocks
from playground.imageapi.connection import open_session
from playground.imageapi.guard import AddressRefused, Origin
from playground.imageapi.intake import Unusable, check_start
from playground.imageapi.landing import Landing
from playground.imageapi.limits import Limits
from playground.imageapi.road import Road

_HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "Connection": "close"}
_ENOUGH = 16


def fetch_picture(url: str, road: Road, file: Landing, limits: Limits) -> None:
    """Write the picture at `url` to `file`. The caller cuts `road` when its time is over.

    Raises Unusable, or OSError of the disk. Redirects are answers like any other wrong one.
    """
    try:
        road.guard.check(Origin.of(url))
        with open_session(road) as session:
            prepared = session.prepare_request(requests.Request("GET", url, headers=_HEADERS))
            timeout = limits.fetch_seconds + 1
            with session.send(prepared, stream=True, timeout=timeout, allow_redirects=False) as response:
                if response.status_code != 200:
                    raise Unusable(f"the picture's address answered {response.status_code}")
                _save(response, road, file, limits.fetched_bytes)
    except (AddressRefused, requests.RequestException, urllib3.exceptions.HTTPError, Broke):
        raise Unusable("a picture could not be fetched from the address it named") from None


def _save(response: requests.Response, road: Road, file: Landing, limit: int) -> None:
    start = b""
    for block in read_blocks(response, road, limit):
        start = start if len(start) >= _ENOUGH else start + block[:_ENOUGH]
        file.write(block)
    file.close()
    check_start(start)
