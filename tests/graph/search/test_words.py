"""The words of a text as they are found, what a typing error leaves of them, and what is shown of where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.search.marking import SHOWN, Part, marked
from graph.search.words import joined, searchable, typos, variants, words

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = st.text(alphabet=LETTERS, min_size=4, max_size=30)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("customerOrders_v2", ["customer", "orders", "v", "2"]),
        ("HTTPServer.parseURL", ["http", "server", "parse", "url"]),
        ("s3://lake/raw/Größe-Übersicht", ["s", "3", "lake", "raw", "grosse", "ubersicht"]),
        ("Ann.Lee42@Example.com", ["ann", "lee", "42", "example", "com"]),
        ("+49 (221) 987-6543", ["492219876543"]),
        ("0049 221 9876543", ["492219876543"]),
        ("2026-01-31 is a day", ["20260131", "is", "a", "day"]),
        ("%_*;--", []),
        ("שלום עולם", ["slvm", "vlm"]),
        ("", []),
    ],
)
def test_texts_are_taken_apart_where_people_would(text: str, found: list[str]) -> None:
    """Case, underscores and digits part words; letters are folded, numbers are one word each."""
    assert [word.text for word in words(text)] == found


def test_a_name_is_found_as_one_word_too() -> None:
    """Who types a name without its underscores finds it."""
    assert searchable("customer_orders v2", 10, with_joined=True) == {
        "customer", "orders", "v", "2", "customerorders", "v2",
    }  # fmt: skip
    assert joined("mart.customer_orders") == "martcustomerorders"


@given(st.text(max_size=300))
def test_words_stand_where_they_say(text: str) -> None:
    """Any text has words in its order, each of at least one character of it, none empty."""
    found = words(text)
    assert all(0 <= word.start < word.end <= len(text) and word.text for word in found)
    assert [word.start for word in found] == sorted(word.start for word in found)
    assert searchable(text, 1_000, with_joined=False) == {word.text for word in found}


@given(WORDS, st.data())
def test_a_word_with_one_typo_is_found(word: str, data: st.DataObject) -> None:
    """Whatever letter is wrong, missing, too many or swapped, the first one included: both words share a variant."""
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(LETTERS))
    mistyped = data.draw(
        st.sampled_from(
            [
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
    )
    assert set(variants(word)) & set(variants(mistyped))
    if len(mistyped) >= 4:
        distance = typos(mistyped, word)
        assert distance is not None
        assert distance <= 1


def test_short_words_are_found_as_they_are_alone() -> None:
    """A typo in a word of three letters would make half of all short words alike."""
    assert typos("cat", "car") is None
    assert typos("cat", "cat") == 0
    assert typos("kustomer", "customers") == 1


@given(st.text(max_size=500), st.lists(st.text(alphabet=LETTERS, min_size=1, max_size=3), max_size=3))
def test_what_is_shown_of_a_text_is_in_it(text: str, found: list[str]) -> None:
    """The parts make up the text, or a piece of it between dots; none is longer than twice what is to be shown."""
    parts = marked(text, found)
    if parts:
        shown = "".join(part.text for part in parts if part.text != "…" or part.is_match)
        assert shown in text
        assert len(shown) <= 2 * SHOWN
        assert any(part.is_match for part in parts)


def test_a_long_text_is_cut_around_the_first_match() -> None:
    """What stands far from the match is left out, and a note says so."""
    parts = marked("x " * 200 + "customer_id, " + "y " * 200, {"customer"})
    assert parts[0] == parts[-1] == Part("…", is_match=False)
    assert [part.text for part in parts if part.is_match] == ["customer"]
    assert sum(len(part.text) for part in parts) == SHOWN + 2


def test_neighbouring_matches_are_shown_as_one() -> None:
    """Words that only a blank or a mark parts are marked together; markup stays text."""
    assert marked("<b>customer_orders</b>", {"customer", "orders"}) == [
        Part("<b>", is_match=False),
        Part("customer_orders", is_match=True),
        Part("</b>", is_match=False),
    ]
    assert marked("mart.orders", {"martorders"}) == [Part("mart.orders", is_match=True)]
