"""Which column of a delivered file means what: our own names in any spelling, and others by the user's word."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import orjson

from graph.errors import InvalidInputError, Problem
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.record import Unreadable
from ingest.source_files import REMEDY, Format, is_text, shown_text

ENVELOPE = (
    "key",
    "kind",
    "valid_from",
    "valid_to",
    "sequence",
    "message_id",
    "source_system",
)
"""What a row may say beside the attributes of its entity type."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of one load are to be read; `named` are the user's words, column of the file -> our name.

    `again` makes a file that was taken in before one that was not: any text that was not used for it yet.
    """

    entity_type: EntityType = CUSTOMER
    format: Format = "auto"
    delimiter: str | None = None
    named: Mapping[str, str] = field(default_factory=dict[str, str])
    ignore_unknown: bool = False
    again: str = ""

    def fingerprint(self, sha256: bytes, source_system: str) -> bytes:
        """Return the digest of a file's content together with whose it is and the way it is read.

        A file of another source, or read in another way, says something else, and is taken in again.
        """
        return hashlib.sha256(sha256 + self._how(source_system)).digest()

    def _how(self, source_system: str) -> bytes:
        kind = [self.entity_type.name, sorted(self.entity_type.by_name)]
        words = sorted(self.named.items())
        return orjson.dumps(
            [source_system, kind, self.format, self.delimiter, words, self.ignore_unknown, self.again]
        )

    def names(self, columns: Sequence[str]) -> dict[str, str | None]:
        """Return our name for each column of a file, None for those that are left out.

        Raises InvalidInputError for columns that mean nothing or one thing twice, and where no column is the key.
        """
        if not columns:
            raise InvalidInputError.at("FILE", "there is no record in it: it is empty, or begins with none")
        known = self._known()
        given = {column: column for column in columns} | {column.strip(): column for column in columns}
        problems = [
            Problem("--map", f"there is no column {name!r}{_like(name, list(given))}")
            for name in self.named
            if name not in given
        ]
        meant = {given[name]: target for name, target in self.named.items() if name in given}
        names: dict[str, str | None] = {}
        for column in columns:
            target = self._target(meant[column], known) if column in meant else known.get(folded(column))
            if target is None and column in meant:
                problems.append(
                    Problem(
                        "--map", f"{meant[column]!r} is not known{_like(meant[column], [*known.values()])}"
                    )
                )
            elif target is None and not self.ignore_unknown:
                hint = _like(folded(column), [*known], known)
                problems.append(Problem(f"column {column!r}", f"is not known{hint}"))
            names[column] = target
        problems += _twice(names)
        if "key" not in names.values() and not problems:
            reason = f"no column is called key: say which one holds what the source calls each record, one of {', '.join(columns)}"
            problems.append(Problem("--key-column", reason))
        if problems:
            raise InvalidInputError(*problems, *self._remedy(problems))
        return names

    def row(self, raw: object, names: Mapping[str, str | None], source_system: str) -> object:
        """Return a row of a file as intake takes it; what is not even a record comes back as it is."""
        if not isinstance(raw, dict):
            return raw
        renamed: dict[str, object] = {"source_system": source_system}
        for column, value in cast("dict[str, object]", raw).items():
            name = names.get(column, "" if self.ignore_unknown else column)
            if not name:
                continue
            if isinstance(value, str) and not value.isascii() and not is_text(value):
                return Unreadable(_shown(cast("dict[str, object]", raw)), _not_utf8(column))
            renamed[name] = _textual(value)
        return renamed

    def _known(self) -> dict[str, str]:
        names = (*self.entity_type.by_name, *self.entity_type.nested, *ENVELOPE)
        return {folded(name): name for name in names}

    def _target(self, word: str, known: Mapping[str, str]) -> str | None:
        return known.get(folded(word))

    def _remedy(self, problems: Sequence[Problem]) -> list[Problem]:
        if not any(problem.path.startswith("column") for problem in problems):
            return []
        return [
            Problem(
                "FILE",
                "name what a column means with --map COLUMN=ATTRIBUTE, or leave such columns out with --ignore-unknown",
            )
        ]


def folded(name: str) -> str:
    """Return a column name without what people spell differently: case, blanks, hyphens and underscores."""
    return re.sub(r"[\s_.-]+", "", name).lower()


def parsed_map(given: Sequence[str]) -> dict[str, str]:
    """Return the words of --map, COLUMN=ATTRIBUTE each; raises InvalidInputError for anything else."""
    named: dict[str, str] = {}
    for word in given:
        column, sign, target = word.rpartition("=")
        if not sign or not column.strip() or not target.strip():
            raise InvalidInputError.at("--map", f"{word!r} is not COLUMN=ATTRIBUTE, such as mail=email")
        if column.strip() in named:
            raise InvalidInputError.at("--map", f"the column {column.strip()!r} is named twice")
        named[column.strip()] = target.strip()
    return named


def _twice(names: Mapping[str, str | None]) -> list[Problem]:
    columns: dict[str, list[str]] = {}
    for column, name in names.items():
        if name is not None:
            columns.setdefault(name, []).append(column)
    return [
        Problem("$", f"the columns {' and '.join(map(repr, found))} are both {name}")
        for name, found in columns.items()
        if len(found) > 1
    ]


def _like(word: str, choices: Sequence[str], shown: Mapping[str, str] | None = None) -> str:
    nearest = difflib.get_close_matches(word[:60], choices, n=1)
    return f"; did you mean {(shown or {}).get(nearest[0], nearest[0])}?" if nearest else ""


def _textual(value: object) -> object:
    """Return a whole number as text, since keys, postal codes and telephone numbers come as such; all else as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return {name: _textual(inner) for name, inner in cast("dict[str, object]", value).items()}
    return value


def _shown(raw: Mapping[str, object]) -> str:
    """Return a row as it is kept in quarantine."""
    texts = {name: shown_text(value) if isinstance(value, str) else value for name, value in raw.items()}
    return orjson.dumps(texts).decode()


def _not_utf8(column: str) -> str:
    return f"the column {column!r} is not UTF-8; {REMEDY}"
