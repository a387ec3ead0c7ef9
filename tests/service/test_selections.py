"""The executor that answers plain selections by functions of their own gives the very answers of graphql-core."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import strawberry
from graphql import DocumentNode, ExecutionResult, execute, parse
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from service.responses import encoded
from service.selections.classes import is_plain
from service.selections.executor import Budget, CompiledExecutor, Plans
from tests.service.odd_values import Anything, Reckoned, Slotted
from tests.service.selection_cases import (
    VALUES,
    Inner,
    schema,
    thing,
)
from tests.service.selection_documents import DOCUMENTS, OF_EVERY_VALUE, VARIABLES


async def answer(
    of: strawberry.Schema,
    document: DocumentNode,
    variables: dict[str, Any],
    plans: Plans | None = None,
    operation: str | None = None,
    *,
    stock: bool = False,
    context: object = None,
) -> bytes:
    """Return the answer as bytes, its errors with their paths and places, by either executor."""
    more: dict[str, Any] = {} if stock else {"plans": plans}
    found = execute(
        of._schema,  # pyright: ignore[reportPrivateUsage] - strawberry has no public way to it
        document,
        context_value=context,
        variable_values=variables,
        operation_name=operation,
        executor_class=StrawberryGraphQLCoreExecutionContext if stock else CompiledExecutor,
        is_awaitable=optimized_is_awaitable,  # pyright: ignore[reportArgumentType]
        operation_extensions=None,
        **more,
    )
    result: ExecutionResult = await found if optimized_is_awaitable(found) else found  # type: ignore[misc]
    errors = [{**error.formatted, "cause": repr(error.original_error)} for error in result.errors or ()]
    return encoded({"data": result.data, "errors": errors})


async def assert_same(text: str, variables: dict[str, Any]) -> None:
    """Ask with both executors, ours without plans, when they are made, and when they are there."""
    document = parse(text)
    operation = "B" if "query B" in text else None
    expected = await answer(schema, document, variables, operation=operation, stock=True)
    plans = Plans(Budget())
    for found in (
        await answer(schema, document, variables, None, operation),
        await answer(schema, document, variables, plans, operation),
        await answer(schema, document, variables, plans, operation),
    ):
        assert found == expected


@pytest.mark.parametrize("case", VALUES)
async def test_whatever_an_object_holds_the_answer_is_the_same(case: str) -> None:
    """Values out of range, of other classes, missing, failing or awaited give the same data and the same errors."""
    for document in OF_EVERY_VALUE:
        await assert_same(document, {"case": case})


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_however_it_is_asked_the_answer_is_the_same(document: str) -> None:
    """Aliases, fragments, directives, interfaces, unions, resolvers and variables of every kind, good and bad."""
    for variables in VARIABLES:
        await assert_same(document, variables)


ATTRIBUTES = (
    "name",
    "count",
    "score",
    "flag",
    "at",
    "colour",
    "maybe",
    "tags",
    "inner",
    "maybe_inners",
    "data",
)
POOL: list[Any] = [
    "x", 5, 2.5, None, True, [], {}, 2**40, [None], ["a", 1], ValueError("held"), Inner(number=1, text=None),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from(POOL), max_size=4), st.integers(0, 2))
async def test_any_mixture_of_values_gives_the_same(held: dict[str, Any], which: int) -> None:
    """Several broken values at once give the same errors in the same order."""
    VALUES["a mixture"] = lambda: thing(**held)
    try:
        await assert_same(OF_EVERY_VALUE[which], {"case": "a mixture"})
    finally:
        del VALUES["a mixture"]


async def test_plain_objects_are_read_by_functions() -> None:
    """A list of plain objects, and the plain fields beside others, are read by functions made for them."""
    plans, budget = _plans()
    document = parse("{ many { id inner { number } later maybe } pets { name } cats { name } }")
    await answer(schema, document, {}, plans)
    # of a thing: id, inner, number, later and maybe; of a cat and of a dog: their name
    assert budget.fields == 5 + 1 + 1 + 1


async def test_what_depends_on_variables_is_not_planned() -> None:
    """A directive in a selection leaves this selection, and no other, to graphql-core."""
    plans, budget = _plans()
    document = parse("query ($v: Boolean = true) { one { name @skip(if: $v) inner { number text } } }")
    await answer(schema, document, {}, plans)
    assert budget.fields == 2


async def test_a_selection_that_is_too_large_is_left_to_graphql_core() -> None:
    """More fields than one function may read are answered one by one, and the same."""
    text = "{ one { " + " ".join(f"a{n}: name" for n in range(301)) + " inner { number } } }"
    plans, budget = _plans()
    document = parse(text)
    found = await answer(schema, document, {}, plans)
    assert found == await answer(schema, document, {}, stock=True)
    assert budget.fields == 1


async def test_plans_can_be_forgotten() -> None:
    """What the plans of a document take is given back."""
    plans, budget = _plans()
    await answer(schema, parse("{ one { name } }"), {}, plans)
    assert budget.fields == 1
    plans.clear()
    assert budget.fields == 0


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Inner, True),
        (Slotted, True),
        (Reckoned, False),
        (Anything, False),
        (ValueError, False),
        (type, False),
    ],
)
def test_a_class_is_plain_where_reading_runs_no_code(kind: type, expected: bool) -> None:
    """Attributes and slots are plain; properties, __getattr__, exceptions and classes are not."""
    assert is_plain(kind, ("number", "text")) is expected


def test_there_are_enough_cases() -> None:
    """The adversarial set stays large."""
    assert len(list(product(VALUES, OF_EVERY_VALUE))) + len(DOCUMENTS) * len(VARIABLES) > 500


def _plans() -> tuple[Plans, Budget]:
    budget = Budget()
    return Plans(budget), budget
