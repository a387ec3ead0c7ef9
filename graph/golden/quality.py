"""How good a record is: the share of its entity type's quality rules that it fulfils."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from graph.golden.entity_type import Attribute, EntityType
from graph.golden.folding import fold
from graph.golden.normalise import is_assigned
from graph.golden.pattern import is_whole_match
from graph.golden.policy import QualityRule

Values = Mapping[str, str] | Mapping[str, Sequence[str]]
"""Attribute -> its canonical value, or its values with the last one held first; missing or empty: not known."""

_PLACEHOLDERS = frozenset(
    {
        "", "none", "null", "nil", "nan", "na", "n a", "unknown", "unbekannt", "inconnu", "desconocido", "test", "tester", "dummy",
        "tbd", "todo", "xxx", "xx", "x", "asdf", "qwerty", "not available", "not known", "no name", "noname", "missing", "undefined",
    }
)  # fmt: skip
_PLACEHOLDER_MAILBOXES = frozenset(
    {"noemail", "nomail", "no", "none", "na", "test", "unknown", "noreply", "donotreply", "asdf", "dummy"}
)
_PLACEHOLDER_DAYS = frozenset({"1900-01-01", "1901-01-01", "1970-01-01", "9999-12-31"})


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality of a record, 0 to 1, and the names of the rules that failed, in the order of its entity type."""

    score: float
    failed: tuple[str, ...] = ()


def score(values: Values, entity_type: EntityType) -> Quality:
    """Return the quality of what a record says; 1.0 where its entity type has no rules.

    Give it the canonical values: what comparing leaves out, such as marks, a rule may ask for.
    """
    attributes = entity_type.by_name
    whole = fulfilled = 0.0
    failed: list[str] = []
    for rule in entity_type.quality:
        whole += rule.weight
        if _TESTS[rule.test](_last(values, rule.attribute), rule, attributes[rule.attribute]):
            fulfilled += rule.weight
        else:
            failed.append(rule.name)
    return Quality(round(fulfilled / whole, 4) if whole else 1.0, tuple(failed))


def is_plausible(value: str, attribute: Attribute) -> bool:
    """Return whether a value looks like a real one of its kind, and not like one that stands for none."""
    check = _BY_KIND.get(attribute.kind)
    if check is not None:
        return check(value)
    return fold(value) not in _PLACEHOLDERS and not _is_one_character(value)


def _last(values: Values, name: str) -> str:
    held = values.get(name, "")
    return held if isinstance(held, str) else next(iter(held), "")


def _is_present(value: str, rule: QualityRule, attribute: Attribute) -> bool:
    return bool(value)


def _matches(value: str, rule: QualityRule, attribute: Attribute) -> bool:
    return not value or is_whole_match(str(rule.argument), value)


def _is_one_of(value: str, rule: QualityRule, attribute: Attribute) -> bool:
    return not value or value in rule.argument


def _seems_real(value: str, rule: QualityRule, attribute: Attribute) -> bool:
    return not value or is_plausible(value, attribute)


_TESTS: Mapping[str, Callable[[str, QualityRule, Attribute], bool]] = MappingProxyType(
    {"present": _is_present, "matches": _matches, "one_of": _is_one_of, "plausible": _seems_real}
)


def _is_one_character(value: str) -> bool:
    start = value[:2].lower()
    if len(start) == 2 and start[0] != start[1] and start.isascii() and start.isalpha():  # nearly all values
        return False
    marks = {character for character in value.lower() if character.isalnum()}
    return len(marks) < 2 and sum(character.isalnum() for character in value) > 2


def _plausible_name(value: str) -> bool:
    folded = fold(value)
    return (
        folded not in _PLACEHOLDERS
        and not _is_one_character(value)
        and not (not folded.isalpha() and any(map(str.isdigit, folded)))
    )


def _plausible_email(value: str) -> bool:
    mailbox, _, domain = value.partition("@")
    return fold(mailbox).replace(" ", "") not in _PLACEHOLDER_MAILBOXES and not domain.endswith(
        (".invalid", ".test", ".local")
    )


def _plausible_phone(value: str) -> bool:
    return len(set(value[-7:])) > 1 and is_assigned(value)


def _plausible_birth(value: str) -> bool:
    return value >= "1900" and value not in _PLACEHOLDER_DAYS


_BY_KIND: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "name": _plausible_name,
        "email": _plausible_email,
        "phone": _plausible_phone,
        "birth_date": _plausible_birth,
        "date": lambda value: value not in _PLACEHOLDER_DAYS,
        "number": lambda value: not value.startswith("-"),
    }
)
