"""The accuracy benchmark measures what it says, on populations small enough for every test run."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from faker import Faker

from tests.bench import goldthread_run
from tests.bench.datasets import Customers, Names, write_customers
from tests.bench.entity_types import KINDS, THRESHOLDS
from tests.bench.environments import told_by
from tests.bench.scores import Score, score
from tests.bench.sections import Section


@pytest.fixture(scope="module")
def names() -> Names:
    """Return names and addresses without any peer's package."""
    fake = Faker("en_AU")
    fake.seed_instance(7)
    return Names(
        [fake.first_name().lower() for _ in range(300)],
        [fake.last_name().lower() for _ in range(2000)],
        [fake.street_name().lower() for _ in range(2000)],
        [(fake.postcode(), fake.city().lower()) for _ in range(500)],
    )


def test_customers_are_found_without_joining_strangers(names: Names, tmp_path: Path) -> None:
    """Of 5,000 generated customers, trained on nothing but themselves, hardly any two strangers become one."""
    data, found = tmp_path / "customers.parquet", tmp_path / "found.parquet"
    write_customers(5000, 1, names, data)
    cost = goldthread_run.main("customers", data, found)
    reached = score(data, found, "found")
    assert cost["records"] == 5000
    assert reached.precision >= 0.99
    assert reached.recall >= 0.95
    assert reached.false_merges <= 2.0


def test_the_same_seed_makes_the_same_customers(names: Names) -> None:
    """A population can be made again from its seed, whatever its size, and other seeds make others."""
    twenty, again, others = (
        list(Customers(seed, names).rows(count)) for seed, count in ((1, 20), (1, 10), (2, 20))
    )
    assert twenty[:10] == again
    assert twenty != others
    assert len({row["source_key"] for row in twenty}) == 20


def test_every_entity_type_keeps_the_threshold_policy() -> None:
    """The thresholds are the same for all populations, and those of the product's customer."""
    for entity_type in KINDS.values():
        assert {name: getattr(entity_type.matching, name) for name in THRESHOLDS} == THRESHOLDS


def test_scores_count_all_pairs(tmp_path: Path) -> None:
    """Three of one and one of another in a cluster, one left alone: 3 of 6 pairs are right, 3 of 6 are found."""
    data, found = tmp_path / "data.parquet", tmp_path / "found.parquet"
    pq.write_table(pa.table({"record": [0, 1, 2, 3, 4], "entity": ["a", "a", "a", "b", "a"]}), data)
    pq.write_table(pa.table({"record": [0, 1, 2, 3], "found": [7, 7, 7, 7]}), found)
    reached = score(data, found, "found")
    assert reached == Score(
        precision=0.5,
        recall=0.5,
        b3_precision=0.7,
        b3_recall=0.7,
        false_merges=500.0,
    )
    assert reached.f1 == 0.5


def test_populations_hold_typing_errors_and_gaps(names: Names, tmp_path: Path) -> None:
    """About 45 % are duplicates, a tenth of the e-mails is unknown, and every record has its own source key."""
    data = tmp_path / "customers.parquet"
    write_customers(5000, 3, names, data)
    counted = duckdb.execute(
        f"""select count(*), count(distinct source_key), count(distinct entity) between 2600 and 3000,
                   count(*) filter (where email is null) between 500 and 1500 from '{data}'"""
    ).fetchall()
    assert counted == [(5000, 5000, True, True)]


def test_a_program_that_fails_says_why() -> None:
    """What a peer's program complains about is in the error, not lost."""
    with pytest.raises(RuntimeError, match=r"(?s)simulated_people.*invalid literal.*'seed'"):
        told_by("simulated_people", "seed", "folder")


def test_sections_are_markdown() -> None:
    """A section is a heading, a text and a table."""
    section = Section("Accuracy", "One run.", ("data", "F1"), [("FEBRL3", "1.0000")])
    assert section.markdown == (
        "## Accuracy\n\nOne run.\n\n| data | F1 |\n| --- | --- |\n| FEBRL3 | 1.0000 |\n"
    )
