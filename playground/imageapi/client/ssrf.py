"""Which addresses may be reached: public ones by https, and the listed APIs as they are listed.

A host name is resolved once, its addresses are checked, and a checked address is connected to: a name that changes
its mind between check and use (DNS rebinding, OWASP SSRF prevention) reaches nothing.
"""

import ipaddress
import socket
from collections.abc import Collection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Origin(NamedTuple):
    """Scheme, host and port of an address."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin":
        """The origin of `url`. Raises AddressRefused for anything but http and https with a host."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise AddressRefusedError("the address is not valid") from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
            raise AddressRefusedError("the address is not a plain web address")
        return cls(parts.scheme, parts.hostname.lower(), _PORTS[parts.scheme] if port is None else port)


class AddressRefusedError(OSError):
    """An address that must not be reached; an OSError, so that HTTP libraries carry it on as a failed connection."""


class ResolvedAddress(NamedTuple):
    """One address to connect to, as `socket` wants it."""

    family: int
    address: Any


class AddressGuard:
    """Decides what may be connected to. `listed` are base addresses of APIs that an operator chose."""

    def __init__(self, listed: Collection[str] = ()) -> None:
        self._listed = frozenset(Origin.of(url) for url in listed)

    def check(self, origin: Origin) -> None:
        """Raise AddressRefused when `origin` could not be reached whatever its name resolves to."""
        if origin.scheme != "https" and origin not in self._listed:
            raise AddressRefusedError("only listed APIs may be plain http")

    def resolve(self, origin: Origin) -> list[ResolvedAddress]:
        """The addresses of `origin` that may be connected to. Raises AddressRefused, or socket.gaierror."""
        self.check(origin)
        try:
            found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        except UnicodeError:
            # Python itself refuses a label that is empty, or has over 63 characters.
            raise AddressRefusedError("the address is not valid") from None
        endpoints = [ResolvedAddress(family, address) for family, _, _, _, address in found]
        if origin not in self._listed:
            endpoints = [endpoint for endpoint in endpoints if is_public(str(endpoint.address[0]))]
        if not endpoints:
            raise AddressRefusedError("the address is not public")
        return endpoints


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public internet, also behind the ways IPv6 has to wrap an IPv4 one."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast
