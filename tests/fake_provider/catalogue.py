"""All faults by name."""

from tests.fake_provider import addresses, answers, broken, events, fields, refusals, unusable
from tests.fake_provider.registry import FAULTS

__all__ = ["FAULTS", "addresses", "answers", "broken", "events", "fields", "refusals", "unusable"]
