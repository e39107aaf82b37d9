"""SECURITY.md names what keeps each promise and what shows it: all of it is there."""

import re

import pytest

from tests.helpers.server import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests|pages|runs|imageapi|web|pixels|gateway|deploy)/[\w/.-]*)`", PAGE)))


@pytest.mark.parametrize("name", NAMED)
def test_everything_that_the_page_names_exists(name: str) -> None:
    assert (ROOT / name).exists() or (ROOT / "playground" / name).exists()


def test_every_promise_is_shown_by_a_test() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(rows) >= 10 and all("`tests/" in row[2] for row in rows), rows
