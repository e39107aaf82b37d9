"""The edit page: from a picture and a brief to a run."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from playground.runs.models import Run
from tests.cast import BASE, a_visitor

pytestmark = pytest.mark.django_db
EDIT = f"{BASE}edit/"


def a_file(name="cat.png", size=(64, 48), colour=(200, 120, 40), kind="PNG") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, kind)
    return SimpleUploadedFile(name, target.getvalue(), f"image/{kind.lower()}")


def test_it_shows_an_empty_brief(client):
    response = client.get(EDIT)
    assert response.status_code == 200
    assert response.context["form"]["quality"].initial == "low"
    assert response.context["form"]["size"].initial == "auto"


def test_a_picture_alone_makes_a_run(client):
    response = client.post(EDIT, {"image": a_file()})
    run = Run.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"{BASE}runs/{run.pk}/")
    assert [one["name"] for one in run.sources] == ["cat.png"]
    assert client.get(response["Location"]).status_code == 200
