"""Learns the weights of a match model from a population without any labels, with Splink on DuckDB."""

# ruff: noqa: S608 - names are quoted, texts are literals and nothing of a record is filled in

from __future__ import annotations

import logging
import warnings
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from math import log2
from typing import Any

import duckdb
import pyarrow as pa
import splink
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel, ElseLevel
from splink.comparison_library import CustomComparison

from graph.batch.level_sql import every, level_sql, present_sql, quoted
from graph.batch.scoring import THREADS, Population, Weighing
from graph.errors import InvalidInputError
from graph.golden.blocking import Part
from graph.golden.comparison import ELSE, Comparison
from graph.golden.entity_type import EntityType
from graph.golden.match_model import LevelWeight, MatchModel, TermFrequencies

LEAST_RECORDS = 100
"""Fewer records than this teach nothing."""

RANDOM_PAIRS = 1_000_000
"""How many pairs of records, taken at random, tell how often a level holds by chance."""

BLOCKED_PAIRS = 150_000
"""How many pairs of one blocking rule tell how often a level holds among records of one entity."""

LEAST_PAIRS = 50
"""A blocking rule that finds fewer pairs than this teaches nothing."""

KEPT_VALUES = 20_000
"""How many values, the most common ones, a model keeps the frequency of."""

LEAST_COUNT = 3
"""A value that no more records than this know is rare; how rare cannot be told."""

SAMPLED_RECORDS = 250_000
"""No more records than about this are learned from: the share of pairs that are matches is the same among some as among
all, and so are the shares of levels and values."""

PRIOR_RECORDS = 60_000
"""How many records tell how many matches there are."""

ITERATIONS = (25, 8, 3, 1)
"""How often expectation maximisation goes round at most; fewer where a share shrinks to nothing on the way."""

UNSEEN = 1e-7
"""The chance of a level that never held among random pairs."""

MOST_MATCHES = 20.0
"""Of this many random pairs for which a level held, at least one is no match."""

UNSEEN_SAME = 1e-3
"""The share of a level that never held among records of one entity."""


def train(
    profiles: pa.Table,
    entity_type: EntityType,
    *,
    seed: int = 1,
    version: int = 1,
    random_pairs: int = RANDOM_PAIRS,
    most_records: int = SAMPLED_RECORDS,
) -> MatchModel:
    """Return the model that a population teaches; the same for the same records and seed.

    `profiles` as for `scoring.score`; `random_pairs` tell how often levels hold by chance; of a larger population than
    `most_records` about as many are learned from. Raises InvalidInputError where there are too few records, no
    comparisons, or no two blocking rules that find enough pairs.
    """
    if profiles.num_rows < LEAST_RECORDS:
        reason = (
            f"has {profiles.num_rows} records; at least {LEAST_RECORDS} are needed to train a match model"
        )
        raise InvalidInputError.at("population", reason)
    if not entity_type.matching.comparisons:
        raise InvalidInputError.at(
            "comparisons", f"are missing for {entity_type.name}; there is nothing to train"
        )
    with duckdb.connect() as connection, _quiet():
        connection.execute(f"set threads = {THREADS}")
        sample = _sample(connection, profiles, seed, most_records)
        connection.register("profiles", sample)
        population = Population(connection, entity_type, sample.schema)
        population.stop(())
        population.forget_generic_values()
        model = _Training(population, sample.num_rows, seed, random_pairs).model(version)
    return replace(model, trained_on={"population": profiles.num_rows, **model.trained_on})


def _sample(
    connection: duckdb.DuckDBPyConnection, profiles: pa.Table, seed: int, most_records: int
) -> pa.Table:
    """Return the records to learn from, the same ones in whatever order they come."""
    if profiles.num_rows <= most_records:
        return profiles
    connection.register("everybody", profiles)
    share = int(most_records / profiles.num_rows * (2**64 - 1))
    query = f"select * from everybody where hash(record, {seed}) <= {share}::uint64"
    return connection.sql(query).to_arrow_table()


class _Training:
    """The training of one model on a population."""

    def __init__(self, population: Population, records: int, seed: int, random_pairs: int) -> None:
        self.population = population
        self.records = records
        self.seed = seed
        self.random_pairs = random_pairs
        self.comparisons = population.entity_type.matching.comparisons
        self.names = {name: f"v{i}" for i, name in enumerate(population.entity_type.by_name)}
        self.names |= {every(name): f"e{i}" for i, name in enumerate(population.lists)}

    def model(self, version: int) -> MatchModel:
        """Learn how often levels hold by chance, then among records of one entity, then how many there are."""
        chance = self._chance()
        sessions = self._sessions()
        self.population.run("set threads = 1")  # sums of fractions come out the same each time
        learned: dict[Unit, list[float]] = {}
        for session in sessions:
            for unit, share in self._shares(session, chance).items():
                learned.setdefault(unit, []).append(share)
        weights = {c.name: _weights(c, learned, chance[c.name]) for c in self.comparisons}
        frequencies = self._frequencies()
        trained_on = {
            "records": self.records,
            "blocking": [self.population.rules[s.rule][0] for s in sessions],
            "seed": self.seed,
        }
        model = MatchModel(version, 0.0, weights, frequencies, trained_on, splink.__version__)
        return self._with_prior(model)

    def _chance(self) -> dict[str, list[float | None]]:
        """Return how often each level holds for two records taken at random."""
        size = min(self.records, int((2 * self.random_pairs) ** 0.5))
        table = self._table("0 as block_key", f"person order by hash(r, {self.seed}), r limit {size}")
        linker = self._linker(table, self.comparisons)
        linker.training.estimate_u_using_random_sampling(
            max_pairs=self.random_pairs + 1, min_count_per_level=None, num_chunks=1
        )
        return self._probabilities(linker, "u_probability")

    def _sessions(self) -> list[_Session]:
        """Return what to learn from the pairs of which blocking rules: each level from rules of other attributes.

        Rules of several attribute groups come first; those of one only teach what no other can, because who shares an
        address or a phone, and nothing else, may well be another person of the same household.
        """
        pairs = dict(
            self.population.run(
                "select rule, sum(records - 1) / 2 from holder join size using (key)",
                "where key not in (select key from stop) group by rule",
            ).fetchall()
        )
        left = [
            _Session(number, self._groups(parts), pairs[number], self.comparisons)
            for number, (_, parts) in enumerate(self.population.rules)
            if pairs.get(number, 0) >= LEAST_PAIRS
        ]
        missing = {(c.name, index) for c in self.comparisons for index in range(len(c.levels) + 1)}
        chosen: list[_Session] = []
        while left := [session for session in left if session.units and session not in chosen]:
            best = max(
                left, key=lambda s: (bool(missing & s.units), s.is_joint, len(missing & s.units), -s.rule)
            )
            if not missing & best.units and (len(chosen) > 1 or not best.is_joint):
                break
            if not best.is_joint:
                best.units &= missing
            chosen.append(best)
            missing -= best.units
        untaught = sorted({c.name for c in self.comparisons if (c.name, len(c.levels)) in missing})
        if untaught:
            reason = (
                f"find too few pairs to learn {', '.join(untaught)}; add blocking rules of other attributes"
            )
            raise InvalidInputError.at("blocking", reason)
        return chosen

    def _groups(self, parts: tuple[Part, ...]) -> dict[str, str]:
        """Return the attributes of a blocking rule with their groups."""
        return {name: self.population.entity_type.by_name[name].group for name, _ in parts}

    def _shares(self, session: _Session, chance: dict[str, list[float | None]]) -> dict[Unit, float]:
        """Return how often each level holds for two records of one entity, learned from the pairs of a blocking rule."""
        share = min(1.0, BLOCKED_PAIRS / session.pairs)
        table = self._table(
            "holder.key as block_key",
            f"person join holder using (r) join size using (key) where rule = {session.rule}",
            f"and key not in (select key from stop) and hash(key, {self.seed}) <= {int(share * (2**64 - 1))}",
        )
        linker = self._maximised(table, session, chance)
        return {
            (name, index): share or UNSEEN_SAME
            for name, shares in self._probabilities(linker, "m_probability").items()
            for index, share in enumerate(shares)
            if (name, index) in session.units
        }

    def _maximised(self, table: str, session: _Session, chance: dict[str, list[float | None]]) -> Linker:
        """Return the linker that has learned from a table; Splink refuses a share that has shrunk away, so ends sooner then."""
        for most in ITERATIONS:
            linker = self._linker(table, session.comparisons, chance, most)
            try:
                linker.training.estimate_parameters_using_expectation_maximisation(
                    block_on("block_key"), estimate_without_term_frequencies=True
                )
            except ValueError:
                continue
            return linker
        rule = self.population.rules[session.rule][0]
        raise InvalidInputError.at("population", f"has too few pairs by {rule} to learn from")

    def _table(self, key: str, *source: str) -> str:
        """Make a table of some people as Splink wants it and return its name."""
        name = f"training_{next(_numbers)}"
        columns = [f"{quoted(column)} as {alias}" for column, alias in self.names.items()]
        self.population.run(
            f"create temp table {name} as select (row_number() over ())::int4 as unique_id, {', '.join([key, *columns])}",
            f"from {' '.join(source)}",
        )
        return name

    def _linker(
        self,
        table: str,
        comparisons: Sequence[Comparison],
        chance: dict[str, list[float | None]] | None = None,
        most: int = ITERATIONS[0],
    ) -> Linker:
        settings = SettingsCreator(
            link_type="dedupe_only",
            comparisons=[
                self._comparison(c, None if chance is None else chance[c.name]) for c in comparisons
            ],
            retain_matching_columns=False,
            max_iterations=most,
        )
        api = DuckDBAPI(connection=self.population.connection)
        return Linker(api.register(table), settings, log_level=None)

    def _comparison(self, comparison: Comparison, chance: list[float | None] | None) -> CustomComparison:
        present = " or ".join(sorted({present_sql(level, self._column) for level in comparison.levels}))
        levels = [CustomLevel(level_sql(lv, self._column, self.population.lists)) for lv in comparison.levels]
        levels = [*levels, ElseLevel()]
        if chance is not None:
            for level, share in zip(levels, chance, strict=True):
                level.configure(u_probability=share or UNSEEN, fix_u_probability=True)
        null = CustomLevel(f"not ({present})").configure(is_null_level=True)
        return CustomComparison([null, *levels], output_column_name=f"c{self.comparisons.index(comparison)}")

    def _probabilities(self, linker: Linker, kind: str) -> dict[str, list[float | None]]:
        """Return what Splink learned for each comparison's levels, else last; None for what it never saw."""
        document: dict[str, Any] = linker.misc.save_model_to_json()
        names = {f"c{number}": comparison.name for number, comparison in enumerate(self.comparisons)}
        return {
            names[found["output_column_name"]]: [level.get(kind) for level in found["comparison_levels"][1:]]
            for found in document["comparisons"]
        }

    def _column(self, side: str, name: str) -> str:
        return f"{self.names[name]}_{side}"

    def _frequencies(self) -> dict[str, TermFrequencies]:
        """Return how common the values are of every attribute whose rare values weigh more."""
        names = {name for c in self.comparisons for lv in c.levels if lv.tf for name in lv.attributes}
        return {name: self._frequency(name, KEPT_VALUES // len(names)) for name in sorted(names)}

    def _frequency(self, name: str, most: int) -> TermFrequencies:
        column = quoted(name)
        counted = f"select {column} as v, count(*) as n from person where {column} is not null group by v"
        total, squares = self.population.run(
            f"select coalesce(sum(n), 0)::int8, coalesce(sum(n * n), 0)::int8 from ({counted})"
        ).fetchall()[0]
        if not total:
            return TermFrequencies(1.0, 1.0, {})
        common = self.population.run(
            f"select v, n from ({counted}) where n > {LEAST_COUNT} order by n desc, v limit {most}"
        ).fetchall()
        others, other_squares = total - sum(n for _, n in common), squares - sum(n * n for _, n in common)
        floor = other_squares / others / total if others else LEAST_COUNT / total
        return TermFrequencies(squares / total**2, floor, {v: n / total for v, n in common})

    def _with_prior(self, model: MatchModel) -> MatchModel:
        """Return the model with the prior under which it finds as many matches as the prior says there are."""
        share = min(1.0, PRIOR_RECORDS / self.records)
        self.population.pair(share)
        self.population.run(f"create temp table score as {Weighing(self.population, model).scored()}")
        odds = "select coalesce(sum(1 / (1 + pow(2, -(score + ?)))), 0) from score"
        everything = self.records * (self.records - 1) / 2
        prior = -log2(self.records)
        for _ in range(100):
            expected = self.population.connection.execute(odds, [prior]).fetchall()[0][0] / share
            chance = min(max(expected, 1.0) / everything, 0.5)
            prior, before = log2(chance / (1.0 - chance)), prior
            if abs(prior - before) < 1e-6:
                break
        chance = 1.0 / (1.0 + pow(2.0, -prior))
        weights = {name: _without_matches(levels, chance) for name, levels in model.comparisons.items()}
        return replace(model, prior=_rounded(prior), comparisons=weights)


_numbers = count()

Unit = tuple[str, int]
"""A comparison and the number of one of its levels, else last."""


class _Session:
    """What can be learned from the pairs of a blocking rule: the levels, with else, that look at other attributes."""

    def __init__(
        self, rule: int, groups: Mapping[str, str], pairs: float, comparisons: Sequence[Comparison]
    ) -> None:
        used = set(groups)
        self.rule = rule
        self.pairs = pairs
        self.is_joint = len(set(groups.values())) > 1
        self.comparisons = [c for c in comparisons if used.isdisjoint(_about(c))]
        self.units = {
            (c.name, index)
            for c in self.comparisons
            for index in range(len(c.levels) + 1)
            if index == len(c.levels) or used.isdisjoint(c.levels[index].attributes)
        }


def _about(comparison: Comparison) -> set[str]:
    """Return the attributes of a comparison, but for those that only ever trade places with them."""
    about = {name for level in comparison.levels if level.kind != "swapped" for name in level.attributes}
    return about or {name for level in comparison.levels for name in level.attributes}


def _weights(
    comparison: Comparison, learned: dict[Unit, list[float]], chance: list[float | None]
) -> tuple[LevelWeight, ...]:
    """Return the weights of a comparison's levels, from the mean of what the sessions learned of each."""
    labels = (*(level.label for level in comparison.levels), ELSE)
    weights: list[LevelWeight] = []
    for index, (label, u) in enumerate(zip(labels, chance, strict=True)):
        shares = learned.get((comparison.name, index), [UNSEEN_SAME])
        m = sum(shares) / len(shares)
        is_unseen = u is None and m <= UNSEEN_SAME
        shares = (m, m) if is_unseen else (max(m, UNSEEN_SAME), u or UNSEEN)
        weights.append(LevelWeight(label, *(_rounded(share) for share in shares)))
    return tuple(weights)


def _rounded(share: float) -> float:
    """Return nine digits of a share: the rest is noise of the order in which DuckDB adds up."""
    return float(f"{share:.9g}")


def _without_matches(levels: Sequence[LevelWeight], chance: float) -> tuple[LevelWeight, ...]:
    """Return the levels without the matches that were among the random pairs, given the chance of one."""
    return tuple(
        level
        if level.m == level.u
        else replace(
            level, u=_rounded(max(level.u - chance * level.m, level.u / MOST_MATCHES, min(level.u, UNSEEN)))
        )
        for level in levels
    )


@contextmanager
def _quiet() -> Generator[None]:
    """Keep Splink from speaking to the user; what goes wrong is raised."""
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
