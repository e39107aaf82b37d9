"""All faults by name."""

from tests.fake_provider import (
    answer_fields,
    answers,
    broken_connections,
    events,
    official,
    picture_urls,
    refusals,
    unusable_answers,
)
from tests.fake_provider.registry import FAULTS

__all__ = [
    "FAULTS",
    "answer_fields",
    "answers",
    "broken_connections",
    "events",
    "official",
    "picture_urls",
    "refusals",
    "unusable_answers",
]
