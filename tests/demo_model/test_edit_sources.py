"""The files that the demo is given to edit: untrusted, turned, of any size."""

import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from playground.demo_model import UnusableImageError, edit
from tests.demo_model.editing import a_brief, a_mask, a_picture, edited, saved


def a_bomb(path):
    """A PNG of few bytes whose header claims 20,000 by 20,000 pixels."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)
    return path


def cut_short(path):
    """The same file without its second half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def test_says_which_image_is_broken(tmp_path):
    with pytest.raises(UnusableImageError) as caught:
        edit(a_brief("", a_picture(tmp_path), cut_short(a_picture(tmp_path, "b.png"))))
    assert caught.value.which == 2


def test_says_that_the_mask_is_broken(tmp_path):
    with pytest.raises(UnusableImageError) as caught:
        edit(a_brief("", a_picture(tmp_path), mask=cut_short(a_mask(tmp_path))))
    assert caught.value.which == "mask"


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
def test_refuses_a_file_that_is_no_picture(tmp_path, content):
    (tmp_path / "odd.png").write_bytes(content)
    with pytest.raises(UnusableImageError):
        edit(a_brief("", tmp_path / "odd.png"))


def test_refuses_a_bomb_by_its_header(tmp_path):
    with pytest.raises(UnusableImageError):
        edit(a_brief("", a_bomb(tmp_path / "bomb.png")))


def test_refuses_too_long_a_side(tmp_path):
    with pytest.raises(UnusableImageError):
        edit(a_brief("", saved(Image.new("L", (16_385, 1)), tmp_path / "long.png")))


def test_turns_the_picture_as_the_camera_was_held(tmp_path):
    photo = Image.new("RGB", (96, 96), (20, 20, 20))
    ImageDraw.Draw(photo).rectangle((0, 0, 96, 20), fill=(250, 250, 250))
    exif = Image.Exif()
    exif[0x0112] = 6
    source = saved(photo, tmp_path / "turned.jpg", exif=exif, quality=95)
    picture = edited("sharpen", source).convert("L")
    assert picture.getpixel((90, 48)) > 200 > picture.getpixel((48, 10))


def test_keeps_all_of_a_slightly_different_aspect(tmp_path):
    edge = Image.new("RGB", (98, 96), (10, 10, 10))
    edge.paste((250, 250, 250), (0, 0, 4, 96))
    assert edited("sharpen", saved(edge, tmp_path / "edge.png")).convert("L").getpixel((0, 48)) > 150


def test_cuts_the_sides_of_another_aspect(tmp_path):
    edge = Image.new("RGB", (192, 96), (10, 10, 10))
    edge.paste((250, 250, 250), (0, 0, 4, 96))
    assert edited("sharpen", saved(edge, tmp_path / "edge.png")).convert("L").getpixel((0, 48)) < 60


def test_masked_picture_is_never_cut(tmp_path):
    edge = Image.new("RGB", (192, 96), (10, 10, 10))
    edge.paste((250, 250, 250), (0, 0, 4, 96))
    mask = a_mask(tmp_path, size=(192, 96), box=(100, 20, 140, 60))
    assert edited("invert", saved(edge, tmp_path / "edge.png"), mask=mask).convert("L").getpixel((0, 48)) > 200


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_reads_every_kind_of_png(tmp_path, mode):
    assert edited("warmer", saved(Image.new(mode, (50, 40), 1), tmp_path / "kind.png")).size == (96, 96)


@pytest.mark.parametrize(("mode", "name"), [("CMYK", "ink.jpg"), ("L", "grey.jpg"), ("RGBA", "clear.webp")])
def test_reads_jpeg_and_webp(tmp_path, mode, name):
    assert edited("warmer", saved(Image.new(mode, (50, 40)), tmp_path / name)).size == (96, 96)


def test_mask_without_alpha_marks_nothing(tmp_path):
    source = a_picture(tmp_path)
    mask = saved(Image.new("RGB", (96, 96)), tmp_path / "mask.png")
    assert edited("invert", source, mask=mask).convert("RGB").tobytes() == Image.open(source).tobytes()
