"""GraphQL requests that are made to cost much, each another one every time it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

_NUMBERS = count()


def _ladder(rungs: int) -> str:
    doubled = " ".join(f"fragment F{n} on Customer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(rungs))
    return f"{{ customers {{ nodes {{ ...F0 }} }} }} {doubled} fragment F{rungs} on Customer {{ id }}"


def _cycle(length: int) -> str:
    rounds = " ".join(f"fragment F{n} on Customer {{ id ...F{(n + 1) % length} }}" for n in range(length))
    return f"{{ customers {{ nodes {{ ...F0 }} }} }} {rounds}"


def _clique(size: int) -> str:
    spreads = " ".join(f"...F{n}" for n in range(size))
    return "{ customers { nodes { ...F0 } } } " + " ".join(
        f"fragment F{n} on Customer {{ {spreads} }}" for n in range(size)
    )


def _pages() -> str:
    inner = "nodes { timeline { provenance { door } } history { version } beliefs { systemFrom } }"
    return "{" + " ".join(f"a{n}: customers(first: 100) {{ {inner} }}" for n in range(40)) + "}"


_ONE = "query ($v: [String!], $data: JSON) { __typename customers(first: 1) { nodes { id } } }"
_LISTED = "query ($ids: [ID!]) { lineage(of: {id: $ids}) { truncated } }"

DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "selections 1,000 deep": lambda: {"query": "{ customers " * 1_000 + "{ id }" + " }" * 1_000},
    "5,000 aliases": lambda: {"query": "{" + " ".join(f"a{n}: __typename" for n in range(5_000)) + "}"},
    "200,000 tokens": lambda: {"query": "{" + " id" * 200_000 + "}"},
    "5,900 times the same field": lambda: {"query": "{" + " __typename" * 5_900 + "}"},
    "1,000 unknown fields": lambda: {"query": "{" + " ".join(f"customerz{n}" for n in range(1_000)) + "}"},
    "2,000 of them": lambda: {"query": "{" + " ".join(f"customerz{n}" for n in range(2_000)) + "}"},
    "a cycle of 500 fragments": lambda: {"query": _cycle(500)},
    "40 fragments that double each other": lambda: {"query": _ladder(40)},
    "60 fragments that spread all of them": lambda: {"query": _clique(60)},
    "900 unused fragments": lambda: {
        "query": "{ __typename } " + " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(900))
    },
    "1,000 directives on a field": lambda: {"query": "{ __typename " + "@include(if: true) " * 1_000 + "}"},
    "2,900 unknown directives": lambda: {"query": "{ __typename " + "@a " * 2_900 + "}"},
    "1,000 operations": lambda: {"query": " ".join(f"query Q{n} {{ __typename }}" for n in range(1_000))},
    "1,200 variables": lambda: {
        "query": "query (" + " ".join(f"$v{n}: Int" for n in range(1_200)) + ") { __typename }"
    },
    "1,900 arguments": lambda: {
        "query": "{ customers(" + " ".join(f"a{n}: 1" for n in range(1_900)) + ") { nodes { id } } }"
    },
    "a list 2,900 deep": lambda: {
        "query": "{ customers(search: " + "[" * 2_900 + "]" * 2_900 + ") { nodes { id } } }"
    },
    "introspection in circles": lambda: {
        "query": "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }"
    },
    "half a million nodes": lambda: {"query": _pages()},
    "100,000 items in a variable": lambda: {"query": _ONE, "variables": {"v": [5] * 100_000}},
    "a variable nested 100,000 deep": lambda: {"query": _ONE, "variables": '{"data": ' + "[" * 100_000},
    "100,000 unknown variables": lambda: {
        "query": _LISTED,
        "variables": {f"v{n}": n for n in range(100_000)},
    },
    "a megabyte of white space": lambda: {"query": "{ customerz }" + " " * 1_000_000},
    "a megabyte in one string": lambda: {"query": '{ customerz(a: "' + "x" * 1_000_000 + '") }'},
    "a megabyte in one name": lambda: {"query": "{ " + "x" * 1_000_000 + " }"},
    "a megabyte of digits": lambda: {
        "query": "{ customers(first: " + "9" * 1_000_000 + ") { nodes { id } } }"
    },
}
"""What is sent, by what is wrong with it; each is refused."""


def request(name: str) -> dict[str, Any]:
    """Return a request that nobody has sent before: a comment at its end sets it apart."""
    asked = DOCUMENTS[name]()
    return {**asked, "query": f"{asked['query']}#{next(_NUMBERS)}"}
