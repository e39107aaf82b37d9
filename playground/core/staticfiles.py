"""Static files under names with a hash, JavaScript modules included."""

import re
from collections.abc import Iterator
from typing import Any, Final

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Only operators load the admin, and pages only the minified htmx: compressing all files took most of a first start.
OTHERS: Final = re.compile(r"admin/|django_htmx/(?!.*\.min\.js$)")


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage; `import` statements of JavaScript modules are rewritten to the hashed names."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """Hash and compress the files of pages; other files keep their names."""
        page_files = {name: file for name, file in paths.items() if not OTHERS.match(name)}
        yield from super().post_process(page_files, **options)

    def stored_name(self, name: str) -> str:
        """Return the name of a file in its URL."""
        return name if OTHERS.match(name) else str(super().stored_name(name))
