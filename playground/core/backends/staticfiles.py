"""Static files under names with a hash, JavaScript modules included."""

import re
from collections.abc import Iterator
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Only operators load the admin, and pages only the minified htmx: compressing all files took most of a first start.
OTHERS: Final = re.compile(r"admin/|django_htmx/(?!.*\.min\.js$)")
# Lines that hold nothing but a comment. On the first page they are 1.5 KB of 45, compressed.
COMMENT_LINES: Final = re.compile(rb"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/)[ \t]*\n", re.MULTILINE)


class CommentlessFiles:
    """The files of a storage, without the lines that are comments."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def open(self, path: str) -> "ContentFile[bytes]":
        """Return the file as it is served."""
        with self._storage.open(path) as file:
            return ContentFile(COMMENT_LINES.sub(b"", file.read()))


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage; `import` statements of JavaScript modules are rewritten to the hashed names."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """Hash and compress the files of pages, scripts without comments; other files keep their names."""
        page_files = {name: file for name, file in paths.items() if not OTHERS.match(name)}
        page_files |= {
            name: (CommentlessFiles(storage), path)
            for name, (storage, path) in page_files.items()
            if name.startswith("js/")
        }
        yield from super().post_process(page_files, **options)

    def stored_name(self, name: str) -> str:
        """Return the name of a file in its URL."""
        return name if OTHERS.match(name) else str(super().stored_name(name))
