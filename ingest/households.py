"""People whom no rule can tell apart for sure, and one to whom much happens: what gives stewards something to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ingest.population import Life, Person

SPOUSES, NAMESAKES, SHARED_ACCOUNTS = 6, 3, 2
SIZE = 1 + SPOUSES + NAMESAKES + 2 * SHARED_ACCOUNTS
"""How many lives stand for somebody of this module."""

FEWEST = 400
"""A population smaller than this has none of them."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a system says of somebody: with a birth date in the CRM, without in the shop.

    With `until` it corrects the address over that time, and is told with what was known too late.
    """

    life: Life
    person: Person
    at: datetime
    is_in_crm: bool
    until: datetime | None = None


def split(lives: Sequence[Life]) -> tuple[Sequence[Life], Sequence[Life]]:
    """Return the lives that take their ordinary course, and those that stand for somebody of this module."""
    return (lives, ()) if len(lives) < FEWEST - 1 else (lives[:-SIZE], lives[-SIZE:])


def sayings(settled: Sequence[Life], special: Sequence[Life]) -> Iterator[Saying]:
    """Yield what the systems say of the special lives; each but the first lives with one of the settled people.

    `settled` are people known to the CRM alone who never move: a partner's account at the same address may or may not
    be theirs, a child of the same name is somebody else, and an account in that name could be either's.
    """
    if not special:
        return
    yield from _restless(special[0], settled)
    hosts, guests = list(settled), iter(special[1:])
    for number in range(SPOUSES):
        guest = next(guests)
        host = _host(hosts, guest)
        partner = replace(guest.changes[0].person, last_name=host.last_name, address=host.address)
        yield Saying(guest, partner, _day(2024, 1 + 2 * number, 12), is_in_crm=False)
    for number in range(NAMESAKES):
        guest = next(guests)
        yield Saying(
            guest,
            _child(_host(hosts, guest), guest.changes[0].person),
            _day(2024, 2 + number, 3),
            is_in_crm=True,
        )
    for number in range(SHARED_ACCOUNTS):
        guest, buyer = next(guests), next(guests)
        child = _child(_host(hosts, guest), guest.changes[0].person)
        yield Saying(guest, child, _day(2024, 5 + number, 3), is_in_crm=True)
        own = buyer.changes[0].person
        yield Saying(
            buyer, replace(child, email=own.email, phone=""), _day(2025, 2 + number, 17), is_in_crm=False
        )


def _host(hosts: list[Life], guest: Life) -> Person:
    """Take the next of the hosts out who lives in the country of a guest, whose phone is one of there."""
    at = next((place for place, host in enumerate(hosts) if _country(host) == _country(guest)), 0)
    return hosts.pop(at).changes[0].person


def _child(parent: Person, drawn: Person) -> Person:
    year = min(2006, int(parent.birth_date[:4]) + 28)
    born = f"{year}{drawn.birth_date[4:7]}-{(int(parent.birth_date[8:]) + 9) % 28 + 1:02}"
    return replace(
        drawn,
        first_name=parent.first_name,
        last_name=parent.last_name,
        birth_date=born,
        address=parent.address,
    )


def _restless(life: Life, settled: Sequence[Life]) -> Iterator[Saying]:
    """Two moves, a marriage and a new mailbox in three years; both moves are known too late and put right."""
    first = life.changes[0].person
    near = [one.changes[0].person for one in settled if _country(one) == first.address.country]
    homes = [replace(a.address, street=b.address.street) for a, b in zip(near[-4:], near[-5:-1], strict=True)]
    moved = replace(first, address=homes[0])
    married = replace(moved, last_name=near[-1].last_name, email=life.second_email)
    again = replace(married, address=homes[1])
    for at, person in (
        (_day(2023, 1, 9), first),
        (_day(2023, 9, 4), moved),
        (_day(2024, 5, 18), married),
        (_day(2025, 4, 1), again),
    ):
        yield Saying(life, person, at, is_in_crm=True)
    yield Saying(life, first, _day(2023, 3, 20), is_in_crm=False)
    yield Saying(life, married, _day(2024, 11, 11), is_in_crm=False)
    for told, at, until in (
        (moved, _day(2023, 6, 15), _day(2023, 9, 4)),
        (again, _day(2025, 1, 20), _day(2025, 4, 1)),
    ):
        yield Saying(life, told, at, is_in_crm=True, until=until)


def _country(life: Life) -> str:
    return life.changes[0].person.address.country


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)
