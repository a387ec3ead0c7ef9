"""What can be wrong with a request to the doors of golden records, and what has to be answered."""

from __future__ import annotations

import gzip
import json
from typing import Any, NamedTuple

CUSTOMERS, RECORDS, GRAPHQL = "/api/v1/customers", "/api/v1/records", "/graphql"
SOMEBODY = f"{CUSTOMERS}/01890000-0000-7000-8000-000000000000"
JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
BAD, LONG, TYPE = "INVALID_INPUT", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"
INVALID, UNPARSED = "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"
MILLION = "x" * 1_000_000
TEN_MEGABYTES = b'{"firstName": "' + b"x" * 10_000_000 + b'"}'
DEEP = b"[" * 5_000 + b"]" * 5_000
BOMB = gzip.compress(b'{"firstName": "' + b" " * 70_000_000 + b'"}', 1)
PAGE = "query ($first: Int!, $asOf: DateTime) { customers(first: $first, asOf: $asOf) { nodes { id } } }"
CREATE = "mutation ($input: CustomerInput!, $at: DateTime) { createCustomer(input: $input, validFrom: $at) { id } }"
UPDATE = "mutation ($id: ID!) { updateCustomer(id: $id, input: {}) { id } }"
LITERAL = 'mutation {{ createCustomer(input: {{firstName: "{}"}}) {{ id }} }}'


class Case(NamedTuple):
    """A request with what is wrong about it, and what has to be answered."""

    what: str
    method: str
    path: str
    body: bytes
    status: int
    code: str
    told: str
    media_type: str = JSON
    encoding: str | None = None


def as_json(value: Any) -> bytes:
    """Return a body."""
    return json.dumps(value).encode()


def _to(path: str, what: str, body: bytes, status: int, code: str, told: str, media_type: str = JSON) -> Case:
    return Case(what, "POST", path, body, status, code, told, media_type)


def _asked(what: str, told: str, query: str, code: str = BAD, status: int = 400, **variables: Any) -> Case:
    body = as_json({"query": query, "variables": variables})
    return Case(what, "POST", GRAPHQL, body, status, code, told)


BODIES = [
    ("an empty body", b"", "the body is empty"),
    ("blanks", b" \n ", "the body is empty"),
    ("broken JSON", b'{"firstName": "A",\n "x"', "line 2 column 5"),
    ("text after JSON", b"{} {}", "line 1 column 4"),
    ("a single quote", b"{'firstName': 1}", "is not JSON"),
    ("NaN", b'{"firstName": NaN}', "is not JSON"),
    ("Infinity", b'{"firstName": 1e999}', "is not JSON"),
    ("invalid UTF-8", b'{"firstName": "\xff\xfe"}', "not valid UTF-8"),
    ("UTF-16", '{"firstName": "A"}'.encode("utf-16"), "is not JSON"),
    ("a NUL byte", b'{"firstName": "A\x00"}', "control character"),
    ("half a surrogate pair", b'{"firstName": "\\ud800"}', "surrogate"),
    ("deep nesting", DEEP, "depth limit"),
]

PACKED = [
    ("a bomb", BOMB, "gzip", 413, LONG, "longer than"),
    ("no gzip", b"{}", "gzip", 400, BAD, "is not gzip"),
    ("half a gzip", gzip.compress(b"{}")[:-9], "gzip", 400, BAD, "cut short"),
    ("brotli", b"{}", "br", 415, TYPE, "Content-Encoding br"),
]

OBJECTS = [
    ("a list", [], "$: must be an object"),
    ("a number", 5, "$: must be an object"),
    ("null", None, "$: must be an object"),
]

CUSTOMER_FIELDS = [
    ("nothing", {}, "$: names no attribute"),
    ("only blanks", {"firstName": "  "}, "$: names no attribute"),
    ("an unknown field", {"fistName": "A"}, "$.fistName: is not known; did you mean firstName?"),
    ("a field of source records", {"firstName": "A", "key": "1"}, "$.key: is not known"),
    ("a number", {"firstName": 7}, "$.firstName: must be text, got a number"),
    ("a list", {"email": ["a@b.org"]}, "$.email: must be text, got a list"),
    ("a number as address part", {"address": {"city": 7}}, "$.address.city: must be text, got a number"),
    ("an unknown address part", {"address": {"town": "A"}}, "$.address.town: is not known"),
    ("a NUL character", {"firstName": "A\0B"}, "$.firstName: holds a NUL character"),
    ("a NUL in a name", {"first\0Name": "A"}, "$: holds a NUL character"),
    (
        "a name of 500,000 characters",
        {"lastName": MILLION[:500_000]},
        "$.lastName: is 500,000 characters long",
    ),
    ("no e-mail", {"email": "nonsense"}, "$.email"),
    ("no phone", {"phone": "call me"}, "$.phone"),
    ("no date", {"birthDate": "1980-02-30"}, "$.birthDate"),
    ("a number as instant", {"firstName": "A", "validFrom": 0}, "$.validFrom: must be text"),
    (
        "a naive instant",
        {"firstName": "A", "validFrom": "2020-01-01T00:00:00"},
        "has no time zone",
    ),
    (
        "the year 0",
        {"firstName": "A", "validFrom": "0000-01-01T00:00:00Z"},
        "$.validFrom: is not an ISO 8601 instant",
    ),
    ("the year 1", {"firstName": "A", "validFrom": "0001-01-01T00:00:00+14:00"}, "$.validFrom: lies outside"),
    (
        "the year 9999",
        {"firstName": "A", "validFrom": "9999-12-31T23:59:59-14:00"},
        "$.validFrom: lies outside",
    ),
    ("the year 10000", {"firstName": "A", "validFrom": "10000-01-01T00:00:00Z"}, "$.validFrom: is not"),
]

INSTANTS = [
    ("a naive instant", "2020-01-01T00:00:00", "has no time zone"),
    ("the year 0", "0000-01-01T00:00:00Z", "is not an ISO 8601 instant"),
    ("the year 9999", "9999-12-31T23:59:59Z", "lies outside"),
    ("no instant", "yesterday", "is not an ISO 8601 instant"),
    ("an empty instant", "", "is not an ISO 8601 instant"),
    ("a million characters", MILLION[:50_000], "is not an ISO 8601 instant"),
]


QUERY_STRINGS = [
    ("no number", "first=many", "$.first: must be 1 to 100"),
    ("no page", "first=0", "$.first: must be 1 to 100"),
    ("a page too long", "first=101", "$.first: must be 1 to 100"),
    ("a negative page", "first=-1", "$.first: must be 1 to 100"),
    ("a number past all bounds", f"first={'9' * 5_000}", "$.first: must be 1 to 100"),
    ("digits of another script", "first=٣", "$.first: must be 1 to 100"),
    ("no cursor", "after=nonsense", "$.after: is not a cursor"),
    ("no cursor either", "after=%F0%9F%92%A9", "$.after: is not a cursor"),
    ("a NUL character", "search=%00", "$.search: holds a NUL character"),
    ("a long search", f"search={'x' * 1_001}", "$.search: has 1001 characters"),
    ("an unknown parameter", "as_of=2020-01-01", "$.as_of: is not known; did you mean asOf?"),
]

RECORD_CASES = [
    _to(RECORDS, "a number", b"5", 400, BAD, "must be a record or a list of records"),
    _to(RECORDS, "text", b'"a"', 400, BAD, "must be a record or a list of records"),
    _to(RECORDS, "null", b"null", 400, BAD, "must be a record or a list of records"),
    _to(RECORDS, "other type", b"<a/>", 415, TYPE, "text/csv", "application/xml"),
    _to(RECORDS, "empty lines", b"\n\n", 400, BAD, "the body is empty", NDJSON),
    _to(RECORDS, "no CSV at all", b"", 400, BAD, "the body is empty", CSV),
    _to(RECORDS, "no UTF-8", b"key\n\xff", 400, BAD, "byte 0xff in line 2", CSV),
    _to(RECORDS, "a lost column", b"key,email\n1,a@b.org", 400, BAD, "$.source_system: is missing in the header", CSV),
    _to(RECORDS, "a foreign column", b"source_system,key,mail\na,1,2", 400, BAD, "$.mail: is no column of a record; did you mean email?", CSV),
    _to(RECORDS, "a column twice", b"source_system,key,key\na,1,2", 400, BAD, "$.key: stands in the header 2 times", CSV),
    _to(RECORDS, "a long header", MILLION.encode(), 400, BAD, "field larger than field limit", CSV),
    _to(RECORDS, "a broken header", b'"a"b,c\n', 400, BAD, "the header row is not CSV", CSV),
]  # fmt: skip

GRAPHQL_CASES = [
    _to(GRAPHQL, "10 MB", TEN_MEGABYTES, 413, LONG, "longer than 1 MiB"),
    _to(GRAPHQL, "a form", b"query={a}", 415, TYPE, "application/json", "application/x-www-form-urlencoded"),
    _to(GRAPHQL, "plain text", b'{"query": "{a}"}', 415, TYPE, "application/json", "text/plain"),
    _to(GRAPHQL, "no query", b"{}", 400, BAD, "$.query: must be the text"),
    _to(GRAPHQL, "a blank query", b'{"query": " "}', 400, BAD, "$.query: must be the text"),
    _to(GRAPHQL, "a query of numbers", b'{"query": 1}', 400, BAD, "$.query: must be the text"),
    _to(GRAPHQL, "variables as text", b'{"query": "{a}", "variables": "{}"}', 400, BAD, "$.variables: must be an object"),
    _to(GRAPHQL, "a name as number", b'{"query": "{a}", "operationName": 1}', 400, BAD, "$.operationName: must be text"),
    _to(GRAPHQL, "an unknown part", b'{"query": "{a}", "qery": 1}', 400, BAD, "$.qery: is no part"),
    Case("no query by GET", "GET", GRAPHQL, b"", 400, BAD, "$.query: must be the text"),
    Case("broken variables by GET", "GET", GRAPHQL + "?query={a}&variables={", b"", 400, BAD, "is not JSON"),
]  # fmt: skip

REFUSED_DOCUMENTS = [
    _asked("no GraphQL", "Syntax Error", "customers", UNPARSED),
    _asked("half a surrogate", "Syntax Error", LITERAL.format("\\ud800"), UNPARSED),
    _asked("a NUL escape in a literal", "holds a NUL character", LITERAL.format("a\\u0000"), INVALID),
    _asked("another NUL escape", "holds a NUL character", LITERAL.format("a\\u{0}"), INVALID),
    _asked("a field nobody has", "Cannot query field 'nme'", "{ customers { nodes { nme } } }", INVALID),
    _asked("an argument nobody has", "Unknown argument 'frist'", "{ customers(frist: 1) { nodes { id } } }", INVALID),
    _asked("a literal of the wrong type", "Int cannot represent", '{ customers(first: "1") { nodes { id } } }', INVALID),
    _asked("a number past 32 bits", "Int cannot represent", "{ customers(first: 3000000000) { nodes { id } } }", INVALID),
    _asked("a naive literal", "has no time zone", '{ customers(asOf: "2020-01-01T00:00:00") { nodes { id } } }', INVALID),
    _asked("an instant as number", "must be a string", "{ customers(asOf: 2020) { nodes { id } } }", INVALID),
    _asked("a missing variable", "$first", PAGE),
    _asked("a variable of the wrong type", "Int cannot represent", PAGE, first="1"),
    _asked("a variable past 32 bits", "Int cannot represent", PAGE, first=2**40),
    _asked("a variable past 64 bits", "Int cannot represent", PAGE, first=10**30),
    _asked("true as number", "Int cannot represent", PAGE, first=True),
    _asked("a fraction as number", "Int cannot represent", PAGE, first=1.5),
    _asked("an instant as variable of the wrong type", "must be a string", PAGE, first=1, asOf={"a": 1}),
    _asked("a naive variable", "has no time zone", PAGE, first=1, asOf="2020-01-01T00:00:00"),
    _asked("the year 0", "is not an ISO 8601 instant", PAGE, first=1, asOf="0000-01-01T00:00:00Z"),
    _asked("the year 9999", "lies outside", PAGE, first=1, asOf="9999-12-31T23:59:59Z"),
    _asked("a NUL variable", "$.variables.input.firstName: holds a NUL", CREATE, input={"firstName": "A\0"}),
    _asked("a NUL in the query", "$.query: holds a NUL", "{ a\0 }"),
    _asked("a field the input has not", "fistName", CREATE, input={"fistName": "A"}),
    _asked("a number as text", "String cannot represent", CREATE, input={"firstName": 7}),
    _asked("a list as input", "input", CREATE, input=[1]),
    _asked("a date that is none", "must be a date", CREATE, input={"birthDate": "1980-02-30"}),
    _asked("a creation in the year 9999", "lies outside", CREATE, input={"firstName": "A"}, at="9999-01-01T00:00:00Z"),
]  # fmt: skip

REFUSED_ARGUMENTS = [
    _asked("no attributes", "$: names no attribute", CREATE, status=200, input={}),
    _asked("a long name", "$.firstName: is 900,000 characters long", CREATE, status=200, input={"firstName": MILLION[:900_000]}),
    _asked("no e-mail", "$.email", CREATE, status=200, input={"email": "nonsense"}),
    _asked("no UUID", "$.id: is not a UUID", UPDATE, status=200, id="7"),
    _asked("a page too long", "$.first: must be 1 to 100, got 101", PAGE, status=200, first=101),
    _asked("a negative PAGE", "$.first: must be 1 to 100, got -1", PAGE, status=200, first=-1),
    _asked("no cursor", "$.after: is not a cursor", '{ customers(after: "x") { nodes { id } } }', status=200),
    _asked("a long search", "$.search: has 1001", "{ customers(search: \"%s\") { nodes { id } } }" % ("x" * 1001), status=200),
    _asked("two names", "$: needs exactly one of", '{ customer(id: "1", email: "a") { id } }', status=200),
    _asked("too many records", "$.records: must be 1 to 100 records, got 101", "mutation ($r: [SourceRecordInput!]!) { recordCustomers(records: $r) { accepted } }", status=200, r=[{"sourceSystem": "crm", "key": "1", "firstName": "A"}] * 101),
    _asked("no records", "$.records: must be 1 to 100 records, got 0", "mutation { recordCustomers(records: []) { accepted } }", status=200),
]  # fmt: skip

REJECTED = [
    ("a string", JSON, b'["a"]', "must be an object"),
    ("an empty record", JSON, b"[{}]", "is missing"),
    ("an unknown field", JSON, as_json([{"sourceSystem": "crm", "key": "1", "fistName": "A"}]), "did you mean firstName?"),
    ("a NUL escape", JSON, as_json([{"sourceSystem": "crm", "key": "1", "firstName": "A\0"}]), "holds a NUL character"),
    ("a NUL key", JSON, as_json([{"sourceSystem": "crm", "key": "\0", "firstName": "A"}]), "holds a NUL character"),
    ("a NUL field", JSON, as_json([{"sourceSystem": "crm", "key": "1", "first\0name": "A"}]), "is not known"),
    ("a naive instant", JSON, as_json([{"sourceSystem": "crm", "key": "1", "firstName": "A", "validFrom": "2020-01-01T00:00:00"}]), "has no time zone"),
    ("the year 0", JSON, as_json([{"sourceSystem": "crm", "key": "1", "firstName": "A", "validFrom": "0000-01-01T00:00:00Z"}]), "is not an ISO 8601 instant"),
    ("the year 9999", JSON, as_json([{"sourceSystem": "crm", "key": "1", "firstName": "A", "validFrom": "9999-01-01T00:00:00Z"}]), "lies outside"),
    ("an instant as number", JSON, as_json([{"sourceSystem": "crm", "key": "1", "firstName": "A", "validFrom": 0}]), "must be text"),
    ("a million characters", JSON, as_json([{"sourceSystem": "crm", "key": "1", "firstName": MILLION}]), "1,000,000 characters long"),
    ("a key of a million characters", JSON, as_json([{"sourceSystem": "crm", "key": MILLION, "firstName": "A"}]), "1,000,000 characters long"),
    ("a field of a million characters", JSON, as_json([{"sourceSystem": "crm", "key": "1", MILLION: "A"}]), "is not known"),
    ("a sequence past 64 bits", JSON, as_json([{"sourceSystem": "crm", "key": "1", "firstName": "A", "sequence": 10**30}]), "at most 64 bits"),
    ("an inverted period", JSON, as_json([{"sourceSystem": "crm", "key": "1", "firstName": "A", "kind": "correction", "validFrom": "2021-01-01T00:00:00Z", "validTo": "2020-01-01T00:00:00Z"}]), "must be after validFrom"),
    ("10 MB in one record", JSON, as_json([{"sourceSystem": "crm", "key": "1", "firstName": "x" * 10_000_000}]), "characters long"),
    ("a broken line", NDJSON, b"{", "line 1 is not JSON"),
    ("an invalid line", NDJSON, b'{"key": "\xff"}', "line 1 is not JSON"),
    ("a NUL line", NDJSON, b'{"key": "\x00"}', "line 1 is not JSON"),
    ("a deep line", NDJSON, DEEP, "line 1 is not JSON"),
    ("a NUL cell", CSV, b"source_system,key,email\ncrm,1,a\x00b@c.org", "holds a NUL character"),
    ("a long cell", CSV, b"source_system,key,email\ncrm,1," + MILLION.encode(), "line 2 is not CSV"),
    ("an open quote", CSV, b'source_system,key,email\ncrm,1,"a', "line 2 is not CSV"),
    ("too few cells", CSV, b"source_system,key,email\ncrm,1", "line 2 has 2 columns"),
]  # fmt: skip


def _body_cases(method: str, path: str) -> list[Case]:
    cases = [Case(what, method, path, body, 400, BAD, told) for what, body, told in BODIES]
    cases += [
        Case(what, method, path, body, status, code, told, JSON, encoding)
        for what, body, encoding, status, code, told in PACKED
    ]
    return cases


def _object_cases(method: str, path: str) -> list[Case]:
    cases = [Case(what, method, path, as_json(value), 400, BAD, told) for what, value, told in OBJECTS]
    return [
        *cases,
        Case("10 MB", method, path, TEN_MEGABYTES, 413, LONG, "longer than 1 MiB"),
        Case(
            "no JSON",
            method,
            path,
            b"a=b",
            415,
            TYPE,
            "must be application/json, got text/plain",
            "text/plain",
        ),
        Case("no type", method, path, b"{}", 415, TYPE, "must be application/json, got none", ""),
    ]


def _instant_cases() -> list[Case]:
    asked = [
        ("DELETE", f"{SOMEBODY}?validFrom="),
        ("GET", f"{SOMEBODY}?asOf="),
        ("GET", f"{CUSTOMERS}?knownAt="),
        ("GET", f"{SOMEBODY}/versions?knownAt="),
    ]
    return [
        Case(what, method, path + text, b"", 400, BAD, told)
        for method, path in asked
        for what, text, told in INSTANTS
    ]


def _all_cases() -> list[Case]:
    cases = [*RECORD_CASES, *GRAPHQL_CASES, *REFUSED_DOCUMENTS, *REFUSED_ARGUMENTS, *_instant_cases()]
    for method, path in (("POST", CUSTOMERS), ("PATCH", SOMEBODY), ("PUT", SOMEBODY), ("POST", GRAPHQL)):
        cases += [*_body_cases(method, path), *_object_cases(method, path)]
    cases += _body_cases("POST", RECORDS)
    cases += [
        Case(what, "POST", CUSTOMERS, as_json(fields), 400, BAD, told)
        for what, fields, told in CUSTOMER_FIELDS
    ]
    cases += [
        Case(what, "GET", f"{CUSTOMERS}?{query}", b"", 400, BAD, told) for what, query, told in QUERY_STRINGS
    ]
    named = as_json({"firstName": "A"})
    return [*cases, Case("no UUID", "PATCH", f"{CUSTOMERS}/7", named, 400, BAD, "$.id: is not a UUID")]


DOORS: dict[str, list[Case]] = {}
for _case in _all_cases():
    DOORS.setdefault(f"{_case.method} {_case.path.partition('?')[0]}", []).append(_case)
