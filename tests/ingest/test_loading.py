"""`goldthread load`: files into golden records from the command line, refused rows kept, nothing lost or doubled."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graph.errors import InvalidInputError
from graph.store.database import Database
from ingest.columns import Reading
from ingest.loading import files_of, rejects_path
from ingest.settings import IngestSettings
from tests.ingest.conftest import Listener

ROWS = (
    "Kunde;First Name;lastName;mail;valid_from\n"
    "1;Ann;Lee;ann@example.com;2024-01-01\n"
    "2;Ben;Kay;ben.at.example.com;2024-01-02\n"
    "3;Cleo;Fox;cleo@example.com;2024-01-03\n"
)
MAPPED = ("--key-column", "Kunde", "--map", "mail=email")


@dataclass
class Command:
    """The command line of one installation, run in a folder of its own."""

    settings: IngestSettings
    folder: Path

    async def load(self, *arguments: str, told: bytes = b"") -> tuple[int | None, str, str]:
        """Run `goldthread load` and return its exit code and what it printed on either channel."""
        process = await self.begin(*arguments)
        out, err = await process.communicate(told)
        return process.returncode, out.decode(), err.decode()

    async def begin(self, *arguments: str) -> asyncio.subprocess.Process:
        """Begin `goldthread load` and do not wait."""
        environment = {
            **os.environ,
            "DATABASE_URL": self.settings.require_database_url(),
            "GOLDTHREAD_HOME": str(self.settings.home),
            "GOLDTHREAD_URL": self.settings.server_url,
            "COLUMNS": "200",
        }
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "service.cli", "load", *arguments)
        return await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=self.folder, stdin=pipe, stdout=pipe, stderr=pipe
        )

    async def result(self, *arguments: str, told: bytes = b"") -> tuple[int | None, dict[str, Any]]:
        """Run `goldthread load --json` and return its exit code and its result."""
        code, out, err = await self.load(*arguments, "--json", told=told)
        assert out, err
        return code, json.loads(out)


@pytest.fixture
def command(tmp_path: Path, settings: IngestSettings) -> Command:
    """Return the command line, in an empty folder."""
    folder = tmp_path / "files"
    folder.mkdir()
    return Command(settings, folder)


async def _count(database: Database, *tables: str) -> tuple[int, ...]:
    async with database.connection() as connection:
        return tuple([await connection.fetchval(f"select count(*) from {table}") for table in tables])


def _counts(result: dict[str, Any]) -> tuple[int, ...]:
    names = ("rows", "accepted", "unchanged", "rejected", "golden_records_new", "golden_records_changed")
    return tuple(result[name] for name in names)


async def test_a_file_comes_in_and_refused_rows_are_kept_twice(
    database: Database, command: Command, listener: Listener
) -> None:
    """They lie in the rejects file with row, line, record and reasons, and in quarantine; again nothing is done."""
    (command.folder / "crm.csv").write_text(ROWS)
    code, result = await command.result("crm.csv", "--source", "crm", *MAPPED)
    assert (code, _counts(result)) == (1, (3, 2, 0, 1, 2, 0))
    assert result["rejects"] == "crm.rejects.ndjson"
    (rejected,) = (command.folder / "crm.rejects.ndjson").read_text().splitlines()
    told = json.loads(rejected)
    assert told == {
        "file": "crm.csv",
        "row": 2,
        "line": 3,
        "record": {
            "source_system": "crm",
            "key": "2",
            "first_name": "Ben",
            "last_name": "Kay",
            "email": "ben.at.example.com",
            "valid_from": "2024-01-02",
        },
        "reasons": [{"path": "$.email", "reason": "is not an e-mail address: 'ben.at.example.com'"}],
    }
    assert await _count(database, "source_event", "quarantine", "delivery") == (2, 1, 1)
    assert listener.told() == [("crm_to_golden_records", "START"), ("crm_to_golden_records", "COMPLETE")]

    code, out, err = await command.load("crm.csv", "--source", "crm", *MAPPED, "--rejects", "r.ndjson")
    assert (code, out) == (1, "")
    assert [line.split() for line in err.splitlines()[:2]] == [
        ["file", "rows", "accepted", "unchanged", "rejected", "golden", "new", "golden", "changed"],
        ["crm.csv", "3", "2", "0", "1", "2", "0"],
    ]
    assert "nothing was done; --again goes through it once more" in err
    assert json.loads((command.folder / "r.ndjson").read_text()) == told | {
        "file": str(command.folder / "crm.csv"),
        "line": None,
    }
    code, result = await command.result("crm.csv", "--source", "crm", *MAPPED, "--again")
    assert (code, _counts(result)) == (1, (3, 0, 2, 1, 0, 0))
    assert await _count(database, "source_event") == (2,)


async def test_a_file_of_two_sources_comes_in_for_each(database: Database, command: Command) -> None:
    """Once each: the same file again for the same source is in already."""
    (command.folder / "crm.csv").write_text("key,email\n1,ann@example.com\n2,ben@example.com\n")
    for system in ("crm", "shop"):
        code, result = await command.result("crm.csv", "--source", system)
        assert (code, _counts(result)[:4]) == (0, (2, 2, 0, 0))
        assert not result["files"][0]["was_in_before"]
    code, result = await command.result("crm.csv", "--source", "shop")
    assert (code, result["files"][0]["was_in_before"]) == (0, True)
    assert await _count(database, "delivery", "source_event") == (2, 4)


async def test_lines_before_the_first_record_are_refused_alone(database: Database, command: Command) -> None:
    """What comes behind them comes in; nothing at all has words of its own."""
    told = b'{"key": \n{"key": "1", "email": "ann@example.com"}\n'
    code, result = await command.result("-", "--source", "crm", told=told)
    assert (code, _counts(result)[:4]) == (1, (2, 1, 0, 1))
    code, out, err = await command.load("-", "--source", "crm")
    assert (code, out) == (2, "")
    assert "FILE: there is no record in it: it is empty" in err
    assert await _count(database, "source_event", "quarantine") == (1, 1)


async def test_several_files_patterns_and_stdin_come_in(database: Database, command: Command) -> None:
    """Packed ones too; a file that cannot be read leaves the others alone."""
    for number in (1, 2):
        row = json.dumps({"key": number, "firstName": f"Ann {number}", "validFrom": "2024-01-01"})
        (command.folder / f"shop-{number}.ndjson.gz").write_bytes(gzip.compress(row.encode()))
    code, result = await command.result("shop-*.ndjson.gz", "--source", "shop")
    assert (code, _counts(result)) == (0, (2, 2, 0, 0, 2, 0))
    assert result["rejects"] is None
    code, result = await command.result(
        "-", "--source", "shop", told=b'{"key": "1", "lastName": "Lee"}\n\n{"key": "3", "lastName": "Kay"}'
    )
    assert (code, _counts(result)) == (0, (2, 2, 0, 0, 1, 1))

    (command.folder / "broken.csv.gz").write_bytes(gzip.compress(b"key,email\n1,a@example.com\n")[:-9])
    code, result = await command.result("broken.csv.gz", "shop-1.ndjson.gz", "--source", "shop")
    assert (code, result["files"][0]["error"]) == (
        1,
        "FILE: broken.csv.gz breaks off in the middle of its packed data",
    )
    assert result["files"][1]["was_in_before"]
    assert (await command.result("broken.csv.gz", "--source", "shop"))[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no.csv", "--source", "crm"), "FILE: there is no file no.csv"),
        (("crm.csv", "--source", " "), "--source: ' ' cannot be the name of a source system"),
        (
            ("crm.csv", "--source", "crm", "--entity-type", "custommer"),
            "no entity type is called 'custommer'",
        ),
        (
            ("crm.csv", "--source", "crm", "--map", "mail=email", "--ignore-unknown"),
            "--key-column: no column is called key",
        ),
    ],
)
async def test_what_cannot_be_loaded_is_told_in_words(
    database: Database, command: Command, arguments: tuple[str, ...], words: str
) -> None:
    """Exit code 2, one line, and nothing is written."""
    (command.folder / "crm.csv").write_text(ROWS)
    code, out, err = await command.load(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert await _count(database, "delivery", "source_event", "origin") == (0, 0, 0)
    assert sorted(os.listdir(command.folder)) == ["crm.csv"]


async def test_killed_half_way_and_run_again_nothing_is_lost_or_doubled(
    database: Database, command: Command
) -> None:
    """Not even what a file says of a record again and again without saying when, and no refused row either."""
    rows, keys = 2_000, 499
    lines = [f"{n % keys},Ann {n},{'no mail' if n % 100 == 7 else ''}" for n in range(rows)]
    (command.folder / "crm.csv").write_text("\n".join(["key,first_name,email", *lines]) + "\n")
    arguments = ("crm.csv", "--source", "crm", "--batch-size", "100")
    process = await command.begin(*arguments)
    while (await _count(database, "source_event"))[0] < 400:
        assert process.returncode is None
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    (stored,) = await _count(database, "source_event")
    assert 400 <= stored < rows - rows // 100

    code, result = await command.result(*arguments)
    assert (code, _counts(result)) == (1, (rows, rows - rows // 100, 0, rows // 100, keys, 0))
    assert await _count(database, "source_event", "quarantine", "source_record", "delivery") == (
        rows - rows // 100,
        rows // 100,
        keys,
        1,
    )
    rejected = [json.loads(line) for line in (command.folder / "crm.rejects.ndjson").read_text().splitlines()]
    assert [told["row"] for told in rejected] == [n + 1 for n in range(rows) if n % 100 == 7]
    assert (await command.result(*arguments))[1]["files"][0]["was_in_before"]


def test_the_files_that_are_meant_are_each_loaded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patterns are spelled out in order; a file may have a name that looks like one."""
    monkeypatch.chdir(tmp_path)
    for name in ("b.csv", "a.csv", "[a].csv"):
        (tmp_path / name).touch()
    assert files_of(["b.csv", "?.csv", "[a].csv", "-"], Reading(), None) == ["b.csv", "a.csv", "[a].csv", "-"]
    (tmp_path / "folder.csv").mkdir()
    for files, rejects, reason in (
        (["folder.csv"], None, "folder.csv is not a file"),
        (["no-*.csv"], None, "no file fits 'no-*.csv'"),
        (["a.csv"], Path("a.csv"), "a.csv is one of the files to load"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            files_of(files, Reading(), rejects)
        assert reason in caught.value.message
    assert rejects_path(["x/crm.2024.csv.gz"]) == Path("crm.rejects.ndjson")
    assert rejects_path(["-"]) == Path("stdin.rejects.ndjson")
