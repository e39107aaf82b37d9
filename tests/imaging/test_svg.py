"""The size of an SVG, read from its root element only."""

import pytest

from playground.imaging.decode import read_svg_size

DRAWING = "<circle r='4'/></svg>"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (f"<svg width='300' height='200px'>{DRAWING}", (300, 200)),
        (f'<svg viewBox="0 0 24 12">{DRAWING}', (24, 12)),
        (f'<svg width="100%" height="5em" viewBox="-1,-1,1024.4,768">{DRAWING}', (1024, 768)),
        (f"<svg>{DRAWING}", (300, 150)),
        (f'<?xml version="1.0"?>\n<!-- <svg> --><!DOCTYPE svg><svg viewBox="0 0 8 6">{DRAWING}', (8, 6)),
        ('\ufeff<svg:svg xmlns:svg="http://www.w3.org/2000/svg" width="8" height="6"></svg:svg>', (8, 6)),
        (f"<svg width='9999999' height='9999999'>{DRAWING}", (16_384, 16_384)),
        ("<svg width='8' height='6'/>", (8, 6)),
    ],
)  # fmt: skip
def test_its_size_is_read(tmp_path, text, size):
    path = tmp_path / "a.svg"
    path.write_text(text)
    assert read_svg_size(path) == size


@pytest.mark.parametrize(
    "text",
    ["", "<html><svg></svg></html>", "<svg width='8'><circle", "some text", "<svgx></svgx>", "<!-- <svg></svg>"],
)
def test_what_is_cut_or_something_else_has_none(tmp_path, text):
    path = tmp_path / "a.svg"
    path.write_text(text)
    assert read_svg_size(path) is None
