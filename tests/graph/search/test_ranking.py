"""In which order what was found is shown: names before columns, before descriptions, before SQL, and typos last."""

from __future__ import annotations

from uuid import UUID

import pytest

from graph.errors import InvalidInputError
from graph.search.ranking import MOST_BEGUN, MOST_TYPOS, MOST_WORDS, Field, Held, Meaning, Wanted, ranked
from graph.search.words import hashed

ROWS = [
    (1, 1, "customer"),
    (1, 2, "customers"),
    (1, 3, "kustomer"),
    (1, 4, "unlike"),
]
"""What the index may answer to `customer`."""


def held(place: int, fields: dict[int, Field], whole: str = "", uses: int = 0, name: str = "") -> Held:
    """Return an entry."""
    return Held(
        UUID(int=place),
        "dataset",
        name or f"name{place}",
        uses,
        {k: v.value for k, v in fields.items()},
        [hashed(whole)],
    )


def test_names_come_before_columns_descriptions_and_sql() -> None:
    """The name itself, a name that begins so, a word of the name, a column, a description, SQL, then what is mistyped."""
    meant = Meaning.of(Wanted.of("customer"), ROWS)
    best = [
        held(1, {1: Field.NAME}, "customer"),
        held(2, {2: Field.NAME}, name="mart.customers"),
        held(3, {1: Field.NAME}),
        held(4, {1: Field.COLUMN}),
        held(5, {1: Field.DESCRIPTION}),
        held(6, {1: Field.SQL}),
        held(7, {3: Field.NAME}),
    ]
    assert ranked(reversed(best), meant) == best


def test_the_most_used_of_equals_comes_first() -> None:
    """Between two that match alike use decides, then the name."""
    meant = Meaning.of(Wanted.of("customer"), ROWS)
    rare, often, also = held(1, {1: Field.NAME}), held(2, {1: Field.NAME}, uses=9), held(3, {1: Field.NAME})
    assert ranked([also, rare, often], meant) == [often, rare, also]


def test_words_that_only_share_a_hash_mean_nothing() -> None:
    """The distance is proven on the words; without typos only those that begin so are left."""
    meant = Meaning.of(Wanted.of("customer"), ROWS)
    assert {i: (c.is_same, c.typos) for i, c in meant.tokens[0].items()} == {
        1: (True, 0),
        2: (False, 0),
        3: (False, 1),
    }
    assert Meaning.of(Wanted.of("xylophone"), [(1, 4, "unlike")]).groups == ()


@pytest.mark.parametrize("text", ["", "  ", "%%%", "—…!", "\u200f\u202e"])
def test_a_text_without_words_is_refused(text: str) -> None:
    """Nothing to look for is said so, not answered by everything."""
    with pytest.raises(InvalidInputError, match="holds no letter or digit"):
        Wanted.of(text)


def test_more_words_than_can_be_looked_for_are_refused() -> None:
    """A page of text is no search."""
    with pytest.raises(InvalidInputError, match=f"at most {MOST_WORDS}"):
        Wanted.of(" ".join(f"word{'x' * n}" for n in range(40)))


def test_words_that_are_there_are_taken_as_they_are() -> None:
    """All but the last, which may not be typed to its end; all of them while others are looked for with typos."""
    rows = [(1, 1, "customer"), (1, 2, "customers"), (2, 5, "order"), (2, 6, "orders")]
    meant = Meaning.of(Wanted.of("customer order"), rows)
    assert meant.groups == ((1, 2), (5, 6))
    assert meant.narrowed.groups == ((1,), (5, 6))
    assert meant.settled.groups == ((1,), (5,))
    assert Meaning.of(Wanted.of("custom order"), rows).narrowed.groups == ((1, 2), (5, 6))
    assert Meaning.of(Wanted.of("order xylophone"), [(1, 5, "order")]).unknown == [1]


def test_only_the_nearest_and_shortest_are_looked_for() -> None:
    """However many words begin so or are a typo away."""
    begun = [(1, n, "order" + "x" * (n % 50)) for n in range(1, 300)]
    wrong = [(1, n, f"orde{chr(97 + n % 26)}") for n in range(300, 400)]
    (group,) = Meaning.of(Wanted.of("order"), begun + wrong).groups
    assert len(group) == MOST_BEGUN + MOST_TYPOS
