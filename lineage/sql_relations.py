"""Tables and queries as columns that follow from columns of tables: the algebra under column lineage from SQL. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias


class TableRef(NamedTuple):
    """A table as SQL names it, its parts spelled as its store would: ('warehouse', 'raw', 'orders')."""

    parts: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The parts in lower case, by which spellings are the same."""
        return tuple(part.lower() for part in self.parts)


class Origin(NamedTuple):
    """A column of a table; None is the table as a whole."""

    table: TableRef
    column: str | None


class How(NamedTuple):
    """How a value follows from another one, in the words of the columnLineage facet."""

    type: str
    subtype: str
    masking: bool = False

    def over(self, inner: How) -> How:
        """Return how the value follows where `inner` comes first and this one after it."""
        masking = self.masking or inner.masking
        if self.type == "INDIRECT":
            return How("INDIRECT", self.subtype, masking)
        if inner.type == "INDIRECT":
            return How("INDIRECT", inner.subtype, masking)
        return How("DIRECT", max(self.subtype, inner.subtype, key=_STRENGTH.__getitem__), masking)


_STRENGTH = {"IDENTITY": 0, "TRANSFORMATION": 1, "AGGREGATION": 2}
IDENTITY = How("DIRECT", "IDENTITY")
TRANSFORMATION = How("DIRECT", "TRANSFORMATION")
MASKED = How("DIRECT", "TRANSFORMATION", masking=True)
AGGREGATION = How("DIRECT", "AGGREGATION")
COUNTED = How("DIRECT", "AGGREGATION", masking=True)
CONDITIONAL = How("INDIRECT", "CONDITIONAL")
FILTER = How("INDIRECT", "FILTER")
GROUP_BY = How("INDIRECT", "GROUP_BY")
JOIN = How("INDIRECT", "JOIN")
SORT = How("INDIRECT", "SORT")
WINDOW = How("INDIRECT", "WINDOW")

Origins: TypeAlias = dict[Origin, set[How]]
"""What a value follows from, and how."""


def join(into: Origins, more: Mapping[Origin, Iterable[How]], how: How = IDENTITY) -> None:
    """Add what `how` makes of more origins."""
    for origin, hows in more.items():
        into.setdefault(origin, set()).update(how.over(one) for one in hows)


@dataclass(slots=True)
class Relation:
    """Rows with named columns: a table, a query, a common table expression.

    `rest` are tables of which all columns are in it too, unknown ones; each member is a group whose tables give every
    such column together (the sides of a union), more than one member means that it is unknown which of them has it.
    `beyond` are likewise tables whose columns are known, though maybe not all of them: producers send only those they use.
    `any_column` is what a column follows from that is in neither; None: there are none. `influences` follow the rows
    as a whole: what they were filtered, joined, grouped or sorted by.
    """

    columns: list[tuple[str, Origins]] = field(default_factory=list[tuple[str, Origins]])
    rest: list[tuple[TableRef, ...]] = field(default_factory=list[tuple[TableRef, ...]])
    beyond: list[tuple[TableRef, ...]] = field(default_factory=list[tuple[TableRef, ...]])
    any_column: Origins | None = None
    influences: Origins = field(default_factory=dict[Origin, set[How]])
    _found: dict[str, Origins] = field(default_factory=dict[str, Origins], repr=False)

    @classmethod
    def of_table(cls, table: TableRef, columns: Iterable[str] | None) -> Relation:
        """Return a table as it stands; None where its columns are not known."""
        if columns is None:
            return cls(rest=[(table,)])
        return cls([(name, {Origin(table, name): {IDENTITY}}) for name in columns], beyond=[(table,)])

    @property
    def is_known(self) -> bool:
        """Whether all columns are known, and so their order."""
        return not self.rest and self.any_column is None

    def names(self, column: str) -> bool:
        """Return whether a column of the name is known."""
        return column.lower() in self._by_name()

    def column(self, column: str) -> Origins | None:
        """Return what a column follows from; None where it is not known."""
        known = self._by_name().get(column.lower())
        if known is not None:
            return known
        groups = self.rest or self.beyond
        if len(groups) == 1:
            return {Origin(table, column): {IDENTITY} for table in groups[0]}
        return None if groups else self.any_column

    def _by_name(self) -> dict[str, Origins]:
        """Return the columns by their names in lower case; the first of a name counts."""
        if (
            not self._found
            or len(self._found) > len(self.columns)
            or self.columns[-1][0].lower() not in self._found
        ):
            self._found = {name.lower(): origins for name, origins in reversed(self.columns)}
        return self._found

    def everything(self) -> Origins:
        """Return what the rows as a whole follow from."""
        found: Origins = {}
        for _, origins in self.columns:
            join(found, origins)
        for group in self.rest:
            join(found, {Origin(table, None): {IDENTITY} for table in group})
        join(found, self.any_column or {})
        return found

    def called(self, names: list[str]) -> Relation:
        """Return the same with its first columns called anew, as by `t(a, b)`; those of unknown order become unknown."""
        if not names:
            return self
        if self.is_known or (self.columns and not self.rest):
            columns = [
                *zip(names, (origins for _, origins in self.columns), strict=False),
                *self.columns[len(names) :],
            ]
            return Relation(columns, any_column=self.any_column, influences=self.influences)
        everything = {origin: {TRANSFORMATION} for origin in self.everything()} if not self.any_column else {}
        join(everything, self.any_column or {})
        return Relation([(name, everything) for name in names], influences=self.influences)

    def united(self, other: Relation) -> Relation:
        """Return the rows of both: columns by their place where all are known, else by their names."""
        influences: Origins = {}
        for one in (self, other):
            join(influences, one.influences)
        if self.is_known and other.is_known and len(self.columns) == len(other.columns):
            columns = _zipped(self.columns, other.columns)
            return Relation(columns, beyond=_rest(self.beyond, other.beyond), influences=influences)
        return self.united_by_name(other)

    def united_by_name(self, other: Relation) -> Relation:
        """Return the rows of both, columns of the same name together."""
        found, seen = Relation(), set[str]()
        for one in (self, other):
            join(found.influences, one.influences)
            for name, _ in one.columns:
                if name.lower() not in seen:
                    seen.add(name.lower())
                    origins: Origins = {}
                    for side in (self, other):
                        join(origins, side.column(name) or {})
                    found.columns.append((name, origins))
        found.rest = _rest(self.rest, other.rest)
        found.beyond = _rest(self.beyond, other.beyond)
        if self.any_column is not None or other.any_column is not None:
            found.any_column = {}
            for one in (self, other):
                join(found.any_column, one.any_column or {})
        return found


def _zipped(left: list[tuple[str, Origins]], right: list[tuple[str, Origins]]) -> list[tuple[str, Origins]]:
    columns: list[tuple[str, Origins]] = []
    for (name, first), (_, second) in zip(left, right, strict=True):
        origins: Origins = {}
        join(origins, first)
        join(origins, second)
        columns.append((name, origins))
    return columns


def _rest(left: list[tuple[TableRef, ...]], right: list[tuple[TableRef, ...]]) -> list[tuple[TableRef, ...]]:
    if len(left) == 1 and len(right) == 1:
        return [tuple(dict.fromkeys((*left[0], *right[0])))]
    return [*left, *right]
