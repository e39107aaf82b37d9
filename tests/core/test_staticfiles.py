"""Scripts are served without the lines that hold nothing but a comment."""

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from playground.core.backends.staticfiles import CommentlessFiles

WRITTEN = b"""/* Loaded by every page. */
/**
 * Open it. ** Twice.
 */
import { open } from "./open.js"; // It is small.
const url = "https://example.org/*";
  // Why, with a number.
  open(url /* now */);
const half = 1
  / 2;
"""
SERVED = b"""import { open } from "./open.js"; // It is small.
const url = "https://example.org/*";
  open(url /* now */);
const half = 1
  / 2;
"""


def test_only_lines_of_comments_are_left_out() -> None:
    storage = InMemoryStorage()
    storage.save("main.js", ContentFile(WRITTEN))
    with CommentlessFiles(storage).open("main.js") as file:
        assert file.read() == SERVED
