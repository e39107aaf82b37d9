"""Annotations on an edit: kept with the picture, and sent as a layer or as a copy of it."""

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from playground.imageapi.providers import PROFILES, ImageApi
from playground.runs.models import Run, Source
from tests.factories import BASE
from tests.pages.edit_files import EDIT, SIZE, SOURCES, a_mask, an_image, problem, put

pytestmark = pytest.mark.django_db
ARROW = {"kind": "arrow", "colour": "red", "width": 3, "x1": 4, "y1": 4, "x2": 40, "y2": 30}
OFFICIAL = {"api": "mine", "key": "sk-proj-0123456789abcdef", "prompt": "A lamp"}
SENTENCE = (
    "Image 2, the notes, is a copy of image 1 with annotations on it. Apply them to image 1, and leave the "
    "annotations themselves out of the result."
)


@pytest.fixture(autouse=True)
def _listed(settings):
    mine = ImageApi("mine", PROFILES["openai"], "https://api.example.org/v1")
    settings.IMAGE_APIS = {**settings.IMAGE_APIS, "mine": mine}


def a_document(*annotations, size=SIZE) -> str:
    return json.dumps({"width": size[0], "height": size[1], "annotations": annotations or [ARROW]})


def annotate(client, source_id, document=None, **entries):
    """Do what the editor does after each stroke."""
    text = a_document() if document is None else document
    return client.post(f"{SOURCES}{source_id}/annotations/", {"annotations": text, **entries})


def sent(client, **entries) -> Run:
    response = client.post(EDIT, {"prompt": "A lamp", **entries})
    assert response.status_code == 303, response.context["form"].errors
    return Run.objects.latest("created_at")


def picture_at(client, address) -> Image.Image:
    return Image.open(io.BytesIO(b"".join(client.get(address).streaming_content)))


def test_a_copy_with_the_annotations_is_sent_as_the_last_picture(client):
    put(client, "cat.png", "lamp.png")
    run = sent(client, annotations=a_document())
    assert [source["name"] for source in run.sources] == ["cat.png", "lamp.png", "notes.jpg"]
    copy = picture_at(client, f"{BASE}runs/{run.pk}/sources/3/")
    red, green, _blue = copy.convert("RGB").getpixel((14, 11))
    assert copy.size == SIZE and red > 180 > green


def test_the_prompt_says_what_the_copy_is(client):
    put(client, "cat.png")
    assert sent(client, annotations=a_document()).prompt == f"{SENTENCE}\nA lamp"


def test_a_model_that_takes_markup_gets_a_layer_and_no_copy(client):
    put(client, "cat.png")
    run = sent(client, annotations=a_document(), **{**OFFICIAL, "model": "gpt-image-2.5-flare"})
    assert (len(run.sources), run.prompt) == (1, "A lamp")
    layer = picture_at(client, f"{BASE}runs/{run.pk}/markup/")
    assert (layer.mode, layer.size, layer.getpixel((60, 44))[3]) == ("RGBA", SIZE, 0)
    assert run.request().markup.path.read_bytes()[:4] == b"\x89PNG"


def test_with_a_mask_a_model_that_takes_markup_gets_the_copy(client):
    put(client, "cat.png")
    run = sent(client, annotations=a_document(), mask=a_mask(), **{**OFFICIAL, "model": "gpt-image-2.5-flare"})
    assert (run.notes_number, run.markup, run.mask) == (2, "", "mask.png")


@pytest.mark.parametrize(
    ("name", "frame", "size", "place"),
    [
        ("cat.jpg", "extend", (64, 64), (14, 19)),
        ("cat.jpg", "fill", (48, 48), (6, 11)),
    ],
)
def test_annotations_lie_on_the_same_place_of_a_framed_picture(client, name, frame, size, place):
    put(client, name, "lamp.png")
    run = sent(client, annotations=a_document(), frame=frame, size="1024x1024")
    first, copy = (picture_at(client, f"{BASE}runs/{run.pk}/sources/{number}/") for number in (1, 3))
    red, green, _blue = copy.convert("RGB").getpixel(place)
    assert first.size == copy.size == size and red > 180 > green
    # In the added area the copy is as empty as the picture.
    assert copy.convert("RGBA").getpixel((40, 1))[3] == first.convert("RGBA").getpixel((40, 1))[3]
    assert run.prompt.startswith("Image 3, the notes, is a copy of image 1") and run.notes_number == 3


def test_a_framed_copy_is_sent_again_as_it_was(client):
    put(client, "cat.jpg")
    run = sent(client, annotations=a_document(), frame="extend", size="1024x1024")
    again = sent(client, of_run=run.pk)
    assert [source["digest"] for source in again.sources] == [source["digest"] for source in run.sources]


def test_a_framed_draft_says_that_the_copy_is_sent_not_a_layer(client):
    source_id = put(client, "cat.png")[0]
    annotate(client, source_id)
    client.post(f"{SOURCES}{source_id}/", {"frame": "extend", "frame_source": source_id})
    page = client.get(EDIT, {"api": "mine"})
    shown = annotate(client, source_id, api="mine", model="gpt-image-2.5-flare", has_mask="1").text
    assert page.context["annotations"].has_mask and "sent as image 2" in shown
    assert "Both are cut or extended to the frame." in shown
    assert "combined with a mask or a frame" in shown.replace("&#39;", "'")


def test_the_editor_shows_which_of_the_two_will_happen(client):
    source_id = put(client, "cat.png")[0]
    copy = annotate(client, source_id).text
    layer = annotate(client, source_id, api="mine", model="gpt-image-2.5-flare").text
    masked = annotate(client, source_id, api="mine", model="gpt-image-2.5-flare", has_mask="1").text
    assert "sent as image 2" in copy and "sent as image 2" in masked
    assert "sent as image 2" not in layer and "as a transparent layer" in layer


def test_the_marked_copy_is_among_the_source_thumbnails(client):
    source_id = put(client, "cat.png")[0]
    view = annotate(client, source_id).context["annotations"]
    response = client.get(view.thumbnail_url)
    picture = Image.open(io.BytesIO(response.content)).convert("RGB")
    red, green, _blue = picture.getpixel((14, 11))
    assert picture.size == SIZE and red > 150 > green


def test_annotations_stay_with_the_picture_after_a_reload(client):
    source_id = put(client, "cat.png")[0]
    annotate(client, source_id)
    page = client.get(EDIT)
    assert json.loads(page.context["annotations_document"])["annotations"] == [ARROW]
    assert page.context["form"]["preface"].value() == SENTENCE


def test_a_refused_form_keeps_them(client):
    put(client, "cat.png")
    page = client.post(EDIT, {"prompt": "x" * 33_000, "annotations": a_document()})
    assert page.status_code == 422
    assert json.loads(page.context["annotations_document"])["annotations"] == [ARROW]
    assert Source.objects.get().annotations == [ARROW]


def test_clearing_them_removes_the_copy_and_its_sentence(client):
    source_id = put(client, "cat.png")[0]
    annotate(client, source_id)
    annotate(client, source_id, "")
    run = sent(client, annotations="", preface=SENTENCE)
    assert (run.prompt, run.annotations, len(run.sources)) == ("A lamp", None, 1)


def test_a_visitor_who_deletes_the_sentence_does_not_get_it_again(client):
    source_id = put(client, "cat.png")[0]
    annotate(client, source_id)
    assert sent(client, annotations=a_document(), preface="").prompt == "A lamp"


def test_a_preface_of_their_own_gets_the_sentence_once(client):
    put(client, "cat.png")
    run = sent(client, annotations=a_document(), preface="Keep the light.")
    assert run.prompt == f"Keep the light.\n{SENTENCE}\nA lamp"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "can't be read"),
        (a_document(size=(9, 9)), "another size"),
        (a_document({**ARROW, "width": -1}), "Annotation 1 can't be shown"),
    ],
)
def test_a_list_that_cannot_be_drawn_is_refused_with_a_sentence(client, document, words):
    source_id = put(client, "cat.png")[0]
    assert words in problem(client.post(EDIT, {"prompt": "A lamp", "annotations": document}), "annotations")
    assert annotate(client, source_id, document).status_code == 422
    assert not Run.objects.exists() and Source.objects.get().annotations is None


def test_without_room_for_the_copy_there_is_a_clear_sentence(client):
    first, *_ = put(client, *[f"{number}.png" for number in range(8)])
    assert "There is no room for the copy" in annotate(client, first).text
    page = client.post(EDIT, {"prompt": "A lamp", "annotations": a_document()})
    assert "up to 8 images" in problem(page, "annotations")
    assert sent(client, annotations=a_document(), **OFFICIAL).notes_number == 9


def test_a_copy_that_is_too_large_is_refused_with_a_sentence(client, settings):
    put(client, "cat.png")
    small = replace(PROFILES["openai"], max_total_bytes=Source.objects.get().size + 100)
    settings.IMAGE_APIS = {"mine": ImageApi("mine", small, "https://api.example.org/v1")}
    page = client.post(EDIT, {**OFFICIAL, "annotations": a_document()})
    assert "exceed 0 MB in total" in problem(page, "annotations")


def test_files_of_one_form_can_be_annotated(client):
    run = sent(client, image=an_image("cat.png"), annotations=a_document())
    assert run.notes_number == 2 and run.annotations == [ARROW]


def test_again_sends_the_same_copy_and_prompt(client):
    put(client, "cat.png")
    first = sent(client, annotations=a_document())
    # Within two seconds it would be a double click.
    Run.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    again = client.get(f"{BASE}runs/{first.pk}/").context["card"].again
    client.post(EDIT, again)
    second = Run.objects.exclude(pk=first.pk).get()
    assert second.parameters == first.parameters and second.annotations == [ARROW]
    assert [source["digest"] for source in second.sources] == [source["digest"] for source in first.sources]


def test_again_with_a_model_that_takes_markup_sends_the_layer_instead(client):
    put(client, "cat.png")
    first = sent(client, annotations=a_document())
    preface, prompt = SENTENCE, "A lamp"
    entries = {"of_run": first.pk, "preface": preface, **OFFICIAL, "model": "gpt-image-2.5-flare", "prompt": prompt}
    client.post(EDIT, entries)
    second = Run.objects.exclude(pk=first.pk).get()
    assert (second.markup, second.prompt, len(second.sources)) == ("markup.png", "A lamp", 1)


def test_change_images_brings_the_annotations_back_to_the_editor(client):
    put(client, "cat.png")
    run = sent(client, annotations=a_document())
    client.post(f"{EDIT}from/{run.pk}/")
    page = client.get(EDIT)
    assert [source.name for source in page.context["draft_sources"]] == ["cat.png"]
    assert json.loads(page.context["annotations_document"])["annotations"] == [ARROW]
    form = page.context["form"]
    assert (form["preface"].value(), form["prompt"].value()) == (SENTENCE, "A lamp")


@pytest.mark.parametrize(
    ("entries", "field", "file"),
    [({}, "image", "notes.jpg"), ({**OFFICIAL, "model": "gpt-image-2.5-flare"}, "markup", "markup.png")],
)
def test_the_code_panel_shows_the_file_that_is_sent(client, entries, field, file):
    source_id = put(client, "cat.png")[0]
    annotate(client, source_id)
    page = client.post(f"{EDIT}snippets/", {"prompt": "A lamp", **entries}).text
    assert f'<b translate="no">{file}</b>' in page and f"{field}=@" in page.replace("[]", "")


def test_the_price_counts_the_drawing_as_a_picture(client):
    source_id = put(client, "cat.png")[0]
    address, query = f"{EDIT}estimate/", {"api": "mine", "quality": "low", "size": "1024x1024"}
    before = client.get(address, query).context["estimate"].high
    annotate(client, source_id)
    assert client.get(address, query).context["estimate"].high > before


def test_a_picture_with_the_role_notes_gets_the_same_sentence(client):
    _first, second = put(client, "cat.png", "marked.png")
    assert sent(client, **{f"role-{second}": "Notes"}).prompt == f"{SENTENCE}\nA lamp"


def test_other_visitors_see_neither_thumbnail_nor_layer(client):
    source_id = put(client, "cat.png")[0]
    address = annotate(client, source_id).context["annotations"].thumbnail_url
    client.cookies.clear()
    assert client.get(address).status_code == 404
    assert annotate(client, source_id).status_code == 404
