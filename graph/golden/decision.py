"""A steward's word about two source records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graph.identity import SourceKey


@dataclass(frozen=True, slots=True)
class Decision:
    """That two source records are, or are not, the same; `withdrawn` takes back what was said before.

    `identity_a` and `identity_b` are the digests of the profiles the word was said about; None: of those of now.
    """

    a: SourceKey
    b: SourceKey
    verdict: Literal["must_link", "cannot_link", "withdrawn"]
    note: str | None = None
    identity_a: bytes | None = None
    identity_b: bytes | None = None
