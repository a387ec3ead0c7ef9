"""What the value of a SQL expression follows from, and how. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from sqlglot import exp

from lineage.sql_relations import (
    AGGREGATION,
    CONDITIONAL,
    COUNTED,
    FILTER,
    IDENTITY,
    MASKED,
    TRANSFORMATION,
    WINDOW,
    How,
    Origins,
    Relation,
    join,
)

_MASKING: Final = (exp.MD5, exp.MD5Digest, exp.SHA, exp.SHA2, exp.FarmFingerprint, exp.StandardHash)
_MASKING_NAMES: Final = frozenset(
    {
        "crc32", "farm_fingerprint", "hash", "hashbytes", "mask", "md5", "murmur_hash", "murmurhash", "sha", "sha1",
        "sha224", "sha256", "sha384", "sha512", "xxhash64",
    }
)  # fmt: skip


class Scope(Protocol):
    """Where the names in an expression are looked up."""

    def column(self, column: exp.Column) -> Origins:
        """Return what a column follows from, nothing where it is not known."""
        ...

    def everything(self, source: str | None) -> Origins:
        """Return what all columns of a source, or of all sources, follow from."""
        ...

    def query(self, node: exp.Expr) -> Relation:
        """Return a query inside the expression."""
        ...

    def window(self, name: str) -> exp.Expr | None:
        """Return a window by its name."""
        ...


def origins(node: exp.Expr, scope: Scope, how: How = IDENTITY) -> Origins:
    """Return what the value of an expression follows from, where `how` is done to it afterwards."""
    found: Origins = {}
    waiting: list[tuple[exp.Expr, How, frozenset[str]]] = [(node, how, frozenset())]
    while waiting:
        part, done, bound = waiting.pop()
        if isinstance(part, exp.Column):
            if part.name.lower() not in bound or part.table:
                join(found, _of_column(part, scope), done)
        elif isinstance(part, exp.Query | exp.Exists):
            _add_query(found, part, scope, done)
        elif isinstance(part, exp.Count) and isinstance(part.this, exp.Star | exp.Literal):
            join(found, _wholes(scope), done.over(COUNTED))
        elif isinstance(part, exp.Star):
            join(found, scope.everything(None), done.over(TRANSFORMATION))
        else:
            bound = bound | _parameters(part)
            waiting.extend((child, done.over(more), bound) for child, more in _children(part, scope))
    return found


def _of_column(column: exp.Column, scope: Scope) -> Origins:
    if isinstance(column.this, exp.Star):
        return scope.everything(column.table)
    return scope.column(column)


def _wholes(scope: Scope) -> Origins:
    """Return the tables under all sources as wholes: what a count of rows follows from."""
    return {origin._replace(column=None): {IDENTITY} for origin in scope.everything(None)}


def _add_query(found: Origins, part: exp.Expr, scope: Scope, how: How) -> None:
    is_exists = isinstance(part, exp.Exists)
    relation = scope.query(part.this if is_exists else part)
    if not is_exists:
        join(found, relation.everything(), how.over(TRANSFORMATION))
    for origin, hows in relation.influences.items():
        found.setdefault(origin, set()).update(
            how.over(one) if how.type == "INDIRECT" else one for one in hows
        )


def _children(part: exp.Expr, scope: Scope) -> Iterator[tuple[exp.Expr, How]]:
    match part:
        case exp.Alias() | exp.Paren() | exp.Dot():
            yield part.this, IDENTITY
        case exp.Case():
            yield from _of_case(part)
        case exp.If():
            yield part.this, CONDITIONAL
            yield from ((arm, TRANSFORMATION) for arm in _given(part, "true", "false"))
        case exp.Filter():
            yield part.this, IDENTITY
            yield part.expression, FILTER
        case exp.Window():
            yield from _of_window(part, scope)
        case _:
            how = _how(part)
            yield from ((child, how) for child in part.iter_expressions())


def _of_case(case: exp.Case) -> Iterator[tuple[exp.Expr, How]]:
    for condition in _given(case, "this"):
        yield condition, CONDITIONAL
    for arm in case.args.get("ifs") or ():
        yield arm.this, CONDITIONAL
        yield from ((value, TRANSFORMATION) for value in _given(arm, "true"))
    yield from ((value, TRANSFORMATION) for value in _given(case, "default"))


def _of_window(window: exp.Window, scope: Scope) -> Iterator[tuple[exp.Expr, How]]:
    yield window.this, TRANSFORMATION
    name = window.args.get("alias")
    named = scope.window(name.name) if isinstance(name, exp.Identifier) else None
    for one in filter(None, (window, named)):
        by = [*(one.args.get("partition_by") or ()), *_given(one, "order", "spec")]
        yield from ((part, WINDOW) for part in by)


def _how(part: exp.Expr) -> How:
    if isinstance(part, exp.Count | exp.CountIf | exp.ApproxDistinct):
        return COUNTED
    if isinstance(part, exp.AggFunc):
        return AGGREGATION
    if isinstance(part, _MASKING) or (
        isinstance(part, exp.Anonymous) and part.name.lower() in _MASKING_NAMES
    ):
        return MASKED
    return TRANSFORMATION


def _parameters(part: exp.Expr) -> frozenset[str]:
    is_lambda = isinstance(part, exp.Lambda)
    return frozenset(one.name.lower() for one in part.expressions) if is_lambda else frozenset()


def _given(part: exp.Expr, *names: str) -> list[exp.Expr]:
    return [value for name in names if isinstance(value := part.args.get(name), exp.Expr)]
