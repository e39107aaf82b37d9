"""Static files under names that hold their hash, modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage, with `import` statements of our modules rewritten to the hashed names."""

    support_js_module_import_aggregation = True
