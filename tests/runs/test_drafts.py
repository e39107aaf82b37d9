"""What waits on the edit page: pictures in order, within limits, and the mask of the first."""

import pytest
from django.http import Http404
from PIL import Image

from playground.imaging.decode import read_size
from playground.runs import draft_masks, drafts
from playground.runs.exceptions import MaskRejected, SourceRejected
from playground.runs.models import Source
from playground.runs.paths import draft_folder
from tests.runs.draft_files import a_file, a_mask, a_source

pytestmark = pytest.mark.django_db


def names():
    return [one.name for one in drafts.list_sources("alice")]


def test_pictures_are_kept_in_the_order_they_came(tmp_path):
    for name in ("one.png", "two.jpg", "three.webp"):
        a_source(tmp_path, name)
    assert names() == ["one.png", "two.jpg", "three.webp"]


def test_a_picture_knows_what_it_is(tmp_path):
    source = a_source(tmp_path, "cat.jpg", size=(64, 48))
    assert (source.format, source.width, source.height) == ("jpeg", 64, 48)
    assert source.size == drafts.source_path(source).stat().st_size
    assert drafts.source_thumbnail_path(source).read_bytes()[8:12] == b"WEBP"


def test_the_uploaded_file_is_left_alone(tmp_path):
    path = a_file(tmp_path)
    before = path.read_bytes()
    drafts.add_source("alice", path, "cat.png")
    assert path.read_bytes() == before


def test_pictures_can_be_put_in_another_order(tmp_path):
    one, two, three = (a_source(tmp_path, f"{name}.png") for name in ("one", "two", "three"))
    drafts.reorder_sources("alice", [three.pk, "unknown", one.pk])
    assert names() == ["three.png", "one.png", "two.png"]
    a_source(tmp_path, "four.png")
    assert names()[-1] == "four.png"
    assert two.pk in {one.pk for one in drafts.list_sources("alice")}


def test_a_removed_picture_takes_its_files_and_its_mask_along(tmp_path):
    source = a_source(tmp_path)
    draft_masks.store_mask("alice", a_mask(tmp_path))
    drafts.remove_source(source)
    assert (names(), list(draft_folder("alice").iterdir())) == ([], [])


def test_a_role_is_kept(tmp_path):
    source = a_source(tmp_path)
    drafts.set_role(source, "  product ")
    assert Source.objects.get(pk=source.pk).role == "product"


def test_strangers_see_nothing(tmp_path):
    source = a_source(tmp_path, visitor="bob")
    assert (drafts.list_sources("alice"), drafts.list_sources("")) == ([], [])
    with pytest.raises(Http404):
        drafts.get_source("alice", source.pk)


def refusal(path, name="cat.png"):
    with pytest.raises(SourceRejected) as caught:
        drafts.add_source("alice", path, name)
    assert not list(draft_folder("alice").glob("*")) or Source.objects.exists()
    return caught.value.reason, caught.value.name


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"GIF89a", "format"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00avifmif1miaf", "format"),
        (b"\x89PNG\r\n\x1a\n broken", "broken"),
    ],
)
def test_a_file_that_no_api_supports_is_rejected_by_name(tmp_path, content, reason):
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert refusal(path, "IMG_1.HEIC") == (reason, "IMG_1.HEIC")


def test_a_cut_picture_is_refused(tmp_path):
    path = a_file(tmp_path, size=(300, 300))
    path.write_bytes(path.read_bytes()[:-500])
    assert refusal(path)[0] == "broken"


def test_too_many_pixels_are_refused_from_the_header(tmp_path):
    Image.new("1", (9000, 9000)).save(tmp_path / "large.png")
    assert refusal(tmp_path / "large.png")[0] == "pixels"


def test_a_ninth_picture_is_refused(tmp_path):
    for number in range(8):
        a_source(tmp_path, f"{number}.png")
    assert refusal(a_file(tmp_path))[0] == "too_many"


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    path = a_file(tmp_path)
    monkeypatch.setattr(drafts, "draft_file_bytes", lambda: path.stat().st_size - 1)
    assert refusal(path)[0] == "too_large"


def test_files_that_are_too_large_together_are_refused(tmp_path, monkeypatch):
    size = a_source(tmp_path).size
    monkeypatch.setattr(drafts, "draft_total_bytes", lambda: size + 10)
    assert refusal(a_file(tmp_path))[0] == "too_large_together"


def test_a_mask_is_fitted_to_the_first_picture(tmp_path):
    a_source(tmp_path, size=(64, 48))
    draft_masks.store_mask("alice", a_mask(tmp_path, size=(32, 24)))
    assert read_size(draft_masks.load_mask("alice")) == (64, 48)


def test_a_mask_belongs_to_its_picture_and_comes_back_with_it(tmp_path):
    first, second = a_source(tmp_path, "one.png"), a_source(tmp_path, "two.png")
    kept = draft_masks.store_mask("alice", a_mask(tmp_path))
    drafts.reorder_sources("alice", [second.pk, first.pk])
    assert draft_masks.load_mask("alice") is None
    drafts.remove_source(second)
    assert draft_masks.load_mask("alice") == kept


@pytest.mark.parametrize(
    ("name", "alpha", "reason"),
    [("mask.jpg", None, "not_png"), ("mask.png", None, "no_alpha"), ("mask.png", 255, "nothing_marked")],
)
def test_a_mask_that_would_do_nothing_is_refused(tmp_path, name, alpha, reason):
    a_source(tmp_path)
    path = a_file(tmp_path, name)
    if alpha is not None:
        Image.new("RGBA", (64, 48), (0, 0, 0, alpha)).save(path)
    with pytest.raises(MaskRejected, match=reason):
        draft_masks.store_mask("alice", path)


def test_a_full_mask_is_allowed(tmp_path):
    a_source(tmp_path)
    draft_masks.store_mask("alice", a_mask(tmp_path, box=(0, 0, 64, 48)))
    assert draft_masks.load_mask("alice") is not None


def test_without_a_picture_there_is_nothing_to_mask(tmp_path):
    with pytest.raises(MaskRejected, match="no_source"):
        draft_masks.store_mask("alice", a_mask(tmp_path))
