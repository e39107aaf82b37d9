"""Which API a run goes to, and with which key: plain values, made by pages from the session."""

import hashlib
import hmac
from dataclasses import dataclass, field

from django.conf import settings

from playground.imageapi.demokeys import is_demo_key
from playground.imageapi.profiles import ImageApi


@dataclass(frozen=True, slots=True)
class Connection:
    """An API and the visitor's key for it. The key is in no repr."""

    api: ImageApi
    key: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Groups runs of one key without telling it."""
        return hmac.new(f"fingerprint {settings.SECRET_KEY}".encode(), self.key.encode(), hashlib.sha256).hexdigest()[
            :32
        ]

    @property
    def is_demo(self) -> bool:
        """Whether nothing is really charged: the built-in API with a demo key."""
        return self.api.is_builtin and is_demo_key(self.key, settings.SECRET_KEY)

    @property
    def last4(self) -> str:
        """What people recognise the key by."""
        return self.key[-4:]
