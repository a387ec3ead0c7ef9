"""What every noun of the schema shares: scalars that parse strictly, the basis of an answer, pages and their cursors."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, NewType, TypeAlias, TypeVar
from uuid import UUID

import orjson
import strawberry
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from graph.errors import InvalidInputError, refuse_nul
from graph.time import AsOf, instant, render

DateTime: TypeAlias = datetime
"""The Python type of the scalar DateTime: always with its zone."""

Date: TypeAlias = date
"""The Python type of the scalar Date."""

Long = NewType("Long", int)
"""The Python type of the scalar Long: whole numbers past 32 bits, such as positions in a topic."""

LARGEST_PAGE = 100
"""How many nodes a page may hold."""

LONGEST_TEXT = 1_000
"""How many characters a word to look something up by may have."""

AsOfArgument: TypeAlias = Annotated[
    datetime | None,
    strawberry.argument(
        description="The instant of valid time asked about: when it held in the world. Null: now."
    ),
]
KnownAtArgument: TypeAlias = Annotated[
    datetime | None,
    strawberry.argument(
        description="The instant of system time up to which we may know: what had been recorded by then. Null: now."
    ),
]
ValidFromArgument: TypeAlias = Annotated[
    datetime | None,
    strawberry.argument(description="From which instant of valid time on the change holds. Null: now."),
]
FirstArgument: TypeAlias = Annotated[
    int, strawberry.argument(description=f"How many to return, 1 to {LARGEST_PAGE}.")
]
AfterArgument: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="Where the page before ended: its pageInfo.endCursor. It carries the basis."
    ),
]

PlaceArgument = Annotated[
    str | None, strawberry.argument(description="Where the page before ended: its pageInfo.endCursor.")
]
IdsArgument = Annotated[
    list[strawberry.ID], strawberry.argument(description=f"Their ids, at most {LARGEST_PAGE}.")
]

Node = TypeVar("Node")
Place = TypeVar("Place")


@strawberry.type(
    description="The two instants an answer holds for; ask with them again and it is the same answer."
)
class Basis:
    """The resolved instants of an answer."""

    as_of: datetime = strawberry.field(
        description="Valid time: the instant in the world the answer is about."
    )
    known_at: datetime = strawberry.field(
        description="System time: everything recorded up to then is in the answer."
    )

    @classmethod
    def of(cls, at: AsOf) -> Basis:
        """Return the basis as GraphQL shows it."""
        return cls(as_of=at.valid, known_at=at.system)


@strawberry.type(description="Where a page ends.")
class PageInfo:
    """Where a page ends and whether another follows."""

    has_next_page: bool = strawberry.field(description="Whether more follow after this page.")
    end_cursor: str | None = strawberry.field(description="Pass it as `after` to get the next page.")


@strawberry.type(description="One node of a page, with its place.")
class Edge(Generic[Node]):
    """One node of a page, with its place."""

    cursor: str = strawberry.field(description="The place of the node, to continue after it.")
    node: Node = strawberry.field(description="The node.")


@strawberry.type(description="A page of nodes.")
class Connection(Generic[Node]):
    """A page of nodes and the basis all of them were read at."""

    edges: list[Edge[Node]] = strawberry.field(description="The nodes of this page, each with its cursor.")
    nodes: list[Node] = strawberry.field(description="The nodes of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")
    basis: Basis = strawberry.field(description="The instants that every page of this list is read at.")


def connection(nodes: Sequence[Node], ids: Sequence[UUID], has_next: bool, at: AsOf) -> Connection[Node]:
    """Return the page of nodes with the ids, one for each, that their cursors continue after."""
    edges = [Edge(cursor=cursor(key, at), node=node) for key, node in zip(ids, nodes, strict=True)]
    return Connection(
        edges=edges,
        nodes=list(nodes),
        page_info=PageInfo(has_next_page=has_next, end_cursor=edges[-1].cursor if edges else None),
        basis=Basis.of(at),
    )


def page_size(first: int, path: str = "$.first", most: int = LARGEST_PAGE) -> int:
    """Return the size of a page, or raise InvalidInputError where it is not 1 to `most`."""
    if not 1 <= first <= most:
        raise InvalidInputError.at(path, f"must be 1 to {most}, got {first}")
    return first


def search_text(text: str | None, path: str = "$.search") -> str | None:
    """Return a word to look something up by, or raise InvalidInputError where it cannot be one."""
    if text is None:
        return None
    if len(text) > LONGEST_TEXT:
        raise InvalidInputError.at(path, f"has {len(text)} characters; at most {LONGEST_TEXT} are allowed")
    if "\0" in text:
        raise InvalidInputError.at(path, "holds a NUL character")
    return text


def uuid_of(text: str, path: str = "$.id") -> UUID:
    """Return the id, or raise InvalidInputError where the text is not a UUID."""
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInputError.at(path, f"is not a UUID: {text[:60]!r}") from None


def uuids_of(texts: Sequence[str], path: str = "$.ids") -> list[UUID]:
    """Return the ids, or raise InvalidInputError where there are none, too many, or one is not a UUID."""
    if not 1 <= len(texts) <= LARGEST_PAGE:
        raise InvalidInputError.at(path, f"must be 1 to {LARGEST_PAGE} ids, got {len(texts)}")
    return [uuid_of(text, f"{path}[{index}]") for index, text in enumerate(texts)]


def cursor(key: UUID, at: AsOf) -> str:
    """Return the opaque cursor that continues after `key` at the same basis."""
    return opaque(str(key), render(at.valid), render(at.system))


def place(after: str, path: str = "$.after") -> tuple[UUID, AsOf]:
    """Return the key and basis of a cursor; raises InvalidInputError for anything `cursor` did not make."""
    return opened(after, id_place, path)


def key_place(key: object) -> UUID:
    """Return the place that the part of a cursor without a basis tells."""
    return UUID(str(key))


def id_place(key: object, valid: object, system: object) -> tuple[UUID, AsOf]:
    """Return the key and basis that the parts of a cursor tell."""
    return UUID(str(key)), AsOf(instant(str(valid)), instant(str(system)))


async def page_start(
    basis: Callable[[datetime | None, datetime | None], Awaitable[AsOf]],
    after: str | None,
    parsed: Callable[..., tuple[Place, AsOf]],
    as_of: datetime | None,
    known_at: datetime | None,
) -> tuple[Place | None, AsOf]:
    """Return where a page begins and its basis: with a cursor, of which `parsed` reads the parts, those of the page before."""
    if after is None:
        return None, await basis(as_of, known_at)
    start, at = opened(after, parsed)
    return start, await basis(at.valid, at.system)


def opaque(*parts: str | float) -> str:
    """Return parts as one opaque text."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def opened(after: str, parsed: Callable[..., Place], path: str = "$.after") -> Place:
    """Return what `parsed` makes of the parts of an opaque text; raises InvalidInputError where they cannot be such."""
    try:
        parts = orjson.loads(base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True))
        refuse_nul(parts)
        return parsed(*parts)
    except (binascii.Error, ValueError, TypeError, AttributeError, InvalidInputError):
        raise InvalidInputError.at(path, "is not a cursor of this list") from None


def _parsed_instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise InvalidInputError.at(
            "DateTime", f"must be a string such as 2025-01-01T00:00:00Z, got {value!r:.60}"
        )
    return instant(value, "DateTime")


def _parsed_date(value: object) -> date:
    try:
        if isinstance(value, str) and len(value) == len("2025-01-01"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InvalidInputError.at("Date", f"must be a date such as 1980-05-17, got {value!r:.60}")


def _parsed_long(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise InvalidInputError.at("Long", f"must be a whole number of at most 64 bits, got {value!r:.60}")
    return value


def _untouched(value: Any) -> Any:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, ISO 8601 with an offset (2025-01-01T00:00:00Z); answers are in UTC. Naive is refused.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=render,
        parse_value=_parsed_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar day, ISO 8601 (1980-05-17).",
        serialize=date.isoformat,
        parse_value=_parsed_date,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="A whole number of at most 64 bits.",
        serialize=int,
        parse_value=_parsed_long,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        serialize=_untouched,
        parse_value=_untouched,
    ),
}
"""The scalars of the schema, for its configuration."""
