"""A program that draws and edits pictures by prompt and stands in for an image model. README.md is its contract."""

from .briefs import DrawBrief, Drawing, EditBrief, UnusableImageError
from .edits.editor import edit
from .generate import draw

__all__ = ["DrawBrief", "Drawing", "EditBrief", "UnusableImageError", "draw", "edit"]
