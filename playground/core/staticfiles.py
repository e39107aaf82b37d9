"""Static files under names that hold their hash, modules included."""

import re
from collections.abc import Iterator
from typing import Any, Final

from whitenoise.storage import CompressedManifestStaticFilesStorage

# The admin is for operators, and of htmx only the small builds are sent: to compress all took most of a first start.
OTHERS: Final = re.compile(r"admin/|django_htmx/(?!.*\.min\.js$)")


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage, with `import` statements of our modules rewritten to the hashed names."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """Hash and compress what visitors are sent; other files keep their names."""
        ours = {name: file for name, file in paths.items() if not OTHERS.match(name)}
        yield from super().post_process(ours, **options)

    def stored_name(self, name: str) -> str:
        """The name in an address."""
        return name if OTHERS.match(name) else str(super().stored_name(name))
