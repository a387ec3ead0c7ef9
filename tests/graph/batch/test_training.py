"""A model is learned from a population without labels, the same each time, and tells people apart."""

from __future__ import annotations

import logging
import warnings
from dataclasses import replace
from itertools import combinations

import pyarrow as pa
import pytest

from graph.batch.scoring import score
from graph.batch.training import train
from graph.errors import InvalidInputError
from graph.golden.comparison import Comparison, Level
from graph.golden.entity_type import CUSTOMER
from graph.golden.match_model import MOST_BITS, MatchModel
from graph.golden.policy import MatchPolicy
from tests.graph.batch.people import people, table

ROWS, TRUTH = people(3_000, seed=7)

SMALL = replace(CUSTOMER, matching=replace(CUSTOMER.matching, max_block_size=40))
"""The customer, for a population in which 40 records that share a value are many."""


@pytest.fixture(scope="module")
def model() -> MatchModel:
    """The model that 3,000 records teach."""
    return train(table(ROWS), SMALL, seed=1, version=4, random_pairs=200_000)


def test_the_model_fits_its_policy_and_survives_as_a_document(model: MatchModel) -> None:
    """It weighs the comparisons of the policy, says what it was trained on, and reads back from its document."""
    model.require_fit(CUSTOMER.matching)
    assert (model.version, model.trained_on["records"], model.splink) == (4, 3_000, "5.0.0")
    assert MatchModel.of(model.document) == model


def test_every_weight_is_finite(model: MatchModel) -> None:
    """Levels that were never seen have a weight too, and none is beyond the limit."""
    bits = [level.bits for levels in model.comparisons.values() for level in levels]
    assert all(-MOST_BITS <= weight <= MOST_BITS for weight in bits)
    assert model.comparisons["first_name"][0].bits > 2 > -2 > model.comparisons["first_name"][-1].bits


def test_the_prior_is_near_the_truth(model: MatchModel) -> None:
    """The share of pairs that are one person is learned to within a factor of two."""
    matches = sum(TRUTH.count(person) * (TRUTH.count(person) - 1) / 2 for person in set(TRUTH))
    assert 0.5 < 2**model.prior / (matches / (3_000 * 2_999 / 2)) < 2


def test_the_model_finds_who_is_one(model: MatchModel) -> None:
    """Of the pairs to merge nearly all are one person, and most pairs of one person are found."""
    rows = score(table(ROWS), SMALL, model).pairs.to_pylist()
    found = {(row["a"], row["b"]) for row in rows if row["weight"] >= CUSTOMER.matching.merge_at}
    members: dict[int, list[int]] = {}
    for place, person in enumerate(TRUTH):
        members.setdefault(person, []).append(place)
    true = {pair for places in members.values() for pair in combinations(places, 2)}
    assert len(found & true) / len(found) > 0.97
    assert len(found & true) / len(true) > 0.9


def test_training_is_repeatable(model: MatchModel) -> None:
    """The same records and seed give the same model."""
    again = train(table(ROWS), SMALL, seed=1, version=4, random_pairs=200_000)
    assert {**again.document, "term_frequencies": {}} == {**model.document, "term_frequencies": {}}
    assert again.term_frequencies == model.term_frequencies


def test_a_column_without_values_teaches_nothing_and_nobody_is_told(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """A comparison of which nothing is known counts nothing; nothing is logged, printed or warned of."""
    rows = [{name: values for name, values in row.items() if name != "email"} for row in ROWS[:1000]]
    profiles = table(rows).append_column("email", pa.nulls(1000, pa.string()))
    before = logging.getLogger("splink").level
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = train(profiles, SMALL, random_pairs=100_000)
    assert [level.bits for level in model.comparisons["email"]] == [0.0, 0.0, 0.0, 0.0]
    assert (caplog.records, capfd.readouterr(), logging.getLogger("splink").level) == ([], ("", ""), before)


def test_common_values_are_kept_and_rare_ones_share_a_floor(model: MatchModel) -> None:
    """Term frequencies are shares of those who know the attribute; what few hold is as common as the floor."""
    frequencies = model.term_frequencies["first_name"]
    known = [row["first_name"][0] for row in ROWS if "first_name" in row]
    assert frequencies.values["dora"] == known.count("dora") / len(known)
    assert frequencies.floor < min(frequencies.values.values())
    assert (
        frequencies.bits("nobody")
        > 0
        > frequencies.bits(max(frequencies.values, key=frequencies.values.__getitem__))
    )


def test_too_few_records_are_refused() -> None:
    """Fewer than a hundred records teach nothing, and the error says so."""
    with pytest.raises(InvalidInputError, match="has 99 records; at least 100 are needed"):
        train(table(ROWS[:99]), CUSTOMER)


def test_a_policy_that_cannot_teach_is_refused() -> None:
    """A comparison that no rule of other attributes finds pairs for is named; so is a policy without comparisons."""
    alone = MatchPolicy(
        blocking=(("email",),), comparisons=(Comparison("e-mail", (Level("equal", ("email",)),)),)
    )
    with pytest.raises(InvalidInputError, match="find too few pairs to learn e-mail"):
        train(table(ROWS[:500]), replace(CUSTOMER, matching=alone))
    with pytest.raises(InvalidInputError, match="there is nothing to train"):
        train(table(ROWS[:500]), replace(CUSTOMER, matching=MatchPolicy(blocking=(("email",),))))


def test_a_large_population_teaches_through_some_of_its_records() -> None:
    """The records learned from are the same ones in whatever order the population comes."""
    people = table(ROWS)
    there = train(people, SMALL, random_pairs=200_000, most_records=1_500)
    back = train(
        people.take(list(range(people.num_rows))[::-1]), SMALL, random_pairs=200_000, most_records=1_500
    )
    assert there.trained_on == back.trained_on
    assert there.trained_on["population"] == 3_000
    assert 1_300 < there.trained_on["records"] < 1_700
    assert abs(there.prior - back.prior) < 0.01
