"""Server-side request forgery: connect to public addresses by https, and to the listed APIs as they are listed.

A host name is resolved once, its addresses are checked, and a checked address is connected to. A name that resolves
differently a moment later (DNS rebinding, OWASP SSRF prevention) changes nothing.
"""

import ipaddress
import socket
from collections.abc import Collection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefusedError(OSError):
    """The address must not be connected to. An OSError, so that HTTP libraries treat it as a failed connection."""


class Origin(NamedTuple):
    """Scheme, host and port of a URL."""

    scheme: str
    host: str
    port: int

    @classmethod
    def from_url(cls, url: str) -> "Origin":
        """Raises AddressRefusedError for anything but http and https with a host and without credentials."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise AddressRefusedError("the address is not valid") from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
            raise AddressRefusedError("the address is not a plain web address")
        return cls(parts.scheme, parts.hostname.lower(), _PORTS[parts.scheme] if port is None else port)


class ResolvedAddress(NamedTuple):
    """An address as `socket.connect` takes it."""

    family: int
    address: Any


class AddressGuard:
    """Decide which origins may be connected to. `listed` are base URLs of APIs that an operator chose."""

    def __init__(self, listed: Collection[str] = ()) -> None:
        self._listed = frozenset(Origin.from_url(url) for url in listed)

    def check(self, origin: Origin) -> None:
        """Raise AddressRefusedError when `origin` is refused whatever its name resolves to."""
        if origin.scheme != "https" and origin not in self._listed:
            raise AddressRefusedError("only listed APIs may be plain http")

    def resolve(self, origin: Origin) -> list[ResolvedAddress]:
        """Return the addresses that may be connected to. Raises AddressRefusedError, or socket.gaierror."""
        self.check(origin)
        try:
            infos = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        except UnicodeError:
            # Python itself refuses a label that is empty or has more than 63 characters.
            raise AddressRefusedError("the address is not valid") from None
        addresses = [ResolvedAddress(family, address) for family, _, _, _, address in infos]
        if origin not in self._listed:
            addresses = [address for address in addresses if is_public(str(address.address[0]))]
        if not addresses:
            raise AddressRefusedError("the address is not public")
        return addresses


def is_public(text: str) -> bool:
    """Say whether an IP address is public, also an IPv4 one that is embedded in IPv6."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if embedded is None and address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded is not None:
            return is_public(str(embedded))
    return address.is_global and not address.is_multicast
