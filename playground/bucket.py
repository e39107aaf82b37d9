"""The bucket of `PICTURES_URL=s3://…`, by django-storages; the AWS_* environment says where and with which key."""

import os
from typing import Any, Final

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from storages.backends.s3 import S3Storage

CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 20
# Files are smaller; so each is one request, read from disk as it is sent.
ONE_REQUEST_BYTES: Final = 64 * 1024 * 1024


class Bucket(S3Storage):  # type: ignore[misc]
    """S3, or whatever speaks like it."""

    def get_default_settings(self) -> dict[str, Any]:
        """django-storages' settings; the rest stays as it has it."""
        has_endpoint = any(os.environ.get(name) for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
        usual: dict[str, Any] = super().get_default_settings()
        return usual | {
            "file_overwrite": True,
            "client_config": Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"total_max_attempts": 2},
                # Servers that are not Amazon's have buckets in the path, and know no newer checksums.
                s3={"addressing_style": "path" if has_endpoint else "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
            "transfer_config": TransferConfig(
                multipart_threshold=ONE_REQUEST_BYTES, use_threads=False, io_chunksize=256 * 1024
            ),
        }
