"""Which writings make up what a dataset held when it was read: the last that replaced everything, and what was added since. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

Mode = Literal["replaced", "added"]

_REPLACING: Final = frozenset({"CREATE", "DROP", "OVERWRITE", "TRUNCATE"})


@dataclass(frozen=True, slots=True)
class Writing:
    """A run wrote a dataset: when, how, and what its store calls the version it made.

    Where the run did not say what it did, it is taken to have added (`is_assumed`); then what lay there before may be gone.
    """

    run_id: UUID
    written_at: datetime
    mode: Mode = "added"
    is_assumed: bool = True
    version: str | None = None

    @classmethod
    def of(cls, run_id: UUID, written_at: datetime, lifecycle: str | None, version: str | None) -> Writing:
        """Return the writing of a run that told of a life cycle change, such as OVERWRITE, or of none."""
        if lifecycle is None:
            return cls(run_id, written_at, version=version)
        mode: Mode = "replaced" if lifecycle.upper() in _REPLACING else "added"
        return cls(run_id, written_at, mode, False, version)


@dataclass(frozen=True, slots=True)
class Content:
    """What a dataset held: the writings it is made of, the earliest first.

    `is_whole`: the first one replaced everything, so nothing else is in it. `is_exact`: the reader named the version it
    read, and a writing made that one; else it is told by time.
    """

    writings: tuple[Writing, ...] = ()
    is_whole: bool = False
    is_exact: bool = False


def content(writings: Sequence[Writing], version_read: str | None = None) -> Content:
    """Return what a dataset held after some writings, given the latest first.

    Where the version that was read is that of one of them, those after it do not count.
    """
    made = [place for place, one in enumerate(writings) if version_read and one.version == version_read]
    taken: list[Writing] = []
    for one in writings[made[0] if made else 0 :]:
        taken.append(one)
        if one.mode == "replaced":
            break
    whole = bool(taken) and taken[-1].mode == "replaced"
    return Content(tuple(reversed(taken)), whole, bool(made))


def replaced_at(later: Sequence[Writing]) -> datetime | None:
    """Return when what lay in a dataset was replaced, by later writings in any order; None: it still lies there."""
    return min((one.written_at for one in later if one.mode == "replaced"), default=None)
