"""Pictures that an answer only points to: fetched through the guard, without the key and without following on."""

import requests
import urllib3

from playground.imageapi.catalog import SIGNATURE_BYTES, Limits
from playground.imageapi.client.base64_file import SpillFile
from playground.imageapi.client.picture_files import UnusablePictureError, check_picture_start
from playground.imageapi.client.response_body import BodyBrokenError, read_blocks
from playground.imageapi.client.ssrf import AddressRefusedError, Origin
from playground.imageapi.client.transport import CancellableSocket, open_session

_HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "Connection": "close"}


def fetch_picture(url: str, road: CancellableSocket, file: SpillFile, limits: Limits) -> None:
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
                    raise UnusablePictureError(f"the picture's address answered {response.status_code}")
                _save(response, road, file, limits.fetched_bytes)
    except (AddressRefusedError, requests.RequestException, urllib3.exceptions.HTTPError, BodyBrokenError):
        raise UnusablePictureError("a picture could not be fetched from the address it named") from None


def _save(response: requests.Response, road: CancellableSocket, file: SpillFile, limit: int) -> None:
    start = b""
    for block in read_blocks(response, road, limit):
        start = start if len(start) >= SIGNATURE_BYTES else start + block[:SIGNATURE_BYTES]
        file.write(block)
    file.close()
    check_picture_start(start)
