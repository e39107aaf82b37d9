"""A real S3 server on a free port, which can be away for a while."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
from moto import settings as moto_settings
from moto.server import ThreadedMotoServer

from tests.helpers.server import free_port
from tests.helpers.services import wait_for_port

NAME = "pictures-of-the-tests"


@dataclass
class BucketServer:
    """An S3 bucket that keeps its objects while its server is down."""

    port: int = field(default_factory=free_port)
    server: ThreadedMotoServer | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The environment that leads a playground here."""
        return {
            "PICTURES_URL": f"s3://{NAME}/some/prefix",
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "somebody",
            "AWS_SECRET_ACCESS_KEY": "something",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def start(self) -> None:
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()
        wait_for_port(self.port)

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()

    def list(self) -> list[str]:
        """Return the names of all objects."""
        return [item.key for item in self.bucket.objects.all()]

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Refuse all credentials meanwhile."""
        before, moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = moto_settings.INITIAL_NO_AUTH_ACTION_COUNT, 0
        try:
            yield
        finally:
            moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = before

    @property
    def bucket(self) -> Any:
        facts = self.settings
        return boto3.resource(
            "s3",
            endpoint_url=facts["AWS_ENDPOINT_URL_S3"],
            aws_access_key_id=facts["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=facts["AWS_SECRET_ACCESS_KEY"],
            region_name=facts["AWS_DEFAULT_REGION"],
        ).Bucket(NAME)


@contextlib.contextmanager
def bucket_server() -> Iterator[BucketServer]:
    server = BucketServer()
    server.start()
    server.bucket.create()
    try:
        yield server
    finally:
        server.stop()
