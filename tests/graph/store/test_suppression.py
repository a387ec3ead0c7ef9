"""Suppression recognises erased people by keyed digests, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.errors import UnavailableError
from graph.golden.entity_type import CUSTOMER
from graph.golden.traces import digest, words_of
from graph.identity import SourceKey, new_id
from graph.store import erasures, suppression, suppression_key
from graph.store.database import Connection, Database
from graph.store.erasures import Erasure
from graph.store.suppression import Said

SECRET, OTHER = b"s" * 32, b"o" * 32
KEY = SourceKey("crm", "1")
MAIL = {"email": "ann@example.com", "first_name": "Ann"}


async def kept_out(database: Database, *said: Said) -> Erasure:
    """Suppress some records as one person and return the erasure."""
    erasure = Erasure(
        new_id(), "customer", new_id(), "me", "asked", datetime.now(UTC), "erased", None, None, {}
    )

    async def work(connection: Connection) -> None:
        digests = [
            d for one in said for d in suppression.digests_of(SECRET, CUSTOMER, one.key, one.attributes)
        ]
        await erasures.request(connection, 1, erasure)
        await suppression.keep_out(connection, 1, erasure.erasure_id, SECRET, digests)

    await database.transaction(work)
    return erasure


async def refused(database: Database, secret: bytes | None, *said: Said) -> dict[int, str]:
    """Return the path of the problem of each record that is refused."""
    async with database.connection() as connection:
        found = await suppression.refusals(connection, 1, secret, CUSTOMER, said)
    return {place: problem.path for place, problem in found.items()}


async def test_a_record_of_the_person_is_refused(database: Database) -> None:
    """By its key, by an identifier, whatever else it says; others pass."""
    await kept_out(database, Said(KEY, MAIL))
    assert await refused(
        database,
        SECRET,
        Said(KEY, {"first_name": "Somebody"}),
        Said(SourceKey("shop", "1"), {"email": "ann@example.com"}),
        Said(SourceKey("shop", "1"), {"email": "bob@example.com", "first_name": "Ann"}),
        Said(None, MAIL),
        Said(KEY, None),
    ) == {0: "$.key", 1: "$.email", 3: "$.email", 4: "$.key"}


async def test_a_row_that_cannot_be_read_is_known_by_its_words(database: Database) -> None:
    """What is to be kept of a refused row is looked through as well."""
    erasure = await kept_out(database, Said(KEY, MAIL))
    async with database.connection() as connection:
        words = [digest(SECRET, "word", word) for word in words_of(CUSTOMER, KEY, MAIL)]
        await suppression.keep_out(connection, 1, erasure.erasure_id, SECRET, words)
    assert await refused(
        database, SECRET, Said(None, None, "ANN@example.com;?"), Said(None, None, "bob@example.com;?")
    ) == {0: "$"}


async def test_without_erasures_no_secret_is_needed(database: Database) -> None:
    """Nothing is refused while nobody was erased."""
    assert await refused(database, None, Said(KEY, MAIL)) == {}
    assert await refused(database, SECRET, Said(KEY, MAIL)) == {}


@pytest.mark.parametrize("secret", [None, OTHER])
async def test_a_process_without_the_secret_takes_nothing_in(
    database: Database, secret: bytes | None
) -> None:
    """Who cannot tell whether somebody was erased may not let anybody in."""
    await kept_out(database, Said(KEY, MAIL))
    with pytest.raises(UnavailableError, match="GOLDTHREAD_SUPPRESSION_KEY"):
        await refused(database, secret, Said(SourceKey("crm", "2"), {"first_name": "Bob"}))


async def test_a_lifted_suppression_lets_the_person_back(database: Database) -> None:
    """After lifting nothing of that erasure is refused, and everything of others still is."""
    first = await kept_out(database, Said(KEY, MAIL))
    await kept_out(database, Said(SourceKey("crm", "2"), {"email": "bob@example.com"}))
    async with database.connection() as connection:
        assert await suppression.lift(connection, 1, first.erasure_id, SECRET) == 2
    assert await refused(database, SECRET, Said(KEY, MAIL), Said(None, {"email": "bob@example.com"})) == {
        1: "$.email"
    }


def test_digests_tell_nothing_without_the_secret() -> None:
    """Another secret gives other digests, the same one the same."""
    ours, theirs = (set(suppression.digests_of(secret, CUSTOMER, KEY, MAIL)) for secret in (SECRET, OTHER))
    assert ours == set(suppression.digests_of(SECRET, CUSTOMER, KEY, MAIL))
    assert not ours & theirs
    assert {len(each) for each in ours} == {32}


def test_parts_of_a_key_are_not_run_together() -> None:
    """System ab, key c is somebody else than system a, key bc."""
    one = suppression.digests_of(SECRET, CUSTOMER, SourceKey("ab", "c"), None)
    assert one.keys() != suppression.digests_of(SECRET, CUSTOMER, SourceKey("a", "bc"), None).keys()


def test_the_secret_of_a_data_folder_is_made_once(tmp_path: Path) -> None:
    """The file is for its owner alone, and stays as it is when asked for again."""
    assert suppression_key.secret_of(tmp_path, None) is None
    suppression_key.keep_secret(tmp_path)
    made = suppression_key.secret_of(tmp_path, None)
    suppression_key.keep_secret(tmp_path)

    assert made is not None
    assert len(made) == 32
    assert suppression_key.secret_of(tmp_path, None) == made
    assert (tmp_path / "suppression.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["suppression.key"]


def test_a_setting_outranks_the_file(tmp_path: Path) -> None:
    """The same words give the same secret on every machine."""
    suppression_key.keep_secret(tmp_path)
    given = suppression_key.secret_of(tmp_path, "a passphrase of ours")
    assert given == suppression_key.secret_of(tmp_path / "elsewhere", "a passphrase of ours")
    assert given != suppression_key.secret_of(tmp_path, None)


def test_a_broken_file_is_told_of(tmp_path: Path) -> None:
    """A file that holds no secret stops us: a new one would let everybody back in."""
    (tmp_path / "suppression.key").write_text("not hex")
    with pytest.raises(UnavailableError, match=r"suppression\.key"):
        suppression_key.secret_of(tmp_path, None)
