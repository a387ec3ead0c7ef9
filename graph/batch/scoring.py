"""What `Matcher.decide` says, for every pair of a whole population at once: the same data rendered as DuckDB SQL."""

# ruff: noqa: S608 - names are quoted, texts are literals and nothing of a record is filled in

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from graph.batch.level_sql import any_equal_sql, every, held_level_sql, literal, quoted, similar_sql
from graph.golden.blocking import parts_of, rule_name
from graph.golden.comparison import Comparison
from graph.golden.entity_type import EntityType
from graph.golden.match_model import MatchModel, TermFrequencies
from graph.golden.matching import BELOW, MERGE_WEIGHT, NEVER, SIMILAR
from graph.golden.policy import Condition, MatchRule

_NO_HOLDER = "select null::ubigint as key, 0 as rule, null::int4 as r where false"
_NO_KEY = "select null::ubigint as key, '' as rule, 0 as records where false"

THREADS = 2
"""How many cores a batch takes; the catalog goes on serving beside it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The pairs worth keeping, and the blocking keys that too many records hold to mean anything.

    `pairs`: a, b (from the input's `record`, a < b), weight (bits), rule; every pair of at least `review_at` bits and
    every pair that a rule keeps apart, in no order. `generic`: key (signed 64-bit), rule, records.
    """

    pairs: pa.Table
    generic: pa.Table


def score(
    profiles: pa.Table, entity_type: EntityType, model: MatchModel, generic: Collection[int] = ()
) -> Scored:
    """Decide about every pair of records that share a blocking key.

    `profiles`: `record` (of any type with an order) and a column per attribute, either a text or a list of texts (the
    last value first); null or empty where nothing is known. Attributes without a column are unknown. `generic`: keys
    that were learned earlier not to count, beside those found here.
    """
    model.require_fit(entity_type.matching)
    with duckdb.connect() as connection:
        connection.execute(f"set threads = {THREADS}")
        connection.execute("set preserve_insertion_order = false")
        connection.register("profiles", profiles)
        population = Population(connection, entity_type, profiles.schema)
        population.stop(generic)
        found = population.generic()
        population.forget_generic_values()
        population.pair()
        return Scored(Weighing(population, model).pairs(), found)


class Population:
    """Profiles in DuckDB, in steps that each leave a table for the next.

    person: r (a number), record, a column per attribute and, for attributes with several values, a list column.
    holder: key (a hash), rule (its number), r. size: key, records; of keys that at least two hold. stop: keys that do
    not count. pair: l, r; numbers of two persons who share a key that counts, l < r.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, entity_type: EntityType, schema: pa.Schema
    ) -> None:
        self.connection = connection
        self.entity_type = entity_type
        self.rules = [(rule_name(rule), parts_of(rule)) for rule in entity_type.matching.blocking]
        self.most = entity_type.matching.max_block_size
        self.nested = {field.name for field in schema if pa.types.is_nested(field.type)}
        self.lists = frozenset(
            name for name in sorted(self.nested & entity_type.by_name.keys()) if self._is_several(name)
        )
        columns = ["(row_number() over ())::int4 as r", "record"]
        for name in entity_type.by_name:
            columns += self._columns(name, name in schema.names)
        self.run(f"create temp table person as select {', '.join(columns)} from profiles")
        holders = [f"select key, {i} as rule, r from ({self._texts(i)})" for i in range(len(self.rules))]
        self.run("create temp table holder as", " union all ".join(holders or [_NO_HOLDER]))
        self.run(
            "create temp table size as select key, count(*)::int4 as records from holder",
            "group by key having count(*) > 1",
        )

    def _is_several(self, name: str) -> bool:
        """Return whether anybody ever held two values of an attribute that is given as lists."""
        return self.run(f"select max(len({quoted(name)})) from profiles").fetchall()[0][0] not in (None, 0, 1)

    def run(self, *clauses: str) -> duckdb.DuckDBPyConnection:
        """Run a statement, given in pieces."""
        return self.connection.execute(" ".join(clauses))

    def table(self, *clauses: str) -> pa.Table:
        """Return what a query, given in pieces, answers."""
        return self.connection.sql(" ".join(clauses)).to_arrow_table()

    def _columns(self, name: str, is_known: bool) -> list[str]:
        column = quoted(name)
        if not is_known:
            return [f"null::varchar as {column}"]
        if name in self.nested:
            lists = [f"{column} as {quoted(every(name))}"] if name in self.lists else []
            return [f"nullif({column}[1], '') as {column}", *lists]
        return [f"nullif({column}::varchar, '') as {column}"]

    def _texts(self, number: int, among: str = "true") -> str:
        """Return the query of a rule's keys among some persons: key, r and the text that the key is of."""
        parts = self.rules[number][1]
        if len(parts) == 1 and parts[0][0] in self.lists:
            source = f"(select r, unnest({quoted(every(parts[0][0]))}) as v from person where {among})"
            text, known = _cut("v", parts[0][1]), "v is not null"
        else:
            source = f"(from person where {among})"
            text = " || chr(31) || ".join(_cut(quoted(name), length) for name, length in parts)
            known = " and ".join(f"{quoted(name)} is not null" for name, _ in parts)
        return f"select distinct on (key, r) hash({text}, {number}) as key, r, {text} as text from {source} where {known}"

    def _digest(self, number: int) -> str:
        """Return the SQL of the blocking key, unsigned, of a rule's text."""
        start = literal(f"{self.entity_type.name}\x1f{self.rules[number][0]}\x1f")
        return f"md5_number_lower({start} || text)"

    def stop(self, learned: Collection[int]) -> None:
        """Gather the keys that do not count: too many hold them, or they were learned earlier."""
        self.run(f"create temp table stop as select key from size where records > {self.most}")
        if not learned:
            return
        self.connection.register(
            "learned", pa.table({"key": pa.array([key % 2**64 for key in learned], pa.uint64())})
        )
        for number, (_, parts) in enumerate(self.rules):
            several = "" if len(parts) == 1 else "and key in (select key from size)"
            self.run(
                f"insert into stop select distinct key from ({self._texts(number)})",
                f"where {self._digest(number)} in (select key from learned) {several}",
            )

    def generic(self) -> pa.Table:
        """Return the keys that too many records of this population hold."""
        held = "r in (select r from holder where rule = {} and key in (select key from stop))"
        found = [
            f"select distinct {self._digest(number)} as key, {literal(name)} as rule, size.records "
            f"from ({self._texts(number, held.format(number))}) as texts join size using (key) "
            f"where size.records > {self.most}"
            for number, (name, _) in enumerate(self.rules)
        ]
        table = self.table(" union all ".join(found or [_NO_KEY]))
        return table.set_column(0, "key", table["key"].combine_chunks().view(pa.int64()))

    def forget_generic_values(self) -> None:
        """Take the values whose own key does not count out of the profiles, so that they are missing."""
        for number, (_, ((name, length), *others)) in enumerate(self.rules):
            if others or length:
                continue
            column, values = quoted(name), quoted(every(name))
            tainted = f"select r from holder where rule = {number} and key in (select key from stop)"
            if name not in self.lists:
                self.run(f"update person set {column} = null where r in ({tainted})")
                continue
            self.run(
                "create or replace temp table kept as select r, list(v order by place) as v from",
                f"(select r, unnest({values}) as v, generate_subscripts({values}, 1) as place from person",
                f"where r in ({tainted})) where hash(v, {number}) not in (select key from stop) group by r",
            )
            self.run(f"update person set {values} = null, {column} = null where r in ({tainted})")
            self.run(f"update person set {values} = v, {column} = v[1] from kept where person.r = kept.r")

    def pair(self, share: float = 1.0) -> None:
        """Find the pairs that share a key that counts; where `share` is below 1, of that share of the records."""
        chosen = "" if share >= 1.0 else f"and hash(one.r) < {int(share * 2**64)}"
        self.run(
            "create temp table live as select holder.key, holder.r from holder join size using (key)",
            "where key not in (select key from stop)",
        )
        self.run(
            "create temp table pair as select distinct one.r as l, other.r as r",
            f"from live as one join live as other on one.key = other.key and one.r < other.r {chosen}",
        )


class Weighing:
    """The weighing of a population's pairs with a model."""

    def __init__(self, population: Population, model: MatchModel) -> None:
        self.population = population
        self.model = model
        self.matching = population.entity_type.matching
        self.identifying = {a.name for a in population.entity_type.attributes if a.identifies is not None}
        used = {name for c in self.matching.comparisons for lv in c.levels if lv.tf for name in lv.attributes}
        self.rare = sorted(used & model.term_frequencies.keys())
        for name in self.rare:
            self._add_rarity(name, model.term_frequencies[name])

    def pairs(self) -> pa.Table:
        """Return the pairs of `Scored`."""
        return self.population.table(
            "select least(one, other) as a, greatest(one, other) as b, weight,",
            f"{_case('rule', [literal(rule.name) for rule in self.matching.rules], 'null')} as rule",
            f"from (select one, other, rule, {self._weight()} as weight from ({self.scored()}))",
            f"where weight >= {self.matching.review_at!r} or weight = {NEVER!r}",
        )

    def scored(self) -> str:
        """Return the query of the pairs: one, other, rule (its number) and score (the model's word)."""
        comparisons = self.matching.comparisons
        levels = [
            f"{held_level_sql(c, _column, self.population.lists)} as g{i}" for i, c in enumerate(comparisons)
        ]
        rarities = [f"least(l.{bits}, r.{bits}) as {bits}" for bits in map(_bits, self.rare)]
        compared = ", ".join(["l.record as one", "r.record as other", self._rule(), *levels, *rarities])
        total = " + ".join([repr(self.model.prior), *(self._bits(i, c) for i, c in enumerate(comparisons))])
        pairs = "pair join person as l on l.r = pair.l join person as r on r.r = pair.r"
        return f"select one, other, rule, {total} as score from (select {compared} from {pairs})"

    def _add_rarity(self, name: str, frequencies: TermFrequencies) -> None:
        """Give every person the bits that sharing its last value of an attribute says."""
        values = list(frequencies.values)
        bits = pa.array([frequencies.bits(value) for value in values], pa.float64())
        self.population.connection.register(
            "frequency", pa.table({"v": pa.array(values, pa.string()), "bits": bits})
        )
        column = _bits(name)
        self.population.run(
            f"create or replace temp table person as select person.*, coalesce(bits, {frequencies.bits('')!r}) as {column}",
            f"from person left join frequency on person.{quoted(name)} = frequency.v",
        )

    def _bits(self, number: int, comparison: Comparison) -> str:
        weights = [repr(level.bits) for level in self.model.comparisons[comparison.name]]
        for index, level in enumerate(comparison.levels):
            rare = [_bits(name) for name in level.attributes if name in self.rare] if level.tf else []
            if rare:
                weights[index] += f" + ({' + '.join(rare)})"
        return _case(f"g{number}", weights, "0.0")

    def _weight(self) -> str:
        low, high = repr(self.matching.review_at), repr(self.matching.merge_at - BELOW)
        review = f"greatest({low}, least(score, {high}))"
        known = {"merge": repr(MERGE_WEIGHT), "never": repr(NEVER), "review": review}
        return _case("rule", [known[rule.outcome] for rule in self.matching.rules], "score")

    def _rule(self) -> str:
        cases = [f"when {self._all(rule)} then {i}" for i, rule in enumerate(self.matching.rules)]
        return f"case {' '.join(cases)} end as rule" if cases else "null::int4 as rule"

    def _all(self, rule: MatchRule) -> str:
        return " and ".join(f"coalesce({self._condition(c)}, false)" for c in rule.when) or "true"

    def _condition(self, condition: Condition) -> str:
        test, left, right = (
            condition.test,
            _column("l", condition.attribute),
            _column("r", condition.attribute),
        )
        present = f"{left} is not null and {right} is not null"
        if test == "missing":
            return f"not ({present})"
        if test == "dissimilar":
            prefix = f"starts_with({left}, {right}) or starts_with({right}, {left})"
            holds = f"not ({prefix} or {similar_sql(left, right, SIMILAR)})"
        elif test.startswith("similar"):
            holds = similar_sql(left, right, SIMILAR)
        elif condition.attribute in self.identifying:
            holds = any_equal_sql(condition.attribute, _column, self.population.lists)
        else:
            holds = f"{left} = {right}"
        if test == "different":
            holds = f"not {holds}"
        return f"(not ({present}) or {holds})" if test.endswith("_or_missing") else f"({present} and {holds})"


def _column(side: str, name: str) -> str:
    return f"{side}.{quoted(name)}"


def _bits(name: str) -> str:
    """Return the column with the bits that an attribute's last value says."""
    return quoted(f"{name}#")


def _cut(text: str, length: int) -> str:
    if length == 0:
        return text
    return f"left({text}, {length})" if length > 0 else f"right({text}, {-length})"


def _case(subject: str, values: Sequence[str], otherwise: str) -> str:
    """Return the SQL that picks a value by its index."""
    cases = " ".join(f"when {index} then {value}" for index, value in enumerate(values))
    return f"case {subject} {cases} else {otherwise} end" if cases else otherwise
