"""Labelled populations: FEBRL, generated customers and simulated people, each a Parquet file in the cache.

Columns: record (its position), source_system, source_key, entity (the truth), and a text per attribute.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.csv as pc

from tests.bench.environments import cache, febrl, told_by

LABELS = ("record", "source_system", "source_key", "entity")
PLACEHOLDER = "noemail@example.com"
SYLLABLES = (
    "ka", "lo", "mi", "ren", "ta", "shi", "bro", "vel", "dan", "gor", "pe", "ul", "son", "ski", "berg", "man", "ton", "ley",
)  # fmt: skip
Row = dict[str, str | None]


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """Return the file of a data set, made on first use."""
    path = cache() / "data" / f"{name}.parquet"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_suffix(".part")
        make(unfinished)
        unfinished.rename(path)
    return path


def febrl3() -> Path:
    """Return FEBRL3: 5,000 records of 2,000 people in one source."""
    return kept("febrl3", lambda path: _febrl({"febrl3": "dataset3"}, path))


def febrl4() -> Path:
    """Return FEBRL4: 5,000 people, each once in either of two sources."""
    return kept("febrl4", lambda path: _febrl({"a": "dataset4a", "b": "dataset4b"}, path))


def _febrl(sources: dict[str, str], path: Path) -> None:
    tables = [
        f"""select '{system}' as source_system, md5(trim(rec_id)) as source_key, split_part(rec_id, '-', 2) as entity,
                   trim(given_name) as first_name, trim(surname) as last_name, trim(street_number) as street_number,
                   trim(address_1) as street, trim(address_2) as address_2,
                   trim(suburb) as city, trim(postcode) as postal_code, trim(state) as state,
                   regexp_replace(trim(date_of_birth), '^(....)(..)(..)$', '\\1-\\2-\\3') as birth_date,
                   trim(soc_sec_id) as soc_sec_id
              from read_csv('{febrl(name)}', all_varchar = true, normalize_names = true)"""
        for system, name in sources.items()
    ]
    _write(" union all ".join(tables), path)


def _write(query: str, path: Path) -> None:
    """Write the rows of a query, empty texts as null, numbered in the order of their source keys."""
    duckdb.sql(
        f"""copy (select (row_number() over (order by source_system, source_key) - 1)::int4 as record,
                         nullif(columns(*)::varchar, '')
                    from ({query})
                   order by record) to '{path}' (format parquet)"""
    )


def customers(records: int, seed: int) -> Path:
    """Return generated customers with the names and addresses of FEBRL4; see Customers."""
    return kept(
        f"customers-{records}-{seed}", lambda path: write_customers(records, seed, febrl_names(), path)
    )


def write_customers(records: int, seed: int, names: Names, path: Path) -> None:
    """Write generated customers."""
    made = Customers(seed, names)
    columns = ("source_key", "entity", "source_system", *Customers.ATTRIBUTES)
    values = list(zip(*([row[name] for name in columns] for row in made.rows(records)), strict=True))
    with duckdb.connect() as connection:
        connection.register("made", pa.table(dict(zip(columns, values, strict=True))))
        connection.execute(
            f"""copy (select (row_number() over (order by source_system, source_key) - 1)::int4 as record, *
                        from made order by record) to '{path}' (format parquet)"""
        )


@dataclass(frozen=True, slots=True)
class Names:
    """What customers are made of; places are postal codes with their cities."""

    first_names: Sequence[str]
    last_names: Sequence[str]
    streets: Sequence[str]
    places: Sequence[tuple[str, str]]


def febrl_names() -> Names:
    """Return the names and addresses of FEBRL4."""
    read = pc.read_csv(febrl("dataset4a"), convert_options=pc.ConvertOptions(strings_can_be_null=False))
    column = {
        name.strip(): [str(v or "").strip() for v in read[name].to_pylist()] for name in read.column_names
    }
    return Names(
        [name for name in column["given_name"] if name],
        [name for name in column["surname"] if name],
        [street for street in column["address_1"] if street],
        list(zip(column["postcode"], column["suburb"], strict=True)),
    )


class Customers:
    """Makes customers as four sources know them: households that share phones and e-mails, typing errors, names cut
    short or exchanged, moves, unknown values and placeholder e-mails; about 45 % are duplicates.
    """

    ATTRIBUTES = (
        "first_name", "last_name", "birth_date", "street", "postal_code", "city", "email", "phone",
    )  # fmt: skip

    def __init__(self, seed: int, names: Names) -> None:
        self.random = Random(seed)  # noqa: S311
        self.names = names

    def rows(self, records: int) -> Iterator[Row]:
        """Yield so many records, person by person."""
        number = person = 0
        neighbour: Row | None = None
        while number < records:
            row = self._person(neighbour)
            neighbour = row
            copies = self.random.choices((1, 2, 3, 4, 5), (55, 25, 12, 5, 3))[0]
            for copy in range(min(copies, records - number)):
                seen = self._seen(row if copy == 0 else self._changed(row))
                system = self.random.choice(("crm", "web", "pos", "billing"))
                yield seen | {
                    "source_key": f"{self.random.getrandbits(64):016x}",
                    "source_system": system,
                    "entity": str(person),
                }
                number += 1
            person += 1

    def _person(self, neighbour: Row | None) -> Row:
        random = self.random
        is_known = random.random() < 0.6
        last_name = (
            random.choice(self.names.last_names) if is_known else "".join(random.choices(SYLLABLES, k=3))
        )
        first_name = random.choice(self.names.first_names)
        postal_code, city = random.choice(self.names.places)
        start = first_name[: random.randint(1, len(first_name))]
        host = random.choice(("mail.com", "post.net", "web.org", "corp.io"))
        row: Row = {
            "first_name": first_name,
            "last_name": last_name,
            "birth_date": f"{random.randint(1935, 2006)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            "street": self._street(),
            "postal_code": postal_code,
            "city": city,
            "email": f"{start}{random.choice(('.', '_', ''))}{last_name}{random.randint(1, 999)}@{host}",
            "phone": "04" + "".join(random.choices(string.digits, k=8)),
        }
        if neighbour is not None and random.random() < 0.03:
            shared = ["street", "postal_code", "city", "phone", "last_name"]
            shared += ["email"] if random.random() < 0.3 else []
            row |= {name: neighbour[name] for name in shared}
        return row

    def _street(self) -> str:
        return f"{self.random.randint(1, 200)} {self.random.choice(self.names.streets)}"

    def _changed(self, row: Row) -> Row:
        """Return how another source knows a person."""
        chance = self.random.random
        row = dict(row)
        if chance() < 0.35:
            row["first_name"] = self._typo(row["first_name"]) if chance() < 0.6 else _cut(row["first_name"])
        if chance() < 0.25:
            row["last_name"] = self._typo(row["last_name"])
        if chance() < 0.04:
            row["first_name"], row["last_name"] = row["last_name"], row["first_name"]
        if chance() < 0.12:
            row["birth_date"] = self._other_date(row["birth_date"] or "")
        if chance() < 0.20:
            row["street"] = self._street()
            row["postal_code"], row["city"] = self.random.choice(self.names.places)
        if chance() < 0.30:
            row["email"] = self._typo(row["email"]) if chance() < 0.4 else None
        if chance() < 0.30:
            row["phone"] = self._typo(row["phone"]) if chance() < 0.3 else None
        return row

    def _other_date(self, date: str) -> str:
        year, month, day = date.split("-")
        return f"{year}-{day}-{month}" if int(day) <= 12 else self._typo(date) or ""

    def _seen(self, row: Row) -> Row:
        """Return what of a record is known."""
        row = dict(row)
        for name, share in (("birth_date", 0.08), ("email", 0.12), ("phone", 0.12), ("street", 0.05)):
            if self.random.random() < share:
                row[name] = None
        if self.random.random() < 0.003:
            row["email"] = PLACEHOLDER
        return row

    def _typo(self, text: str | None) -> str | None:
        if text is None or len(text) < 3:
            return text
        place, letter, kind = (
            self.random.randrange(len(text)),
            self.random.choice(string.ascii_lowercase),
            self.random.random(),
        )
        if kind < 0.35:
            return text[:place] + letter + text[place + 1 :]
        if kind < 0.6:
            return text[:place] + text[place + 1 :]
        if kind < 0.8:
            return text[:place] + letter + text[place:]
        return text if place == 0 else text[: place - 1] + text[place] + text[place - 1] + text[place + 1 :]


def _cut(text: str | None) -> str | None:
    return None if text is None else text[: max(2, len(text) // 2)]


def people(seed: int) -> Path:
    """Return simulated people as a census, a nutrition programme, social security and tax forms know them."""
    return kept(f"people-{seed}", lambda path: _people(seed, path))


def _people(seed: int, path: Path) -> None:
    raw = path.parent / f"people-{seed}"
    raw.mkdir(exist_ok=True)
    told_by("simulated_people", str(seed), raw, environ="pseudopeople")
    _write(_PEOPLE.format(raw=raw), path)


_PEOPLE = """
with told as (
  select 'census' as source_system, simulant_id, first_name, middle_initial, last_name, date_of_birth, street_number,
         street_name, zipcode, null as ssn
    from '{raw}/census.parquet'
  union all by name
  select 'wic' as source_system, simulant_id, first_name, middle_initial, last_name,
         substr(date_of_birth::varchar, 5, 4) || substr(date_of_birth::varchar, 1, 4) as date_of_birth, street_number,
         street_name, zipcode
    from '{raw}/wic.parquet'
  union all by name
  select 'ssa' as source_system, simulant_id, first_name, substr(middle_name, 1, 1) as middle_initial, last_name,
         date_of_birth, ssn
    from '{raw}/ssa.parquet'
  union all by name
  select 'tax' as source_system, simulant_id, first_name, middle_initial, last_name,
         mailing_address_street_number as street_number, mailing_address_street_name as street_name,
         mailing_address_zipcode as zipcode, ssn
    from '{raw}/tax.parquet'
)
select source_system,
       md5('k' || row_number() over ()) as source_key,
       simulant_id as entity,
       lower(trim(first_name::varchar)) as first_name,
       lower(middle_initial::varchar) as middle_initial,
       lower(trim(last_name::varchar)) as last_name,
       regexp_replace(regexp_replace(date_of_birth::varchar, '^([^/]+)/([^/]+)/([^/]+)$', '\\3\\1\\2'),
                      '^(....)(..)(..)$', '\\1-\\2-\\3') as birth_date,
       lower(street_name::varchar) as street,
       street_number::varchar as street_number,
       zipcode::varchar as postal_code,
       ssn::varchar as ssn
  from told
"""
