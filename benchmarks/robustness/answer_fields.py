"""Vary every field of a provider's answer in every way, through page and API, and print a table of outcomes.

    .venv/bin/python -m benchmarks.robustness.answer_fields [WORD …]

Words choose among the faults that contain one of them (`in=completed`, `field=quality`, `kind=upper`).
`benchmarks/robustness/provider_faults.py` says what the table holds.
"""

import sys

from benchmarks.robustness.provider_faults import main
from tests.fake_provider.answer_fields import ALL


def chosen(words: list[str]) -> list[str]:
    """The faults that hold one of the words as one of their options; all without words."""
    return [name for name in ALL if not words or set(words) & set(name.split("+"))]


if __name__ == "__main__":
    sys.exit(main(chosen(sys.argv[1:]), "fields"))
