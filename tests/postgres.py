"""Tests on a PostgreSQL server that is thrown away at the end.

`python -m tests.postgres PYTEST-ARGUMENTS` runs the suite,
`python -m tests.postgres benchmarks.gateway.ledger_consistency 2000` a program.
"""

import os
import subprocess
import sys

from tests.helpers import services


def main(arguments: list[str]) -> int:
    """The exit status of pytest or the program; 1 without PostgreSQL."""
    if not services.postgres_program("initdb"):
        print("PostgreSQL is not installed here: `python -m tests.setup` says why.")
        return 1
    with services.postgres(max_connections=200) as (address, _):
        is_program = bool(arguments) and arguments[0].startswith("benchmarks.")
        command = [sys.executable, "-m", *([] if is_program else ["pytest"]), *arguments]
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": address}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
