"""One composition a file; `COMPOSITIONS` finds the one for a kind of scene."""

from .book import COMPOSITIONS, Composition

__all__ = ["COMPOSITIONS", "Composition"]
