"""What was asked as words, which words of the index that may mean, and in which order what holds them is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from uuid import UUID

from graph.errors import InvalidInputError
from graph.search.words import SHORTEST_WITH_TYPO, hashed, joined, typos, variants, words

MOST_WORDS = 16
"""How many words may be looked for at once."""

MOST_BEGUN = 100
"""How many words of the index one word that was typed may begin, the shortest."""

MOST_TYPOS = 30
"""How many mistyped words a word may mean, the nearest."""


class Field(IntFlag):
    """In which of its texts an asset holds a word, as a set."""

    NAME = 1
    COLUMN = 2
    LABEL = 4
    DESCRIPTION = 8
    SQL = 16
    NAMESPACE = 32
    ATTRIBUTE = 64


_WEIGHTS = (
    (Field.NAME, 32),
    (Field.ATTRIBUTE, 12),
    (Field.COLUMN, 10),
    (Field.LABEL, 9),
    (Field.NAMESPACE, 5),
    (Field.DESCRIPTION, 4),
    (Field.SQL, 1),
)
"""Names count more than columns, columns more than descriptions, descriptions more than SQL."""

_BITS = [(one.value, weight) for one, weight in _WEIGHTS]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: each word once, and all of them as one."""

    tokens: tuple[str, ...]
    whole: str

    @classmethod
    def of(cls, text: str, path: str = "$.text") -> Wanted:
        """Return the words of a text; raises InvalidInputError where it has none or too many."""
        tokens = tuple(dict.fromkeys(word.text for word in words(text)))
        if not tokens:
            raise InvalidInputError.at(path, "holds no letter or digit to look for")
        if len(tokens) > MOST_WORDS:
            raise InvalidInputError.at(path, f"has {len(tokens)} words; at most {MOST_WORDS} are looked for")
        return cls(tokens, joined(text))

    @property
    def called(self) -> int:
        """What an asset holds in `whole` that is called so."""
        return hashed(self.whole)

    def variants(self, mistyped: Collection[int]) -> list[tuple[int, ...] | None]:
        """Return the hashes of the words at these places; None for the others and where one is too short."""
        return [
            variants(one) if place in mistyped and len(one) >= SHORTEST_WITH_TYPO else None
            for place, one in enumerate(self.tokens)
        ]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word of the index that a token may mean: `typos` away from it, 0 also where it only begins so."""

    word_id: int
    word: str
    is_same: bool
    typos: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the words asked for may mean in the index, each by the id of the word."""

    wanted: Wanted
    tokens: tuple[dict[int, Candidate], ...]

    @classmethod
    def of(cls, wanted: Wanted, rows: Iterable[tuple[int, int, str]]) -> Meaning:
        """Return what rows of the index mean: the number of a word asked for, from 1, a word and its id."""
        found: tuple[dict[int, Candidate], ...] = tuple({} for _ in wanted.tokens)
        for number, word_id, word in rows:
            candidate = _candidate(wanted.tokens[number - 1], word_id, word)
            if candidate is not None:
                found[number - 1][word_id] = candidate
        return cls(wanted, tuple(map(_nearest, found)))

    @property
    def narrowed(self) -> Meaning:
        """What is meant where every word but the last, which may not be typed to its end, is the word itself if there is one."""
        *others, last = self.tokens
        return Meaning(self.wanted, (*map(_itself, others), last))

    @property
    def settled(self) -> Meaning:
        """What is meant where every word is the word itself if there is one."""
        return Meaning(self.wanted, tuple(map(_itself, self.tokens)))

    @property
    def unknown(self) -> list[int]:
        """The places of the words that mean nothing."""
        return [place for place, one in enumerate(self.tokens) if not one]

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The word ids of each word asked for, the nearest first; empty where one means nothing."""
        return tuple(map(tuple, self.tokens)) if all(self.tokens) else ()


@dataclass(frozen=True, slots=True)
class Held:
    """An entry of the index as far as its rank follows from it."""

    asset_id: UUID
    kind: str
    name: str
    uses: int
    fields: Mapping[int, int]
    whole: Sequence[int]


def ranked(found: Iterable[Held], meaning: Meaning) -> list[Held]:
    """Return entries, best first.

    The name as it was written, then names that begin so, then all words somewhere, then what was mistyped; within these
    by where the words stand, then the most used, then the shortest name.
    """
    return sorted(
        found, key=lambda held: (*_rank(held, meaning), -held.uses, len(held.name), held.name, held.asset_id)
    )


def _rank(held: Held, meaning: Meaning) -> tuple[int, int, float]:
    if meaning.wanted.called in held.whole:
        return 0, 0, 0.0
    wrong, weight = 0, 0.0
    for token in meaning.tokens:
        best = max(
            ((-c.typos, _weight(held.fields[i]) + c.is_same) for i, c in token.items() if i in held.fields),
            default=(0, 0.0),
        )
        wrong -= best[0]
        weight += best[1]
    is_name = weight >= _WEIGHTS[0][1] * len(meaning.tokens)
    whole = meaning.wanted.whole
    if wrong:
        is_nearly_called_so = is_name and any(typos(whole, one) is not None for one in _called(held.name))
        return 3, wrong, -weight - 100 * is_nearly_called_so
    begins = is_name and any(one.startswith(whole) for one in _called(held.name))
    return (1 if begins else 2), 0, -weight


def is_mistyped(held: Held, meaning: Meaning) -> bool:
    """Whether an entry holds words that are mistyped alone."""
    return _rank(held, meaning)[0] == 3


def _called(name: str) -> Iterator[str]:
    """Yield the last part of a name and the name, each as one word."""
    last = name.rstrip("/").rpartition("/")[2].rpartition(".")[2]
    yield joined(last)
    if last != name:
        yield joined(name)


def _weight(fields: int) -> float:
    return float(max(weight for one, weight in _BITS if one & fields))


def _candidate(token: str, word_id: int, word: str) -> Candidate | None:
    if word.startswith(token):
        return Candidate(word_id, word, word == token, 0)
    wrong = typos(token, word)
    return None if wrong is None else Candidate(word_id, word, is_same=False, typos=wrong)


def _itself(found: dict[int, Candidate]) -> dict[int, Candidate]:
    """Return the word itself if there is one, else everything."""
    return {word_id: c for word_id, c in found.items() if c.is_same} or found


def _nearest(found: dict[int, Candidate]) -> dict[int, Candidate]:
    """Return the word itself with the shortest that begin so, and the nearest of the mistyped."""
    nearest = sorted(found.values(), key=lambda c: (c.typos, len(c.word), c.word))
    begun = [c for c in nearest if not c.typos]
    return {c.word_id: c for c in (*begun[:MOST_BEGUN], *nearest[len(begun) :][:MOST_TYPOS])}
