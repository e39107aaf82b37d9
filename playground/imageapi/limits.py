"""What a call may cost in time and bytes: one value, so that tests can shrink it."""

from dataclasses import dataclass

from playground.imageapi.options import MIB

BLOCK: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one call, in seconds and bytes. `retry_pace` multiplies every wait before a second attempt."""

    connect_seconds: float = 10.0
    error_body_seconds: float = 5.0
    fetch_seconds: float = 60.0
    longest_retry_after: int = 10
    retry_pace: float = 1.0
    picture_bytes: int = 128 * MIB
    fetched_bytes: int = 32 * MIB
    text_bytes: int = 2 * MIB
    error_bytes: int = 2 * MIB

    @property
    def answer_bytes(self) -> int:
        """The longest answer that can hold `picture_bytes` as base64, line breaks included."""
        return self.picture_bytes * 3 // 2 + self.text_bytes
