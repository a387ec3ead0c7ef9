"""Column lineage that follows from SQL, for jobs that send their SQL and no column lineage. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from graph.identity import DatasetName
from lineage.naming import whole
from lineage.sql_names import Names, dialect_of
from lineage.sql_relations import IDENTITY, How, Origin, Origins, Relation, TableRef
from lineage.sql_statements import Script, Written, folding, table_ref

Statements: TypeAlias = dict[DatasetName, dict[str, Any]]
"""For each output a body in the shape of a columnLineage facet, marked `_inferred`."""


class Reason(NamedTuple):
    """Why nothing is said, in words; a failure where the SQL was not understood, else it has nothing to say."""

    words: str
    is_failure: bool


LONGEST = 100_000
"""How many characters of SQL are read; longer ones are given up."""

_PLACEHOLDER: Final = re.compile(r"%\(\w+\)s|\{\{[^{}]*\}\}|\$\{[^{}]*\}")


def column_lineage(
    sql: str,
    dialect: str | None,
    inputs: Sequence[DatasetName],
    outputs: Sequence[DatasetName],
    schemas: Mapping[DatasetName, Sequence[str]],
) -> Statements | Reason:
    """Return what the SQL says of the outputs, or in words why nothing can be said; never raises.

    Tables are matched to the datasets by their names. `schemas` are the known columns of datasets in their order: without
    them `select *` says only which dataset the output is from. A dialect that is not stated is that of the namespaces.
    """
    if not outputs:
        return Reason("the event names no outputs", is_failure=False)
    if len(sql) > LONGEST:
        return Reason(f"the SQL has {len(sql)} characters; at most {LONGEST} are read", is_failure=True)
    try:
        return _column_lineage(sql, dialect_of(dialect, [*outputs, *inputs]), inputs, outputs, schemas)
    except SqlglotError as error:
        return Reason(f"the SQL cannot be parsed: {_words(error)}", is_failure=True)
    except RecursionError:
        return Reason("the SQL is nested too deeply", is_failure=True)
    except Exception as error:
        words = f"the SQL cannot be analysed: {type(error).__name__}: {str(error)[:200]}"
        return Reason(words, is_failure=True)


def _column_lineage(
    sql: str,
    dialect: str,
    inputs: Sequence[DatasetName],
    outputs: Sequence[DatasetName],
    schemas: Mapping[DatasetName, Sequence[str]],
) -> Statements | Reason:
    statements = _parsed(sql, dialect)
    names = Names(inputs, outputs, _tables(statements, dialect))
    known = {whole(name)[0]: columns for name, columns in schemas.items() if columns}

    def columns_of(name: DatasetName | None) -> Sequence[str] | None:
        return known.get(name) if name is not None else None

    script = Script(
        dialect,
        lambda table: columns_of(names.source(table)),
        lambda table: columns_of(names.output(table)),
        lambda table: names.output(table) is not None,
    )
    for statement in statements:
        script.follow(statement)
    written: dict[DatasetName, Written] = {}
    for table, made in script.written.items():
        if (name := names.output(table)) is not None:
            written.setdefault(name, Written(Relation())).add(made.relation, made.read)
    if not written and script.answer is not None and len(names.outputs) == 1:
        written[names.outputs[0]] = script.answer
    bodies = {name: _body(name, made, names, columns_of) for name, made in written.items()}
    said = {name: body for name, body in bodies.items() if body["fields"] or body["dataset"]}
    return said or _reason(script, written)


def _reason(script: Script, written: Mapping[DatasetName, Written]) -> Reason:
    if script.problems:
        return Reason(script.problems[0], is_failure=True)
    words = "the SQL reads no dataset that is known" if written else "the SQL writes none of the outputs"
    return Reason(words, is_failure=False)


def _words(error: SqlglotError) -> str:
    first = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    if "description" in first:
        return f"{first['description']}, line {first.get('line')} column {first.get('col')}"
    return " ".join(str(error).split())[:200]


def _parsed(sql: str, dialect: str) -> list[exp.Expr]:
    """Return the statements; placeholders of templates and drivers, which parsers do not know, count as values."""
    filled = _PLACEHOLDER.sub(" null ", sql)
    try:
        found = sqlglot.parse(filled, dialect=dialect or None)
    except SqlglotError:
        if "%s" not in filled:
            raise
        found = sqlglot.parse(filled.replace("%s", " null "), dialect=dialect or None)
    return [statement for statement in found if statement is not None]


def _tables(statements: Sequence[exp.Expr], dialect: str) -> list[TableRef]:
    fold = folding(dialect)

    def spelled(node: exp.Identifier) -> str:
        return node.this if node.args.get("quoted") else fold(node.this)

    return [table_ref(table, spelled) for one in statements for table in one.find_all(exp.Table)]


def _body(name: DatasetName, made: Written, names: Names, columns_of: Any) -> dict[str, Any]:
    """Return the statement on an output in the shape of a columnLineage facet."""
    own = columns_of(name)
    seen: set[DatasetName] = set()
    fields: dict[str, Any] = {}
    for column, follows in made.relation.columns:
        spelled = _spelled(column, own)
        members = _members(follows, name, spelled, names, columns_of)
        if column and members:
            fields[spelled] = {"inputFields": members}
            seen.update(DatasetName(one["namespace"], one["name"]) for one in members)
    rows: Origins = {Origin(table, None): {IDENTITY} for group in made.relation.rest for table in group}
    for origin, hows in made.relation.influences.items():
        rows.setdefault(origin, set()).update(hows)
    dataset = _members(rows, name, None, names, columns_of)
    seen.update(DatasetName(one["namespace"], one["name"]) for one in dataset)
    read = {names.source(table) for table in made.read} - seen - {None, name}
    dataset += [{"namespace": one.namespace, "name": one.name} for one in sorted(filter(None, read))]
    return {"_inferred": True, "fields": fields, "dataset": dataset}


def _members(
    follows: Origins, own: DatasetName, column: str | None, names: Names, columns_of: Any
) -> list[dict[str, Any]]:
    """Return members of a columnLineage facet, without what a dataset merely keeps of itself."""
    found: dict[tuple[DatasetName, str], set[How]] = {}
    for (table, given), hows in follows.items():
        source = names.source(table)
        if source is None:
            continue
        spelled = _spelled(given, columns_of(source)) if given else ""
        kept = {
            how for how in hows if source != own or (how.type == "DIRECT" and spelled not in {column, ""})
        }
        if kept:
            found.setdefault((source, spelled), set()).update(kept)
    return [
        {
            "namespace": source.namespace,
            "name": source.name,
            **({"field": spelled} if spelled else {}),
            "transformations": [
                {"type": how.type, "subtype": how.subtype, "masking": how.masking} for how in sorted(hows)
            ],
        }
        for (source, spelled), hows in sorted(found.items())
    ]


def _spelled(column: str, known: Sequence[str] | None) -> str:
    return next((name for name in known or () if name.lower() == column.lower()), column)
