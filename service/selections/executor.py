"""An executor of graphql-core that answers what is plain by functions kept with the document, and all else as it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLNonNull, GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path, gather_with_cancel
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from service.selections.functions import Reader, list_reader, reader
from service.selections.shapes import MOST_FIELDS, Shape, shape_of


@dataclass(frozen=True, slots=True)
class Step:
    """Fields of an object that are answered together, by `read` where they are plain."""

    fields: GroupedFieldSet
    read: Reader | None


@dataclass(frozen=True, slots=True)
class Plan:
    """How objects of one type are answered at one place of a document; without steps by `one` and `many` alone."""

    size: int
    one: Reader | None = None
    many: Reader | None = None
    steps: Sequence[Step] = ()


@dataclass(slots=True)
class Budget:
    """How many fields the functions of all documents read, which is what they take of memory."""

    fields: int = 0


_Key = tuple[GraphQLObjectType, tuple[int, ...]]


@dataclass(slots=True)
class Plans:
    """The plans of one document, which has to be kept as long: they are found by the identity of its nodes."""

    budget: Budget
    _known: dict[_Key, Plan | None] = field(default_factory=dict[_Key, "Plan | None"])

    def plan(
        self, executor: CompiledExecutor, type_: GraphQLObjectType, details: FieldDetailsList
    ) -> Plan | None:
        """Return how to answer objects of the type for these fields, made where it is asked for first; None: as ever."""
        key = type_, tuple([id(one.node) for one in details])
        try:
            return self._known[key]
        except KeyError:
            pass
        found = self._known[key] = _plan(shape_of(executor, type_, details))
        self.budget.fields += found.size if found else 0
        return found

    def clear(self) -> None:
        """Forget all plans."""
        self.budget.fields -= sum(plan.size for plan in self._known.values() if plan)
        self._known.clear()


def _plan(shape: Shape | None) -> Plan | None:
    if shape is None or shape.size > MOST_FIELDS:
        return None
    if shape.is_plain:
        return Plan(shape.size, reader(shape), list_reader(shape))
    steps = [Step(part.fields, reader(part) if plain else None) for plain, part in shape.runs()]
    return Plan(shape.size, steps=steps)


class CompiledExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes an operation as graphql-core does, quicker; without `plans` in the same time too."""

    def __init__(self, *args: Any, plans: Plans | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_wrapped = self.middleware_manager is not None and self.middleware_manager.middlewares
        self._plans = None if is_wrapped else plans

    def collect_and_execute_subfields(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Answer an object that is known to be of the type."""
        if self._plans is not None and position_context is None:
            plan = self._plans.plan(self, return_type, field_details_list)
            if plan is not None and plan.one is not None:
                try:
                    return plan.one(result)
                except Exception:  # noqa: S110 - graphql-core tells what is wrong, and where
                    pass
            elif plan is not None:
                return self._in_steps(plan.steps, return_type, result, path)
        return super().collect_and_execute_subfields(
            return_type, field_details_list, path, result, position_context
        )

    def complete_list_value(
        self,
        return_type: Any,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Answer a list."""
        many = None
        if self._plans is not None and position_context is None and type(result) in (list, tuple):
            many = self._list_reader(self._plans, return_type.of_type, field_details_list)
        if many is not None:
            try:
                return many(result)
            except Exception:  # noqa: S110 - graphql-core tells what is wrong, and where
                pass
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _list_reader(self, plans: Plans, item_type: Any, details: FieldDetailsList) -> Reader | None:
        if isinstance(item_type, GraphQLNonNull):
            item_type = item_type.of_type
        if not isinstance(item_type, GraphQLObjectType) or details[0].node.directives:
            return None
        plan = plans.plan(self, item_type, details)
        return plan.many if plan else None

    def _in_steps(
        self, steps: Sequence[Step], parent_type: GraphQLObjectType, source: Any, path: Path
    ) -> Any:
        """Answer an object of which some fields are plain, all in the order that graphql-core would take them in."""
        results: dict[str, Any] = {}
        waiting: list[str] = []
        try:
            for step in steps:
                if step.read is not None:
                    try:
                        results.update(step.read(source))
                        continue
                    except Exception:  # noqa: S110 - graphql-core tells what is wrong, and where
                        pass
                for name, details in step.fields.items():
                    found = self.execute_field(
                        parent_type, source, details, Path(path, name, parent_type.name), None
                    )
                    results[name] = found
                    if self.is_awaitable(found):
                        waiting.append(name)
        except Exception:
            if waiting:
                self.settle_in_background([results[name] for name in waiting])
            raise
        return self._awaited(results, waiting) if waiting else results

    async def _awaited(self, results: dict[str, Any], waiting: Sequence[str]) -> dict[str, Any]:
        if len(waiting) == 1:
            results[waiting[0]] = await results[waiting[0]]
        else:
            found = await gather_with_cancel(*(results[name] for name in waiting))
            results.update(zip(waiting, found, strict=True))
        return results
