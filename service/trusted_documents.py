"""GraphQL documents that are known beforehand by the digest of their text, and may be the only ones that are answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import orjson

from service.pages import DOCUMENTS
from service.settings import SettingsError

SCHEME = "sha256:"
"""What the id of a document begins with; the digest of its text follows, in hexadecimal."""

_SUFFIXES = frozenset({".graphql", ".gql"})
_LARGEST = 16 << 20


class TrustedDocuments:
    """The known documents; with `only`, no other is answered."""

    def __init__(self, texts: Iterable[str] = (), *, only: bool = False) -> None:
        self.only = only
        self._texts: dict[str, str] = {}
        for text in texts:
            self._texts[document_id(text)] = text
            self._texts.setdefault(document_id(text.strip()), text)

    @classmethod
    def configured(cls, source: Path | None, *, only: bool) -> TrustedDocuments:
        """Return those of a folder or manifest and those of our own pages; raises SettingsError with one line."""
        return cls([*shipped(), *(texts_in(source) if source is not None else ())], only=only)

    def text(self, identifier: str) -> str | None:
        """Return the document with the id, which may leave out the scheme; None: there is none."""
        digest = identifier.removeprefix(SCHEME)
        return self._texts.get(SCHEME + digest.lower())

    def admits(self, text: str) -> bool:
        """Whether a document may be answered as far as its text goes; white space around it does not count."""
        return not self.only or document_id(text.strip()) in self._texts

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all documents; some have two, with and without white space at their end."""
        return frozenset(self._texts)


def document_id(text: str) -> str:
    """Return the id of a document."""
    return SCHEME + sha256(text.encode()).hexdigest()


def shipped() -> list[str]:
    """Return the documents of our own pages: what the playground offers (docs/queries), what the browser asks."""
    here = Path(__file__).parent
    folder = next((one for one in (here / "queries", here.parent / "docs" / "queries") if one.is_dir()), None)
    return [
        *(texts_in(folder) if folder is not None else ()),
        *(texts_in(DOCUMENTS) if DOCUMENTS.exists() else ()),
    ]


def texts_in(source: Path) -> list[str]:
    """Return the documents in a folder (*.graphql, *.gql, manifests *.json, folders inside too) or in one manifest.

    A manifest is an object from ids to documents, or Apollo's with `operations`. Raises SettingsError with one line.
    """
    try:
        if not source.is_dir():
            return _manifest(source) if source.suffix == ".json" else [_read(source)]
        found = sorted(path for path in source.rglob("*") if path.is_file())
        texts = [_read(path) for path in found if path.suffix in _SUFFIXES]
        return texts + [
            text
            for path in found
            if path.suffix == ".json" and not path.name.endswith(".variables.json")
            for text in _manifest(path)
        ]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"GOLDTHREAD_TRUSTED_DOCUMENTS: {source} cannot be read: {error}") from error


def _read(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise SettingsError(f"GOLDTHREAD_TRUSTED_DOCUMENTS: {path} is larger than {_LARGEST >> 20} MiB")
    return path.read_text("utf-8")


def _manifest(path: Path) -> list[str]:
    try:
        value: Any = orjson.loads(_read(path))
    except orjson.JSONDecodeError as error:
        raise SettingsError(f"GOLDTHREAD_TRUSTED_DOCUMENTS: {path} is no JSON: {error}") from error
    pairs = _pairs(value)
    if pairs is None:
        raise SettingsError(
            f"GOLDTHREAD_TRUSTED_DOCUMENTS: {path} is no manifest: it has to be an object from ids to documents"
        )
    for identifier, text in pairs.items():
        if identifier.removeprefix(SCHEME).lower() != document_id(text).removeprefix(SCHEME):
            raise SettingsError(
                f"GOLDTHREAD_TRUSTED_DOCUMENTS: {path}: {identifier[:80]!r} is not the SHA-256 of its document"
            )
    return list(pairs.values())


def _pairs(value: Any) -> Mapping[str, str] | None:
    """Return ids and documents of a manifest; None where it is none."""
    if not isinstance(value, dict):
        return None
    found: dict[str, Any] = cast("dict[str, Any]", value)
    operations = found.get("operations")
    if isinstance(operations, list):
        listed = cast("list[Any]", operations)
        if not all(isinstance(one, dict) for one in listed):
            return None
        found = {str(one.get("id")): one.get("body") for one in cast("list[dict[str, Any]]", listed)}
    return found if all(isinstance(text, str) for text in found.values()) else None
