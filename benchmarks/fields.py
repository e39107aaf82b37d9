"""Every field of an answer, of every odd kind, through page and API: a table of outcomes, as `benchmarks/faults.py`.

    .venv/bin/python -m benchmarks.fields [WORD …]

Words choose among the faults: only those that hold one of them (`in=completed`, `field=quality`, `kind=upper`).
"""

import sys

from benchmarks.faults import main
from tests.fake_provider.fields import ALL


def chosen(words: list[str]) -> list[str]:
    """The faults that hold one of the words as one of their options; all without words."""
    return [name for name in ALL if not words or set(words) & set(name.split("+"))]


if __name__ == "__main__":
    sys.exit(main(chosen(sys.argv[1:]), "fields"))
