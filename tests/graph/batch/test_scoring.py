"""The batch decides about every pair of a population what is decided about it online."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from random import Random

import pyarrow as pa
import pytest

from graph.batch.scoring import score
from graph.errors import InvalidInputError
from graph.golden.blocking import keys
from graph.golden.comparison import Comparison, Level
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.match_model import (
    LevelWeight,
    MatchModel,
    TermFrequencies,
    default_model,
    guessed_model,
)
from graph.golden.matching import NEVER, decide
from graph.golden.policy import Condition, MatchPolicy, MatchRule
from tests.graph.batch.people import Row, people, table

Pairs = dict[tuple[int, int], tuple[float, str | None]]

EVERYTHING = replace(
    CUSTOMER,
    matching=MatchPolicy(
        blocking=(
            ("email",),
            ("phone:-3",),
            ("phone",),
            ("last_name", "first_name:1"),
            ("birth_date",),
            ("city", "street:-2"),
        ),
        comparisons=(
            Comparison("first", (Level("equal", ("first_name",), tf=True), Level("swapped", ("first_name", "last_name"), 0.8), Level("start", ("first_name",), 1))),
            Comparison("name", (Level("equal", ("first_name", "last_name"), tf=True), Level("any_equal", ("last_name",)))),
            Comparison("last", (Level("jaro_winkler", ("last_name",), 0.9), Level("prefix", ("last_name",), 2))),
            Comparison("birth", (Level("day_month_swapped", ("birth_date",)), Level("damerau", ("birth_date",), 2))),
            Comparison("email", (Level("any_equal", ("email",)), Level("local_part_equal", ("email",)))),
            Comparison("street", (Level("words", ("street",), 0.5),)),
        ),
        rules=(
            MatchRule("never", "never", (Condition("phone", "different"), Condition("first_name", "dissimilar"), Condition("city", "equal"))),
            MatchRule("it's one", "merge", (Condition("email", "equal"), Condition("first_name", "similar_or_missing"))),
            MatchRule("look", "review", (Condition("last_name", "similar"), Condition("birth_date", "missing"), Condition("city", "equal_or_missing"))),
        ),
        max_block_size=12,
        merge_at=6.0,
        review_at=-4.0,
    ),
)  # fmt: skip
"""Every kind of level, condition and outcome."""


def online(rows: list[Row], entity_type: EntityType, model: MatchModel, generic: set[int]) -> Pairs:
    """Return what is decided online about every pair that shares a key, as far as the batch would keep it."""
    holders: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for key in keys(row, entity_type):
            holders[key].append(place)
    pairs = {
        pair for key, places in holders.items() if key not in generic for pair in combinations(places, 2)
    }
    verdicts = {(a, b): decide(rows[a], rows[b], entity_type, model, generic) for a, b in pairs}
    return {
        pair: (verdict.weight, verdict.rule)
        for pair, verdict in verdicts.items()
        if verdict.weight >= entity_type.matching.review_at or verdict.weight == NEVER
    }


def batch(pairs: pa.Table) -> Pairs:
    """Return the pairs of the batch by their records."""
    rows = pairs.to_pylist()
    found = {(row["a"], row["b"]): (row["weight"], row["rule"]) for row in rows}
    assert len(found) == len(rows)
    return found


def assert_equal(found: Pairs, expected: Pairs) -> None:
    """Assert that pairs and rules are equal, and weights to 1e-9 bits."""
    assert {pair: rule for pair, (_, rule) in found.items()} == {
        pair: rule for pair, (_, rule) in expected.items()
    }
    assert [found[pair][0] for pair in expected] == pytest.approx(
        [weight for weight, _ in expected.values()], abs=1e-9
    )


def generic_of(rows: list[Row], entity_type: EntityType) -> set[int]:
    """Return the keys that too many records hold."""
    holders: dict[int, int] = defaultdict(int)
    for row in rows:
        for key in keys(row, entity_type):
            holders[key] += 1
    return {key for key, count in holders.items() if count > entity_type.matching.max_block_size}


def model_of(entity_type: EntityType, rows: list[Row], seed: int) -> MatchModel:
    """Return a model with weights and term frequencies of no meaning."""
    dice = Random(seed)  # noqa: S311 - the same each time
    guessed = guessed_model(entity_type.matching)
    comparisons = {
        name: tuple(LevelWeight(level.label, dice.random(), dice.random()) for level in levels)
        for name, levels in guessed.comparisons.items()
    }
    frequencies = {
        name: TermFrequencies(
            0.01, 0.0005, {row[name][0]: dice.random() / 9 for row in rows[::3] if name in row}
        )
        for name in ("first_name", "last_name")
    }
    return MatchModel(7, -3.0, comparisons, frequencies)


def test_batch_and_online_agree_on_ten_thousand_records() -> None:
    """Every pair of 10,000 records gets the verdict it gets online, with the shipped customer's policy and weights."""
    rows, _ = people(10_000, seed=3)
    model = replace(
        default_model(CUSTOMER), term_frequencies={"last_name": TermFrequencies(2e-3, 1e-4, {"kaloka": 6e-3})}
    )
    found = score(table(rows), CUSTOMER, model)
    generic = {row["key"] for row in found.generic.to_pylist()}
    assert generic == generic_of(rows, CUSTOMER)
    expected = online(rows, CUSTOMER, model, generic)
    assert len(expected) > 5_000
    assert_equal(batch(found.pairs), expected)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("lists", [frozenset({"email", "phone", "last_name"}), frozenset[str]()])
def test_batch_and_online_agree_on_every_kind_of_level_and_rule(seed: int, lists: frozenset[str]) -> None:
    """So it is with every kind of level, condition and outcome, with learned generic keys and with lists or texts."""
    rows, _ = people(600, seed)
    if not lists:
        rows = [{name: values[:1] for name, values in row.items()} for row in rows]
    model = model_of(EVERYTHING, rows, seed)
    learned = {key for row in rows[::50] for key in keys(row, EVERYTHING)}
    found = score(table(rows, lists), EVERYTHING, model, learned)
    here = {row["key"] for row in found.generic.to_pylist()}
    assert here == generic_of(rows, EVERYTHING)
    expected = online(rows, EVERYTHING, model, here | learned)
    assert {rule for _, rule in expected.values()} == {None, "never", "it's one", "look"}
    assert_equal(batch(found.pairs), expected)


def test_nasty_values_are_decided_alike() -> None:
    """Quotes, blanks, separators, very short and very long values do not set the two apart."""
    dice = Random(5)  # noqa: S311 - the same each time
    nasty = (
        "'",
        '"',
        "a",
        "ab",
        "ba",
        " ",
        "a b",
        "b a",
        "\x1f",
        "a\x1fb",
        "%",
        "x" * 150,
        "1980-01-02",
        "1980-02-01",
        "a@b",
        "@",
    )
    rows: list[Row] = [
        {
            name: tuple(dice.sample(nasty, dice.choice((1, 1, 2))))
            for name in ("first_name", "last_name", "birth_date", "email", "phone", "street", "city")
            if dice.random() < 0.7
        }
        for _ in range(300)
    ]
    entity_type = replace(EVERYTHING, matching=replace(EVERYTHING.matching, max_block_size=80))
    model = model_of(entity_type, rows, 5)
    every = frozenset({"first_name", "last_name", "birth_date", "email", "phone", "street", "city"})
    found = score(table(rows, every), entity_type, model)
    generic = {row["key"] for row in found.generic.to_pylist()}
    assert generic == generic_of(rows, entity_type)
    assert_equal(batch(found.pairs), online(rows, entity_type, model, generic))


def test_a_shared_placeholder_is_generic_and_joins_nobody() -> None:
    """An e-mail that too many hold is reported and does not count, neither as a key nor as a value."""
    rows: list[Row] = [
        {"email": ("none@example.com",), "first_name": (f"n{i}",), "last_name": (f"m{i}",)}
        for i in range(101)
    ]
    found = score(table(rows), CUSTOMER, default_model(CUSTOMER))
    ((key, rule),) = keys({"email": ("none@example.com",)}, CUSTOMER).items()
    assert found.generic.to_pylist() == [{"key": key, "rule": rule, "records": 101}]
    assert found.pairs.num_rows == 0


def test_records_are_named_as_they_came() -> None:
    """Pairs name their records by what the input calls them, the smaller one first; other columns do no harm."""
    row: Row = {"email": ("a@example.com",), "first_name": ("ann",)}
    profiles = table([row, row]).set_column(0, "record", pa.array(["z", "b"]))
    profiles = profiles.append_column("phone", pa.nulls(2)).append_column("unknown", pa.array([1, 2]))
    found = score(profiles, CUSTOMER, default_model(CUSTOMER))
    assert found.pairs.to_pylist() == [
        {"a": "b", "b": "z", "weight": 40.0, "rule": "same e-mail, no other name"}
    ]


@pytest.mark.parametrize("records", [0, 1])
def test_nobody_has_no_pairs(records: int) -> None:
    """An empty population, or one of a single record, gives no pairs and no generic keys."""
    found = score(
        table([{"email": ("a@example.com",)}] * 2).slice(0, records), CUSTOMER, default_model(CUSTOMER)
    )
    assert (found.pairs.num_rows, found.generic.num_rows) == (0, 0)
    assert found.pairs.schema.names == ["a", "b", "weight", "rule"]


def test_without_blocking_nobody_is_compared() -> None:
    """A policy may have no blocking rules at all; then there are no pairs."""
    policy = replace(CUSTOMER.matching, blocking=())
    found = score(
        table([{"email": ("a@example.com",)}] * 3),
        replace(CUSTOMER, matching=policy),
        default_model(CUSTOMER),
    )
    assert (found.pairs.num_rows, found.generic.num_rows) == (0, 0)


def test_a_model_for_other_comparisons_is_refused() -> None:
    """A model that was trained for another policy is not used."""
    with pytest.raises(InvalidInputError, match="train a new one"):
        score(table([{"email": ("a",)}]), EVERYTHING, default_model(CUSTOMER))


def test_lists_of_one_are_as_good_as_texts() -> None:
    """Whether single values come as texts or as lists makes no difference."""
    rows = [{name: values[:1] for name, values in row.items()} for row in people(500, seed=9)[0]]
    model = default_model(CUSTOMER)
    texts = score(table(rows, frozenset()), CUSTOMER, model)
    lists = score(table(rows, frozenset(CUSTOMER.by_name)), CUSTOMER, model)
    assert batch(lists.pairs) == batch(texts.pairs)
    assert lists.pairs.num_rows > 100
