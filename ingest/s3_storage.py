"""A lake in a bucket of an S3 server."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import s3fs
from botocore.exceptions import BotoCoreError

from graph.errors import NotFoundError, UnavailableError
from ingest.lake_storage import explained

SECONDS_TO_CONNECT = 5
SECONDS_TO_ANSWER = 30
RETRIES = 3

_ERRORS = (BotoCoreError, aiohttp.ClientError)


@dataclass(frozen=True, slots=True)
class S3Storage:
    """A lake below a prefix of a bucket; an object of S3 appears whole or not at all, so nothing is left unfinished."""

    root: str
    files: Any = field(repr=False)

    @classmethod
    def of(cls, root: str, endpoint: str | None, key: str | None, secret: str | None) -> S3Storage:
        """Return the lake at `s3://bucket/prefix`; what is None comes from where AWS tools look for it."""
        files = s3fs.S3FileSystem(
            key=key,
            secret=secret,
            endpoint_url=endpoint,
            use_listings_cache=False,
            skip_instance_cache=True,
            config_kwargs={
                "connect_timeout": SECONDS_TO_CONNECT,
                "read_timeout": SECONDS_TO_ANSWER,
                "retries": {"max_attempts": RETRIES, "mode": "standard"},
            },
        )
        files.retries = RETRIES
        return cls(root.rstrip("/"), files)

    def folder(self, *names: str) -> str:
        """Return the location of a folder of the lake."""
        return "/".join((self.root, *names))

    def write(self, location: str, content: bytes | memoryview) -> None:
        """Put an object at its place; it is there for good once the server has answered."""
        try:
            with explained(location, *_ERRORS):
                self.files.pipe_file(location, bytes(content))
        except NotFoundError as error:
            raise UnavailableError(f"there is no bucket for {location}: make it first") from error

    def read(self, location: str) -> bytes:
        """Return what an object holds."""
        with explained(location, *_ERRORS):
            return self.files.cat_file(location)

    def remove(self, location: str) -> None:
        """Take an object away, if it is there."""
        with explained(location, *_ERRORS), suppress(FileNotFoundError):
            self.files.rm_file(location)

    def clear_unfinished(self, folder: str, names: str) -> None:
        """Do nothing: there is nothing unfinished."""
