"""What an edit sends, byte by byte, and what it makes of what comes back."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops

from playground.imageapi.providers import parse_image_apis
from playground.imageapi.schemas import ImageRequest
from playground.imaging.convert import Conversion
from playground.imaging.decode import PictureError
from playground.runs import conversions, draft_masks, drafts, paths
from playground.runs.models import State
from playground.runs.services import results
from playground.runs.services.submit import ApiConnection, submit_run
from tests.factories import claim_and_execute_run
from tests.fake_provider import FakeProvider
from tests.imaging.hidden_metadata import SECRET, saved
from tests.imaging.test_mask_lock import a_photo
from tests.runs.draft_files import a_mask, a_source

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "cr_canary_0123456789abcdef"


@pytest.fixture
def server() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


def carried_out(settings, server, mask=None, fault="ok", **more):
    settings.IMAGE_APIS = parse_image_apis(f"upstream={server.url(fault)}", "")
    settings.RUN_DEADLINE = 5
    masking = draft_masks.mask_as_source(mask) if mask else None
    images = drafts.source_images("alice")
    request = ImageRequest("edits", "a hat", quality="low", images=images, mask=masking, **{"n": 1, **more})
    run = submit_run("alice", ApiConnection(settings.IMAGE_APIS["upstream"], KEY), request, token="")
    drafts.clear_draft("alice")
    claim_and_execute_run(run.pk)
    run.refresh_from_db()
    return run


def sent(server):
    return [part for part in server.requests[0].parts if part.filename is not None]


def shown(data):
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
    return picture


def test_pictures_arrive_in_order_under_their_names_and_types(settings, server, tmp_path):
    for name in ("scene.png", "hat.jpg", "猫.webp"):
        a_source(tmp_path, name)
    run = carried_out(settings, server)
    assert run.state == State.SUCCEEDED
    assert server.requests[0].path.endswith("/v1/images/edits")
    assert [(one.name, one.filename, one.content_type) for one in sent(server)] == [
        ("image", "scene.png", "image/png"),
        ("image", "hat.jpg", "image/jpeg"),
        ("image", "猫.webp", "image/webp"),
    ]
    assert [shown(one.data).size for one in sent(server)] == [(64, 48)] * 3


@pytest.mark.parametrize("count", [1, 8])
def test_the_stored_sources_are_sent_byte_for_byte(settings, server, tmp_path, count):
    for number in range(count):
        a_source(tmp_path, f"{number}.jpg", size=(64 + number, 48))
    run = carried_out(settings, server)
    kept = [paths.run_source_path(run, number).read_bytes() for number in range(1, count + 1)]
    assert [one.data for one in sent(server)] == kept


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_nothing_of_where_and_when_arrives(settings, server, tmp_path, format, orientation):
    drafts.add_source("alice", saved(tmp_path, format, orientation), "IMG_1.jpg")
    carried_out(settings, server)
    (part,) = sent(server)
    assert SECRET not in part.data and b"Exif" not in part.data and b"xmp" not in part.data.lower()
    assert shown(part.data).size == ((120, 80) if orientation == 1 else (80, 120))
    assert SECRET not in server.requests[0].body


def test_the_mask_arrives_at_the_first_pictures_size_with_alpha_0_where_it_is_marked(settings, server, tmp_path):
    a_source(tmp_path, size=(64, 48))
    a_source(tmp_path, "other.png", size=(200, 100))
    carried_out(settings, server, a_mask(tmp_path, size=(128, 96), box=(16, 16, 48, 48)))
    *_, part = sent(server)
    assert (part.name, part.filename, part.content_type) == ("mask", "mask.png", "image/png")
    mask = shown(part.data)
    assert (mask.format, mask.size, mask.mode) == ("PNG", (64, 48), "RGBA")
    alpha = Image.new("L", (64, 48), 255)
    alpha.paste(0, (8, 8, 24, 24))
    assert mask.getchannel("A").tobytes() == alpha.tobytes()


def test_fields_arrive_beside_the_files(settings, server, tmp_path):
    a_source(tmp_path)
    carried_out(settings, server, size="1024x1024", input_fidelity="high", n=2)
    fields = server.requests[0].fields
    assert (fields["prompt"], fields["quality"], fields["n"], fields["input_fidelity"]) == (
        "a hat",
        "low",
        "2",
        "high",
    )


def test_a_masked_edit_is_locked_and_measured(settings, server, tmp_path):
    a_source(tmp_path, size=(256, 192))
    run = carried_out(settings, server, a_mask(tmp_path, (256, 192), (64, 64, 128, 128)), n=2, size="1024x1024")
    pictures = list(run.pictures.all())
    assert len(pictures) == 2
    for picture in pictures:
        assert 90 < picture.outside_changed <= 100
        assert (picture.lock_facts["fit"], picture.lock_facts["feather_px"]) == ("stretched", 2)
        assert paths.heatmap_path(picture).read_bytes()[:4] == b"\x89PNG"
        source, locked = (
            shown(path.read_bytes()) for path in (paths.run_source_path(run, 1), paths.locked_path(picture))
        )
        outside = Image.new("L", (256, 192), 255)
        outside.paste(0, (62, 62, 130, 130))
        changed = ImageChops.difference(source, locked.convert("RGB")).convert("L")
        assert sum(changed.histogram(outside)[1:]) == 0
        assert locked.getpixel((90, 90)) != source.getpixel((90, 90))


def test_a_result_that_moved_as_a_whole_is_measured_where_it_belongs(settings, server, tmp_path):
    source = a_photo()
    source.save(tmp_path / "photo.png")
    drafts.add_source("alice", tmp_path / "photo.png", "photo.png")
    run = carried_out(settings, server, a_mask(tmp_path, source.size, (120, 90, 240, 200)))
    picture = run.pictures.get()
    ImageChops.offset(source, 3, 2).save(paths.picture_path(picture))
    results.store_locked_picture(run, picture)
    picture.refresh_from_db()
    assert (picture.lock_facts["shift_x"], picture.lock_facts["shift_y"]) == (3, 2)
    assert picture.outside_changed == 0


def test_a_locked_picture_can_be_downloaded_in_another_format(settings, server, tmp_path):
    a_source(tmp_path)
    run = carried_out(settings, server, a_mask(tmp_path))
    picture = run.pictures.get()
    plain, locked = (
        conversions.conversion_path(picture, Conversion("webp"), locked=locked) for locked in (False, True)
    )
    assert [shown(path.read_bytes()).size for path in (plain, locked)] == [(1024, 1024), (64, 48)]


def test_without_a_mask_nothing_is_locked(settings, server, tmp_path):
    a_source(tmp_path)
    picture = carried_out(settings, server).pictures.get()
    assert (paths.locked_path(picture), paths.heatmap_path(picture), picture.outside_changed) == (None, None, None)
    with pytest.raises(FileNotFoundError):
        conversions.conversion_path(picture, Conversion("png"), locked=True)


def test_a_picture_that_cannot_be_locked_is_kept_as_it_came(settings, server, tmp_path, monkeypatch):
    def fail(*_):
        raise PictureError("limit")

    monkeypatch.setattr(results.sandbox, "lock_picture", fail)
    a_source(tmp_path)
    run = carried_out(settings, server, a_mask(tmp_path))
    assert (run.state, run.pictures.get().locked) == (State.SUCCEEDED, "")


def test_a_picture_that_is_gone_before_it_is_sent_was_not_charged(settings, server, tmp_path):
    a_source(tmp_path)
    settings.IMAGE_APIS = parse_image_apis(f"upstream={server.url('ok')}", "")
    request = ImageRequest("edits", "", images=drafts.source_images("alice"))
    run = submit_run("alice", ApiConnection(settings.IMAGE_APIS["upstream"], KEY), request, token="")
    paths.run_source_path(run, 1).unlink()
    claim_and_execute_run(run.pk)
    run.refresh_from_db()
    assert (run.error_facts, run.charged, server.requests) == ({"fault": "files"}, "no", [])
