"""What each kind of asset accepts and refuses, with the place and the reason."""

from __future__ import annotations

from typing import Any

import pytest

from graph.catalog.asset import (
    DATA_CENTER,
    DATA_LAKE,
    DATA_WAREHOUSE,
    KINDS,
    MAX_PROBLEMS,
    PIPELINE,
    SECRETS,
    AssetKind,
    altered,
    changed,
    created,
    provenance,
    revealed,
    shown,
    unmasked,
)
from graph.errors import InvalidInputError

CENTER: dict[str, Any] = {"name": "fra1", "location": "Frankfurt", "capacityTb": 100}
WAREHOUSE: dict[str, Any] = {"name": "dwh", "connection": "postgresql://u:hunter2@h/db"}


def problems(kind: AssetKind, raw: object) -> list[tuple[str, str]]:
    """Return what is wrong with the attributes of a new asset."""
    with pytest.raises(InvalidInputError) as caught:
        created(kind, raw)
    return [(problem.path, problem.reason) for problem in caught.value.problems]


def test_attributes_are_stored_in_canonical_form() -> None:
    """Names may come in camelCase or snake_case, texts are trimmed, numbers become floats, defaults are filled in."""
    assert created(DATA_CENTER, {"name": " fra1 ", "location": "Frankfurt", "capacity_tb": 100}) == {
        "name": "fra1",
        "location": "Frankfurt",
        "capacity_tb": 100.0,
        "used_tb": 0.0,
    }
    assert created(PIPELINE, {"name": "p", "source": "a", "destination": "b", "description": "one\ntwo"}) == {
        "name": "p",
        "source": "a",
        "destination": "b",
        "description": "one\ntwo",
    }
    assert created(DATA_LAKE, {"name": "l", "storageLocation": "s3://x", "description": "  "}) == {
        "name": "l",
        "storage_location": "s3://x",
    }


REFUSED: list[tuple[AssetKind, object, list[tuple[str, str]]]] = [
    (DATA_CENTER, [], [("$", "must be an object, got a list")]),
    (DATA_CENTER, None, [("$", "must be an object, got null")]),
    (
        DATA_CENTER,
        {},
        [("$.name", "is missing"), ("$.location", "is missing"), ("$.capacityTb", "is missing")],
    ),
    (DATA_CENTER, CENTER | {"name": None}, [("$.name", "must be text, got null")]),
    (DATA_CENTER, CENTER | {"name": "  "}, [("$.name", "must not be blank")]),
    (DATA_CENTER, CENTER | {"name": 5}, [("$.name", "must be text, got a number")]),
    (DATA_CENTER, CENTER | {"name": "a\x00b"}, [("$.name", "holds a NUL character")]),
    (DATA_CENTER, CENTER | {"name": "a\nb"}, [("$.name", "holds a control character, such as a line break")]),
    (
        DATA_CENTER,
        CENTER | {"name": "a\ud800"},
        [("$.name", "holds half of a surrogate pair, which is no character")],
    ),
    (
        DATA_CENTER,
        CENTER | {"name": "x" * 1_000_000},
        [("$.name", "is 1,000,000 characters long; at most 200 are allowed")],
    ),
    (DATA_CENTER, CENTER | {"capacityTb": "100"}, [("$.capacityTb", "must be a number, got text")]),
    (DATA_CENTER, CENTER | {"capacityTb": True}, [("$.capacityTb", "must be a number, got true or false")]),
    (DATA_CENTER, CENTER | {"capacityTb": None}, [("$.capacityTb", "must be a number, got null")]),
    (DATA_CENTER, CENTER | {"capacityTb": float("nan")}, [("$.capacityTb", "must be a finite number")]),
    (DATA_CENTER, CENTER | {"capacityTb": float("inf")}, [("$.capacityTb", "must be a finite number")]),
    (DATA_CENTER, CENTER | {"capacityTb": -1}, [("$.capacityTb", "must not be negative")]),
    (DATA_CENTER, CENTER | {"capacityTb": 10**400}, [("$.capacityTb", "must be at most 1,000,000,000")]),
    (DATA_CENTER, CENTER | {"usedTb": 100.5}, [("$.usedTb", "must be at most capacityTb 100, got 100.5")]),
    (DATA_CENTER, CENTER | {"capacity": 5}, [("$.capacity", "is not known; did you mean capacityTb?")]),
    (DATA_CENTER, CENTER | {"capacity_tb": 5}, [("$.capacity_tb", "is given twice")]),
    (
        DATA_LAKE,
        {"name": "l", "storageLocatoin": "x"},
        [
            ("$.storageLocatoin", "is not known; did you mean storageLocation?"),
            ("$.storageLocation", "is missing"),
        ],
    ),
    (
        DATA_LAKE,
        {"name": "l", "storageLocation": "x", "\x00q": 1},
        [("$.�q", "is not known; known are name, storageLocation, description, validFrom, reason")],
    ),
    (
        DATA_WAREHOUSE,
        {"name": "w", "connection": "somewhere"},
        [("$.connection", "must be a URL such as postgresql://user:password@host/name, or key=value pairs")],
    ),
    (
        DATA_WAREHOUSE,
        {"name": "w", "connection": "postgresql://u:***@h/db"},
        [("$.connection", "holds the mask *** where a secret belongs")],
    ),
]


@pytest.mark.parametrize(("kind", "raw", "expected"), REFUSED)
def test_bad_attributes_are_refused_with_place_and_reason(
    kind: AssetKind, raw: object, expected: list[tuple[str, str]]
) -> None:
    """Every problem of an input is told at once."""
    assert problems(kind, raw) == expected


def test_ten_thousand_unknown_fields_are_answered_with_a_few_problems() -> None:
    """The look for the nearest name is not made for every one of them."""
    assert len(problems(DATA_LAKE, {f"nothing{n}": n for n in range(10_000)})) <= MAX_PROBLEMS + 2


def test_secrets_are_kept_apart_from_what_is_shown() -> None:
    """Stored content shows the masked text; the secret lies beside it and goes back in place."""
    content = created(DATA_WAREHOUSE, WAREHOUSE)
    assert content == {
        "name": "dwh",
        "connection": "postgresql://u:***@h/db",
        SECRETS: {"connection": {"values": ["hunter2"], "places": [15]}},
    }
    assert shown(DATA_WAREHOUSE, content) == {
        "name": "dwh",
        "connection": "postgresql://u:***@h/db",
        "description": None,
    }
    assert revealed(content, "connection") == WAREHOUSE["connection"]
    assert revealed(content, "name") == "dwh"


def test_a_connection_that_comes_back_masked_keeps_its_secret() -> None:
    """A form that sends back what it was shown changes nothing."""
    content = created(DATA_WAREHOUSE, WAREHOUSE)
    changes = changed(DATA_WAREHOUSE, {"connection": "postgresql://u:***@h/db", "description": "x"})
    after = altered(DATA_WAREHOUSE, content, unmasked(changes, content))
    assert after == content | {"description": "x"}


def test_a_masked_connection_to_another_host_is_refused() -> None:
    """A kept secret is never sent to a place its owner did not name."""
    content = created(DATA_WAREHOUSE, WAREHOUSE)
    changes = changed(DATA_WAREHOUSE, {"connection": "postgresql://u:***@evil/db"})
    with pytest.raises(InvalidInputError) as caught:
        unmasked(changes, content)
    assert [(found.path, found.reason) for found in caught.value.problems] == [
        ("$.connection", "is changed but holds the mask ***: give the secret again")
    ]


def test_a_connection_without_a_secret_leaves_none_behind() -> None:
    """The old secret goes with the old connection."""
    content = created(DATA_WAREHOUSE, WAREHOUSE)
    changes = changed(DATA_WAREHOUSE, {"connection": "postgresql://h/db"})
    assert altered(DATA_WAREHOUSE, content, changes) == {"name": "dwh", "connection": "postgresql://h/db"}


def test_null_takes_away_what_may_be_missing() -> None:
    """An optional attribute is cleared by null, one with a default goes back to it."""
    content = created(DATA_CENTER, CENTER | {"usedTb": 5, "description": "x"})
    assert altered(
        DATA_CENTER, content, changed(DATA_CENTER, {"description": None, "usedTb": None})
    ) == created(DATA_CENTER, CENTER)


def test_used_may_not_exceed_capacity_after_a_change() -> None:
    """The rule holds for the whole, not only for what was sent."""
    content = created(DATA_CENTER, CENTER | {"usedTb": 50})
    with pytest.raises(InvalidInputError, match=r"\$\.usedTb: must be at most capacityTb 49, got 50"):
        altered(DATA_CENTER, content, changed(DATA_CENTER, {"capacityTb": 49}))


def test_no_attribute_collides_with_the_place_of_secrets() -> None:
    """Stored content has one name that no kind may use; every kind begins with its name."""
    assert all(SECRETS not in [a.name for a in kind.attributes] for kind in KINDS.values())
    assert [kind.attributes[0].name for kind in KINDS.values()] == ["name"] * len(KINDS)


def test_a_reason_is_text() -> None:
    """Why a change is made is kept with it, or refused."""
    assert provenance("me", "because") == {"actor": "me", "reason": "because"}
    assert provenance("me", None) == {"actor": "me", "reason": None}
    with pytest.raises(InvalidInputError, match=r"\$\.reason: must be text, got a list"):
        provenance("me", [])
