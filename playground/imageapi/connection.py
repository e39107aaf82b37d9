"""requests and urllib3 on a Road: what they connect to is checked, what they send is noticed.

Each sending has a session of its own (`open_session`) and keeps no connection alive, so a connection that went stale
can never swallow a paid request.
"""

import functools
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from playground.imageapi.guard import Origin
from playground.imageapi.road import Road, connect


class _RoadConnection(HTTPConnection):
    """A connection of a Road: connects to checked addresses only, and tells the road before it sends."""

    scheme = "http"

    def __init__(self, *args: Any, road: Road, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._road = road

    def _new_conn(self) -> socket.socket:
        origin = Origin(self.scheme, self._dns_host.strip("[]").lower(), self.port)
        try:
            return connect(self._road, self._road.guard.resolve(origin))
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "the connection took too long") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def send(self, data: Any) -> None:
        # http.client connects by itself on the first send, which would be too late to call the road unused.
        if self.sock is None:
            self.connect()
        self._road.use()
        super().send(data)


class _RoadTlsConnection(_RoadConnection, HTTPSConnection):
    scheme = "https"


class _RoadPool(HTTPConnectionPool):
    ConnectionCls = _RoadConnection


class _RoadTlsPool(HTTPSConnectionPool):
    ConnectionCls = _RoadTlsConnection


class RoadAdapter(HTTPAdapter):
    """Sends every request of its session along one Road. `send` is inherited, so `responses` can answer it."""

    def __init__(self, road: Road) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._road = road
        self._pools: list[HTTPConnectionPool] = []

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> HTTPConnectionPool:
        """A pool for this one request, without the shared pools of requests."""
        parts = urlsplit(request.url or "")
        host, port = parts.hostname or "", parts.port
        pool: HTTPConnectionPool
        if parts.scheme == "https":
            pool = _RoadTlsPool(host, port, road=self._road, ssl_context=tls_context(), maxsize=1)
        else:
            pool = _RoadPool(host, port, road=self._road, maxsize=1)
        self._pools.append(pool)
        return pool

    def close(self) -> None:
        """Close what is still connected."""
        for pool in self._pools:
            pool.close()
        super().close()

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing: the context verifies always, and reading certificates again for each call would cost 20 ms."""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """The one context of this process: trusts certifi and the system (SSL_CERT_FILE), verifies names."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def open_session(road: Road) -> requests.Session:
    """A session whose only way out is `road`: no proxies or netrc from the environment, no retries."""
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    adapter = RoadAdapter(road)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
