"""Check with schemathesis that every answer of the built-in API matches `v1/openapi.json`.

Run: `python -m benchmarks.gateway.openapi_conformance PATH_TO_SCHEMATHESIS [examples] [more of its options]`.
Schemathesis is not among the project's packages: make an environment (`python -m venv`) and `pip install
schemathesis pillow` there. The server draws nothing, for a key without limits.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.gateway.quota_limits import QUICK
from tests.gateway.live_api import manage, serving

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")


# Contents of files cannot be described: what is sent as a picture may be none. And only demo keys may rehearse.
CONFIG = """
[[operations]]
include-name = "POST /images/edits"
checks.positive_data_acceptance.enabled = false
"""
HOOKS = """
import io, schemathesis
from hypothesis import strategies
from PIL import Image

@schemathesis.hook
def filter_headers(context, headers):
    # The same key with another body is refused, and has to be.
    return not {"X-Rehearse", "Idempotency-Key"} & set(headers or {})

@schemathesis.hook
def filter_case(context, case):
    # Only with `Prefer: respond-async`, and only for a key with a webhook secret.
    return not (isinstance(case.body, dict) and case.body.get("webhook_url"))

def pictures(kind):
    def drawn(size):
        out = io.BytesIO()
        Image.new("RGB", size).save(out, kind)
        return out.getvalue()
    return strategies.builds(drawn, strategies.tuples(*[strategies.integers(1, 64)] * 2))

for kind in ("png", "jpeg", "webp"):
    schemathesis.openapi.media_type(f"image/{kind}", pictures(kind))
"""


def main(program: str, examples: str = "200", *options: str) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder, application=QUICK, threads=60, LOG_LEVEL="error") as server:
            (folder / "hooks.py").write_text(HOOKS)
            (folder / "schemathesis.toml").write_text(CONFIG)
            key = manage(folder, "create_key", "--daily-images=1000000", "--concurrency=64").splitlines()[-1]
            command = [
                program, "run", f"{server.base_url}/openapi.json", "--header", f"Authorization: Bearer {key}",
                "--max-examples", examples, "--workers", "2", *options,
            ]  # fmt: skip
            return subprocess.run(command, cwd=folder, env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks"}).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
