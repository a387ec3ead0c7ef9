"""Traces find an erased person's words in texts however they are written, and no one else's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden.entity_type import CUSTOMER
from graph.golden.traces import Traces, digest, words_of
from graph.identity import SourceKey

SECRET = b"s" * 32
WORDS = ("ann@example.com", "2219876543", "c-1042", "o'brien@example.org")


def traces(*words: str) -> Traces:
    """Return what finds the words."""
    return Traces(SECRET, frozenset(digest(SECRET, "word", word) for word in words))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("ann@example.com", "[erased]"),
        ("<ANN@Example.COM>, and others", "<[erased]>, and others"),
        ("mailto:ann%40example.com?subject=x", "mailto:[erased]?subject=x"),
        ("where mail='ann@example.com'", "where mail='[erased]'"),
        ("user=ann@example.com.", "user=[erased]."),
        ("o'brien@example.org", "[erased]"),
        ("call +49 221 9876543 now", "call [erased] now"),
        ("(0221) 987-6543", "[erased]"),
        ("00492219876543", "[erased]"),
        ("+49 (221) 98 76 543, 7", "[erased], 7"),
        ("0221 9876543 17", "[erased] 17"),
        ("exports/crm.C-1042.csv", "exports/crm.[erased].csv"),
        ("key: c-1042; key: C-1042", "key: [erased]; key: [erased]"),
        ("ann@example.com ann@example.com", "[erased] [erased]"),
    ],
)
def test_a_word_is_found_however_it_is_written(text: str, clean: str) -> None:
    """Upper and lower case, escapes, punctuation around it and the ways to write a number make no difference."""
    assert traces(*WORDS).removed(text)[0] == clean
    assert traces(*WORDS).are_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "joann@example.com",
        "ann@example.com.au",
        "ann@example",
        "bob@example.com",
        "C-10421",
        "AC-1042",
        "12219876543210",
        "98765432219876543",
        "987 6543",
        "2024-01-01T00:00:00Z 0198f2a1-1111-7222-8333-123456789abc",
        "",
        "@",
        "%40",
    ],
)
def test_what_only_looks_alike_is_left_alone(text: str) -> None:
    """A word is found as a whole, never inside another."""
    assert traces(*WORDS).removed(text) == (text, 0)
    assert not traces(*WORDS).are_in(text)


def test_json_is_cleaned_in_names_texts_and_numbers() -> None:
    """Everything is looked at, at any depth, and what is not touched stays of its kind."""
    value = {"ann@example.com": [1, 2.5, None, True, {"n": 2219876543, "t": "C-1042"}], "k": "v"}
    assert traces(*WORDS).removed_from_json(value) == (
        {"[erased]": [1, 2.5, None, True, {"n": "[erased]", "t": "[erased]"}], "k": "v"},
        3,
    )


@given(st.text(max_size=200))
def test_without_words_nothing_changes(text: str) -> None:
    """Whatever a text holds, it comes back as it is where nobody was erased."""
    assert traces().removed(text) == (text, 0)


@given(st.text(max_size=30), st.sampled_from(WORDS), st.text(max_size=30))
def test_a_word_between_blanks_is_always_found(before: str, word: str, after: str) -> None:
    """What stands around a word does not hide it; cleaning a second time finds nothing more."""
    known = traces(*WORDS)
    clean, count = known.removed(f"{before}\n{word}\n{after}")
    assert count >= 1
    assert word not in clean.split("\n")
    assert known.removed(clean) == (clean, 0)


def test_words_of_a_record_are_its_identifiers_and_a_key_of_its_own_kind() -> None:
    """A key that looks like any number is not searched for in texts: it would be found where it means something else."""
    attributes = {"email": "Ann@Example.com", "phone": "+492219876543", "first_name": "Ann"}
    assert words_of(CUSTOMER, SourceKey("crm", "C-1042"), attributes) == {
        "ann@example.com",
        "2219876543",
        "c-1042",
    }
    for key in ("1042", "customer", "with blank 1042", "12345678"):
        assert words_of(CUSTOMER, SourceKey("crm", key), None) == set()
    assert words_of(CUSTOMER, None, {"phone": "+4900"}) == set()
