"""The frame of the first image: cut or padded before it is sent, kept with the draft, and told before and after."""

import pytest
from PIL import Image

from playground.imageapi.providers import PROFILES, ImageApi
from playground.imaging.masks import load_marks
from playground.runs import paths
from playground.runs.models import Run, Source, State
from tests.factories import BASE, a_picture, a_visitor
from tests.pages.edit_files import EDIT, SIZE, a_mask, an_image, drafted, problem, put

pytestmark = pytest.mark.django_db
SQUARE = {"frame": "extend", "size": "1024x1024"}
HTMX = {"HX-Request": "true"}


def submit(client, **fields) -> Run:
    """Send the draft as it is framed; the page of an image of 64 x 48 pixels."""
    response = client.post(EDIT, {"prompt": "A wide sea", **fields})
    assert response.status_code == 303, response.context["form"].errors
    return Run.objects.latest("created_at")


def sent_image(run: Run) -> Image.Image:
    with Image.open(paths.run_source_path(run, 1)) as sent:
        sent.load()
    return sent


def test_an_extended_image_is_sent_with_the_mask_of_what_was_added(client):
    put(client, "cat.jpg")
    run = submit(client, **SQUARE)
    sent = sent_image(run)
    assert (run.sources[0]["name"], run.sources[0]["width"], sent.size) == ("cat-extended.png", 64, (64, 64))
    assert sent.getchannel("A").getbbox() == (0, 8, 64, 56)
    # A quarter of so small an image is repainted with it; of larger ones 24 pixels.
    assert load_marks(paths.run_mask_path(run), (64, 64)).crop((0, 20, 64, 44)).getextrema() == (0, 0)
    assert run.sources[0]["digest"] and run.kept_box == (0, 8, 64, 56)


def test_auto_is_named_so_that_the_price_is_exact(client):
    put(client, "cat.png")
    run = submit(client, frame="extend", frame_top="20", quality="high")
    assert (run.parameters["size"], run.estimate_low == run.estimate_high) == ("1024x1024", True)


def test_a_filled_frame_cuts_the_image_and_its_mask(client):
    put(client, "cat.png")
    run = submit(client, frame="fill", size="1024x1024", mask=a_mask(box=(0, 8, 24, 24)))
    assert (run.sources[0]["name"], sent_image(run).size) == ("cat-cropped.png", (48, 48))
    assert load_marks(paths.run_mask_path(run), (48, 48)).getbbox() == (0, 8, 16, 24)


def test_a_mask_of_which_the_frame_cuts_everything_is_rejected(client):
    put(client, "cat.png")
    mask = a_mask(box=(0, 8, 6, 24))
    response = client.post(EDIT, {"frame": "fill", "size": "1024x1024", "mask": mask})
    assert "lies outside the frame" in problem(response, "mask")
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"frame_left": "ten"}, "as a whole number of pixels"),
        ({"frame_left": "-60"}, "too little of your image"),
        ({"frame_left": "16384", "frame_top": "16384"}, "over 16384 pixels on one side"),
    ],
)
def test_what_is_wrong_stands_at_the_frame_and_nothing_typed_is_lost(client, fields, sentence):
    put(client, "cat.png")
    response = client.post(EDIT, {**SQUARE, "prompt": "A wide sea", **fields})
    page = response.text
    assert response.status_code == 422
    assert sentence in page[page.index('id="error-frame"') :]
    for name, typed in fields.items():
        assert f'name="{name}" value="{typed}"' in page
    assert 'name="frame" value="extend" checked' in page and "A wide sea" in page


def test_an_animation_cannot_be_extended(client, settings):
    mine = ImageApi("mine", PROFILES["openai"], "https://images.example.org/v1")
    settings.IMAGE_APIS = {**settings.IMAGE_APIS, "mine": mine}
    put(client, "cat.png")
    entries = {"api": "mine", "key": "sk-proj-0123456789abcdef", "model": "gpt-image-2.6-flare", "prompt": "A fox"}
    response = client.post(EDIT, {**SQUARE, **entries, "output_format": "gif"})
    assert "can't be extended" in problem(response, "frame")


def test_the_draft_keeps_the_frame_with_its_image(client):
    first, second = put(client, "cat.png", "dog.png")
    change = f"{EDIT}sources/{first}/"
    client.post(change, {"frame": "extend", "frame_source": first, "frame_left": "12", "act": "later"})
    assert drafted(client) == ["dog.png", "cat.png"]
    assert 'name="frame" value="fit" checked' in client.get(EDIT).text
    client.post(change, {"act": "first"})
    page = client.get(EDIT).text
    assert 'name="frame" value="extend" checked' in page and 'name="frame_left" value="12"' in page
    assert Source.objects.get(pk=second).frame is None


def test_the_same_frame_is_the_same_run_and_another_frame_another(client):
    put(client, "cat.png")
    fields = {"prompt": "A wide sea", "token": "t1", **SQUARE}
    for _press in range(2):
        client.post(EDIT, fields)
    assert Run.objects.count() == 1
    client.post(EDIT, {**fields, "frame_top": "3"})
    assert Run.objects.count() == 2


def test_changing_the_images_of_a_run_brings_the_original_back_with_its_frame_and_mask(client):
    put(client, "cat.png")
    run = submit(client, **SQUARE, frame_top="10", mask=a_mask())
    Run.objects.update(state=State.FAILED)
    client.post(f"{EDIT}run/{run.pk}/")
    source = Source.objects.get(visitor=run.visitor)
    assert ((source.name, source.width, source.height), source.frame["top"]) == (("cat.png", *SIZE), "10")
    again = submit(client, **SQUARE, frame_top="10", keep_mask="1")
    assert sent_image(again).tobytes() == sent_image(run).tobytes()
    marks = [load_marks(paths.run_mask_path(one), (64, 64)).tobytes() for one in (run, again)]
    assert marks[0] == marks[1]


def test_running_again_sends_the_framed_image_and_still_knows_the_original(client):
    put(client, "cat.png")
    run = submit(client, **SQUARE)
    again = submit(client, of_run=run.pk, size="1024x1024", n="2")
    assert again.pk != run.pk and again.kept_box == run.kept_box
    assert (paths.run_folder(again.pk) / again.frame["original"]["file"]).exists()


@pytest.mark.parametrize(
    ("frame", "size", "sentences"),
    [
        ("fit", "auto", ["Auto will be 1536×1024", "Your image (64×48) has another shape"]),
        ("fit", "1024x1024", ["The result will be 1024×1024.", "another shape"]),
        ("fill", "1024x1024", ["cut to 48×48 before it is sent (left −8, right −8)"]),
        ("extend", "1024x1024", ["sent as 64×64 (top +8, bottom +8)", "24 px"]),
    ],
)
def test_the_page_says_before_sending_what_is_sent_and_what_comes(client, frame, size, sentences):
    [source] = put(client, "cat.png")
    client.post(f"{EDIT}sources/{source}/", {"prompt": "", "size": size, "frame": frame})
    page = client.get(EDIT).text
    note = page[page.index("data-note") :].partition("</p>")[0]
    assert all(sentence in note for sentence in sentences), note


def test_a_frame_that_adds_nothing_says_so(client):
    [source] = put(client, "wide.png", size=(150, 100))
    client.post(f"{EDIT}sources/{source}/", {"prompt": "", "size": "1536x1024", "frame": "extend"})
    assert "so nothing is added" in client.get(EDIT).text


def test_the_card_says_how_the_image_was_extended(client):
    put(client, "cat.png")
    run = submit(client, **SQUARE)
    page = client.get(f"{BASE}runs/{run.pk}/").text
    assert "Extended from 64×48 to 64×64 (top +8, bottom +8) before it was sent." in page


@pytest.mark.parametrize(
    ("fit", "sentence"), [("", "it cropped, stretched or repainted"), ("stretched", "it stretched your image")]
)
def test_no_image_comes_back_in_another_shape_without_a_word(client, fit, sentence):
    a_visitor(client)
    client.post(EDIT, {"image": an_image()})
    Run.objects.update(state=State.SUCCEEDED)
    picture = a_picture(Run.objects.get(), width=8, height=8, lock_facts={"fit": fit} if fit else {})
    page = client.get(f"{BASE}runs/{picture.run_id}/").text
    assert f"You sent 64×48 and the API returned 8×8, another shape: {sentence}" in page


def test_sending_an_extended_image_again_in_another_size_is_told_before(client):
    put(client, "cat.png")
    run = submit(client, **SQUARE)
    estimate = f"{EDIT}estimate/?of_run={run.pk}&size="
    sentence = "The image that is sent (64×64) has another shape than the result (1536×1024)"
    assert sentence in client.get(f"{estimate}1536x1024").text
    assert "another shape" not in client.get(f"{estimate}1024x1024").text
    assert "another shape" not in client.get(f"{BASE}runs/{run.pk}/").text


def test_programs_send_the_framed_image_the_mask_and_the_named_size(client):
    put(client, "cat.jpg")
    page = client.post(f"{EDIT}snippets/", {"prompt": "sea", "frame": "extend", "frame_left": "30"}, headers=HTMX)
    text = {one.name: one.text for one in page.context["panel"].programs}["curl"]
    assert "cat-extended.png" in text and "mask.png" in text and "1536x1024" in text
    assert "run's inputs: cat-extended.png, mask.png." in page.context["panel"].notes[0]
    raw = {part.name: part for part in page.context["panel"].raw_request.parts}
    assert ((raw["image"].width, raw["image"].height), raw["size"].value) == ((94, 63), "1536x1024")


def test_the_panel_of_a_stored_frame_agrees_with_it(client):
    [source] = put(client, "cat.jpg")
    client.post(f"{EDIT}sources/{source}/", {"frame": "fill", "size": "1024x1024", "prompt": ""})
    panel = client.get(EDIT).context["code"]()
    assert "cat-cropped.png" in panel.programs[0].text
    assert not [part for part in panel.raw_request.parts if part.name == "mask"]
