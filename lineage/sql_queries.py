"""What the columns of a SQL query follow from: sources, joins, common table expressions, projections. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlglot import exp

from lineage.sql_expressions import origins
from lineage.sql_relations import (
    FILTER,
    GROUP_BY,
    IDENTITY,
    JOIN,
    SORT,
    TRANSFORMATION,
    How,
    Origin,
    Origins,
    Relation,
    join,
)

_ALIASES_FIRST: Final = frozenset(
    {"clickhouse", "databricks", "duckdb", "redshift", "snowflake", "spark", "teradata"}
)
"""Dialects in which a projection may name an earlier one of the same query."""


class NotUnderstoodError(Exception):
    """Something in the SQL of which it is better to say nothing."""


@dataclass(frozen=True, slots=True)
class Queries:
    """Reads queries of one dialect; `table` gives what stands behind the name of a table."""

    dialect: str
    spelled: Callable[[exp.Identifier], str]
    table: Callable[[exp.Table], Relation]

    def relation(
        self, node: exp.Expr, named: dict[str, Relation], outer: QueryScope | None = None
    ) -> Relation:
        """Return a query as a relation, where `named` are the common table expressions around it."""
        named = self.with_named(node, named, outer)
        match node:
            case exp.Select():
                return QueryScope(self, named, outer).select(node)
            case exp.SetOperation():
                return self._united(node, named, outer)
            case exp.Subquery():
                return self._subquery(node, named, outer)
            case exp.Table():
                return self.source(node, named, outer)[1]
            case exp.Values():
                return self._values(node, named, outer)
            case exp.Paren():
                return self.relation(node.this, named, outer)
            case _:
                raise NotUnderstoodError(f"{node.key.upper()} is not understood")

    def with_named(
        self, node: exp.Expr, named: dict[str, Relation], outer: QueryScope | None = None
    ) -> dict[str, Relation]:
        """Return the common table expressions that a statement or query may use, its own ones included."""
        clause = node.args.get("with_")
        if not isinstance(clause, exp.With):
            return named
        named = dict(named)
        for one in clause.expressions:
            name, columns = one.alias.lower(), self._alias_columns(one)
            if clause.recursive and isinstance(one.this, exp.SetOperation):
                start = self.relation(one.this.left, {**named, name: Relation()}, outer)
                named[name] = start.called(columns)
            is_query = isinstance(one.this, exp.Query)
            found = self.relation(one.this, named, outer) if is_query else Relation(any_column={})
            named[name] = found.called(columns)
        return named

    def source(
        self, node: exp.Expr, named: dict[str, Relation], scope: QueryScope | None
    ) -> tuple[str, Relation]:
        """Return a member of FROM by the name that columns are qualified with."""
        if node.args.get("pivots"):
            raise NotUnderstoodError("PIVOT is not understood")
        columns = self._alias_columns(node)
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            cte = None if node.db else named.get(node.name.lower())
            return node.alias_or_name, (cte or self.table(node)).called(columns)
        if isinstance(node, exp.Subquery):
            return node.alias, self._subquery(node, named, scope)
        if isinstance(node, exp.Values):
            return node.alias, self._values(node, named, scope)
        if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            return node.alias, self.relation(node.this, named, scope).called(columns)
        made: Origins = {}
        for part in node.iter_expressions():
            if not isinstance(part, exp.TableAlias) and scope is not None:
                join(made, origins(part, scope, TRANSFORMATION))
        return node.alias, Relation([(name, made) for name in columns], any_column=made)

    def _subquery(self, node: exp.Subquery, named: dict[str, Relation], outer: QueryScope | None) -> Relation:
        inner = node.this
        if isinstance(inner, exp.Table):
            scope = QueryScope(self, named, outer)
            scope.add_sources(inner, [*(inner.args.get("joins") or ()), *(node.args.get("joins") or ())])
            return scope.whole()
        return self.relation(inner, named, outer).called(self._alias_columns(node))

    def _values(self, node: exp.Values, named: dict[str, Relation], outer: QueryScope | None) -> Relation:
        columns = self._alias_columns(node)
        scope = outer or QueryScope(self, named, None)
        rows = [row.expressions for row in node.expressions if isinstance(row, exp.Tuple)]
        found: list[tuple[str, Origins]] = []
        for place in range(max(map(len, rows), default=0)):
            made: Origins = {}
            for row in rows:
                if place < len(row):
                    join(made, origins(row[place], scope))
            found.append((columns[place] if place < len(columns) else f"column{place + 1}", made))
        return Relation(found)

    def _united(
        self, node: exp.SetOperation, named: dict[str, Relation], outer: QueryScope | None
    ) -> Relation:
        """Return a chain of unions, which may be thousands long, without recursion."""
        sides: list[exp.Expr] = []
        left: exp.Expr = node
        while (
            type(left) is exp.Union
            and not left.args.get("by_name")
            and not (sides and left.args.get("with_"))
        ):
            sides.append(left.right)
            left = left.left
        if not sides:
            return self._set_operation(node, named, outer)
        found = self.relation(left, named, outer)
        while sides:
            found = found.united(self.relation(sides.pop(), named, outer))
        return found

    def _set_operation(
        self, node: exp.SetOperation, named: dict[str, Relation], outer: QueryScope | None
    ) -> Relation:
        left, right = (self.relation(side, named, outer) for side in (node.left, node.right))
        if isinstance(node, exp.Union):
            return left.united_by_name(right)
        influences: Origins = {}
        for more, how in (
            (left.influences, IDENTITY),
            (right.influences, FILTER),
            (right.everything(), FILTER),
        ):
            join(influences, more, how)
        return replace(left, influences=influences)

    def _alias_columns(self, node: exp.Expr) -> list[str]:
        alias = node.args.get("alias")
        columns = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
        return [self.spelled(one) for one in columns or () if isinstance(one, exp.Identifier)]


@dataclass(slots=True)
class QueryScope:
    """The names that the expressions of one query see."""

    queries: Queries
    named: dict[str, Relation]
    outer: QueryScope | None
    sources: list[tuple[str, Relation]] = field(default_factory=list[tuple[str, Relation]])
    merged: dict[str, list[Relation]] = field(default_factory=dict[str, "list[Relation]"])
    projected: dict[str, Origins] = field(default_factory=dict[str, "dict[Origin, set[How]]"])
    influences: Origins = field(default_factory=dict[Origin, set[How]])
    windows: dict[str, exp.Expr] = field(default_factory=dict[str, exp.Expr])

    def select(self, node: exp.Select) -> Relation:
        """Return what a SELECT gives."""
        if isinstance(start := node.args.get("from_"), exp.From):
            self.add_sources(
                start.this, [*(node.args.get("joins") or ()), *(node.args.get("laterals") or ())]
            )
        self.windows = {one.this.name.lower(): one for one in node.args.get("windows") or ()}
        self.add_influence(node.args.get("where"), FILTER)
        found = Relation(influences=self.influences)
        for projection in node.expressions:
            self._project(projection, found)
        self._add_groups(node, found)
        for clause, how in (("having", FILTER), ("qualify", FILTER), ("order", SORT)):
            self.add_influence(node.args.get(clause), how)
        return found

    def add_sources(self, first: exp.Expr, joins: Iterable[exp.Expr]) -> None:
        """Add the members of FROM in their order."""
        own = [*(first.args.get("joins") or ())] if isinstance(first, exp.Table) else []
        self._add_source(first)
        for one in dict.fromkeys((*own, *joins)):
            self._add_source(one.this if isinstance(one, exp.Join) else one)
            if isinstance(one, exp.Join):
                self._add_join(one)

    def whole(self) -> Relation:
        """Return all columns of all sources."""
        found = Relation(influences=self.influences)
        for _, source in self.sources:
            self._add_columns(found, source)
        return found

    def column(self, column: exp.Column) -> Origins:
        """Return what a column follows from, nothing where it is not known."""
        parts = [part for part in column.parts if isinstance(part, exp.Identifier)]
        for place in range(len(parts) - 1, 0, -1):
            source = self._source(parts[place - 1].name)
            if source is not None:
                return source.column(self.queries.spelled(parts[place])) or {}
        return self._unqualified(self.queries.spelled(parts[0])) if parts else {}

    def everything(self, source: str | None) -> Origins:
        """Return what all columns of a source, or of all sources, follow from."""
        found: Origins = {}
        for name, relation in self.sources:
            if source is None or name.lower() == source.lower():
                join(found, relation.everything())
        return found

    def query(self, node: exp.Expr) -> Relation:
        """Return a query inside an expression, which sees the sources around it."""
        return self.queries.relation(node, self.named, self)

    def window(self, name: str) -> exp.Expr | None:
        """Return a window of the WINDOW clause."""
        return self.windows.get(name.lower())

    def _add_source(self, node: exp.Expr) -> None:
        name, relation = self.queries.source(node, self.named, self)
        self.sources.append((name, relation))
        join(self.influences, relation.influences)

    def _add_join(self, node: exp.Join) -> None:
        (_, right), left = self.sources[-1], [source for _, source in self.sources[:-1]]
        for one in node.args.get("using") or ():
            name = self.queries.spelled(one) if isinstance(one, exp.Identifier) else one.name
            before = self.merged.get(name.lower()) or _first_with(left, name)
            for source in (*before, right):
                join(self.influences, source.column(name) or {}, JOIN)
            sides = {"RIGHT": [right], "FULL": [*before, right]}
            self.merged[name.lower()] = sides.get(str(node.side).upper(), before)
        self.add_influence(node.args.get("on"), JOIN)

    def add_influence(self, node: exp.Expr | None, how: How) -> None:
        """Note that the rows as a whole follow from an expression."""
        if node is not None:
            join(self.influences, origins(node, self, how))

    def _add_groups(self, node: exp.Select, found: Relation) -> None:
        group, distinct = node.args.get("group"), node.args.get("distinct")
        by: list[exp.Expr] = list(group.iter_expressions()) if isinstance(group, exp.Group) else []
        if isinstance(distinct, exp.Distinct) and distinct.args.get("on"):
            by.append(distinct.args["on"])
        for one in by:
            place = int(one.name) if isinstance(one, exp.Literal) and one.name.isdecimal() else 0
            if 0 < place <= len(found.columns):
                join(self.influences, found.columns[place - 1][1], GROUP_BY)
            else:
                join(self.influences, origins(one, self, GROUP_BY))

    def _project(self, node: exp.Expr, found: Relation) -> None:
        star = node.this if isinstance(node, exp.Column) else node
        if isinstance(star, exp.Star):
            self._add_star(star, node.table if isinstance(node, exp.Column) else None, found)
            return
        follows = origins(node, self)
        name = self._name(node)
        found.columns.append((name, follows))
        self.projected.setdefault(name.lower(), follows)

    def _add_star(self, star: exp.Star, qualifier: str | None, found: Relation) -> None:
        without = {one.name.lower() for one in _listed(star, "except_")}
        renamed = {one.this.name.lower(): one.alias for one in _listed(star, "rename")}
        replaced = {one.alias.lower(): origins(one, self) for one in _listed(star, "replace")}
        for name, source in self.sources:
            if qualifier is None or name.lower() == qualifier.lower():
                self._add_columns(found, source, without, renamed, replaced)
        found.columns += [(name, more) for name, more in replaced.items() if not found.names(name)]

    def _add_columns(
        self,
        found: Relation,
        source: Relation,
        without: set[str] | None = None,
        renamed: dict[str, str] | None = None,
        replaced: dict[str, Origins] | None = None,
    ) -> None:
        for name, more in source.columns:
            key = name.lower()
            if key in (without or ()) or (key in self.merged and found.names(name)):
                continue
            found.columns.append(((renamed or {}).get(key, name), (replaced or {}).get(key, more)))
        found.rest += [group for group in source.rest if group not in found.rest]
        found.beyond += [group for group in source.beyond if group not in found.beyond]
        if source.any_column is not None:
            found.any_column = found.any_column or {}
            join(found.any_column, source.any_column)

    def _source(self, name: str) -> Relation | None:
        for alias, relation in self.sources:
            if alias.lower() == name.lower():
                return relation
        return self.outer._source(name) if self.outer else None

    def _unqualified(self, name: str) -> Origins:
        found = self._in_sources(name)
        if found is not None:
            return found
        if name.lower() in self.projected:
            return self.projected[name.lower()]
        if any(alias.lower() == name.lower() for alias, _ in self.sources):
            return {origin: {TRANSFORMATION} for origin in self.everything(name)}
        return self.outer._unqualified(name) if self.outer else {}

    def _in_sources(self, name: str) -> Origins | None:
        if name.lower() in self.merged:
            both: Origins = {}
            for source in self.merged[name.lower()]:
                join(both, source.column(name) or {})
            return both
        relations = [source for _, source in self.sources]
        known = [source for source in relations if source.names(name)]
        if not known and name.lower() in self.projected and self.queries.dialect in _ALIASES_FIRST:
            return None
        known = (
            known
            or [source for source in relations if source.rest]
            or [source for source in relations if source.any_column is not None]
            or [source for source in relations if source.beyond]
        )
        return (known[0].column(name) or {}) if len(known) == 1 else {} if known else None

    def _name(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Alias):
            alias = node.args.get("alias")
            return self.queries.spelled(alias) if isinstance(alias, exp.Identifier) else node.alias
        if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
            return self.queries.spelled(node.this)
        if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
            return self.queries.spelled(node.expression)
        return unaliased_name(node, self.queries.dialect)


def unaliased_name(node: exp.Expr, dialect: str) -> str:
    """Return what a store calls a column without an alias; empty where that is not known."""
    if dialect not in {"postgres", "redshift", "duckdb"}:
        return ""
    while isinstance(node, exp.Paren | exp.Cast | exp.Window | exp.Filter | exp.Bracket):
        node = node.this
    if isinstance(node, exp.Column):
        return node.name
    if isinstance(node, exp.Case):
        return "case"
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""


def _first_with(sources: Sequence[Relation], name: str) -> list[Relation]:
    known = [source for source in sources if source.names(name)] or [
        source for source in sources if source.rest
    ]
    return known[:1]


def _listed(star: exp.Star, name: str) -> list[exp.Expr]:
    return list(star.args.get(name) or ())
