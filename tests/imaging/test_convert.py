"""Pictures are what their bytes say, and conversions keep what must be kept."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from playground.imaging import convert, decode, sandbox
from playground.imaging.convert import Conversion
from playground.imaging.decode import PictureError, PictureFacts


def a_file(folder: Path, picture: Image.Image, format: str = "PNG", **options: object) -> Path:
    path = folder / f"picture.{format.lower()}"
    picture.save(path, format, **options)
    return path


def test_a_picture_is_told_by_its_bytes(tmp_path: Path) -> None:
    path = a_file(tmp_path, Image.new("RGBA", (30, 20), (1, 2, 3, 4)), "WEBP").rename(tmp_path / "name.png")
    facts = decode.read_header(path)
    assert (facts.format, facts.width, facts.height, facts.has_alpha) == ("webp", 30, 20, True)


@pytest.mark.parametrize("content", [b"", b"<html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
def test_a_file_that_is_not_an_image_is_rejected(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "picture"
    path.write_bytes(content)
    with pytest.raises(PictureError, match="format"):
        decode.read_header(path)


MODES = {"PNG": ("RGBA", "P", "L"), "JPEG": ("RGB", "CMYK"), "WEBP": ("RGBA", "RGB")}
WHOLE = [(format, mode) for format, modes in MODES.items() for mode in modes]


@pytest.mark.parametrize(("format", "mode"), WHOLE)
def test_a_whole_picture_is_told_without_decoding_it(tmp_path: Path, format: str, mode: str) -> None:
    path = a_file(tmp_path, Image.effect_noise((200, 150), 60).convert(mode), format)
    with Image.open(path) as decoded:
        decoded.load()
        alpha = decoded.has_transparency_data
    assert decode.read_header(path) == PictureFacts(format.lower(), 200, 150, path.stat().st_size, alpha)


@pytest.mark.parametrize(("format", "mode"), WHOLE)
@pytest.mark.parametrize("left", [0.999, 0.5, 0.05])
def test_a_truncated_picture_is_reported_as_broken(tmp_path: Path, format: str, mode: str, left: float) -> None:
    path = a_file(tmp_path, Image.effect_noise((200, 150), 60).convert(mode), format)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * left)])
    with pytest.raises(PictureError, match="broken"):
        decode.read_header(path)


def test_a_png_is_damaged_whichever_byte_of_it_is_another(tmp_path: Path) -> None:
    path = a_file(tmp_path, Image.effect_noise((40, 30), 60))
    whole = path.read_bytes()
    for place in range(8, len(whole), 7):
        path.write_bytes(whole[:place] + bytes((whole[place] ^ 0x55,)) + whole[place + 1 :])
        with pytest.raises(PictureError):
            decode.read_header(path)


def test_a_png_without_pixels_is_none(tmp_path: Path) -> None:
    path = a_file(tmp_path, Image.new("L", (10, 10)))
    whole = path.read_bytes()
    pixels = whole.index(b"IDAT") - 4
    path.write_bytes(whole[:pixels] + whole[-12:])
    with pytest.raises(PictureError):
        decode.read_header(path)


def test_bytes_behind_the_end_of_a_png_do_no_harm(tmp_path: Path) -> None:
    path = a_file(tmp_path, Image.new("L", (10, 10)))
    path.write_bytes(path.read_bytes() + b"behind")
    assert decode.read_header(path).width == 10


def test_a_huge_claim_is_refused_from_the_header(tmp_path: Path) -> None:
    path = a_file(tmp_path, Image.new("L", (10, 10)))
    header = bytearray(path.read_bytes())
    header[16:24] = (30_000).to_bytes(4, "big") * 2
    path.write_bytes(header)
    with pytest.raises(PictureError):
        decode.read_header(path)


def test_alpha_is_laid_on_the_chosen_colour_for_jpeg(tmp_path: Path) -> None:
    source = a_file(tmp_path, Image.new("RGBA", (16, 16), (0, 0, 0, 0)))
    convert.convert_picture(source, tmp_path / "out.jpg", Conversion("jpeg", 95, "ff0000"))
    with Image.open(tmp_path / "out.jpg") as picture:
        red, green, blue = picture.getpixel((8, 8))
    assert red > 240 and green < 12 and blue < 12


def test_a_colour_profile_is_kept(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    source = a_file(tmp_path, Image.new("RGB", (16, 16)), icc_profile=profile)
    convert.convert_picture(source, tmp_path / "out.webp", Conversion("webp"))
    with Image.open(tmp_path / "out.webp") as picture:
        assert picture.info["icc_profile"] == profile


def test_sixteen_bit_grey_stays_grey(tmp_path: Path) -> None:
    source = a_file(tmp_path, Image.new("I;16", (16, 16), 32768))
    convert.convert_picture(source, tmp_path / "out.png", Conversion("png"))
    with Image.open(tmp_path / "out.png") as picture:
        assert picture.convert("L").getpixel((8, 8)) == 128


def test_a_thumbnail_is_small(tmp_path: Path) -> None:
    source = a_file(tmp_path, Image.new("RGB", (1024, 1536)))
    convert.make_thumbnail(source, tmp_path / "small.webp")
    with Image.open(BytesIO((tmp_path / "small.webp").read_bytes())) as picture:
        assert max(picture.size) == convert.THUMBNAIL_EDGE


def test_the_child_says_the_same_as_the_parent_would(tmp_path: Path) -> None:
    path = a_file(tmp_path, Image.new("RGB", (30, 20)))
    assert sandbox.read_header(path) == decode.read_header(path)


def test_the_child_passes_on_what_it_refuses(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"<html>")
    with pytest.raises(PictureError, match="format"):
        sandbox.read_header(tmp_path / "page")


def test_a_child_that_dies_is_replaced(tmp_path: Path) -> None:
    path = a_file(tmp_path, Image.new("RGB", (30, 20)))
    sandbox.read_header(path)
    assert sandbox._decoder._child is not None
    sandbox._decoder._child.close()
    assert sandbox.read_header(path).width == 30
