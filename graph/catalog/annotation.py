"""What people say of an asset: description, owners, tags, glossary terms and domain; and how a change alters it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from graph.errors import InvalidInputError, Problem
from graph.time import Period

OwnerKind = Literal["person", "team"]
Item = TypeVar("Item")

MOST_ITEMS = 100
"""How many owners, tags and terms each an asset may have."""

LONGEST_NAME = 200
"""How many characters the name or role of an owner, and the key of a tag, may have."""

LONGEST_VALUE = 1_000
"""How many characters the value of a tag may have."""

LONGEST_DESCRIPTION = 50_000
"""How many characters a description may have."""

DEFAULT_ROLE = "owner"
MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or team that answers for an asset in a role, such as owner or steward."""

    name: str
    kind: OwnerKind = "person"
    role: str = DEFAULT_ROLE


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, with or without a value; an asset has one of each key."""

    key: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """What people say of an asset; terms and domain by their ids."""

    description: str | None = None
    owners: tuple[Owner, ...] = ()
    tags: tuple[Tag, ...] = ()
    terms: tuple[UUID, ...] = ()
    domain: UUID | None = None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Annotation:
        """Return the annotation that stored content holds."""
        domain = content.get("domain")
        return cls(
            content.get("description"),
            tuple(Owner(**owner) for owner in content.get("owners", ())),
            tuple(Tag(**tag) for tag in content.get("tags", ())),
            tuple(map(UUID, content.get("terms", ()))),
            UUID(domain) if domain else None,
        )

    @property
    def content(self) -> dict[str, Any]:
        """What is stored: only what is said."""
        said: dict[str, Any] = {
            "description": self.description,
            "owners": [{"name": one.name, "kind": one.kind, "role": one.role} for one in self.owners],
            "tags": [{"key": one.key, "value": one.value} for one in self.tags],
            "terms": [str(one) for one in self.terms],
            "domain": str(self.domain) if self.domain else None,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def values(self) -> Iterator[tuple[str, str]]:
        """The aspects and values that the asset is found by."""
        yield from (("owner", one.name) for one in self.owners)
        yield from (("tag", one.key) for one in self.tags)
        yield from (("term", str(one)) for one in self.terms)
        if self.domain:
            yield "domain", str(self.domain)


@dataclass(frozen=True, slots=True)
class AnnotationVersion:
    """What people said of an asset over a period of valid time, since when that is believed, who said it and why."""

    period: Period
    annotation: Annotation
    system_from: datetime
    actor: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be said from an instant on; what is not `set` stays, and of lists items are added and removed.

    Removing and adding the same leaves it added. An owner is removed with a role from that role alone, else from all;
    a tag by its key.
    """

    set: frozenset[str] = frozenset()
    description: str | None = None
    domain: UUID | str | None = None
    add_owners: tuple[Owner, ...] = ()
    remove_owners: tuple[tuple[str, str | None], ...] = ()
    add_tags: tuple[Tag, ...] = ()
    remove_tags: tuple[str, ...] = ()
    add_terms: tuple[UUID | str, ...] = ()
    remove_terms: tuple[UUID | str, ...] = ()

    def applied(self, before: Annotation) -> Annotation:
        """Return the annotation changed; raises InvalidInputError where a list becomes too long."""
        removed = {(name.lower(), role and role.lower()) for name, role in self.remove_owners}
        gone = {key.lower() for key in self.remove_tags} - {tag.key.lower() for tag in self.add_tags}
        owners = {_place(one): one for one in before.owners}
        added = {_place(one): one for one in self.add_owners}
        for name, role in owners.keys() - added.keys():
            if {(name, None), (name, role)} & removed:
                del owners[name, role]
        tags = {one.key.lower(): one for one in before.tags if one.key.lower() not in gone}
        tags.update((one.key.lower(), one) for one in self.add_tags)
        removed_terms = set(self.remove_terms) - set(self.add_terms)
        terms = [one for one in before.terms if one not in removed_terms]
        return Annotation(
            self.description if "description" in self.set else before.description,
            _bounded("owners", (owners | added).values()),
            _bounded("tags", [tags[key] for key in sorted(tags)]),
            _bounded("terms", [*terms, *cast("tuple[UUID, ...]", self.add_terms)]),
            cast("UUID | None", self.domain) if "domain" in self.set else before.domain,
        )


def merged(annotations: Iterable[Annotation]) -> Annotation:
    """Return what is said of one asset under several names: of each aspect everything, the first name's first."""
    given = list(annotations)
    return Annotation(
        next((one.description for one in given if one.description), None),
        tuple(dict.fromkeys(owner for one in given for owner in one.owners)),
        tuple({tag.key.lower(): tag for one in reversed(given) for tag in one.tags}.values()),
        tuple(dict.fromkeys(term for one in given for term in one.terms)),
        next((one.domain for one in given if one.domain), None),
    )


def change_of(raw: object) -> Change:
    """Return the change that JSON asks for; raises InvalidInputError with every problem."""
    if not isinstance(raw, Mapping):
        raise InvalidInputError.at("$", "must be an object")
    given = cast("Mapping[object, object]", raw)
    reading = _Reading()
    found: dict[str, Any] = {}
    for name, value in given.items():
        if len(reading.problems) >= MAX_PROBLEMS:
            break
        if not isinstance(name, str) or name not in _MEMBERS:
            known = ", ".join([*_MEMBERS, "validFrom", "reason"])
            reading.problems.append(Problem(f"$.{str(name)[:60]}", f"is not known; known are {known}"))
            continue
        member, read = _MEMBERS[name]
        found[member] = read(reading, value, f"$.{name}")
    if reading.problems:
        raise InvalidInputError(*reading.problems)
    return Change(frozenset(found.keys() & {"description", "domain"}), **found)


@dataclass(slots=True)
class _Reading:
    """Reads JSON and gathers what is wrong with it."""

    problems: list[Problem] = field(default_factory=list[Problem])

    def text(self, value: object, path: str, longest: int, *, lines: bool = False) -> str:
        reason = _wrong_with(value, longest, lines=lines)
        if reason:
            self.problems.append(Problem(path, reason))
            return ""
        return unicodedata.normalize("NFC", cast("str", value).strip())

    def description(self, value: object, path: str) -> str | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        return self.text(value, path, LONGEST_DESCRIPTION, lines=True)

    def named(self, value: object, path: str) -> UUID | str | None:
        if value is None:
            return None
        text = self.text(value, path, LONGEST_NAME)
        try:
            return UUID(text)
        except ValueError:
            return text

    def listed(self, value: object, path: str, read: Callable[[object, str], Item]) -> tuple[Item, ...]:
        if not isinstance(value, list | tuple):
            self.problems.append(Problem(path, "must be a list"))
            return ()
        given = cast("Sequence[object]", value)
        if len(given) > MOST_ITEMS:
            self.problems.append(Problem(path, f"has {len(given)} items; at most {MOST_ITEMS} are allowed"))
            return ()
        return tuple(dict.fromkeys(read(one, f"{path}[{n}]") for n, one in enumerate(given)))

    def members(self, value: object, path: str, known: tuple[str, ...]) -> dict[str, object]:
        if not isinstance(value, Mapping):
            self.problems.append(Problem(path, f"must be an object with {', '.join(known)}"))
            return {}
        given = cast("Mapping[str, object]", value)
        for name in given:
            if name not in known:
                self.problems.append(
                    Problem(f"{path}.{str(name)[:60]}", f"is not known; known are {', '.join(known)}")
                )
        return dict(given)

    def owner(self, value: object, path: str) -> Owner:
        given = self.members(value, path, ("name", "kind", "role"))
        kind = given.get("kind") or "person"
        if kind not in ("person", "team"):
            self.problems.append(Problem(f"{path}.kind", "must be person or team"))
        role = given.get("role") or DEFAULT_ROLE
        return Owner(
            self.text(given.get("name"), f"{path}.name", LONGEST_NAME),
            cast("OwnerKind", kind),
            self.text(role, f"{path}.role", LONGEST_NAME),
        )

    def removed_owner(self, value: object, path: str) -> tuple[str, str | None]:
        given = self.members(value, path, ("name", "role"))
        role = given.get("role")
        name = self.text(given.get("name"), f"{path}.name", LONGEST_NAME)
        return name, None if role is None else self.text(role, f"{path}.role", LONGEST_NAME)

    def tag(self, value: object, path: str) -> Tag:
        given = self.members(value, path, ("key", "value"))
        said = given.get("value")
        key = self.text(given.get("key"), f"{path}.key", LONGEST_NAME)
        return Tag(key, None if said is None else self.text(said, f"{path}.value", LONGEST_VALUE))

    def key(self, value: object, path: str) -> str:
        return self.text(value, path, LONGEST_NAME)

    def term(self, value: object, path: str) -> UUID | str:
        return self.named("" if value is None else value, path) or ""


_MEMBERS: dict[str, tuple[str, Callable[[_Reading, object, str], Any]]] = {
    "description": ("description", _Reading.description),
    "domain": ("domain", _Reading.named),
    "addOwners": ("add_owners", lambda self, value, path: self.listed(value, path, self.owner)),
    "removeOwners": ("remove_owners", lambda self, value, path: self.listed(value, path, self.removed_owner)),
    "addTags": ("add_tags", lambda self, value, path: self.listed(value, path, self.tag)),
    "removeTags": ("remove_tags", lambda self, value, path: self.listed(value, path, self.key)),
    "addTerms": ("add_terms", lambda self, value, path: self.listed(value, path, self.term)),
    "removeTerms": ("remove_terms", lambda self, value, path: self.listed(value, path, self.term)),
}
"""What a change may hold in JSON, with the member of Change it becomes."""


def _wrong_with(value: object, longest: int, *, lines: bool) -> str | None:
    if not isinstance(value, str):
        return "must be text"
    if not value.strip():
        return "must not be blank"
    if len(value) > longest:
        return f"is {len(value):,} characters long; at most {longest:,} are allowed"
    allowed = "\n\r\t" if lines else ""
    if any(
        (unicodedata.category(one) == "Cc" and one not in allowed) or "\ud800" <= one <= "\udfff"
        for one in value.strip()
    ):
        return "holds a control character or half of a surrogate pair"
    return None


def _place(owner: Owner) -> tuple[str, str]:
    """Return what an asset has one owner of: a name in a role, in any letter case."""
    return owner.name.lower(), owner.role.lower()


def _bounded(name: str, items: Iterable[Item]) -> tuple[Item, ...]:
    found = tuple(dict.fromkeys(items))
    if len(found) > MOST_ITEMS:
        raise InvalidInputError.at(
            "$", f"leaves the asset with {len(found)} {name}; at most {MOST_ITEMS} are allowed"
        )
    return found
