"""What each table that a SQL script writes follows from, statement by statement, temporary tables seen through. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, NormalizationStrategy

from lineage.sql_expressions import origins
from lineage.sql_queries import NotUnderstoodError, Queries, QueryScope
from lineage.sql_relations import FILTER, JOIN, Relation, TableRef, join


@dataclass(slots=True)
class Written:
    """What a table was made of: its columns, and all tables that were read for it."""

    relation: Relation
    read: set[TableRef] = field(default_factory=set[TableRef])

    def add(self, relation: Relation, read: set[TableRef]) -> None:
        """Add what another statement wrote."""
        self.relation = self.relation.united_by_name(relation)
        self.read |= read


class Script:
    """Follows the statements of a script in their order.

    `columns` gives the known columns of a table that is read, `written_columns` those of one that is written, and
    `is_output` tells whether a table is one that counts; all others are seen through where they are read again.
    """

    def __init__(
        self,
        dialect: str,
        columns: Callable[[TableRef], Sequence[str] | None],
        written_columns: Callable[[TableRef], Sequence[str] | None],
        is_output: Callable[[TableRef], bool],
    ) -> None:
        self.written: dict[TableRef, Written] = {}
        self.answer: Written | None = None
        self.problems: list[str] = []
        self._fold = folding(dialect)
        self._columns = columns
        self._written_columns = written_columns
        self._is_output = is_output
        self._made: dict[tuple[str, ...], Written] = {}
        self._read: set[TableRef] = set()
        self._queries = Queries(dialect, self._spelled, self._table)

    def follow(self, statement: exp.Expr) -> None:
        """Take a statement into account; what is not understood of it becomes a problem."""
        self._read = set()
        try:
            self._follow(statement)
        except NotUnderstoodError as error:
            self.problems.append(str(error))

    def _follow(self, node: exp.Expr) -> None:
        match node:
            case exp.Insert():
                self._insert(node, None)
            case exp.Create():
                self._create(node)
            case exp.Merge():
                self._merge(node)
            case exp.Update():
                self._update(node)
            case exp.MultitableInserts():
                self._insert_many(node)
            case exp.Alter():
                self._alter(node)
            case exp.Drop():
                if isinstance(node.this, exp.Table):
                    self._made.pop(self._ref(node.this).key, None)
            case exp.Query():
                self._answer(node)
            case _:
                pass

    def _insert(self, node: exp.Insert, source: QueryScope | None) -> None:
        target, columns = self._target(node.this)
        if target is None or not isinstance(node.expression, exp.Expr):
            return
        named = self._queries.with_named(node, {})
        found = self._queries.relation(node.expression, named, source)
        if isinstance(node.expression, exp.Values):
            found.columns = [("", follows) for _, follows in found.columns]
        if source is not None:
            join(found.influences, source.influences)
        by_name = bool(node.args.get("by_name"))
        self._write(target, self._fitted(found, target, columns, by_name=by_name))

    def _create(self, node: exp.Create) -> None:
        target, columns = self._target(node.this)
        if target is None or str(node.args.get("kind")).upper() not in {"TABLE", "VIEW"}:
            return
        clone = node.args.get("clone")
        if isinstance(clone, exp.Clone) and isinstance(clone.this, exp.Table):
            self._write(target, self._table(clone.this))
        elif isinstance(node.expression, exp.Query | exp.Table | exp.Values):
            found = self._queries.relation(node.expression, self._queries.with_named(node, {}))
            known = list(self._written_columns(target) or ())
            if not columns and len(known) == len(found.columns) and found.is_known:
                columns = [name or known[place] for place, (name, _) in enumerate(found.columns)]
            self._write(target, self._fitted(found, target, columns, by_name=not columns))

    def _merge(self, node: exp.Merge) -> None:
        target, _ = self._target(node.this)
        if target is None:
            return
        scope = self._scope(node)
        scope.add_sources(node.this, [])
        scope.add_sources(node.args["using"], [])
        using = scope.sources[-1][1]
        scope.add_influence(node.args.get("on"), JOIN)
        found = Relation(influences=scope.influences)
        for when in node.args["whens"].expressions:
            scope.add_influence(when.args.get("condition"), FILTER)
            then = when.args.get("then")
            if isinstance(then, exp.Update):
                found = found.united_by_name(self._assigned(then.expressions, scope, using))
            elif isinstance(then, exp.Insert):
                found = found.united_by_name(self._inserted(then, scope, target, using))
        found.influences = scope.influences
        self._write(target, found)

    def _inserted(self, node: exp.Insert, scope: QueryScope, target: TableRef, using: Relation) -> Relation:
        if isinstance(node.this, exp.Star) or not isinstance(node.expression, exp.Tuple):
            return Relation(using.columns, using.rest)
        values = [("", origins(value, scope)) for value in node.expression.expressions]
        given = node.this.expressions if isinstance(node.this, exp.Tuple) else []
        return self._fitted(Relation(values), target, self._names(given), by_name=False)

    def _update(self, node: exp.Update) -> None:
        target, _ = self._target(node.this)
        if target is None:
            return
        scope = self._scope(node)
        start = node.args.get("from_")
        if isinstance(start, exp.From):
            scope.add_sources(start.this, start.this.args.get("joins") or ())
        named = next((relation for name, relation in scope.sources if name.lower() == target.key[-1]), None)
        if named is None:
            scope.add_sources(node.this, [])
        elif (tables := {origin.table for origin in named.everything()}) and len(tables) == 1:
            target = tables.pop()  # `update o set … from orders o` writes orders
        scope.add_influence(node.args.get("where"), FILTER)
        found = self._assigned(node.expressions, scope, Relation())
        found.influences = scope.influences
        self._write(target, found)

    def _insert_many(self, node: exp.MultitableInserts) -> None:
        source = node.args["source"]
        named = self._queries.with_named(node, {})
        read = set[TableRef]()
        for one in node.expressions:
            self._read = read
            scope = self._scope(node)
            scope.sources = [("", self._queries.relation(source, named))]
            join(scope.influences, scope.sources[0][1].influences)
            insert = one.this if isinstance(one, exp.ConditionalInsert) else one
            scope.add_influence(one.args.get("expression") if insert is not one else None, FILTER)
            read = set(self._read)
            if not isinstance(insert.expression, exp.Expr):
                insert.set("expression", source.copy())
            self._insert(insert, scope)

    def _alter(self, node: exp.Alter) -> None:
        actions = node.args.get("actions") or ()
        renamed = next((one for one in actions if isinstance(one, exp.AlterRename)), None)
        if renamed is None or not (isinstance(node.this, exp.Table) and isinstance(renamed.this, exp.Table)):
            return
        before, after = self._ref(node.this), self._ref(renamed.this)
        if len(after.parts) < len(before.parts):
            after = TableRef((*before.parts[: len(before.parts) - len(after.parts)], *after.parts))
        made = self._made.pop(before.key, None)
        if made is not None:
            self._read = made.read
            self._write(after, made.relation)

    def _answer(self, node: exp.Expr) -> None:
        found = self._queries.relation(node, {})
        into = node.args.get("into")
        if isinstance(into, exp.Into) and isinstance(into.this, exp.Table):
            self._write(self._ref(into.this), found)
        else:
            self.answer = Written(found, self._read)

    def _assigned(self, nodes: Sequence[exp.Expr], scope: QueryScope, using: Relation) -> Relation:
        found = Relation()
        for node in nodes:
            if isinstance(node, exp.Star):
                found = found.united_by_name(Relation(using.columns, using.rest))
            elif isinstance(node, exp.EQ) and isinstance(node.this, exp.Column | exp.Identifier):
                (name,) = self._names([node.this])
                found.columns.append((name, origins(node.expression, scope)))
        return found

    def _fitted(
        self, found: Relation, target: TableRef, columns: list[str] | None, *, by_name: bool
    ) -> Relation:
        """Return what was found under the columns of the table it is written to."""
        known = self._written_columns(target)
        if columns is None and known and not by_name and len(found.columns) <= len(known):
            columns = list(known)
        if not columns:
            return found
        if found.is_known and (not found.beyond or len(found.columns) == len(columns)):
            both = zip(columns, found.columns, strict=False)
            return Relation([(name, follows) for name, (_, follows) in both], influences=found.influences)
        named = [(name, found.column(name) or {}) for name in columns if found.names(name)]
        return Relation(named, found.rest, any_column=found.any_column, influences=found.influences)

    def _write(self, target: TableRef, relation: Relation) -> None:
        read, tables = set(self._read), self.written if self._is_output(target) else None
        if tables is None:
            made = self._made.setdefault(target.key, Written(Relation()))
            made.relation, made.read = self._sum(made, relation), made.read | read
        else:
            tables.setdefault(target, Written(Relation())).add(relation, read)

    def _sum(self, made: Written, relation: Relation) -> Relation:
        is_new = not (made.relation.columns or made.relation.rest or made.read)
        return relation if is_new else made.relation.united(relation)

    def _table(self, node: exp.Table) -> Relation:
        table = self._ref(node)
        made = self._made.get(table.key)
        if made is not None:
            self._read |= made.read
            return made.relation
        self._read.add(table)
        return Relation.of_table(table, self._columns(table))

    def _target(self, node: exp.Expr) -> tuple[TableRef | None, list[str] | None]:
        if isinstance(node, exp.Schema):
            return self._target(node.this)[0], self._names(node.expressions)
        return (self._ref(node), None) if isinstance(node, exp.Table) else (None, None)

    def _names(self, nodes: Sequence[exp.Expr]) -> list[str]:
        named = [node.this if isinstance(node, exp.ColumnDef | exp.Column) else node for node in nodes]
        return [self._spelled(node) for node in named if isinstance(node, exp.Identifier)]

    def _scope(self, node: exp.Expr) -> QueryScope:
        return QueryScope(self._queries, self._queries.with_named(node, {}), None)

    def _ref(self, node: exp.Table) -> TableRef:
        return table_ref(node, self._spelled)

    def _spelled(self, node: exp.Identifier) -> str:
        return node.this if node.args.get("quoted") else self._fold(node.this)


def table_ref(node: exp.Table, spelled: Callable[[exp.Identifier], str]) -> TableRef:
    """Return the name of a table with each of its parts spelled as its store would."""
    parts = [spelled(part) for part in node.parts if isinstance(part, exp.Identifier)]
    return TableRef(tuple(parts) or (node.name,))


def folding(dialect: str) -> Callable[[str], str]:
    """Return how a store spells names that are not quoted."""
    strategy = Dialect.get_or_raise(dialect or None).normalization_strategy
    if strategy is NormalizationStrategy.UPPERCASE:
        return str.upper
    is_lower = dialect and strategy is NormalizationStrategy.LOWERCASE
    return str.lower if is_lower else str
