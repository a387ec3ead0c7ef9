"""Events as no good producer sends them: real ones broken at random, and ones made from the shapes of the specification."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from hypothesis import strategies as st

from lineage.conformance import SHAPES

NUMBERS: Final = (0, -1, 1.5, 10**18, 10**40, -(10**40), 1e308, 2**63, 2**64)
TEXTS: Final = (
    "", " ", "\u0000", "a\u0000b", "\ud800", "\udfff\ud800", "\u202e\u200b", "\U0001f9f5" * 3, "ä" * 300, "x" * 2_001, "\r\n\t\x7f",
    "null", "../../etc", "'; drop table run; --", "{{ 7*7 }}", "%s%n", "NaN", "\ufeff", "\\u0000",
)  # fmt: skip
TIMES: Final = (
    "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00+99:99", "2026-01-01T00:00:00.1234567890123Z", "-2026-01-01T00:00:00Z", "now", "infinity", "1767225600",
    "2026-W01-1", "2026-01-01 00:00:00Z", "20260101T000000Z", "2026-01-01T00:00:00[Europe/Berlin]", "0001-01-01T00:00:00+14:00",
)  # fmt: skip
WORDS: Final = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER", "complete", "DONE", "")

Path = list[Any]


def broken(event: Any, others: Sequence[Any], dice: random.Random) -> bytes:
    """Return the bytes of an event after one to four accidents."""
    value = json.loads(json.dumps(event))
    for accident in dice.sample(_ACCIDENTS, dice.choice((1, 1, 1, 2, 3))):
        value = accident(value, others, dice)
    raw = json.dumps(value, ensure_ascii=dice.random() < 0.7).encode("utf-8", "surrogatepass")
    return dice.choice(_SPOILERS)(raw, dice) if dice.random() < 0.1 else raw


def oversized(dice: random.Random) -> list[dict[str, Any]]:
    """Return events with parts of a size that only accidents have, and a good one."""

    def text(length: int) -> str:
        """Return letters that cannot be compressed."""
        return "".join(chr(dice.randrange(0x4E00, 0x9000)) for _ in range(length))

    def output(name: str, columns: dict[str, list[str]]) -> dict[str, Any]:
        fields = {
            column: {
                "inputFields": [{"namespace": "store", "name": "a", "field": field} for field in sources]
            }
            for column, sources in columns.items()
        }
        return {
            "outputs": [{"namespace": "store", "name": name, "facets": {"columnLineage": {"fields": fields}}}]
        }

    far = {"namespace": text(2_000), "name": text(2_000)}
    parent = {"run": {"runId": text(2_500)}, "job": {"namespace": text(2_500), "name": text(2_500)}}
    links = {"identifiers": [{**far, "name": text(2_500), "type": "TABLE"}, {**far, "type": "TABLE"}]}
    parts: list[dict[str, Any]] = [
        {},
        output("x", {text(6_000): ["k"]}),
        output("y", {text(1_900): [text(1_900)]}),
        output("z", {"k": [text(6_000)]}),
        output("w", {f"k{n}": [f"f{m}" for m in range(50)] for n in range(50)}),
        {"inputs": [{"namespace": "store", "name": f"table_{n}"} for n in range(2_000)]},
        {"inputs": [far], "job": far},
        {"inputs": [{**far, "facets": {text(400): {"a": 1}, "symlinks": links}}]},
        {"run": {"runId": text(2_000), "facets": {"parent": parent}}, "eventType": "START"},
    ]
    job = {"namespace": "scheduler", "name": "job"}
    return [{"eventTime": "2026-01-01T00:00:00Z", "job": job, **part} for part in parts]


def _paths(value: Any, at: Path, found: list[Path]) -> list[Path]:
    if isinstance(value, dict):
        for name, item in value.items():
            found.append([*at, name])
            _paths(item, found[-1], found)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found.append([*at, index])
            _paths(item, found[-1], found)
    return found


def _place(value: Any, dice: random.Random) -> tuple[Any, Any]:
    """Return a container somewhere in the value and a key or index in it; near the top more often."""
    paths = _paths(value, [], [])
    if not paths:
        return {"x": None}, "x"
    path = (
        dice.choice([one for one in paths if len(one) < 4] or paths)
        if dice.random() < 0.2
        else dice.choice(paths)
    )
    for step in path[:-1]:
        value = value[step]
    return value, path[-1]


def _drop(value: Any, _: Sequence[Any], dice: random.Random) -> Any:
    container, key = _place(value, dice)
    del container[key]
    return value


def _retype(value: Any, _: Sequence[Any], dice: random.Random) -> Any:
    container, key = _place(value, dice)
    container[key] = dice.choice([None, True, 7, 1.5, "text", [], {}, [[]], [None], {"": {}}, [1, "a", {}]])
    return value


def _number(value: Any, _: Sequence[Any], dice: random.Random) -> Any:
    container, key = _place(value, dice)
    container[key] = dice.choice(NUMBERS)
    return value


def _text(value: Any, _: Sequence[Any], dice: random.Random) -> Any:
    container, key = _place(value, dice)
    container[key] = dice.choice(TEXTS)
    return value


def _time(value: Any, _: Sequence[Any], dice: random.Random) -> Any:
    if isinstance(value, dict):
        value["eventTime"] = dice.choice(TIMES)
    return value


def _type(value: Any, _: Sequence[Any], dice: random.Random) -> Any:
    if isinstance(value, dict):
        value["eventType"] = dice.choice(WORDS)
    return value


def _repeat(value: Any, _: Sequence[Any], dice: random.Random) -> Any:
    container, key = _place(value, dice)
    if isinstance(container, list):
        container.extend([container[key]] * dice.choice([1, 2, 50]))
    else:
        container[dice.choice(TEXTS[2:]) or "x"] = container[key]
    return value


def _transplant(value: Any, others: Sequence[Any], dice: random.Random) -> Any:
    container, key = _place(value, dice)
    donor, organ = _place(json.loads(json.dumps(dice.choice(others))), dice)
    container[key] = donor[organ]
    return value


def _deepen(value: Any, _: Sequence[Any], dice: random.Random) -> Any:
    container, key = _place(value, dice)
    nested: Any = container[key]
    wrap: Callable[[Any], Any] = dice.choice([lambda one: [one], lambda one: {"x": one}])
    for _level in range(dice.choice([5, 100, 190, 230, 600])):
        nested = wrap(nested)
    container[key] = nested
    return value


def _swap(value: Any, _: Sequence[Any], dice: random.Random) -> Any:
    """Let two members change places, such as namespace and facets."""
    container, key = _place(value, dice)
    other = dice.choice(list(container) if isinstance(container, dict) else range(len(container)))
    container[key], container[other] = container[other], container[key]
    return value


_ACCIDENTS: Final = (_drop, _retype, _number, _text, _time, _type, _repeat, _transplant, _deepen, _swap)


def _cut(raw: bytes, dice: random.Random) -> bytes:
    return raw[: dice.randrange(len(raw) + 1)]


def _flip(raw: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(max(1, len(raw)))
    return raw[:place] + bytes([dice.randrange(256)]) + raw[place + 1 :]


def _twice(raw: bytes, dice: random.Random) -> bytes:
    """Let the first member be there twice, with different values."""
    return b'{"eventTime": ' + dice.choice([b"1", b'"2026-01-05T00:00:00Z"']) + b", " + raw.lstrip()[1:]


def _numeral(raw: bytes, dice: random.Random) -> bytes:
    numeral = dice.choice(
        [
            b"1e400",
            b"1e200000",
            b"-0.0",
            b"1E+5",
            b"0.1e-400",
            b"12345678901234567890.5",
            b"NaN",
            b"-Infinity",
            b"01",
        ]
    )
    return raw.replace(b'"_producer": ', b'"n": ' + numeral + b', "_producer": ', 1)


def _frame(raw: bytes, dice: random.Random) -> bytes:
    return dice.choice(
        [
            b"\xef\xbb\xbf" + raw,
            raw + b" \n",
            raw + b",",
            raw + raw,
            b"\xff\xfe" + raw,
            raw.decode("utf-8", "replace").encode("utf-16"),
            b"",
            b"[" * 100_000,
        ]
    )


_SPOILERS: Final = (_cut, _flip, _twice, _numeral, _frame)


@st.composite
def spec_events(draw: st.DrawFn) -> dict[str, Any]:
    """Return events of all three kinds in the shapes of the specification, with its facets, most of them well-formed."""
    return draw(_EVENTS)


def _events() -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from(["a", "b", "db.s.t", "x/dt=2026-01-01", "ä"]) | st.text(min_size=1, max_size=8)
    spaces = st.sampled_from(["store", "s3://lake", "file", "postgresql://H", "kafka://b:1,a:2"])
    facet_maps = st.dictionaries(
        st.sampled_from(sorted(name for name in SHAPES if name[0] != "@")), st.none(), max_size=4
    ).flatmap(lambda chosen: st.fixed_dictionaries({name: _facet(name) for name in chosen}))
    dataset = st.fixed_dictionaries(
        {"namespace": spaces, "name": names},
        optional={"facets": facet_maps, "inputFacets": facet_maps, "outputFacets": facet_maps},
    )
    job = st.fixed_dictionaries({"namespace": spaces, "name": names}, optional={"facets": facet_maps})
    run = st.fixed_dictionaries(
        {"runId": st.integers(1, 9).map(lambda n: f"00000000-0000-0000-0000-{n:012d}") | names},
        optional={"facets": facet_maps},
    )
    times = st.integers(1, 9).map(lambda day: f"2026-01-{day:02d}T00:00:00Z") | st.sampled_from(TIMES)
    base = {"eventTime": times, "producer": st.just("https://example.com/tests")}
    sides = {"inputs": st.lists(dataset, max_size=3), "outputs": st.lists(dataset, max_size=3)}
    return st.one_of(
        st.fixed_dictionaries(
            {**base, "run": run, "job": job}, optional={"eventType": st.sampled_from(WORDS), **sides}
        ),
        st.fixed_dictionaries({**base, "job": job}, optional=sides),
        st.fixed_dictionaries({**base, "dataset": dataset}),
    )


def _facet(name: str) -> st.SearchStrategy[Any]:
    said = st.fixed_dictionaries(
        {
            "_producer": st.just("https://example.com/tests"),
            "_schemaURL": st.just("https://example.com/facet"),
        }
    )
    return st.builds(_together, said, _shaped(SHAPES[name])) | st.fixed_dictionaries(
        {"_deleted": st.booleans()}
    )


def _together(said: dict[str, Any], body: Any) -> Any:
    return {**said, **body} if isinstance(body, dict) else body


def _shaped(shape: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Return values of a shape as `lineage.conformance` writes it, of something else now and then."""
    if isinstance(shape, str) and shape.startswith("@"):
        return st.just({}) if depth > 5 else _shaped(SHAPES[shape], depth + 1)
    if isinstance(shape, str):
        return _SCALARS[shape] | st.sampled_from([None, 7, "text"])
    if isinstance(shape, tuple):
        return st.sampled_from([*shape, "something else"])
    if isinstance(shape, list):
        return st.lists(_shaped(shape[0], depth + 1), max_size=2)
    if "*" in shape:
        return st.dictionaries(st.sampled_from("xyz"), _shaped(shape["*"], depth + 1), max_size=2)
    needed = {name[:-1]: _shaped(value, depth + 1) for name, value in shape.items() if name.endswith("*")}
    others = {
        name: _shaped(value, depth + 1)
        for name, value in shape.items()
        if not name.endswith("*") and name not in needed
    }
    return st.fixed_dictionaries(needed, optional=others)


_SCALARS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "text": st.sampled_from(["a", "b", "select x from a", "2026-01-01T00:00:00Z", *TEXTS]),
    "integer": st.integers(-5, 10**20),
    "number": st.floats(allow_nan=False) | st.integers(),
    "boolean": st.booleans(),
    "object": st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    "time": st.sampled_from(["2026-01-01T00:00:00Z", *TIMES]),
    "uuid": st.integers(1, 9).map(lambda n: f"00000000-0000-0000-0000-{n:012d}") | st.just("no id"),
}
_EVENTS: Final = _events()
