"""One request whose response is small: guarded like a call for images, and limited in time and size."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import requests
import urllib3

from playground.imageapi.client import error_mapping
from playground.imageapi.client.deadlines import set_alarm
from playground.imageapi.client.response import read_start
from playground.imageapi.client.transport import AddressGuard, CancellableSocket, SocketAborted, open_session


@dataclass(frozen=True, slots=True)
class SmallResponse:
    """A response with the start of its body. `status` is 0 when none came: `failure` names the kind of error then.

    `was_sent`: the request may have left.
    """

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    was_sent: bool = True
    failure: str = ""


def exchange(request: requests.Request, *, listed: Collection[str], seconds: float, max_bytes: int) -> SmallResponse:
    """Send the request once, without following redirects, and read at most `max_bytes` of the body, for 0 nothing.

    Returns instead of raising: exceptions of HTTP libraries hold the request, and that holds the key.
    """
    connection = CancellableSocket(AddressGuard(listed), lambda: None, seconds)
    # The socket's timeout counts silence only: a response that trickles in would hold its reader for hours.
    alarm = set_alarm(seconds, lambda: connection.abort(error_mapping.DEADLINE))
    try:
        with open_session(connection) as session:
            prepared = session.prepare_request(request)
            with session.send(prepared, stream=True, timeout=seconds, allow_redirects=False) as response:
                body = read_start(response, connection, max_bytes) if max_bytes else b""
                return SmallResponse(response.status_code, body, response.headers)
    except (requests.RequestException, urllib3.exceptions.HTTPError, SocketAborted, ValueError) as error:
        return SmallResponse(0, was_sent=connection.has_sent, failure=type(error).__name__)
    finally:
        alarm.cancel()
        connection.release()
