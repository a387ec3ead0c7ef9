"""Which storage the lake of an installation is in, as its settings say."""

from __future__ import annotations

from ingest.lake_storage import DiskStorage, LakeStorage
from ingest.settings import IngestSettings


def open_storage(settings: IngestSettings) -> LakeStorage:
    """Return the lake of an installation; nothing is asked of a server yet."""
    if settings.lake_url is None:
        return DiskStorage(settings.lake_folder)
    secret = settings.lake_secret_key
    from ingest.s3_storage import S3Storage  # noqa: PLC0415 - its client takes long to load, and few need it

    return S3Storage.of(
        settings.lake_url,
        settings.lake_endpoint,
        settings.lake_access_key,
        secret.get_secret_value() if secret is not None else None,
    )
