"""All faults by name."""

from tests.upstream import addresses, answers, broken, events, fields, refusals, unusable
from tests.upstream.registry import FAULTS

__all__ = ["FAULTS", "addresses", "answers", "broken", "events", "fields", "refusals", "unusable"]
