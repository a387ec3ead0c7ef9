"""The id of an asset of any kind as users see it: a UUID, and for a column its path after that of its dataset."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from graph.errors import InvalidInputError
from graph.identity import content_id

LONGEST_PATH = 2_000
"""How many characters the path of a column may have."""

_UUID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class AssetRef:
    """An asset, or the column of that path in the dataset `id`."""

    id: UUID
    column: str | None = None

    @property
    def key(self) -> UUID:
        """The UUID under which is kept what is said of the asset."""
        return self.id if self.column is None else content_id("column", self.id.bytes, self.column)

    @property
    def text(self) -> str:
        """The id as users see it: `<uuid>`, of a column `<uuid>.<path>`."""
        return str(self.id) if self.column is None else f"{self.id}.{self.column}"


def asset_ref(text: str, path: str = "$.id") -> AssetRef:
    """Return the asset that an id names, or raise InvalidInputError."""
    column: str | None = None
    if len(text) > _UUID_LENGTH and text[_UUID_LENGTH] == ".":
        text, column = text[:_UUID_LENGTH], text[_UUID_LENGTH + 1 :]
        if not 0 < len(column) <= LONGEST_PATH or "\0" in column:
            raise InvalidInputError.at(
                path, f"must name a column by 1 to {LONGEST_PATH} characters, none of them NUL"
            )
    try:
        return AssetRef(UUID(text), column)
    except ValueError:
        raise InvalidInputError.at(path, f"is not the id of an asset: {text[:60]!r}") from None
