"""Source events: what a source system said about one of its records, checked and in canonical form."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, cast, get_args
from uuid import UUID

import orjson

from graph.errors import InvalidInputError, Problem
from graph.golden.entity_type import Attribute, EntityType
from graph.identity import SourceKey, content_id
from graph.spelling import camel, json_type
from graph.time import Period, instant, render

Kind = Literal["snapshot", "correction", "end", "retract"]
Door = Literal["graphql", "rest", "file", "kafka"]

MAX_KEY_LENGTH = 500
MAX_SEQUENCE = 2**63 - 1
MAX_PROBLEMS = 50
"""No more problems of one record than this are looked for among its attributes."""

CLEARED = ""
"""What a correction says of an attribute that is known to have no value, which is more than not to speak of it."""

OWN_SYSTEM = "goldthread"
"""The source system under which customers made or changed through our own doors are kept."""

ENVELOPE = ("source_system", "key", "kind", "valid_from", "valid_to", "sequence", "message_id")
"""The fields of a source record beside its attributes."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Origin:
    """The way a batch of source events came in; parts that do not apply are None."""

    door: Door
    actor: str | None = None
    run_id: UUID | None = None
    file: str | None = None
    topic: str | None = None
    partition: int | None = None

    @property
    def id(self) -> UUID:
        """The id of this origin, the same wherever it is computed."""
        return _origin_id(self)


@lru_cache(maxsize=1_000)
def _origin_id(of: Origin) -> UUID:
    return content_id(
        *(repr(part) for part in (of.door, of.actor, of.run_id, of.file, of.topic, of.partition))
    )


@dataclass(slots=True)
class SourceEvent:
    """One message about one source record.

    snapshot: "at valid_from the record looked like this", holds until the record's next snapshot.
    correction: paints exactly `valid_from … valid_to`; an attribute given as null is CLEARED. end: nothing from valid_from on. retract: it never was.
    `valid_from` is None where the source gave no time: intake then takes the instant of receipt and says so.
    """

    key: SourceKey
    kind: Kind
    valid_from: datetime | None
    valid_to: datetime | None
    sequence: int
    attributes: Mapping[str, str] | None
    message_id: str | None = None
    same_as: SourceKey | None = None

    @property
    def digest(self) -> bytes:
        """What the event says, as 16 bytes: equal for equal content, whatever its message id."""
        return self.digest_of(self.spelled)

    @property
    def spelled(self) -> bytes:
        """The attributes as JSON, sorted by name; nothing where it has none."""
        return (
            b""
            if self.attributes is None
            else orjson.dumps(dict(self.attributes), option=orjson.OPT_SORT_KEYS)
        )

    def digest_of(self, spelled: bytes) -> bytes:
        """Return the digest, given the attributes as `spelled` has them."""
        return content_id(
            self.key.system,
            self.key.key,
            self.kind,
            render(self.valid_from) if self.valid_from else "",
            render(self.valid_to) if self.valid_to else "",
            str(self.sequence),
            spelled,
        ).bytes

    def identity(self, entity_type: str, digest: bytes | None = None) -> UUID:
        """The id by which a re-sent event is recognised: of its message id where it has one, else of its content.

        `digest` is its own, where that is known already.
        """
        if self.message_id is not None:
            return content_id(entity_type, "message", self.key.system, self.message_id)
        return content_id(entity_type, "content", digest or self.digest)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that is not even a record: its text as far as it could be read, and why it could not."""

    text: str
    reason: str


def as_text(raw: object) -> str:
    """Return a refused row as it is kept in quarantine."""
    try:
        return json.dumps(raw, default=str)
    except RecursionError:
        return "(nested too deeply to be kept)"


def parse(raw: object, entity_type: EntityType) -> SourceEvent:
    """Check one record as it arrives at a door (names in snake_case or camelCase) and return its event.

    Raises InvalidInputError with every problem found, not just the first.
    """
    if isinstance(raw, Unreadable):
        raise InvalidInputError.at("$", raw.reason)
    if not isinstance(raw, dict):
        raise InvalidInputError.at("$", f"must be an object, got {json_type(raw)}")
    reader = _Reader(cast("dict[object, object]", raw), entity_type)
    event = reader.event()
    if reader.problems:
        raise InvalidInputError(*reader.problems)
    return event


def parse_attributes(
    raw: Mapping[str, object], entity_type: EntityType, *, null_clears: bool = False
) -> dict[str, str]:
    """Check attributes alone, without an envelope, and return them in canonical form; raises InvalidInputError.

    With `null_clears`, those given as None come out as CLEARED; else they say nothing.
    """
    reader = _Reader(cast("dict[object, object]", dict(raw)), entity_type)
    attributes = reader.attributes(null_clears=null_clears)
    if reader.problems:
        raise InvalidInputError(*reader.problems)
    return attributes


class _Reader:
    """Reads one record field by field and gathers the problems on the way."""

    def __init__(self, raw: dict[object, object], entity_type: EntityType) -> None:
        self.type = entity_type
        self.problems: list[Problem] = []
        self.fields = self._snake(raw, "$")

    def event(self) -> SourceEvent:
        kind = cast("Kind", self._choice("kind", get_args(Kind), "snapshot"))
        system, key = self._required("source_system", 100), self._required("key", MAX_KEY_LENGTH)
        valid_from, valid_to = self._instant("valid_from"), self._instant("valid_to")
        if system == OWN_SYSTEM:
            self._problem(
                "source_system", f"{OWN_SYSTEM} is kept for changes made through Goldthread's own doors"
            )
        sequence, message_id = self._sequence(), self._text("message_id", MAX_KEY_LENGTH)
        attributes = self.attributes(null_clears=kind == "correction")
        self._check_period(kind, valid_from, valid_to)
        if kind in ("end", "retract"):
            if attributes:
                self._problem(next(iter(attributes)), f"a record of kind {kind} carries no attributes")
        elif not attributes and not self.problems:
            self._problem("", f"a {kind} needs at least one of: {', '.join(map(camel, self.type.by_name))}")
        return SourceEvent(
            key=SourceKey(system, key),
            kind=kind,
            valid_from=valid_from,
            valid_to=valid_to,
            sequence=sequence,
            attributes=attributes if kind in ("snapshot", "correction") else None,
            message_id=message_id,
        )

    def attributes(self, *, null_clears: bool = False) -> dict[str, str]:
        """Return the canonical values of the record's attributes; the problems of the others are gathered."""
        texts = self._texts(null_clears)
        others = {name: text for name, (_, _, text) in texts.items()}
        parsed: dict[str, str] = {}
        for name, (attribute, path, text) in texts.items():
            if not text:
                parsed[name] = CLEARED
                continue
            try:
                parsed[name] = attribute.parse(text, others)
            except ValueError as error:
                self.problems.append(Problem(path, f"{error}: {text[:60]!r}"))
        return parsed

    def _texts(self, null_clears: bool) -> dict[str, tuple[Attribute, str, str]]:
        texts: dict[str, tuple[Attribute, str, str]] = {}
        for name, (given, value) in self.fields.items():
            if name in ENVELOPE:
                continue
            if len(self.problems) >= MAX_PROBLEMS:
                break
            for path, attribute, item in self._flat(name, given, value):
                text = self._attribute_text(path, attribute, item)
                if not text and not (item is None and null_clears):
                    continue
                if attribute.name in texts:
                    problem = f"is given twice, here and at {texts[attribute.name][1]}"
                    self.problems.append(Problem(path, problem))
                else:
                    texts[attribute.name] = (attribute, path, text)
        return texts

    def _flat(self, name: str, given: str, value: object) -> list[tuple[str, Attribute, object]]:
        by_name = self.type.by_name
        if name in by_name:
            return [(f"$.{given}", by_name[name], value)]
        if name not in self.type.nested:
            self._unknown(f"$.{given}", name, [*by_name, *ENVELOPE, *self.type.nested])
            return []
        inner = self.type.nested[name]
        if value is None:
            return [(f"$.{given}", by_name[part], None) for part in inner]
        if not isinstance(value, dict):
            return [(f"$.{given}", by_name[inner[0]], value)]
        found: list[tuple[str, Attribute, object]] = []
        for field, (inner_given, item) in self._snake(
            cast("dict[object, object]", value), f"$.{given}"
        ).items():
            if len(self.problems) >= MAX_PROBLEMS:
                break
            path = f"$.{given}.{inner_given}"
            if field in inner:
                found.append((path, by_name[field], item))
            else:
                self._unknown(path, field, list(inner))
        return found

    def _attribute_text(self, path: str, attribute: Attribute, value: object) -> str:
        if value is None:
            return ""
        if attribute.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
            value = _digits(value)
        if not isinstance(value, str):
            self.problems.append(Problem(path, f"must be text, got {json_type(value)}"))
            return ""
        return value.strip() if self._storable(path, value, attribute.max_length) else ""

    def _storable(self, path: str, value: str, max_length: int) -> bool:
        if len(value) > max_length:
            self.problems.append(
                Problem(path, f"is {len(value):,} characters long; at most {max_length:,} are allowed")
            )
        elif "\x00" in value:
            self.problems.append(Problem(path, "holds a NUL character"))
        elif not _is_unicode(value):
            self.problems.append(Problem(path, "holds half of a surrogate pair, which is no character"))
        else:
            return True
        return False

    def _text(self, name: str, max_length: int) -> str | None:
        given, value = self.fields.get(name, (name, None))
        if value is None:
            return None
        if not isinstance(value, str):
            self.problems.append(Problem(f"$.{given}", f"must be text, got {json_type(value)}"))
            return None
        return (value.strip() or None) if self._storable(f"$.{given}", value, max_length) else None

    def _required(self, name: str, max_length: int) -> str:
        before = len(self.problems)
        value = self._text(name, max_length)
        if value is None and len(self.problems) == before:
            self._problem(name, "is missing")
        return value or ""

    def _choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self._text(name, 20) or default
        if value in choices:
            return value
        self._problem(name, f"must be one of {', '.join(choices)}, got {value!r}")
        return default

    def _instant(self, name: str) -> datetime | None:
        value = self._text(name, 60)
        if value is None:
            return None
        try:
            return instant(value, f"$.{self.fields[name][0]}")
        except InvalidInputError as error:
            self.problems.extend(error.problems)
            return None

    def _sequence(self) -> int:
        given, value = self.fields.get("sequence", ("sequence", None))
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value.strip()):
            value = int(value)
        if value is None or value == "":
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_SEQUENCE:
            self.problems.append(Problem(f"$.{given}", "must be a whole number of at most 64 bits"))
            return 0
        return value

    def _check_period(self, kind: Kind, start: datetime | None, end: datetime | None) -> None:
        if end is not None and kind != "correction":
            self._problem("valid_to", f"only a correction has an end; a {kind} holds until the next one")
        elif end is not None and start is not None:
            try:
                Period(start, end)
            except InvalidInputError as error:
                self._problem("valid_to", error.problems[0].reason)
        if kind == "correction" and start is None and not self.problems:
            self._problem("valid_from", "is missing: a correction says from when on it corrects")

    def _problem(self, name: str, reason: str) -> None:
        given = self.fields[name][0] if name in self.fields else camel(name)
        self.problems.append(Problem(f"$.{given}" if name else "$", reason))

    def _snake(self, raw: dict[object, object], path: str) -> dict[str, tuple[str, object]]:
        shown = {name: _spelled(str(name)[:200]) for name in raw}
        names = {snake: (given, raw[name]) for name, (given, snake) in shown.items()}
        if len(names) < len(raw):
            self.problems.append(Problem(path, "says one thing twice, such as firstName and first_name"))
        return names

    def _unknown(self, path: str, name: str, known: list[str]) -> None:
        nearest = difflib.get_close_matches(name[:60], known, n=1)
        hint = f"; did you mean {camel(nearest[0])}?" if nearest else ""
        self.problems.append(Problem(path[:120], f"is not known{hint}"))


def snake(name: str) -> str:
    """Return the name of a field in snake_case, however it is spelled."""
    return _spelled(name[:200])[1]


@lru_cache(maxsize=4_096)
def _spelled(name: str) -> tuple[str, str]:
    """Return a name as it can be shown, and in snake_case."""
    shown = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name
    )
    return shown, _CAMEL.sub("_", shown).lower()


def _digits(value: float) -> str:
    """Return a number of JSON as its shortest decimal digits, never with an exponent."""
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def _is_unicode(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
