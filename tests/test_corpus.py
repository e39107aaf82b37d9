"""Every odd or hostile file has the outcome that its table says, and none costs the server more than a child."""

from collections.abc import Iterator

import pytest
from PIL import Image

from playground.imaging import sandbox
from playground.runs import draft_masks, drafts
from playground.runs.exceptions import MaskRejected, SourceRejected
from tests.helpers.file_corpus import HTML, MASKS, SOURCES
from tests.helpers.outcome_tables import Table
from tests.helpers.sample_pictures import samples

pytestmark = pytest.mark.django_db
SAMPLES = {name: (path.read_bytes, expected) for name, (path, expected) in samples().items()}
FILES = {**SOURCES, **SAMPLES}


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """Write the outcomes to `build/outcomes`."""
    table = Table("uploads", ("kind", "file", "bytes", "expected", "outcome"))
    yield table
    table.write()


@pytest.mark.parametrize("name", FILES)
def test_an_upload_is_processed_correctly_or_rejected_with_a_reason(tmp_path, table, name: str) -> None:
    build, expected = FILES[name]
    path = tmp_path / "upload"
    path.write_bytes(build())
    try:
        taken = drafts.add_source("alice", path, name)
        outcome = f"{taken.format} {taken.width}x{taken.height}"
    except SourceRejected as refused:
        assert refused.name == name
        outcome = refused.reason
    table.add("picture", name, str(path.stat().st_size), expected, outcome, wrong=_differs(outcome, expected))
    assert outcome == expected
    if " " in outcome:
        with Image.open(drafts.source_path(taken)) as picture:
            assert (picture.size, getattr(picture, "n_frames", 1)) == ((taken.width, taken.height), 1)
        data = drafts.source_path(taken).read_bytes()
        assert HTML not in data and b"index.html" not in data and len(data) < 2_000_000
    else:
        assert not drafts.list_sources("alice")


@pytest.mark.parametrize("name", MASKS)
def test_a_mask_is_taken_or_refused_with_a_reason(tmp_path, table, name: str) -> None:
    build, expected = MASKS[name]
    path = tmp_path / "mask"
    path.write_bytes(build())
    outcome = ""
    try:
        draft_masks.check_mask(path)
    except MaskRejected as refused:
        outcome = refused.reason
    size = str(path.stat().st_size)
    table.add("mask", name, size, expected or "taken", outcome or "taken", wrong=_differs(outcome, expected))
    assert outcome == expected


def test_pictures_of_others_are_among_them() -> None:
    assert {expected.partition(" ")[0] for _, expected in SAMPLES.values()} >= {"png", "format"}


def _differs(outcome: str, expected: str) -> str:
    return "" if outcome == expected else f"{outcome or 'taken'} is not {expected or 'taken'}"


def test_a_child_has_limits_of_cpu_and_memory(tmp_path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(SOURCES["plain.png"][0]())
    sandbox.read_header(path)
    held = sandbox._decoder._child
    assert held is not None
    with open(f"/proc/{held._process.pid}/limits") as limits:
        limits_by_name = {line[:25].strip(): line[26:].split()[0] for line in limits}
    assert int(limits_by_name["Max address space"]) == sandbox.MEMORY_BYTES
    assert int(limits_by_name["Max cpu time"]) <= sandbox.CPU_SECONDS * (sandbox.MAX_FILES_PER_CHILD + 1)
