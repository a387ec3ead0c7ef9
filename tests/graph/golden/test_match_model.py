"""A match model adds up what comparisons say, in bits, and is kept as a document."""

from __future__ import annotations

from dataclasses import replace
from math import log2

import orjson
import pytest

from graph.errors import InvalidInputError
from graph.golden.comparison import Comparison, Level
from graph.golden.entity_type import CUSTOMER, SHIPPED
from graph.golden.match_model import (
    MOST_BITS,
    LevelWeight,
    MatchModel,
    TermFrequencies,
    default_model,
    guessed_model,
)
from graph.golden.policy import MatchPolicy

POLICY = MatchPolicy(
    blocking=(("last",),),
    comparisons=(
        Comparison("last", (Level("equal", ("last",), tf=True), Level("start", ("last",), 1))),
        Comparison("born", (Level("equal", ("born",)),)),
    ),
)
MODEL = MatchModel(
    version=3,
    prior=-10.0,
    comparisons={
        "last": (LevelWeight("equal(last)", 0.8, 0.1), LevelWeight("start(last, 1)", 0.1, 0.2), LevelWeight("else", 0.1, 0.8)),
        "born": (LevelWeight("equal(born)", 0.5, 0.125), LevelWeight("else", 0.5, 1.0)),
    },
    term_frequencies={"last": TermFrequencies(0.01, 0.0025, {"smith": 0.02})},
    trained_on={"records": 1000},
    splink="5.0.0",
)  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "bits"),
    [
        ({"last": ("smith",)}, {"last": ("smith",)}, 3 - 1),  # common: half as telling
        ({"last": ("rare",)}, {"last": ("rare",)}, 3 + 2),  # as common as the floor
        ({"last": ("smith",)}, {"last": ("stone",)}, -1),
        ({"last": ("smith",)}, {"last": ("miller",)}, -3),
        ({"last": ("smith",), "born": ("1",)}, {"born": ("1",)}, 2),
        ({"last": ("rare",), "born": ("1",)}, {"last": ("rare",), "born": ("2",)}, 5 - 1),
        ({}, {"last": ("smith",)}, 0),
    ],
)
def test_a_score_is_the_prior_and_what_each_comparison_says(
    left: dict[str, tuple[str, ...]], right: dict[str, tuple[str, ...]], bits: float
) -> None:
    """Levels weigh log2(m / u), rare values more, common ones less, missing ones nothing; in both directions."""
    assert MODEL.score(left, right, POLICY) == pytest.approx(-10 + bits)
    assert MODEL.score(right, left, POLICY) == MODEL.score(left, right, POLICY)


def test_the_document_reads_back() -> None:
    """A model survives as JSON, with its weights spelled out for readers."""
    document = orjson.loads(orjson.dumps(MODEL.document))
    assert MatchModel.of(document) == MODEL
    assert document["comparisons"]["born"][0] == {"level": "equal(born)", "m": 0.5, "u": 0.125, "weight": 2.0}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"version": 1, "prior": "high", "comparisons": {}},
        {"version": 1, "prior": 0, "comparisons": []},
        {"version": 1, "prior": 0, "comparisons": {"a": [{"level": "else", "m": 2.0, "u": 0.5}]}},
        {"version": 1, "prior": 0, "comparisons": {"a": [{"level": "else", "m": 0.5, "u": float("nan")}]}},
        {"version": 1, "prior": 0, "comparisons": {}, "term_frequencies": {"a": {"collision": 0, "floor": 0, "values": {}}}},
        None,
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused(document: object) -> None:
    """A document that lacks something, or whose shares are none, is refused with the reason."""
    with pytest.raises(InvalidInputError, match="is not a match model"):
        MatchModel.of(document)  # pyright: ignore[reportArgumentType]


def test_what_a_model_lacks_is_named() -> None:
    """The reason is in words, not in Python."""
    with pytest.raises(InvalidInputError, match=r"^\$: is not a match model: prior is missing$"):
        MatchModel.of({"version": 1})


@pytest.mark.parametrize(("m", "u", "bits"), [(0.0, 0.5, -MOST_BITS), (0.5, 0.0, MOST_BITS), (0.0, 0.0, 0.0), (1.0, 1e-9, MOST_BITS), (0.5, 0.25, 1.0)])  # fmt: skip
def test_weights_are_finite(m: float, u: float, bits: float) -> None:
    """No level, seen or unseen, weighs more than the limit."""
    assert LevelWeight("x", m, u).bits == bits


def test_a_model_fits_only_the_comparisons_it_was_made_for() -> None:
    """Every comparison that differs is named."""
    other = replace(
        POLICY, comparisons=(*POLICY.comparisons[:1], Comparison("city", (Level("equal", ("city",)),)))
    )
    with pytest.raises(InvalidInputError) as refused:
        MODEL.scorer(other)
    assert [problem.path for problem in refused.value.problems] == ["comparisons.born", "comparisons.city"]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_shipped_type_has_a_shipped_model_that_fits(name: str) -> None:
    """The product matches from day one, before anything was trained."""
    entity_type = SHIPPED[name]
    model = default_model(entity_type)
    model.require_fit(entity_type.matching)
    assert (model.version, model.trained_on["records"]) == (0, 0)
    for levels in model.comparisons.values():
        assert sum(level.m for level in levels) == pytest.approx(1, abs=1e-4)
        assert sum(level.u for level in levels) == pytest.approx(1, abs=1e-4)
        assert levels[0].bits > 0 > levels[-1].bits


def test_a_changed_policy_falls_back_to_common_sense() -> None:
    """Where the shipped model does not fit, likeness still counts for, and unlikeness against."""
    changed = replace(CUSTOMER, matching=POLICY)
    model = default_model(changed)
    assert model == guessed_model(POLICY)
    assert [round(level.bits, 1) for level in model.comparisons["last"]] == [8.6, 5.6, -4.2]


def test_rarity_is_relative_to_the_chance_of_sharing_any_value() -> None:
    """A value as common as two records' sharing one says nothing beyond the level itself."""
    frequencies = TermFrequencies(0.01, 0.001, {"a": 0.01, "b": 0.0001})
    assert [frequencies.bits(value) for value in ("a", "b", "c")] == [0.0, log2(10), log2(10)]
