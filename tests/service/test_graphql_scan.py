"""Counting what a document holds by its text alone: exact for documents, never more than there is, and quick to refuse."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import FieldNode, Visitor, parse, visit
from hypothesis import given
from hypothesis import strategies as st

from service.graphql_documents import Documents
from service.graphql_limits import MAX_VALUES, variable_errors
from service.graphql_scan import MAX_CHARACTERS, counted, scan_errors
from service.schema.root import schema
from tests.bench.graphql_hostile import DOCUMENTS, request


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{ a }" + " " * MAX_CHARACTERS, f"{MAX_CHARACTERS + 5} characters; at most 200000"),
        ("{" + " a" * 6_000 + "}", "more than 6000 tokens"),
        ("{" + " a" * 1_001 + "}", "1001 fields; at most 1000"),
        ("{ a(" + "b: 1 " * 501 + ") }", "501 arguments; at most 500"),
        ("{" + " a: b" * 51 + "}", "51 aliases; at most 50"),
        ("{ a " + "@b " * 101 + "}", "101 directives; at most 100"),
        ("{ a } " * 101, "101 operations and fragments; at most 100"),
        ("query (" + "$a: Int " * 201 + ") { a }", "201 places with a variable; at most 200"),
        ("{ " + "a" * 1_001 + " }", "1001 letters in one word; at most 1000"),
        ("{ a(b: " + "9" * 1_001 + ") }", "1001 letters in one word; at most 1000"),
    ],
)
def test_what_is_too_large_is_told(document: str, reason: str) -> None:
    """Each limit has its reason, with what was found and what is allowed."""
    [error] = scan_errors(document)
    assert reason in error.message


@pytest.mark.parametrize(
    "document",
    [
        '{ a(b: "' + "@ $ { : " * 500 + '") }',
        '{ a(b: """' + '@ " \\""" { : ' * 500 + '""") }',
        "{ a } " + "# @ @ @ { } a: b $c\n" * 500,
        "{ a(b: {" + "c: 1 " * 500 + "}) }",
        "query ($a: In = {" + "c: 1 " * 90 + "}) { b }",
        '{ a(b: "' + "x" * 100_000 + '") }',
        "{" + " a" * 1_000 + "}",
        "{ a(" + "b: {c: [{d: 1, e: 2}]} " * 300 + ") }",
        "{" + " a: b" * 50 + " ... on T { ...F } ...G @c }",
    ],
)
def test_texts_comments_and_arguments_do_not_count(document: str) -> None:
    """What stands inside them is neither a field nor an alias, a directive or a variable."""
    assert scan_errors(document) == []


class Counter(Visitor):
    """Counts fields and aliases as graphql-core sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields = self.aliases = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Count a field."""
        self.fields += 1
        self.aliases += node.alias is not None


_NAMES = st.sampled_from(["a", "on", "fragment", "query", "_x1", "true"])
_SELECTIONS = st.recursive(
    st.one_of(
        _NAMES,
        st.builds("{}: {}".format, _NAMES, _NAMES),
        st.builds('{}(x: {{on: "}} :", b: [$v]}}) @a(if: true)'.format, _NAMES),
        st.just("...Other"),
    ),
    lambda inner: st.builds(
        "{} {{ {} }}".format,
        st.one_of(_NAMES, st.just("... on T"), st.just("...")),
        st.lists(inner, min_size=1, max_size=4).map(" ".join),
    ),
    max_leaves=40,
)


@given(st.lists(_SELECTIONS, min_size=1, max_size=6))
def test_fields_and_aliases_are_counted_as_they_are(selections: list[str]) -> None:
    """The text alone gives the numbers that the parsed document has."""
    document = "{ " + " ".join(selections) + " }"
    counter = Counter()
    visit(parse(document), counter)
    found = counted(document)
    assert (found.fields, found.aliases) == (counter.fields, counter.aliases)


def test_many_values_in_variables_are_refused() -> None:
    """Values inside lists and objects count, however deep."""
    assert variable_errors({"a": [{"b": [1] * (MAX_VALUES - 4)}, 2]}) == []
    [error] = variable_errors({"a": [{"b": [1] * (MAX_VALUES - 3)}, 2]})
    assert error.message == f"the variables hold more than {MAX_VALUES} values"


@pytest.mark.parametrize(
    "name", [name for name in DOCUMENTS if "variable" not in name and name != "half a million nodes"]
)
def test_hostile_documents_are_refused(name: str) -> None:
    """Each of those that the benchmark measures is refused, with a reason."""
    document = Documents(schema).document(request(name)["query"])
    assert document.errors or len(document.operations) == 0
    assert all(error.message for error in document.errors)
