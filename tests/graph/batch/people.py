"""Made-up customers as sources know them: the same people with typos, moves, households, lost and shared values."""

from __future__ import annotations

from random import Random
from typing import Any

import pyarrow as pa

FIRST = (
    "ann",
    "anna",
    "bert",
    "carla",
    "chris",
    "dora",
    "emil",
    "frida",
    "georg",
    "hanna",
    "ines",
    "jan",
    "karen",
    "li",
)
SYLLABLES = ("ka", "lo", "mi", "ren", "ta", "shi", "bro", "vel", "dan", "gor", "pe", "ul")
STREETS = ("high st", "main st", "mill ln", "park ave", "station rd")

Row = dict[str, tuple[str, ...]]


def people(records: int, seed: int) -> tuple[list[Row], list[int]]:
    """Return the profiles of source records, with the person each speaks of."""
    dice = Random(seed)  # noqa: S311 - made-up people, the same each time
    rows: list[Row] = []
    truth: list[int] = []
    person = _person(dice)
    for number in range(records):
        neighbor, person = person, _person(dice)
        if dice.random() < 0.05:  # a household
            shared = ("last_name", "phone", "street", "postal_code", "city")
            person |= {name: neighbor[name] for name in shared}
        for copy in range(dice.choice((1, 1, 2, 3))):
            rows.append(_seen(person, dice, is_changed=copy > 0))
            truth.append(number)
        if len(rows) >= records:
            break
    return rows[:records], truth[:records]


def table(rows: list[Row], lists: frozenset[str] = frozenset({"email", "phone"})) -> pa.Table:
    """Return profiles as the batch takes them, numbered from 0; `lists` with all their values, the rest with the last."""
    names = sorted({name for row in rows for name in row})
    columns: dict[str, Any] = {"record": pa.array(range(len(rows)), pa.int64())}
    for name in names:
        if name in lists:
            values = [list(row[name]) if name in row else None for row in rows]
            columns[name] = pa.array(values, pa.list_(pa.string()))
        else:
            columns[name] = pa.array([row[name][0] if name in row else None for row in rows], pa.string())
    return pa.table(columns)


def _person(dice: Random) -> dict[str, str]:
    last = "".join(dice.choice(SYLLABLES) for _ in range(3))
    first = dice.choice(FIRST)
    return {
        "first_name": first,
        "last_name": last,
        "birth_date": f"{dice.randint(1940, 2005)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        "email": f"{first}.{last}{dice.randint(1, 99)}@{dice.choice(('mail.example', 'post.example'))}",
        "phone": f"+49{dice.randint(10**8, 10**9 - 1)}",
        "street": f"{dice.randint(1, 99)} {dice.choice(STREETS)}",
        "postal_code": f"{dice.randint(100, 999)}00",
        "city": dice.choice(("alton", "beeford", "corby")),
    }


def _seen(person: dict[str, str], dice: Random, *, is_changed: bool) -> Row:
    seen = dict(person)
    other = _person(dice)
    if is_changed:
        for name in ("first_name", "last_name", "birth_date", "email", "phone"):
            if dice.random() < 0.15:
                seen[name] = _mistyped(seen[name], dice)
        if dice.random() < 0.1:
            seen["first_name"], seen["last_name"] = seen["last_name"], seen["first_name"]
        if dice.random() < 0.1:
            seen["birth_date"] = f"{seen['birth_date'][:5]}{seen['birth_date'][8:]}-{seen['birth_date'][5:7]}"
        if dice.random() < 0.2:
            seen |= {name: other[name] for name in ("street", "postal_code", "city")}
    if dice.random() < 0.03:
        seen["email"] = "none@example.com"
    row: Row = {name: (value,) for name, value in seen.items() if dice.random() > 0.1}
    for name in ("email", "phone"):
        if name in row and dice.random() < 0.1:  # what it held before
            before = {*row[name], other[name], person[name]} - {row[name][0]}
            row[name] = (row[name][0], *sorted(before))
    return row


def _mistyped(value: str, dice: Random) -> str:
    place = dice.randrange(len(value))
    return value[:place] + dice.choice("abcxyz019") + value[place + dice.randrange(2) :]
