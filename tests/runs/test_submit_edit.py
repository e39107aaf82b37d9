"""An edit keeps its files: linked, named, in order, and found again by the same form."""

import hashlib

import pytest
from django.conf import settings

from playground.imageapi.schemas import ImageRequest, SourceImage
from playground.imaging import masks
from playground.runs import draft_masks, drafts, paths
from playground.runs.exceptions import MaskRejected, SourceRejected
from playground.runs.models import Run
from playground.runs.paths import run_folder
from playground.runs.services import retention
from playground.runs.services.submit import ApiConnection, submit_run
from tests.factories import a_run
from tests.runs.draft_files import a_file, a_mask, a_source

pytestmark = pytest.mark.django_db


def submit_edit(mask_file=None, *, token="t1", **more):
    images = drafts.source_images("alice")
    mask_image = draft_masks.mask_as_source(mask_file) if mask_file else None
    request = ImageRequest("edits", "a hat", quality="low", n=1, images=images, mask=mask_image, **more)
    return submit_run(
        "alice", ApiConnection(settings.IMAGE_APIS["asia"], "cr_canary_0123456789"), request, token=token
    )


def test_files_go_to_the_run_in_order_without_being_copied(tmp_path):
    sources = [a_source(tmp_path, name) for name in ("b.png", "a.jpg")]
    run = submit_edit()
    assert [(one["name"], one["file"]) for one in run.sources] == [
        ("b.png", "source-1.png"),
        ("a.jpg", "source-2.jpg"),
    ]
    assert paths.run_source_path(run, 2).samefile(drafts.source_path(sources[1]))


def test_the_run_gives_its_request_back_after_the_draft_is_gone(tmp_path):
    drafts.set_role(a_source(tmp_path), "scene")
    run = submit_edit(a_mask(tmp_path))
    drafts.clear_draft("alice")
    request = run.request()
    assert [image.path.exists() for image in request.images] == [True]
    assert (request.mask.name, request.mask.path.exists()) == ("mask.png", True)
    assert (run.sources[0]["width"], run.sources[0]["height"], run.sources[0]["role"]) == (64, 48, "scene")


def test_a_mask_of_another_size_is_fitted_to_the_first_picture(tmp_path):
    a_source(tmp_path)
    run = submit_edit(a_mask(tmp_path, size=(128, 96), box=(16, 16, 48, 48)))
    facts = masks.inspect_mask(paths.run_mask_path(run))
    assert (facts.width, facts.height, facts.marked) == (64, 48, 16 * 16 / (64 * 48))


def test_the_mask_of_the_draft_was_fitted_and_goes_to_the_run_as_it_is(tmp_path):
    a_source(tmp_path)
    kept = draft_masks.store_mask("alice", a_mask(tmp_path, size=(128, 96)))
    assert paths.run_mask_path(submit_edit(kept)).samefile(kept)


def test_another_mask_for_the_draft_leaves_that_of_the_run_alone(tmp_path):
    a_source(tmp_path)
    run = submit_edit(draft_masks.store_mask("alice", a_mask(tmp_path)))
    sent = paths.run_mask_path(run).read_bytes()
    draft_masks.store_mask("alice", a_mask(tmp_path, box=(0, 0, 9, 9)))
    assert paths.run_mask_path(run).read_bytes() == sent != draft_masks.load_mask("alice").read_bytes()


def test_pictures_of_one_name_are_told_apart(tmp_path):
    for _ in range(3):
        a_source(tmp_path, "cat.png")
    assert [one["name"] for one in submit_edit().sources] == ["cat.png", "cat-2.png", "cat-3.png"]


def test_the_same_form_with_the_same_files_is_the_same_run(tmp_path):
    a_source(tmp_path)
    assert submit_edit() == submit_edit()


def test_pressing_the_button_reads_no_picture_again(tmp_path, monkeypatch):
    source = a_source(tmp_path)
    monkeypatch.setattr("playground.runs.services.submit._file_hash", None)
    run = submit_edit()
    assert run.sources[0]["digest"] == hashlib.sha256(drafts.source_path(source).read_bytes()).hexdigest()


def test_another_mask_is_another_run(tmp_path):
    a_source(tmp_path)
    assert submit_edit(a_mask(tmp_path)) != submit_edit(a_mask(tmp_path, box=(0, 0, 9, 9)))


def test_a_picture_that_is_gone_is_refused_and_nothing_stays(tmp_path):
    drafts.source_path(a_source(tmp_path)).unlink()
    with pytest.raises(SourceRejected, match="gone"):
        submit_edit()
    assert not list(run_folder("x").parent.parent.glob("*/*"))


def test_a_broken_mask_is_refused(tmp_path):
    a_source(tmp_path)
    (tmp_path / "mask.png").write_bytes(b"no picture")
    with pytest.raises(MaskRejected, match="format"):
        submit_edit(tmp_path / "mask.png")


def test_several_sources_are_expected_to_take_longest(tmp_path):
    a_source(tmp_path)
    one = submit_edit()
    a_source(tmp_path)
    assert (one.expected_high, submit_edit().expected_high) == (35, 50)


def test_deleting_the_run_leaves_the_draft(tmp_path):
    source = a_source(tmp_path)
    run = submit_edit()
    Run.objects.filter(pk=run.pk).update(state="succeeded")
    retention.remove_runs(Run.objects.all())
    assert drafts.source_path(source).exists()


def test_change_and_run_brings_pictures_roles_and_mask_back(tmp_path):
    drafts.set_role(a_source(tmp_path, "scene.png"), "scene")
    a_source(tmp_path, "hat.jpg")
    run = submit_edit(a_mask(tmp_path))
    drafts.clear_draft("alice")
    a_source(tmp_path, "another.png")
    back = drafts.draft_from_run("alice", run)
    assert [(one.name, one.role) for one in back] == [("scene.png", "scene"), ("hat.jpg", "")]
    assert draft_masks.load_mask("alice").read_bytes() == paths.run_mask_path(run).read_bytes()
    again = submit_edit(draft_masks.load_mask("alice"), token="t2")
    assert paths.run_mask_path(again).read_bytes() == paths.run_mask_path(run).read_bytes()


def test_a_result_can_be_edited(tmp_path):
    a_source(tmp_path, "old.png")
    picture = a_run(pictures=1).pictures.get()
    drafts.draft_from_picture("alice", picture, name="fox.png")
    assert [one.name for one in drafts.list_sources("alice")] == ["fox.png"]
    drafts.draft_from_picture("alice", picture, beside=True)
    assert len(drafts.list_sources("alice")) == 2


def test_a_result_that_is_gone_leaves_the_page_as_it_is(tmp_path):
    a_source(tmp_path, "old.png")
    picture = a_run(pictures=1).pictures.get()
    paths.picture_path(picture).unlink()
    with pytest.raises(SourceRejected, match="gone"):
        drafts.draft_from_picture("alice", picture)
    assert [one.name for one in drafts.list_sources("alice")] == ["old.png"]


def test_a_file_outside_the_draft_can_be_sent_too(tmp_path):
    path = a_file(tmp_path)
    image = SourceImage(path, "cat.png", "image/png", path.stat().st_size)
    request = ImageRequest("edits", "", images=(image,))
    run = submit_run("alice", ApiConnection(settings.IMAGE_APIS["asia"], "cr_x"), request, token="")
    assert (run.sources[0]["width"], run.sources[0]["height"]) == (64, 48)
