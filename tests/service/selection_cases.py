"""A schema full of traps, and objects that do not hold what they should."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import strawberry
from graphql import Undefined
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from service.schema.arguments import SCALARS, Long
from tests.service.odd_values import Anything, Reckoned, Slotted, Soon, Text, Whole


@strawberry.enum
class Colour(Enum):
    """A colour."""

    RED = "red"
    GREEN = strawberry.enum_value("green", name="VERDE")
    CRIMSON = "red"


@strawberry.interface
class Named:
    """Whatever has a name."""

    name: str


@strawberry.type
class Inner:
    """An object inside another."""

    number: int
    text: str | None


@strawberry.type
class Cat(Named):
    """One kind of what has a name."""

    lives: int


@strawberry.type
class Dog(Named):
    """Another kind."""

    tricks: list[str]


@strawberry.type
class Picky:
    """A type that looks at each object itself."""

    number: int

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """Whether the object is fine."""
        return getattr(value, "number", 0) != 13


@strawberry.type
class Thing:
    """An object with a field of every kind."""

    id: strawberry.ID
    name: str
    count: int
    score: float
    flag: bool
    at: datetime
    day: date
    big: Long
    data: JSON
    uid: UUID
    colour: Colour
    maybe: str | None
    maybe_count: int | None
    maybe_at: datetime | None
    maybe_colour: Colour | None
    tags: list[str]
    maybe_tags: list[str | None] | None
    matrix: list[list[int | None]]
    inner: Inner
    maybe_inner: Inner | None
    inners: list[Inner]
    maybe_inners: list[Inner | None] | None
    pet: Named
    either: Cat | Dog | None
    picky: Picky | None
    from_: str = strawberry.field(name="from")

    @strawberry.field
    async def later(self) -> str:
        """Answer later."""
        return f"later {self.name}"

    @strawberry.field
    async def inner_later(self) -> Inner:
        """Answer an object later."""
        return self.inner

    @strawberry.field
    def at_once(self) -> str:
        """Change the object on the way."""
        self.name = f"{self.name}!"
        return self.name

    @strawberry.field
    def fails(self) -> str:
        """Fail."""
        raise ValueError("it failed")

    @strawberry.field
    async def fails_later(self) -> str | None:
        """Fail later."""
        raise ValueError("it failed later")

    @strawberry.field
    def repeated(self, times: int = 2) -> str:
        """Answer by an argument."""
        return self.name * times

    @strawberry.field
    def twin(self) -> Thing:
        """Return the object itself."""
        return self


class FailingInnerError(Inner, ValueError):
    """Is an object and an exception in one."""


class Awaited(Inner):
    """Is an object and can be awaited as well."""

    def __await__(self) -> Iterator[Any]:
        """Give another object once awaited."""
        return Inner(number=99, text="awaited")
        yield


async def several(*values: Any) -> AsyncGenerator[Any]:
    """Yield the values."""
    for value in values:
        yield value


def thing(**held: Any) -> Thing:
    """Return an object as it should be, but for what is said otherwise."""
    plain: dict[str, Any] = {
        "id": strawberry.ID("t1"),
        "name": 'a "name"\u2028 ü 𝄞',
        "count": 2**31 - 1,
        "score": 1.5,
        "flag": True,
        "at": datetime(2024, 5, 1, 12, 30, 0, 5, tzinfo=timezone(timedelta(hours=2))),
        "day": date(2024, 2, 29),
        "big": Long(2**53 + 1),
        "data": {"a": [1, None, {"b": 2.5}]},
        "uid": UUID(int=5),
        "colour": Colour.GREEN,
        "maybe": None,
        "maybe_count": None,
        "maybe_at": None,
        "maybe_colour": None,
        "tags": ["x", "y"],
        "maybe_tags": None,
        "matrix": [[1, None], [], [3]],
        "inner": Inner(number=1, text="one"),
        "maybe_inner": None,
        "inners": [Inner(number=2, text=None), Inner(number=3, text="three")],
        "maybe_inners": [None, Inner(number=4, text="four")],
        "pet": Cat(name="Tom", lives=9),
        "either": Dog(name="Rex", tricks=["sit", "roll"]),
        "picky": Picky(number=1),
        "from_": "here",
    }
    return Thing(**{**plain, **held})


def with_inner(**held: Any) -> Thing:
    """Return an object whose inner one holds something else."""
    plain: dict[str, Any] = {"number": 1, "text": "one"}
    return thing(inner=Inner(**{**plain, **held}))


def _bare(**held: Any) -> Thing:
    return cast("Thing", SimpleNamespace(**{name: getattr(thing(), name) for name in ("id", "name")}, **held))


VALUES: dict[str, Callable[[], Any]] = {
    "as it should be": thing,
    "no whole number": lambda: thing(count="abc"),
    "a whole number as text": lambda: thing(count="12"),
    "more than 32 bits": lambda: thing(count=2**31),
    "less than 32 bits": lambda: thing(count=-(2**31) - 1),
    "true as a number": lambda: thing(count=True),
    "a whole float": lambda: thing(count=3.0),
    "a broken float": lambda: thing(count=3.5),
    "not a number": lambda: thing(score=float("nan")),
    "infinity": lambda: thing(score=float("-inf")),
    "a float as text": lambda: thing(score="2.5"),
    "a whole number as float": lambda: thing(score=2**60),
    "a number too large for a float": lambda: thing(score=10**400),
    "a number as flag": lambda: thing(flag=0),
    "a text as flag": lambda: thing(flag="yes"),
    "a number as id": lambda: thing(id=5),
    "a list as id": lambda: thing(id=["a"]),
    "a number as text": lambda: thing(name=5),
    "an object as text": lambda: thing(name=object),
    "a text of another class": lambda: thing(name=Text("own"), id=Text("i")),
    "a number of another class": lambda: thing(count=Whole(8), score=Whole(9)),
    "none where something must be": lambda: thing(name=None),
    "none as number": lambda: thing(count=None),
    "none as enum": lambda: thing(colour=None),
    "none as instant": lambda: thing(at=None),
    "none as json": lambda: thing(data=None),
    "none as list": lambda: thing(tags=None),
    "none in a list": lambda: thing(tags=["a", None]),
    "none as object": lambda: thing(inner=None),
    "none among objects": lambda: thing(inners=[None]),
    "an exception as value": lambda: thing(name=ValueError("held")),
    "an exception as nullable value": lambda: thing(maybe=KeyError("held")),
    "an exception as object": lambda: thing(inner=ValueError("held")),
    "an exception among objects": lambda: thing(
        maybe_inners=[Inner(number=1, text=None), ValueError("held")]
    ),
    "an exception as list": lambda: thing(maybe_tags=ValueError("held")),
    "an awaitable value": lambda: thing(name=Soon("waited"), count=Soon("abc")),
    "an awaitable that fails": lambda: thing(maybe=Soon(ValueError("awaited and failed"))),
    "an awaitable object": lambda: thing(inner=Soon(Inner(number=6, text="waited"))),
    "awaitable items": lambda: thing(tags=[Soon("a"), "b"], inners=[Soon(Inner(number=1, text=None))]),
    "an object that can be awaited": lambda: thing(inner=Awaited(number=1, text="not yet")),
    "an object that is an exception": lambda: thing(maybe_inner=FailingInnerError(number=1, text="x")),
    "a tuple as list": lambda: thing(tags=("a",), inners=(Inner(number=1, text=None),)),
    "a generator as list": lambda: thing(tags=(one for one in "ab"), inners=iter(thing().inners)),
    "a set as list": lambda: thing(maybe_tags={"a"}),
    "a text as list": lambda: thing(tags="abc"),
    "a number as list": lambda: thing(tags=5),
    "an async generator as list": lambda: thing(tags=several("a", "b")),
    "an enum's value": lambda: thing(colour="red"),
    "no value of the enum": lambda: thing(colour="blue"),
    "an unhashable enum value": lambda: thing(colour=["red"]),
    "an alias of an enum's member": lambda: thing(colour=Colour.CRIMSON, maybe_colour=Colour.RED),
    "a day as instant": lambda: thing(at=date(2024, 1, 1)),
    "a text as instant": lambda: thing(maybe_at="2024-01-01"),
    "an instant in utc": lambda: thing(
        at=datetime(1, 1, 2, tzinfo=UTC), maybe_at=datetime.max.replace(tzinfo=UTC)
    ),
    "an instant as day": lambda: thing(day=datetime(2024, 1, 1, tzinfo=UTC)),
    "a text as id of 128 bits": lambda: thing(uid="no uuid"),
    "no object": lambda: thing(inner=5),
    "a mapping as object": lambda: thing(inner={"number": 1, "text": "x"}),
    "an object of no class of ours": lambda: thing(inner=SimpleNamespace(number=1, text="loose")),
    "an object without an attribute": lambda: thing(inner=SimpleNamespace(text="loose")),
    "an object that reckons": lambda: thing(inner=Reckoned(), inners=[Reckoned(), Reckoned()]),
    "an object that reckons and fails": lambda: thing(inner=Reckoned(ValueError("held"))),
    "an object that has everything": lambda: thing(inner=Anything()),
    "an object with slots": lambda: thing(inner=Slotted(1, "s"), maybe_inner=Slotted(None, "s")),
    "a class as object": lambda: thing(inner=Inner),
    "an object refused by its type": lambda: thing(picky=Picky(number=13)),
    "another object of the interface": lambda: thing(pet=Dog(name="Rex", tricks=[])),
    "no object of the interface": lambda: thing(pet=Inner(number=1, text=None)),
    "no object of the union": lambda: thing(either=Inner(number=1, text=None)),
    "an object cast to another type": lambda: thing(
        pet=strawberry.cast(Cat, SimpleNamespace(name="c", lives=1))
    ),
    "broken deep inside": lambda: with_inner(number="x"),
    "broken twice": lambda: thing(
        count="x", score="y", inners=[Inner(number=1, text=None), Inner(number=cast("int", None), text="")]
    ),
    "hardly anything": _bare,
    "undefined": lambda: thing(maybe_inner=Undefined, maybe=Undefined, maybe_inners=[Undefined]),
    "nothing": lambda: None,
    "an exception": lambda: ValueError("in place of the object"),
    "a text": lambda: "text",
}
"""What the object may hold, made anew for each execution."""


@strawberry.input
class Place:
    """Where something is."""

    row: int
    column: int | None = 3


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    def one(self, case: str = "as it should be") -> Thing | None:
        """Return one object."""
        return VALUES[case]()

    @strawberry.field
    async def many(self, case: str = "as it should be") -> list[Thing | None]:
        """Return objects, the one in the middle as wanted."""
        return [thing(), VALUES[case](), thing(name="last")]

    @strawberry.field
    def strict(self, case: str = "as it should be") -> list[Thing]:
        """Return objects of which none may be missing."""
        return [VALUES[case](), thing()]

    @strawberry.field
    def pets(self) -> list[Named]:
        """Return objects of two kinds."""
        return [Cat(name="Tom", lives=9), Dog(name="Rex", tricks=["sit"]), Cat(name="Kit", lives=7)]

    @strawberry.field
    def cats(self) -> list[Cat]:
        """Return objects of one kind that implements an interface, one cast from another class."""
        return [
            Cat(name="Tom", lives=9),
            strawberry.cast(Cat, cast("Cat", SimpleNamespace(name="cast", lives=1))),
        ]

    @strawberry.field
    def wrongly_cast(self) -> list[Cat | None]:
        """Return an object that says that it is something else."""
        return [Cat(name="Tom", lives=9), strawberry.cast(cast("type[Cat]", Dog), Cat(name="no", lives=1))]

    @strawberry.field
    def echo(
        self,
        whole: int = 1,
        text: str | None = None,
        place: Place | None = None,
        colour: Colour = Colour.RED,
        at: datetime | None = None,
        numbers: list[int] | None = None,
        key: strawberry.ID | None = None,
        part: float | None = None,
        big: Long | None = None,
        data: JSON | None = None,
    ) -> str:
        """Say what was given."""
        return repr((whole, text, place, colour, at, numbers, key, part, big, data))


schema = strawberry.Schema(Query, types=[Cat, Dog], config=StrawberryConfig(scalar_map=SCALARS))
"""The schema full of traps."""
