"""Made-up people and what happens to them in three simulated years: moves, new e-mails, marriages, farewells."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from faker import Faker

FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC)
LAST_DAY = datetime(2025, 12, 31, tzinfo=UTC)

_COUNTRIES = {"DE": ("de_DE", 55), "US": ("en_US", 20), "FR": ("fr_FR", 13), "GB": ("en_GB", 12)}
_MAIL_HOSTS = ("example.com", "example.org", "example.net", "post.example", "mail.example")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives; `country` is the two-letter ISO code."""

    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at one moment; `phone` is the national number without its leading zero."""

    first_name: str
    last_name: str
    birth_date: str
    email: str
    phone: str
    address: Address


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody is from an instant on, and what brought it about: start, move, e-mail or marriage."""

    at: datetime
    what: str
    person: Person


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that happens to one customer; `left_at` is when they stopped being one."""

    number: int
    changes: tuple[Change, ...]
    left_at: datetime | None = None
    second_email: str = ""

    def at(self, instant: datetime) -> Person:
        """Return the person as they are at the instant, or as they were first."""
        known = [change.person for change in self.changes if change.at <= instant]
        return known[-1] if known else self.changes[0].person


@dataclass(slots=True)
class Population:
    """Draws people one after the other; equal seeds draw equal people. Nobody shares an e-mail or a phone."""

    seed: int
    _random: Random = field(init=False)
    _fakers: dict[str, Faker] = field(init=False)
    _emails: dict[str, int] = field(default_factory=dict[str, int])
    _phones: dict[str, int] = field(default_factory=dict[str, int])
    _reserved: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self._random = Random(f"people/{self.seed}")  # noqa: S311 - made-up people need no secrecy
        self._fakers = {country: Faker(locale) for country, (locale, _) in _COUNTRIES.items()}
        for country, faker in self._fakers.items():
            faker.seed_instance(f"{country}/{self.seed}")

    def lives(self, count: int) -> Iterator[Life]:
        """Yield `count` lives in the order of their numbers, from 0 on."""
        for number in range(count):
            yield self._life(number)

    def reserve(self, person: Person) -> None:
        """Keep the e-mail and the phone of somebody who is not drawn from being given to anybody else."""
        self._emails[person.email] = 1
        self._reserved.add(person.phone)

    def _life(self, number: int) -> Life:
        person = self._newborn()
        start = (
            FIRST_DAY
            if self._random.random() < 0.6
            else self._instant(FIRST_DAY, datetime(2025, 7, 1, tzinfo=UTC))
        )
        left_at = self._instant(start + timedelta(days=200), LAST_DAY) if self._chance(0.04, start) else None
        changes = [Change(start, "start", person)]
        for at, what in self._events(start, left_at or LAST_DAY):
            person = self._changed(person, what)
            changes.append(Change(at, what, person))
        return Life(number, tuple(changes), left_at, self._email(person.first_name, person.last_name))

    def _chance(self, probability: float, start: datetime) -> bool:
        return self._random.random() < probability and start < datetime(2025, 5, 1, tzinfo=UTC)

    def _events(self, start: datetime, end: datetime) -> list[tuple[datetime, str]]:
        years = (end - start).days / 365
        wanted = {"move": 0.17, "e-mail": 0.07, "marriage": 0.03}
        drawn = [
            what
            for what, rate in wanted.items()
            for _ in range(3)
            if self._random.random() < rate * years / 3
        ]
        first, last = start + timedelta(days=10), end - timedelta(days=10)
        return sorted((self._instant(first, last), what) for what in drawn) if first < last else []

    def _instant(self, start: datetime, end: datetime) -> datetime:
        minutes = self._random.randrange(max(1, int((end - start).total_seconds() // 60)))
        return start + timedelta(minutes=minutes)

    def _newborn(self) -> Person:
        shares = [share for _, share in _COUNTRIES.values()]
        country = self._random.choices(list(_COUNTRIES), weights=shares)[0]
        faker = self._fakers[country]
        first_name = faker.first_name_female() if self._random.random() < 0.5 else faker.first_name_male()
        last_name = faker.last_name()
        born = datetime(1940, 1, 1, tzinfo=UTC) + timedelta(days=self._random.randrange(23_000))
        return Person(
            first_name=first_name,
            last_name=last_name,
            birth_date=born.date().isoformat(),
            email=self._email(first_name, last_name),
            phone=self._phone(country),
            address=self._address(country),
        )

    def _changed(self, person: Person, what: str) -> Person:
        if what == "move":
            return replace(person, address=self._address(person.address.country))
        last_name = person.last_name
        if what == "marriage":
            last_name = self._fakers[person.address.country].last_name()
        return replace(person, last_name=last_name, email=self._email(person.first_name, last_name))

    def _address(self, country: str) -> Address:
        faker = self._fakers[country]
        return Address(faker.street_address().replace("\n", ", "), faker.postcode(), faker.city(), country)

    def _email(self, first_name: str, last_name: str) -> str:
        host = self._random.choice(_MAIL_HOSTS)
        local = f"{_ascii(first_name)}.{_ascii(last_name)}"
        taken = self._emails.get(f"{local}@{host}", 0)
        self._emails[f"{local}@{host}"] = taken + 1
        return f"{local}{taken + 1}@{host}" if taken else f"{local}@{host}"

    def _phone(self, country: str) -> str:
        place = self._phones.get(country, 0)
        self._phones[country] = place + 1
        number = _fictional_number(country, place)
        return self._phone(country) if number in self._reserved else number


def _fictional_number(country: str, place: int) -> str:
    """Return the n-th number of the ranges that the country's regulator keeps free for films and books."""
    if country == "US":
        areas = [area for area in range(201, 990) if area % 100 != 11 and area % 10 != 9]
        return f"{areas[place // 100 % len(areas)]}55501{place % 100:02}"
    if country == "FR":
        prefix = ("19900", "26191", "35301", "46571", "53649", "63998")[place // 10_000 % 6]
        return f"{prefix}{place % 10_000:04}"
    if country == "GB":
        area = ("113", "114", "115", "116", "117", "118", "121", "131", "141", "151", "161")[
            place // 1000 % 11
        ]
        return f"{area}4960{place % 1000:03}"
    prefix = ("3023125", "6990009", "4066969", "2214710", "8999998")[place % 5]
    return f"{prefix}{place // 5:03}"


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    return "".join(character for character in plain.lower() if character.isalnum())
