"""What each kind of asset that people keep here is made of, as data, and how it is checked: pipelines, stores, terms …"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from graph.catalog.connection import Guarded, guarded_connection, guarded_location
from graph.catalog.schedule import cron_of, zone_of
from graph.catalog.work import file_dataset, work_text
from graph.errors import InvalidInputError, Problem
from graph.spelling import camel
from graph.time import AsOf, Period, render

AttributeType = Literal["text", "prose", "location", "connection", "number"]
"""text: one line. prose: several. location, connection: text whose secrets are masked on output. number: a float."""

SECRETS = "secrets"
"""Where stored content keeps the secrets of its masked texts; no attribute may have this name."""

ENVELOPE = ("valid_from", "reason")
"""What a change may carry beside attributes; doors take these out before."""

MAX_PROBLEMS = 50
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a kind of asset. `at_most` names the attribute whose value this one may not exceed.

    `needs` names the attribute without which this one says nothing. `rule` returns a text as it is kept, or raises
    ValueError saying what is wrong with it.
    """

    name: str
    description: str
    type: AttributeType = "text"
    required: bool = True
    default: float | None = None
    max_length: int = 2_000
    maximum: float = 1e9
    at_most: str | None = None
    needs: str | None = None
    rule: Callable[[str], str] | None = None

    @property
    def json_name(self) -> str:
        """The name as JSON and GraphQL spell it."""
        return camel(self.name)


_NAME = Attribute("name", "The name, unique among assets of its kind.", max_length=200)
_DESCRIPTION = Attribute(
    "description", "What it is for, in words.", "prose", required=False, max_length=10_000
)
_REASON = Attribute("reason", "Why a change is made.", "prose", required=False)


@dataclass(frozen=True, slots=True)
class AssetKind:
    """A kind of asset; its name is the `kind` of the subjects in the store."""

    name: str
    label: str
    attributes: tuple[Attribute, ...]

    def attribute(self, name: str) -> Attribute:
        """Return the attribute of that name."""
        return next(attribute for attribute in self.attributes if attribute.name == name)


PIPELINE = AssetKind(
    "pipeline",
    "data pipeline",
    (
        _NAME,
        Attribute("source", "Where it takes data from: a URL or a name; secrets are masked.", "location"),
        Attribute("destination", "Where it brings data to: a URL or a name; secrets are masked.", "location"),
        Attribute(
            "runs_as",
            "What carries it out: airflow:DAG, or worker:STEP, one of `pipelineSteps`. Null: it cannot be run from here.",
            required=False,
            rule=work_text,
        ),
        Attribute(
            "schedule",
            "When it is run by itself: cron with five fields, such as */5 * * * *.",
            required=False,
            needs="runs_as",
            rule=cron_of,
        ),
        Attribute(
            "time_zone",
            "The time zone of the schedule, such as Europe/Berlin. Null: UTC.",
            required=False,
            needs="schedule",
            rule=zone_of,
        ),
        Attribute(
            "on_new_file",
            "The dataset of the lake each new file of which starts a run: customers or orders.",
            required=False,
            needs="runs_as",
            rule=file_dataset,
        ),
        _DESCRIPTION,
    ),
)
DATA_LAKE = AssetKind(
    "data_lake",
    "data lake",
    (
        _NAME,
        Attribute(
            "storage_location", "Where its files lie, e.g. s3://lake/raw; secrets are masked.", "location"
        ),
        _DESCRIPTION,
    ),
)
DATA_WAREHOUSE = AssetKind(
    "data_warehouse",
    "data warehouse",
    (
        _NAME,
        Attribute(
            "connection", "How to connect: a URL or key=value pairs; secrets are masked as ***.", "connection"
        ),
        _DESCRIPTION,
    ),
)
DATA_CENTER = AssetKind(
    "data_center",
    "data center",
    (
        _NAME,
        Attribute("location", "Where it stands, e.g. Frankfurt."),
        Attribute("capacity_tb", "How much it can store, in terabytes.", "number"),
        Attribute(
            "used_tb", "How much of that is used, in terabytes.", "number", default=0.0, at_most="capacity_tb"
        ),
        _DESCRIPTION,
    ),
)

MESSAGE_BROKER = AssetKind(
    "message_broker",
    "message broker",
    (
        _NAME,
        Attribute(
            "connection", "Its servers as a URL, e.g. kafka://host:9092; secrets are masked.", "connection"
        ),
        _DESCRIPTION,
    ),
)
GLOSSARY_TERM = AssetKind(
    "glossary_term",
    "glossary term",
    (_NAME, Attribute("definition", "What the word means here.", "prose", max_length=10_000), _DESCRIPTION),
)
DOMAIN = AssetKind("domain", "domain", (_NAME, _DESCRIPTION))
"""A domain below another one bears its name before a slash: Sales/Orders lies below Sales."""

KINDS = {
    kind.name: kind
    for kind in (PIPELINE, DATA_LAKE, DATA_WAREHOUSE, DATA_CENTER, MESSAGE_BROKER, GLOSSARY_TERM, DOMAIN)
}
"""The kinds of assets that people keep here, by their name."""

STORES = (DATA_LAKE, DATA_WAREHOUSE, MESSAGE_BROKER)
"""The kinds of assets that datasets lie in."""

Changes = dict[str, str | float | Guarded | None]
"""Checked values by attribute; None takes the attribute away."""


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset at a basis. `attributes` are as shown: masked; those of a retired asset are the last it had."""

    asset_id: UUID
    kind: AssetKind
    attributes: Mapping[str, Any]
    is_retired: bool
    basis: AsOf

    @property
    def name(self) -> str:
        """The name at the basis."""
        return self.attributes["name"]


@dataclass(frozen=True, slots=True)
class Version:
    """What an asset was over a period of valid time; numbered from 1 in valid order, attributes as shown."""

    number: int
    period: Period
    is_retired: bool
    attributes: Mapping[str, Any]
    system_from: datetime
    actor: str | None
    reason: str | None


def shown(kind: AssetKind, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return every attribute of stored content, None where it has none; secrets are not attributes."""
    return {attribute.name: content.get(attribute.name) for attribute in kind.attributes}


def created(kind: AssetKind, raw: object) -> dict[str, Any]:
    """Check the attributes of a new asset and return its content to store.

    Raises InvalidInputError with every problem found.
    """
    changes, problems = _read(kind, raw)
    paths = {problem.path for problem in problems}
    for attribute in kind.attributes:
        if attribute.default is not None:
            changes.setdefault(attribute.name, attribute.default)
        elif attribute.required and attribute.name not in changes and f"$.{attribute.json_name}" not in paths:
            problems.append(Problem(f"$.{attribute.json_name}", "is missing"))
    for name, value in changes.items():
        if isinstance(value, Guarded) and value.is_masked:
            problems.append(Problem(f"$.{camel(name)}", "holds the mask *** where a secret belongs"))
    if problems:
        raise InvalidInputError(*problems)
    return altered(kind, {}, changes)


def changed(kind: AssetKind, raw: object) -> Changes:
    """Check a partial change; raises InvalidInputError with every problem found."""
    changes, problems = _read(kind, raw)
    if problems:
        raise InvalidInputError(*problems)
    return changes


def unmasked(changes: Changes, content: Mapping[str, Any]) -> Changes:
    """Return the changes without texts that came back masked exactly as `content` shows them: those stay.

    A masked text that differs is refused, lest a kept secret be sent to a place its owner never named.
    """
    found: Changes = {}
    for name, value in changes.items():
        if isinstance(value, Guarded) and value.is_masked:
            if value.shown != content.get(name):
                raise InvalidInputError.at(
                    f"$.{camel(name)}", "is changed but holds the mask ***: give the secret again"
                )
            continue
        found[name] = value
    return found


def altered(
    kind: AssetKind, content: Mapping[str, Any], changes: Changes, since: datetime | None = None
) -> dict[str, Any]:
    """Return stored content with the changes made; raises InvalidInputError where it breaks a rule of the kind.

    `since` is the start of the version altered, for the message.
    """
    result = {name: value for name, value in content.items() if name not in changes and name != SECRETS}
    secrets = {name: value for name, value in content.get(SECRETS, {}).items() if name not in changes}
    for name, value in changes.items():
        if isinstance(value, Guarded):
            result[name] = value.shown
            if value.secrets:
                secrets[name] = {"values": list(value.secrets), "places": list(value.places)}
        elif value is not None:
            result[name] = value
    if secrets:
        result[SECRETS] = secrets
    for attribute in kind.attributes:
        if attribute.needs and result.get(attribute.name) and not result.get(attribute.needs):
            raise InvalidInputError.at(f"$.{attribute.json_name}", f"needs {camel(attribute.needs)}")
        if attribute.at_most and result[attribute.name] > result[attribute.at_most]:
            bound = f"{camel(attribute.at_most)} {result[attribute.at_most]:g}"
            when = f" in the version from {render(since)} on" if since else ""
            raise InvalidInputError.at(
                f"$.{attribute.json_name}", f"must be at most {bound}, got {result[attribute.name]:g}{when}"
            )
    return result


def revealed(content: Mapping[str, Any], name: str) -> str:
    """Return a text of stored content with its secrets back in place; never for an output."""
    kept = content.get(SECRETS, {}).get(name, {"values": (), "places": ()})
    return Guarded(content[name], tuple(kept["values"]), tuple(kept["places"])).revealed


def provenance(actor: str, reason: object) -> dict[str, str | None]:
    """Return who says something and why, as stored with it; raises InvalidInputError where the reason is no text."""
    try:
        return {"actor": actor, "reason": None if reason is None else _text(_REASON, reason)}
    except ValueError as error:
        raise InvalidInputError.at("$.reason", str(error)) from None


def _read(kind: AssetKind, raw: object) -> tuple[Changes, list[Problem]]:
    if not isinstance(raw, Mapping):
        raise InvalidInputError.at("$", f"must be an object, got {_type_name(raw)}")
    attributes = {attribute.name: attribute for attribute in kind.attributes}
    changes: Changes = {}
    problems: list[Problem] = []
    for given, value in cast("Mapping[object, object]", raw).items():
        if len(problems) >= MAX_PROBLEMS:
            break
        name = _CAMEL.sub("_", str(given)).lower()
        if name not in attributes:
            problems.append(_unknown(str(given), name, [*attributes, *ENVELOPE]))
        elif name in changes:
            problems.append(Problem(f"$.{given}", "is given twice"))
        else:
            try:
                changes[name] = _value(attributes[name], value)
            except ValueError as error:
                problems.append(Problem(f"$.{given}", str(error)))
    return changes, problems


def _unknown(given: str, name: str, known: list[str]) -> Problem:
    path = f"$.{_printable(given)}"
    nearest = difflib.get_close_matches(name[:60], known, n=1)
    if nearest:
        return Problem(path, f"is not known; did you mean {camel(nearest[0])}?")
    return Problem(path, f"is not known; known are {', '.join(map(camel, known))}")


def _value(attribute: Attribute, value: object) -> str | float | Guarded | None:
    if attribute.type == "number":
        return (
            attribute.default
            if value is None and attribute.default is not None
            else _number(attribute, value)
        )
    text = _text(attribute, value)
    if text is None or attribute.type in ("text", "prose"):
        return attribute.rule(text) if text and attribute.rule else text
    return guarded_connection(text) if attribute.type == "connection" else guarded_location(text)


def _number(attribute: Attribute, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"must be a number, got {_type_name(value)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must be a finite number")
    if value < 0:
        raise ValueError("must not be negative")
    if value > attribute.maximum:
        raise ValueError(f"must be at most {attribute.maximum:,.0f}")
    return float(value) + 0.0  # -0.0 + 0.0 is 0.0


def _text(attribute: Attribute, value: object) -> str | None:
    if value is None and not attribute.required:
        return None
    if not isinstance(value, str):
        raise ValueError(f"must be text, got {_type_name(value)}")
    if len(value) > attribute.max_length:
        raise ValueError(f"is {len(value):,} characters long; at most {attribute.max_length:,} are allowed")
    if "\x00" in value:
        raise ValueError("holds a NUL character")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("holds half of a surrogate pair, which is no character")
    allowed = "\n\r\t" if attribute.type == "prose" else ""
    if any(
        unicodedata.category(character) == "Cc" and character not in allowed for character in value.strip()
    ):
        raise ValueError("holds a control character, such as a line break")
    # A connection stays as it is to the byte: the secret in it may not be in normal form.
    text = (
        unicodedata.normalize("NFC", value.strip()) if attribute.type in ("text", "prose") else value.strip()
    )
    if not text and attribute.required:
        raise ValueError("must not be blank")
    return text or None


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text[:60])


def _type_name(value: object) -> str:
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number" if isinstance(value, int | float) else type(value).__name__)
