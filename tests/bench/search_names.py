"""Made-up names for the benchmark of search: datasets, jobs and customers, the same in every process, and typing errors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid5

from faker import Faker

_SPACE = UUID("5f0c1a52-0000-4000-8000-000000000000")
_TECHNICAL = [
    "order",
    "customer",
    "invoice",
    "payment",
    "product",
    "price",
    "currency",
    "country",
    "region",
    "store",
    "channel",
    "campaign",
    "click",
    "session",
    "device",
    "event",
    "account",
    "ledger",
    "balance",
    "transaction",
    "refund",
    "shipment",
    "carrier",
    "warehouse",
    "stock",
    "supplier",
    "contract",
    "employee",
    "salary",
    "department",
    "ticket",
    "status",
    "amount",
    "quantity",
    "discount",
    "tax",
    "margin",
    "forecast",
    "budget",
    "actual",
    "target",
    "score",
    "segment",
    "cohort",
    "funnel",
    "source",
    "medium",
    "landing",
    "staging",
    "raw",
    "clean",
    "mart",
    "fact",
    "dimension",
    "snapshot",
    "daily",
    "weekly",
    "monthly",
    "yearly",
    "hash",
    "code",
    "label",
    "title",
    "address",
    "street",
    "city",
    "postal",
    "phone",
    "email",
    "birth",
    "gender",
    "language",
    "loyalty",
    "voucher",
    "basket",
    "return",
    "claim",
    "policy",
    "premium",
    "broker",
    "branch",
    "teller",
    "deposit",
    "loan",
    "mortgage",
    "collateral",
    "exposure",
    "default",
    "recovery",
    "hedge",
    "swap",
    "option",
    "future",
    "bond",
    "equity",
    "index",
    "portfolio",
    "trade",
]
_SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up dataset, job or customer: its id, what it is called, and its texts."""

    id: UUID
    kind: str
    namespace: str
    name: str
    columns: tuple[str, ...] = ()
    sql: str = ""
    description: str = ""
    email: str = ""
    phone: str = ""


@cache
def vocabulary() -> list[str]:
    """Return the words of which names are made: those of the trade, and as many again of each firm's own."""
    chance = random.Random(7)  # noqa: S311
    own = {"".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))) for _ in range(3_000)}
    return [*_TECHNICAL, *sorted(own)]


@cache
def _people() -> tuple[list[str], list[str]]:
    Faker.seed(11)
    fake = Faker(["en_US", "de_DE", "fr_FR", "es_ES"])
    first = sorted({fake.first_name() for _ in range(4_000)})
    last = sorted({fake.last_name() for _ in range(8_000)})
    return first, last


def _word(chance: random.Random) -> str:
    words = vocabulary()
    return chance.choice(_TECHNICAL) if chance.random() < 0.5 else words[chance.randrange(len(words))]


def datasets(count: int) -> Iterator[Made]:
    """Yield datasets of twenty columns."""
    chance = random.Random(1)  # noqa: S311
    for number in range(count):
        name = f"{_word(chance)}.{_word(chance)}_{_word(chance)}_{_word(chance)}"
        columns = tuple(f"{_word(chance)}_{_word(chance)}" for _ in range(20))
        about = " ".join(_word(chance) for _ in range(12))
        yield Made(
            uuid5(_SPACE, f"d{number}"),
            "dataset",
            f"postgres://db{number % 20}:5432",
            f"db.{name}",
            columns,
            "",
            about,
        )


def jobs(count: int) -> Iterator[Made]:
    """Yield jobs that send SQL."""
    chance = random.Random(2)  # noqa: S311
    for number in range(count):
        name = f"{_word(chance)}_{_word(chance)}.load_{_word(chance)}_{_word(chance)}"
        columns = ", ".join(f"{_word(chance)}_{_word(chance)}" for _ in range(12))
        sql = f"insert into {_word(chance)}.{_word(chance)}_{_word(chance)} select {columns} from {_word(chance)}.{_word(chance)}"
        yield Made(uuid5(_SPACE, f"j{number}"), "job", f"airflow-{number % 10}", name, sql=sql)


def customers(count: int) -> Iterator[Made]:
    """Yield customers with names, e-mails and phone numbers."""
    chance = random.Random(3)  # noqa: S311
    first, last = _people()
    for number in range(count):
        one, other = chance.choice(first), chance.choice(last)
        email = f"{one}.{other}{number}@example.com".lower().replace(" ", "").replace("'", "")
        phone = f"+4915{chance.randint(10**8, 10**9 - 1)}"
        yield Made(uuid5(_SPACE, f"c{number}"), "customer", "", f"{one} {other}", email=email, phone=phone)


def mistyped(word: str, chance: random.Random, *, first: bool) -> str:
    """Return a word with one typing error: its first letter another, or one in its middle wrong, missing, twice or swapped."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    if first:
        return chance.choice(letters.replace(word[0], "")) + word[1:]
    place = chance.randint(1, len(word) - 2)
    return chance.choice(
        (
            word[:place] + chance.choice(letters.replace(word[place], "")) + word[place + 1 :],
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        )
    )
