"""Documents and variables that ask the schema full of traps in every way."""

from __future__ import annotations

from typing import Any

LEAVES = "id name count score flag at day big data uid colour maybe maybeCount maybeAt maybeColour tags maybeTags matrix from"
OBJECTS = (
    "inner { number text } maybeInner { text } inners { number text } maybeInners { __typename number }"
    " pet { __typename name ... on Cat { lives } ... on Dog { tricks } }"
    " either { ... on Named { name } ... on Dog { tricks } } picky { number }"
)

OF_EVERY_VALUE = (
    f"query ($case: String!) {{ one(case: $case) {{ {LEAVES} {OBJECTS} }} }}",
    f"query ($case: String!) {{ many(case: $case) {{ {LEAVES} {OBJECTS} later twin {{ inner {{ number }} }} }} }}",
    "query ($case: String!) { strict(case: $case) { id name inner { number text } inners { number } } }",
    "query ($case: String!) { one(case: $case) { name atOnce n2: name failsLater inner { number } later count } }",
)
"""The documents that are asked of every object."""

DOCUMENTS: tuple[str, ...] = (
    "{ one { __typename } }",
    "{ __typename one { a: __typename b: name c: name } }",
    "{ one { name name name inner { number } inner { text } } }",
    "{ one { inner { number } ...F } } fragment F on Thing { inner { text } name }",
    "{ many { ...F } } fragment F on Thing { id ...G } fragment G on Thing { name inner { ...I } } fragment I on Inner { number }",
    "{ one { ... { name } ... on Thing { count inner { ... on Inner { text } } } } }",
    "query ($yes: Boolean = true) { one { name @include(if: $yes) count @skip(if: $yes) id } }",
    "query ($yes: Boolean = false) { many { name inner @include(if: $yes) { number } inners { number text @skip(if: $yes) } } }",
    "query ($yes: Boolean = false) { one { ...F @include(if: $yes) ... @skip(if: $yes) { count } } } fragment F on Thing { name }",
    "{ many @include(if: true) { name } }",
    "{ one { name @include(if: false) } }",
    "{ one { at later day innerLater { number text } big } }",
    "{ one { atOnce name } }",
    "{ one { name atOnce } }",
    "{ one { twin { twin { twin { name inner { number } later } } } } }",
    "{ one { name fails count } }",
    "{ many { name fails } }",
    "{ many { name failsLater later inner { number } } }",
    "{ one { repeated r3: repeated(times: 3) name } }",
    "query ($n: Int!) { many { repeated(times: $n) name } }",
    "{ pets { __typename name ... on Cat { lives } ... on Dog { tricks } } }",
    "{ pets { ...N } } fragment N on Named { name ... on Dog { tricks } }",
    "{ cats { name lives } }",
    "{ wronglyCast { name lives } }",
    "{ one { either { __typename ... on Cat { name } ... on Dog { name tricks } } } }",
    "{ one { pet { name } p: pet { ... on Cat { lives } } } }",
    "{ one { inner { number } i: inner { text } } two: one { inner { text } } }",
    "{ a: one { name } b: one { count } c: many { id } }",
    '{ one(case: "nothing") { name } many(case: "nothing") { name } }',
    '{ many(case: "none where something must be") { name } strict(case: "none where something must be") { name } }',
    '{ strict(case: "broken deep inside") { inner { number } later } }',
    '{ one(case: "not a number") { score inner { number } } many(case: "infinity") { score } }',
    '{ many(case: "nothing") { __typename } one(case: "none as object") { inner { __typename } } }',
    '{ strict(case: "none among objects") { inners { __typename } maybeInners { __typename } } }',
    '{ many(case: "an exception") { __typename } one(case: "undefined") { maybeInner { __typename } maybe } }',
    "{ one { matrix tags maybeTags maybeInners { number } } }",
    "query A { one { name } } query B { one { count } }",
    "query ($whole: Int!) { echo(whole: $whole) }",
    "query ($text: String, $key: ID, $part: Float) { echo(text: $text, key: $key, part: $part) }",
    "query ($place: Place, $row: Int = 4) { echo(place: $place) b: echo(place: {row: $row}) c: echo(place: {row: 1, column: null}) }",
    "query ($colour: Colour! = VERDE, $numbers: [Int!]) { echo(colour: $colour, numbers: $numbers) }",
    "query ($at: DateTime, $big: Long, $data: JSON) { echo(at: $at, big: $big, data: $data) }",
    "query ($nothing: Int) { echo(whole: $nothing) }",
    '{ echo(whole: 1, text: """block "text"\\""" é""", data: {a: [1, 2.5, "x"]}, numbers: 5) }',
    '{ __schema { queryType { name fields { name } } } __type(name: "Thing") { name fields { name type { kind } } } }',
    "query @skip(if: true) { one { name } }",
    "{ one { __proto__: name __init__: count _Fallback: id out: flag } }",
    "{ one { v0: name v1: count o: id items: flag NotPlainError: score harmless: maybe } }",
)
"""The documents that are asked of objects as they should be."""

VARIABLES: tuple[dict[str, Any], ...] = (
    {},
    {
        "n": 2,
        "whole": 7,
        "text": "t",
        "key": 5,
        "part": 1,
        "place": {"row": 1},
        "colour": "RED",
        "numbers": [1, 2],
    },
    {
        "n": "2",
        "whole": "7",
        "text": 5,
        "key": 1.5,
        "part": "x",
        "place": {"row": "1", "no": 2},
        "colour": "BLUE",
    },
    {"n": None, "whole": None, "text": None, "place": None, "numbers": [None], "nothing": None, "yes": None},
    {"yes": True, "at": "2024-01-01T00:00:00+02:00", "big": 2**60, "data": [1, {"a": None}], "nothing": 2},
    {"yes": False, "at": "yesterday", "big": 2**70, "numbers": "x", "whole": 2**31, "part": 1e400},
)
"""What the variables of the documents may be; those that a document does not have are passed over."""
