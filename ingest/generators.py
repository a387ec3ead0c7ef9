"""Two simulated source systems, CRM and web shop, and the files they deliver over three years."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import orjson

from graph.spelling import camel
from graph.time import render
from ingest.households import Saying, sayings, split
from ingest.population import Address, Change, Life, Person, Population

CRM, SHOP = "crm", "shop"
YEARS = (2023, 2024, 2025)
STORY_KEY, STORY_SHOP_KEY = "1042", "W-7731"

CSV_COLUMNS: tuple[str, ...] = (
    "key",
    "kind",
    "valid_from",
    "valid_to",
    "sequence",
    "first_name",
    "last_name",
    "email",
    "phone",
    "street",
    "postal_code",
    "city",
    "country",
    "birth_date",
)

Row = dict[str, Any]
Line = TypeVar("Line", str, bytes)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as a source system delivers it; `path` lies in the landing area, the system's folder first."""

    system: str
    path: str
    content: bytes
    rows: int


@dataclass(slots=True)
class _Desk:
    """What one source system writes down, by the delivery it goes out with."""

    system: str
    rows: dict[str, list[tuple[datetime, str, Row]]] = field(
        default_factory=dict[str, list[tuple[datetime, str, Row]]]
    )
    sequences: dict[str, int] = field(default_factory=dict[str, int])

    def say(
        self,
        delivery: str,
        key: str,
        kind: str,
        valid_from: datetime | None,
        attributes: Row | None = None,
        valid_to: datetime | None = None,
    ) -> None:
        """Write one row down; the rows of one key are numbered in the order in which they are said."""
        self.sequences[key] = self.sequences.get(key, 0) + 1
        row: Row = {"key": key, "kind": kind}
        if valid_from is not None:
            row["valid_from"] = render(valid_from)
        if valid_to is not None:
            row["valid_to"] = render(valid_to)
        row |= {"sequence": self.sequences[key], **(attributes or {})}
        self.rows.setdefault(delivery, []).append((valid_from or datetime.max.replace(tzinfo=UTC), key, row))

    def sorted_rows(self, delivery: str) -> list[Row]:
        """Return what goes out with a delivery, in the order of what it speaks of."""
        return [row for _, _, row in sorted(self.rows.get(delivery, []), key=lambda told: told[:2])]


def source_files(customers: int = 2_000, seed: int = 7) -> list[SourceFile]:
    """Return the files of both systems in the order of their delivery; equal arguments give equal bytes.

    Somewhat over a third of the customers are in both systems, found by e-mail or by a phone in another spelling.
    The last file holds what was known too late: corrections of the past and records that never should have been.
    """
    population, random = Population(seed), Random(f"systems/{seed}")  # noqa: S311 - made-up people need no secrecy
    population.reserve(_STORY)
    crm, shop = _Desk(CRM), _Desk(SHOP)
    _tell_story(crm, shop)
    ordinary, special = split(list(population.lives(max(0, customers - 1))))
    settled: list[Life] = []
    for life in ordinary:
        where = random.choices(("crm", "both", "shop"), weights=(33, 36, 31))[0]
        if where == "crm" and len(life.changes) == 1 and life.left_at is None:
            settled.append(life)
        if where != "shop":
            _crm_rows(crm, life, random)
        if where != "crm":
            _shop_rows(shop, life, random, is_in_crm=where == "both")
    _tell_of_households(crm, shop, sayings(settled, special), random)
    _mistakes(crm)
    files: list[SourceFile] = []
    for year in YEARS:
        files.append(_csv_file(crm, str(year), _BAD_CSV.get(year, ())))
        files.append(_ndjson_file(shop, str(year), f"{year}-customers", _BAD_NDJSON.get(year, ())))
    files.append(_ndjson_file(crm, "late", "late-corrections", _BAD_NDJSON["late"]))
    return files


def deliver(files: Sequence[SourceFile], landing: Path) -> list[Path]:
    """Write the files to the landing area and return where they lie; one that lies there already is left alone."""
    places: list[Path] = []
    for file in files:
        place = landing / file.path
        if not place.exists() or place.read_bytes() != file.content:
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished = place.with_name(f".{place.name}.{os.getpid()}")
            unfinished.write_bytes(file.content)
            unfinished.replace(place)
        places.append(place)
    return places


# What the systems see of a life ---------------------------------------------------------------------------------


def _crm_rows(desk: _Desk, life: Life, random: Random) -> None:
    """The CRM hears of nearly everything; of one move in six only long after, with the late corrections."""
    key = _crm_key(life)
    for place, change in enumerate(life.changes):
        following = life.changes[place + 1].at if place + 1 < len(life.changes) else None
        if change.what == "move" and random.random() < 1 / 6:
            _correct_later(desk, key, change, following or life.left_at, random)
        else:
            desk.say(_year(change.at), key, "snapshot", change.at, _in_crm(change.person))
    if life.left_at is not None:
        desk.say(_year(life.left_at), key, "end", life.left_at)


def _correct_later(desk: _Desk, key: str, change: Change, until: datetime | None, random: Random) -> None:
    if random.random() < 0.5:
        desk.say("late", key, "snapshot", change.at, _in_crm(change.person))
    else:
        desk.say("late", key, "correction", change.at, _address(change.person.address), until)


def _shop_rows(desk: _Desk, life: Life, random: Random, *, is_in_crm: bool) -> None:
    """The shop knows a customer from their first order on, with another mailbox of theirs now and then."""
    key = _shop_key(life)
    first = life.changes[0].at + timedelta(minutes=random.randrange(1, 90 * 24 * 60))
    end = life.left_at or datetime(2026, 1, 1, tzinfo=UTC)
    if first >= end:
        first = life.changes[0].at
    is_other_mailbox = is_in_crm and random.random() < 0.5
    is_guest = is_other_mailbox and random.random() < 0.1  # gives no phone at first: recognised only later
    says = [Change(first, "start", life.at(first))]
    says += [change for change in life.changes if change.at > first and random.random() < 0.7]
    if is_guest:
        says.append(
            Change(min(first + timedelta(days=120), end - timedelta(minutes=5)), "account", life.at(first))
        )
    for place, change in enumerate(sorted(says, key=lambda change: change.at)):
        attributes = _in_shop(change.person, random)
        if is_other_mailbox:
            attributes["email"] = life.second_email
        if is_guest and place == 0:
            del attributes["phone"]
        desk.say(_year(change.at), key, "snapshot", change.at, attributes)
    if life.left_at is not None:
        desk.say(_year(life.left_at), key, "end", max(life.left_at, says[-1].at + timedelta(minutes=1)))


def _tell_of_households(crm: _Desk, shop: _Desk, said: Iterable[Saying], random: Random) -> None:
    for one in said:
        if one.until is not None:
            told = _address(one.person.address)
            crm.say("late", _crm_key(one.life), "correction", one.at, told, one.until)
        elif one.is_in_crm:
            crm.say(_year(one.at), _crm_key(one.life), "snapshot", one.at, _in_crm(one.person))
        else:
            account = _in_shop(one.person, random)
            if not one.person.phone:
                del account["phone"]
            shop.say(_year(one.at), _shop_key(one.life), "snapshot", one.at, account)


def _in_crm(person: Person) -> Row:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "phone": _international(person),
        **_address(person.address),
        "birth_date": person.birth_date,
    }


def _in_shop(person: Person, random: Random) -> Row:
    attributes = _in_crm(person)
    del attributes["birth_date"]
    attributes["phone"] = random.choice(_SPELLINGS)(person)
    if random.random() < 0.3:
        attributes["email"] = person.email.title()
    return attributes


def _address(address: Address) -> Row:
    return {
        "street": address.street,
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
    }


_PREFIXES = {"DE": "49", "US": "1", "FR": "33", "GB": "44"}


def _international(person: Person) -> str:
    return f"+{_PREFIXES[person.address.country]}{person.phone}"


def _national(person: Person) -> str:
    if person.address.country == "US":
        return f"({person.phone[:3]}) {person.phone[3:6]}-{person.phone[6:]}"
    return f"0{person.phone[:3]} {person.phone[3:]}"


def _spaced(person: Person) -> str:
    return f"+{_PREFIXES[person.address.country]} {person.phone[:3]} {person.phone[3:6]} {person.phone[6:]}"


def _written(person: Person) -> str:
    zero = "" if person.address.country == "US" else "(0)"
    return f"+{_PREFIXES[person.address.country]} {zero}{person.phone[:3]}-{person.phone[3:]}"


_SPELLINGS = (_international, _national, _spaced, _written)


def _crm_key(life: Life) -> str:
    number = 1_001 + life.number
    return str(number if number < int(STORY_KEY) else number + 1)


def _shop_key(life: Life) -> str:
    return f"S-{20_001 + life.number}"


def _year(instant: datetime) -> str:
    return str(instant.year)


# One customer whose history the documentation tells -------------------------------------------------------------

_BONN = Address("Sternstraße 12", "53111", "Bonn", "DE")
_COLOGNE = Address("Ehrenstraße 40", "50672", "Köln", "DE")
_HAMBURG = Address("Lange Reihe 7", "20099", "Hamburg", "DE")
_STORY = Person("Klara", "Weidner", "1988-04-17", "klara.weidner@post.example", "2214710042", _BONN)


def _tell_story(crm: _Desk, shop: _Desk) -> None:
    """Bonn, Köln from June 2024, Hamburg from March 2025; and then we learn: Hamburg since November 2024 already.

    Her phone is known to the shop alone.
    """
    known = {name: value for name, value in _in_crm(_STORY).items() if name != "phone"}
    for at, address in (
        (datetime(2023, 1, 15, tzinfo=UTC), _BONN),
        (datetime(2024, 6, 1, tzinfo=UTC), _COLOGNE),
        (datetime(2025, 3, 1, tzinfo=UTC), _HAMBURG),
    ):
        crm.say(_year(at), STORY_KEY, "snapshot", at, known | _address(address))
    crm.say(
        "late",
        STORY_KEY,
        "correction",
        datetime(2024, 11, 15, tzinfo=UTC),
        _address(_HAMBURG),
        datetime(2025, 3, 1, tzinfo=UTC),
    )
    account = {
        "first_name": "Klara",
        "last_name": "Weidner",
        "email": "Klara.Weidner@Post.Example",
        "phone": "+49 (0)221 4710-042",
    }
    shop.say("2023", STORY_SHOP_KEY, "snapshot", datetime(2023, 5, 2, 18, 30, tzinfo=UTC), account)


# What goes wrong ------------------------------------------------------------------------------------------------


def _mistakes(crm: _Desk) -> None:
    """Two records made by mistake, withdrawn with the late corrections as if they had never been."""
    for number, name in ((1, "Testina"), (2, "Testino")):
        key = f"T-{number}"
        at = datetime(2024, 2, 10 + number, 9, 0, tzinfo=UTC)
        attributes = {
            "first_name": name,
            "last_name": "Muster",
            "email": f"{name.lower()}.muster@example.com",
        }
        crm.say("2024", key, "snapshot", at, attributes)
        crm.say("late", key, "retract", None)


_BAD_CSV: dict[int, tuple[str, ...]] = {
    2023: (
        ",snapshot,2023-02-03T09:00:00Z,,1,Nora,Ohnekey,nora.ohnekey@example.com,,Am Markt 1,50667,Köln,DE,1979-01-30",
        "90001,snapshot,2023-03-01T10:00:00Z,,1,Bruno,Falsch,bruno.falsch.at.example.com,,Am Markt 2,50667,Köln,DE,1980-05-05",
        "90002,snapshot,2023-03-02T10:00:00Z,,1,Carla,Kurz,carla.kurz@example.com,+49 1,Am Markt 3,50667,Köln,DE,1981-06-06",
    ),
    2024: (
        "90003,snapshot,2024-04-04T10:00:00,,1,Dora,Zeitlos,dora.zeitlos@example.com,,Am Markt 4,50667,Köln,DE,1982-07-07",
        "90004,snapshot,2024-05-05T10:00:00Z,,1,Emil,Zuviel,emil.zuviel@example.com,,Am Markt 5,50667,Köln,DE,1983-08-08,gold,7",
        "90005,correction,2024-09-01T00:00:00Z,2024-03-01T00:00:00Z,1,,,,,Am Markt 6,50667,Köln,DE,",
    ),
    2025: (
        "90006,snapshot,2025-01-06T10:00:00Z,,1,Frida,Schaltjahr,frida.schaltjahr@example.com,,Am Markt 7,50667,Köln,DE,30.02.1990",
    ),
}
_BAD_NDJSON: dict[int | str, tuple[str, ...]] = {
    2023: (
        '{"key": "S-90001", "validFrom": "2023-06-01T08:00:00Z", "firstName": "Gero", "loyaltyTier": "gold"}',
        '{"key": "S-90002", "validFrom": "2023-06-02T08:00:00Z", "firstName": "Hanna", "phone": 2214711}',
    ),
    2024: (
        '{"kind": "snapshot", "validFrom": "2024-07-01T08:00:00Z", "firstName": "Ida", "lastName": "Ohnekey"}',
        '{"key": "S-90003", "validFrom": "2024-07-02T08:00:00Z", "firstName": "Jan", "lastN',
    ),
    2025: (
        '{"key": "S-90004", "kind": "deleted", "validFrom": "2025-08-01T08:00:00Z"}',
        '{"key": "S-90005", "validFrom": "0000-00-00T00:00:00Z", "firstName": "Karl"}',
    ),
    "late": ('{"key": "90007", "kind": "correction", "address": {"city": "Aachen"}}',),
}
BAD_ROWS = sum(len(rows) for rows in (*_BAD_CSV.values(), *_BAD_NDJSON.values()))
"""How many rows of all files cannot be used."""


# Files ----------------------------------------------------------------------------------------------------------


def _csv_file(desk: _Desk, delivery: str, bad: Sequence[str]) -> SourceFile:
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, restval="", lineterminator="\n")
    lines: list[str] = []
    for row in desk.sorted_rows(delivery):
        writer.writerow(row)
        lines.append(text.getvalue())
        text.seek(0)
        text.truncate()
    lines = _with(lines, [f"{line}\n" for line in bad])
    content = "".join([",".join(CSV_COLUMNS) + "\n", *lines]).encode()
    return SourceFile(desk.system, f"{desk.system}/{delivery}-customers.csv", content, len(lines))


def _ndjson_file(desk: _Desk, delivery: str, name: str, bad: Sequence[str]) -> SourceFile:
    lines = [
        orjson.dumps(_camel(row), option=orjson.OPT_APPEND_NEWLINE) for row in desk.sorted_rows(delivery)
    ]
    lines = _with(lines, [f"{line}\n".encode() for line in bad])
    return SourceFile(desk.system, f"{desk.system}/{name}.ndjson", b"".join(lines), len(lines))


def _with(lines: list[Line], bad: list[Line]) -> list[Line]:
    """Put the bad rows among the good ones, evenly."""
    for place, line in enumerate(bad, start=1):
        lines.insert(len(lines) * place // (len(bad) + 1), line)
    return lines


def _camel(row: Row) -> Row:
    inner = ("street", "postal_code", "city", "country")
    told: Row = {}
    for name, value in row.items():
        place = told.setdefault("address", {}) if name in inner else told
        place[camel(name)] = value
    return told
