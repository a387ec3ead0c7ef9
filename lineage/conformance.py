"""Where facets differ from what the OpenLineage specification asks: told as warnings, never a reason to refuse an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeAlias, cast

from graph.errors import InvalidInputError, Problem
from graph.time import instant
from lineage.naming import is_uuid

MOST = 20
"""How many warnings one facet gives at most."""

Shape: TypeAlias = "str | tuple[str, ...] | list[Any] | dict[str, Any]"
"""What the specification asks of a value: a word of _WORDS, `@` and the name of a shape, one of several texts (tuple), a
list of one shape, or an object: members by name, those with a `*` required; `*` alone: any name."""

_NAMED: Final[Mapping[str, Shape]] = {"namespace*": "text", "name*": "text"}
_TRANSFORMATION: Final = {"type*": "text", "subtype": "text", "description": "text", "masking": "boolean"}
_TAG: Final = {"key*": "text", "value*": "text", "source": "text"}
_REFERENCE: Final = {"run*": {"runId*": "uuid"}, "job*": _NAMED}
_TEST: Final = dict.fromkeys(
    ("severity", "name", "description", "expected", "actual", "content", "contentType"), "text"
)
_STATISTICS: Final = {"rowCount": "integer", "size": "integer", "fileCount": "integer"}

SHAPES: Final[Mapping[str, Shape]] = {
    "@column": {
        "name*": "text",
        "type": "text",
        "description": "text",
        "ordinal_position": "integer",
        "fields": ["@column"],
    },
    "@input field": {**_NAMED, "field*": "text", "transformations": [_TRANSFORMATION]},
    "@source": {
        "type*": ("DATASET", "JOB"),
        "namespace": "text",
        "name": "text",
        "field": "text",
        "runId": "uuid",
        "transformations": [_TRANSFORMATION],
    },
    "@target fields": {"*": {"inputs*": ["@source"]}},
    "@condition": {
        "type*": ("location", "partition", "binary", "compare", "field", "literal"),
        "locations": ["text"],
        "partitions": [{"identifier": "text", "dimensions*": {"*": "text"}}],
        "left": "@condition",
        "right": "@condition",
        "operator": "text",
        "comparison": "text",
        "field": "text",
        "value": "text",
    },
    "@dependency": {
        "job*": _NAMED,
        "run": {"runId*": "uuid"},
        "dependency_type": "text",
        "sequence_trigger_rule": "text",
        "status_trigger_rule": "text",
    },
    "catalog": {
        "framework*": "text",
        "type*": "text",
        "name*": "text",
        "metadataUri": "text",
        "warehouseUri": "text",
        "source": "text",
        "catalogProperties": {"*": "text"},
    },
    "columnLineage": {
        "fields*": {"*": {"inputFields*": ["@input field"]}},
        "dataset": ["@input field"],
    },
    "dataQualityAssertions": {
        "assertions*": [
            {**_TEST, "assertion*": "text", "success*": "boolean", "column": "text", "params": "object"}
        ]
    },
    "dataQualityMetrics": {
        "rowCount": "integer",
        "bytes": "integer",
        "fileCount": "integer",
        "lastUpdated": "time",
        "columnMetrics*": {
            "*": {
                "nullCount": "integer",
                "distinctCount": "integer",
                **dict.fromkeys(("sum", "count", "min", "max"), "number"),
                "quantiles": {"*": "number"},
            }
        },
    },
    "dataSource": {"name": "text", "uri": "text"},
    "datasetType": {"datasetType*": "text", "subType": "text"},
    "documentation": {"description*": "text", "contentType": "text"},
    "environmentVariables": {"environmentVariables*": [{"name*": "text", "value*": "text"}]},
    "errorMessage": {"message*": "text", "programmingLanguage*": "text", "stackTrace": "text"},
    "executionParameters": {
        "parameters": [{"key*": "text", "name": "text", "description": "text", "value": "text"}]
    },
    "externalQuery": {"externalQueryId*": "text", "source*": "text"},
    "extractionError": {
        "totalTasks*": "integer",
        "failedTasks*": "integer",
        "errors*": [{"errorMessage*": "text", "stackTrace": "text", "task": "text", "taskNumber": "integer"}],
    },
    "hierarchy": {"hierarchy*": [{"type*": "text", "name*": "text"}]},
    "inputStatistics": _STATISTICS,
    "jobDependencies": {"upstream": ["@dependency"], "downstream": ["@dependency"], "trigger_rule": "text"},
    "jobType": {
        "processingType*": "text",
        "integration*": "text",
        "jobType": "text",
        "emissionPattern": {
            "eventTrigger*": "text",
            "eventContentMode*": "text",
            "windowDuration": "integer",
        },
    },
    "lifecycleStateChange": {
        "lifecycleStateChange*": ("ALTER", "CREATE", "DROP", "OVERWRITE", "RENAME", "TRUNCATE"),
        "previousIdentifier": _NAMED,
    },
    "lineage": {
        "entries": [
            {
                "type*": ("DATASET", "JOB"),
                "namespace": "text",
                "name": "text",
                "runId": "uuid",
                "inputs": ["@source"],
                "fields": "@target fields",
            }
        ],
        "inputs": ["@source"],
        "fields": "@target fields",
    },
    "nominalTime": {"nominalStartTime*": "time", "nominalEndTime": "time"},
    "outputStatistics": _STATISTICS,
    "ownership": {"owners": [{"name*": "text", "type": "text"}]},
    "parent": {**_REFERENCE, "root": _REFERENCE},
    "processing_engine": {"version*": "text", "name": "text", "openlineageAdapterVersion": "text"},
    "schema": {"fields": ["@column"]},
    "sourceCode": {"language*": "text", "sourceCode*": "text"},
    "sourceCodeLocation": {
        "type*": "text",
        "url*": "text",
        **dict.fromkeys(("repoUrl", "path", "version", "tag", "branch", "pullRequestNumber"), "text"),
    },
    "sql": {"query*": "text", "dialect": "text"},
    "storage": {"storageLayer*": "text", "fileFormat": "text"},
    "subset": {"inputCondition": "@condition", "outputCondition": "@condition"},
    "symlinks": {"identifiers": [{**_NAMED, "type*": "text"}]},
    "tags": {"tags": [{**_TAG, "field": "text"}]},
    "test": {"tests*": [{**_TEST, "name*": "text", "status*": "text", "type": "text", "params": "object"}]},
    "version": {"datasetVersion*": "text"},
}
"""The standard facets, by the version of their schema of August 2026; unknown members are always fine."""

_BASE: Final[Shape] = {"_producer*": "text", "_schemaURL*": "text", "_deleted": "boolean"}
_DEPRECATED: Final = ("transformationType", "transformationDescription")
_WORDS: Final[Mapping[str, str]] = {
    "text": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "time": "a time with a zone, such as 2026-01-01T00:00:00Z",
    "uuid": "a UUID",
}
_TYPES: Final[Mapping[str, Any]] = {
    "text": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
}


def facet_warnings(name: str, value: object) -> list[Problem]:
    """Return what is wrong with a facet, at most MOST problems, by paths that start at `$`, the facet itself.

    Facets that the specification does not know only need to say who produced them and by which schema.
    """
    return list(islice(_warnings(name, value), MOST))


def _warnings(name: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem("$", f"must be an object, is {_kind(value)}")
        return
    yield from _problems("$", value, _BASE)
    if name == "parentRun":
        yield Problem("$", "is called parent; parentRun is not understood")
    facet = cast("dict[str, object]", value)
    if facet.get("_deleted") is True or name not in SHAPES:
        return
    yield from _problems("$", facet, SHAPES[name])
    if name == "columnLineage":
        yield from _deprecations(facet)


def _deprecations(facet: Mapping[str, object]) -> Iterator[Problem]:
    fields = facet.get("fields")
    for name, column in cast("dict[str, object]", fields).items() if isinstance(fields, dict) else ():
        said = cast("dict[str, object]", column) if isinstance(column, dict) else {}
        used = [member for member in _DEPRECATED if said.get(member)]
        if used:
            reason = f"uses {' and '.join(used)}, deprecated since 1-2-0; transformations replace it"
            yield Problem(f"$.fields.{name}", reason)
            return


def _problems(path: str, value: object, shape: Shape) -> Iterator[Problem]:
    if isinstance(shape, dict):
        yield from _problems_of_members(path, value, shape)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield Problem(path, f"must be a list, is {_kind(value)}")
            return
        for index, item in enumerate(cast("list[object]", value)):
            yield from _problems(f"{path}[{index}]", item, shape[0])
    elif isinstance(shape, tuple):
        if value not in shape:
            yield Problem(path, f"must be one of {', '.join(shape)}, is {_shown(value)}")
    elif shape.startswith("@"):
        yield from _problems(path, value, SHAPES[shape])
    elif not _is(value, shape):
        yield Problem(path, f"must be {_WORDS[shape]}, is {_shown(value)}")


def _problems_of_members(path: str, value: object, shape: dict[str, Any]) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, f"must be an object, is {_kind(value)}")
        return
    given = cast("dict[str, object]", value)
    if "*" in shape:
        for name, item in given.items():
            yield from _problems(f"{path}.{name}", item, shape["*"])
        return
    for member, wanted in shape.items():
        name = member.removesuffix("*")
        if name in given:
            yield from _problems(f"{path}.{name}", given[name], wanted)
        elif member != name:
            yield Problem(f"{path}.{name}", "is missing")


def _is(value: object, word: str) -> bool:
    if word in {"time", "uuid"}:
        return isinstance(value, str) and (is_uuid(value) if word == "uuid" else _is_time(value))
    return isinstance(value, _TYPES[word]) and (word == "boolean" or not isinstance(value, bool))


def _is_time(text: str) -> bool:
    try:
        instant(text.strip().upper())
    except InvalidInputError:
        return False
    return len(text) > len("2026-01-01")


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def _shown(value: object) -> str:
    return repr(value[:60]) if isinstance(value, str) else _kind(value)
