"""The simulated source systems: repeatable, distinct people, and exactly the mistakes that were planned."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from graph.errors import InvalidInputError
from graph.golden.component import connected
from graph.golden.entity_type import CUSTOMER
from graph.golden.matching import Identifier, identifiers
from graph.golden.record import SourceEvent, parse
from graph.golden.timeline import TimedEvent, source_timeline
from graph.identity import SourceKey
from ingest.deliveries import source_rows
from ingest.generators import BAD_ROWS, STORY_KEY, STORY_SHOP_KEY, deliver, source_files
from ingest.households import SIZE, sayings, split
from ingest.population import Population

FILES = [
    "crm/2023-customers.csv",
    "shop/2023-customers.ndjson",
    "crm/2024-customers.csv",
    "shop/2024-customers.ndjson",
    "crm/2025-customers.csv",
    "shop/2025-customers.ndjson",
    "crm/late-corrections.ndjson",
]


def _events(landing: Path, customers: int) -> tuple[list[SourceEvent], int]:
    """Return what intake can read of all files, and how many rows it cannot."""
    events: list[SourceEvent] = []
    refused = 0
    files = source_files(customers)
    for file, place in zip(files, deliver(files, landing), strict=True):
        rows = list(source_rows(place, file.system))
        assert len(rows) == file.rows
        for row in rows:
            try:
                events.append(parse(row, CUSTOMER))
            except InvalidInputError:
                refused += 1
    return events, refused


def _digest(customers: int, seed: int) -> str:
    digest = hashlib.sha256()
    for file in source_files(customers, seed):
        digest.update(file.path.encode() + file.content)
    return digest.hexdigest()


def test_equal_seeds_write_equal_bytes_in_any_process() -> None:
    """The same seed gives byte-identical files, in this process and in another with another hash seed."""
    here = _digest(300, 7)
    program = (
        "import hashlib; from ingest.generators import source_files; d = hashlib.sha256()\n"
        "for f in source_files(300, 7): d.update(f.path.encode() + f.content)\n"
        "print(d.hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    other = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
    )
    assert _digest(300, 7) == here
    assert other.stdout.strip() == here
    assert _digest(300, 8) != here


def test_files_come_in_the_order_of_delivery() -> None:
    """Each system delivers once a year, and the late corrections come last."""
    assert [file.path for file in source_files(50)] == FILES


def test_a_fuller_catalog_does_not_change_who_the_first_people_are() -> None:
    """The first lives of a larger population are those of a smaller one."""
    assert list(Population(7).lives(40)) == list(Population(7).lives(60))[:40]


def test_nobody_shares_an_email_or_a_phone() -> None:
    """Any e-mail and any phone belongs to one person for ever."""
    holder: dict[str, int] = {}
    lives = list(Population(7).lives(3_000))
    for life in lives:
        for held in {change.person.email for change in life.changes} | {life.second_email}:
            assert holder.setdefault(held, life.number) == life.number
        assert len({(c.person.phone, c.person.address.country) for c in life.changes}) == 1
    assert (
        len({(life.changes[0].person.phone, life.changes[0].person.address.country) for life in lives})
        == 3_000
    )


def test_only_the_planned_rows_cannot_be_used(tmp_path: Path) -> None:
    """Intake can read every row but the bad ones that were put among them."""
    events, refused = _events(tmp_path, 400)
    assert refused == BAD_ROWS == 14
    assert {event.kind for event in events} == {"snapshot", "correction", "end", "retract"}


def test_records_of_the_two_systems_are_recognised_as_the_people_they_are(tmp_path: Path) -> None:
    """E-mail and phone join the records of one person, never those of two; over a third are in both systems."""
    events, _ = _events(tmp_path, 600)
    held: dict[SourceKey, set[Identifier]] = {}
    for event in events:
        held.setdefault(event.key, set()).update(identifiers([event.attributes], CUSTOMER))
    first: dict[Identifier, int] = {}
    pairs = [(n, first.setdefault(i, n)) for n, found in enumerate(held.values()) for i in found]
    people: dict[int, list[SourceKey]] = {}
    for key, home in zip(held, connected(len(held), pairs), strict=True):
        people.setdefault(home, []).append(key)
    real = [
        {key.system for key in keys} for keys in people.values() if not any("T-" in key.key for key in keys)
    ]
    assert len(real) == 600
    assert max(map(len, people.values())) == 2
    assert 180 < sum(systems == {"crm", "shop"} for systems in real) < 260


def test_the_story_is_believed_otherwise_after_the_correction(tmp_path: Path) -> None:
    """Customer 1042 lived in Köln on New Year's Day 2025 as first believed, in Hamburg since the late correction."""
    events, _ = _events(tmp_path, 20)
    told = [event for event in events if event.key == SourceKey("crm", STORY_KEY)]
    new_year = datetime(2025, 1, 1, tzinfo=UTC)

    def city(known: list[SourceEvent]) -> str:
        timed = [
            TimedEvent(
                e.identity("customer"),
                e.kind,
                e.valid_from or new_year,
                e.valid_to,
                e.sequence,
                e.attributes,
                e.digest,
            )
            for e in known
        ]
        held = next(s for s in source_timeline(timed) if s.period.holds_at(new_year))
        return (held.values or {})["city"][0]

    assert [event.kind for event in told] == ["snapshot", "snapshot", "snapshot", "correction"]
    assert city(told[:-1]) == "Köln"
    assert city(told) == "Hamburg"
    shop = [event for event in events if event.key == SourceKey("shop", STORY_SHOP_KEY)]
    assert [(event.attributes or {})["email"] for event in shop] == ["klara.weidner@post.example"]


def test_delivering_again_leaves_equal_files_alone(tmp_path: Path) -> None:
    """A file that lies there already is not written again, one that differs is."""
    files = source_files(10)
    places = deliver(files, tmp_path)
    before = [place.stat().st_mtime_ns for place in places]
    places[0].write_bytes(b"spoilt")
    assert deliver(files, tmp_path) == places
    assert places[0].read_bytes() == files[0].content
    assert [place.stat().st_mtime_ns for place in places[1:]] == before[1:]
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()) == sorted(
        FILES
    )


def test_there_are_people_whom_nobody_can_tell_apart_for_sure() -> None:
    """Each special person lives with somebody settled, under the same roof; one moves twice and is put right twice."""
    lives = list(Population(7).lives(499))
    ordinary, special = split(lives)
    assert (len(ordinary), len(special)) == (499 - SIZE, SIZE)
    said = list(sayings(ordinary, special))
    assert len({one.life.number for one in said}) == SIZE
    assert [one.at.date().isoformat() for one in said if one.until] == ["2023-06-15", "2025-01-20"]
    homes = {life.changes[0].person.address for life in ordinary}
    assert all(one.person.address in homes for one in said if one.life is not special[0])
    assert list(sayings(*split(lives[:50]))) == []
