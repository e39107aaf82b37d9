"""What waits on the edit page: pictures in order, within limits, and the mask of the first."""

import pytest
from django.http import Http404
from PIL import Image

from playground.pixels.decode import size_of
from playground.runs import drafts
from playground.runs.drafts import pictures
from playground.runs.folders import draft_folder_of
from playground.runs.models import Source
from tests.runs.drafts import a_file, a_mask, a_source

pytestmark = pytest.mark.django_db


def names():
    return [one.name for one in drafts.sources_of("alice")]


def test_pictures_are_kept_in_the_order_they_came(tmp_path):
    for name in ("one.png", "two.jpg", "three.webp"):
        a_source(tmp_path, name)
    assert names() == ["one.png", "two.jpg", "three.webp"]


def test_a_picture_knows_what_it_is(tmp_path):
    source = a_source(tmp_path, "cat.jpg", size=(64, 48))
    assert (source.format, source.width, source.height) == ("jpeg", 64, 48)
    assert source.size == drafts.path_of(source).stat().st_size
    assert drafts.thumbnail_of(source).read_bytes()[8:12] == b"WEBP"


def test_the_uploaded_file_is_left_alone(tmp_path):
    path = a_file(tmp_path)
    before = path.read_bytes()
    drafts.add("alice", path, "cat.png")
    assert path.read_bytes() == before


def test_pictures_can_be_put_in_another_order(tmp_path):
    one, two, three = (a_source(tmp_path, f"{name}.png") for name in ("one", "two", "three"))
    drafts.reorder("alice", [three.pk, "unknown", one.pk])
    assert names() == ["three.png", "one.png", "two.png"]
    a_source(tmp_path, "four.png")
    assert names()[-1] == "four.png"
    assert two.pk in {one.pk for one in drafts.sources_of("alice")}


def test_a_removed_picture_takes_its_files_and_its_mask_along(tmp_path):
    source = a_source(tmp_path)
    drafts.keep_mask("alice", a_mask(tmp_path))
    drafts.remove(source)
    assert (names(), list(draft_folder_of("alice").iterdir())) == ([], [])


def test_a_role_is_kept(tmp_path):
    source = a_source(tmp_path)
    drafts.set_role(source, "  product ")
    assert Source.objects.get(pk=source.pk).role == "product"


def test_strangers_see_nothing(tmp_path):
    source = a_source(tmp_path, visitor="bob")
    assert (drafts.sources_of("alice"), drafts.sources_of("")) == ([], [])
    with pytest.raises(Http404):
        drafts.source_of("alice", source.pk)


def refusal(path, name="cat.png"):
    with pytest.raises(drafts.SourceRefused) as caught:
        drafts.add("alice", path, name)
    assert not list(draft_folder_of("alice").glob("*")) or Source.objects.exists()
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
def test_what_no_api_could_take_is_refused_by_its_name(tmp_path, content, reason):
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
    monkeypatch.setattr(pictures, "MAX_FILE_BYTES", path.stat().st_size - 1)
    assert refusal(path)[0] == "too_large"


def test_files_that_are_too_large_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_TOTAL_BYTES", a_source(tmp_path).size + 10)
    assert refusal(a_file(tmp_path))[0] == "too_large_together"


def test_a_mask_is_fitted_to_the_first_picture(tmp_path):
    a_source(tmp_path, size=(64, 48))
    drafts.keep_mask("alice", a_mask(tmp_path, size=(32, 24)))
    assert size_of(drafts.mask_of("alice")) == (64, 48)


def test_a_mask_belongs_to_its_picture_and_comes_back_with_it(tmp_path):
    first, second = a_source(tmp_path, "one.png"), a_source(tmp_path, "two.png")
    kept = drafts.keep_mask("alice", a_mask(tmp_path))
    drafts.reorder("alice", [second.pk, first.pk])
    assert drafts.mask_of("alice") is None
    drafts.remove(second)
    assert drafts.mask_of("alice") == kept


@pytest.mark.parametrize(
    ("name", "alpha", "reason"),
    [("mask.jpg", None, "not_png"), ("mask.png", None, "no_alpha"), ("mask.png", 255, "nothing_marked")],
)
def test_a_mask_that_would_do_nothing_is_refused(tmp_path, name, alpha, reason):
    a_source(tmp_path)
    path = a_file(tmp_path, name)
    if alpha is not None:
        Image.new("RGBA", (64, 48), (0, 0, 0, alpha)).save(path)
    with pytest.raises(drafts.MaskRefused, match=reason):
        drafts.keep_mask("alice", path)


def test_a_full_mask_is_allowed(tmp_path):
    a_source(tmp_path)
    drafts.keep_mask("alice", a_mask(tmp_path, box=(0, 0, 64, 48)))
    assert drafts.mask_of("alice") is not None


def test_without_a_picture_there_is_nothing_to_mask(tmp_path):
    with pytest.raises(drafts.MaskRefused, match="no_source"):
        drafts.keep_mask("alice", a_mask(tmp_path))
