"""Files for the forms of the edit page."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from tests.factories import BASE

EDIT = f"{BASE}edit/"
SOURCES = f"{BASE}edit/sources/"
SIZE = (64, 48)


def an_image(name="cat.png", size=SIZE, colour=(200, 120, 40), **more) -> SimpleUploadedFile:
    """A picture of one colour with a spot, in the format that its name says."""
    picture = Image.new("RGB", size, colour)
    ImageDraw.Draw(picture).ellipse((4, 4, 20, 20), (20, 60, 200))
    kind = {"jpg": "JPEG", "webp": "WEBP", "gif": "GIF"}.get(name.rpartition(".")[2], "PNG")
    return a_file(name, picture, kind, **more)


def a_mask(name="mask.png", size=SIZE, box=(8, 8, 24, 24), alpha=True) -> SimpleUploadedFile:
    """A mask that marks `box`; without `alpha` the same in black and white."""
    picture = Image.new("RGBA", size, (0, 0, 0, 255)) if alpha else Image.new("RGB", size, (0, 0, 0))
    picture.paste((0, 0, 0, 0) if alpha else (255, 255, 255), box)
    return a_file(name, picture, "PNG")


def a_file(name, picture, kind, **more) -> SimpleUploadedFile:
    """The picture as a form sends it."""
    target = io.BytesIO()
    picture.save(target, kind, **more)
    return SimpleUploadedFile(name, target.getvalue(), f"image/{kind.lower()}")


def names_in(response) -> list[str]:
    """The pictures on the edit page, in order."""
    return [one.name for one in response.context["draft_sources"]]


def drafted(client) -> list[str]:
    """The pictures that wait on the visitor's edit page, in order."""
    return names_in(client.get(EDIT))


def put(client, *names, **more) -> list[str]:
    """Put pictures on the edit page; their ids."""
    for name in names:
        client.post(SOURCES, {"image": an_image(name, **more)})
    return [one.id for one in client.get(EDIT).context["draft_sources"]]


def problem(response, field) -> str:
    """Return the message at a field of a rejected form."""
    assert response.status_code == 422
    return " ".join(response.context["form"].errors.get(field, []))
