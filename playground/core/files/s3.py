"""The bucket of `PICTURES_URL=s3://…`, by django-storages. AWS_* variables hold its endpoint and credentials."""

import os
import re
import secrets
from typing import Any, Final

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from storages.backends.s3 import S3Storage

CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 20
# All files are smaller, so each upload is one request that reads from disk while it sends.
ONE_REQUEST_BYTES: Final = 64 * 1024 * 1024
ERRORS: Final = (BotoCoreError, ClientError, Boto3Error)
_CODE: Final = re.compile(r"[A-Za-z0-9]{1,60}")
_BUSY: Final = ("SlowDown", "RequestTimeout", "OperationAborted")


def error_code(error: Exception) -> str:
    """Return the code of an error, such as NoSuchBucket. Its message may quote a key and is left out."""
    code = str(_response(error).get("Error", {}).get("Code", ""))
    return code if _CODE.fullmatch(code) else type(error).__name__


def is_refusal(error: Exception) -> bool:
    """Return True if a retry cannot help: wrong bucket or credentials, missing rights, invalid endpoint."""
    if isinstance(error, ClientError):
        status = _response(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return 400 <= status < 500 and status not in (408, 429) and error_code(error) not in _BUSY
    return not isinstance(error, (ConnectionError, HTTPClientError))


def check_bucket() -> None:
    """Put, list, look up and delete a small file. Raise ERRORS, and ValueError for an invalid endpoint.

    Leave no thread and no connection behind: the process forks afterwards.
    """
    pictures: Any = storages.create_storage(settings.STORAGES["pictures"])
    name = f"checks/{secrets.token_hex(8)}"
    try:
        pictures.save(name, ContentFile(b"A file that is removed at once."))
        pictures.listdir("checks")
        pictures.size(name)
        pictures.delete(name)
    finally:
        pictures.connection.meta.client.close()


def _response(error: Exception) -> dict[str, Any]:
    return getattr(error, "response", None) or {}


class S3PictureStorage(S3Storage):  # type: ignore[misc]
    """S3, or a compatible store."""

    def get_default_settings(self) -> dict[str, Any]:
        """Override defaults of django-storages."""
        has_endpoint = any(os.environ.get(name) for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
        usual: dict[str, Any] = super().get_default_settings()
        return usual | {
            "file_overwrite": True,
            "client_config": Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"total_max_attempts": 2},
                # Compatible stores have the bucket in the path, and do not know the newer checksums.
                s3={"addressing_style": "path" if has_endpoint else "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
            "transfer_config": TransferConfig(
                multipart_threshold=ONE_REQUEST_BYTES, use_threads=False, io_chunksize=256 * 1024
            ),
        }
