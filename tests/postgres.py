"""`python -m tests.postgres PYTEST-ARGUMENTS`: the suite on a PostgreSQL server that is thrown away at the end."""

import os
import subprocess
import sys

from tests import engines


def main(arguments: list[str]) -> int:
    """pytest's exit status; 1 without PostgreSQL."""
    if not engines.postgres_program("initdb"):
        print("PostgreSQL is not installed here: `python -m tests.setup` says why.")
        return 1
    with engines.postgres(max_connections=200) as (address, _):
        command = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": address}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
