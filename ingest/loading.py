"""Loads files into the golden records: many at once, in little memory, each row once, the refused ones kept in a file."""

from __future__ import annotations

import glob
import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from graph.errors import CatalogError, InvalidInputError, UnavailableError
from graph.store.deliveries import STREAM, Deliveries, Delivery
from graph.time import render
from ingest.deliveries import FileDeliveries, Rejected, Slice, check_file
from ingest.source_files import SourceRows, kind_of

if TYPE_CHECKING:
    from ingest.columns import Reading

ACTOR = "command line"
"""Who has a file taken in that is loaded."""

STDIN = "-"

Watch = Callable[[str, Slice], None]
"""Told of a file and of what became of some more of its rows."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; `error` says why it could not be read, or not to its end.

    `read` counts the rows this load went through, which are none where the file was taken in `before`.
    """

    file: str
    delivery: Delivery | None = None
    is_from_before: bool = False
    read: int = 0
    new: int = 0
    changed: int = 0
    error: str | None = None


@dataclass(slots=True)
class LoadResult:
    """What became of all files of a load."""

    files: list[FileResult] = field(default_factory=list[FileResult])
    rejects: str | None = None
    seconds: float = 0.0
    is_lineage_told: bool = True

    def total(self, name: str) -> int:
        """Return the sum of a count of the deliveries: rows, accepted, unchanged or rejected."""
        return sum(getattr(file.delivery, name) or 0 for file in self.files if file.delivery is not None)

    @property
    def read(self) -> int:
        """How many rows were gone through."""
        return sum(file.read for file in self.files)

    @property
    def rate(self) -> float:
        """Rows per second."""
        return self.read / self.seconds if self.seconds else 0.0

    @property
    def exit_code(self) -> int:
        """0: every row is in. 1: some rows were refused, or some file could not be read. 2: nothing could be read."""
        failed = [file for file in self.files if file.error is not None]
        if len(failed) == len(self.files) and not self.read:
            return 2
        return 1 if failed or self.total("rejected") else 0


class Rejects:
    """The file of refused rows, NDJSON: file, row, line, the row as it was, and the reasons; made with the first one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def add(self, file: str, rejected: Iterable[Rejected]) -> None:
        """Write refused rows; raises UnavailableError where the file cannot be written."""
        for row in rejected:
            reasons = [{"path": problem.path, "reason": problem.reason} for problem in row.problems]
            self._write(file, row.row, row.line, row.body, reasons)
        self._flush()

    def repeat(self, delivery: Delivery, refused: Iterable[dict[str, object]]) -> None:
        """Write the rows that an earlier attempt refused, as quarantine holds them."""
        for row in refused:
            self._write(delivery.location, row["row"], None, str(row["body"]), row["problems"])
        self._flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, file: str, row: object, line: int | None, body: str, reasons: object) -> None:
        told = {"file": file, "row": row, "line": line, "record": _parsed(body), "reasons": reasons}
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8")
            self._file.write(json.dumps(told, ensure_ascii=False) + "\n")
        except OSError as error:
            raise self._unwritable(error) from error
        self.count += 1

    def _flush(self) -> None:
        try:
            if self._file is not None:
                self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> UnavailableError:
        return UnavailableError(
            f"the rejects file {self.path} cannot be written ({error.strerror}): name another one with --rejects"
        )


class Loading:
    """Takes files of one source system in, one after the other."""

    def __init__(
        self, loader: FileDeliveries, deliveries: Deliveries, reading: Reading, rejects: Rejects
    ) -> None:
        self._loader = loader
        self._deliveries = deliveries
        self._reading = reading
        self._rejects = rejects
        self._read = 0

    @property
    def refused(self) -> int:
        """How many refused rows were written to the rejects file."""
        return self._rejects.count

    async def load(self, source_system: str, files: Sequence[str], watch: Watch) -> list[FileResult]:
        """Take the files in and say what became of each; one that cannot be read leaves the others alone.

        Where the database goes, or the rejects file cannot be written, the rest is not tried; what is in stays in.
        """
        results: list[FileResult] = []
        for place, file in enumerate(files):
            try:
                results.append(await self._one(source_system, file, watch))
            except UnavailableError as error:
                results.append(FileResult(file, read=self._read, error=error.message))
                results.extend(FileResult(other, error="not tried any more") for other in files[place + 1 :])
                break
        return results

    async def _one(self, source_system: str, file: str, watch: Watch) -> FileResult:
        self._read = 0

        def told(some: Slice) -> None:
            self._read += some.rows
            self._rejects.add(file, some.rejected)
            watch(file, some)

        delivery: Delivery | None = None
        try:
            delivery = await self._announced(source_system, file)
            self._rejects.repeat(delivery, await self._deliveries.refused(delivery))
            done = await self._loader.take_in(delivery, told)
        except UnavailableError:
            raise
        except (CatalogError, OSError) as error:
            return FileResult(file, delivery, read=self._read, error=_words(file, error))
        new, changed = await self._deliveries.golden_records(done)
        return FileResult(file, done, delivery.taken_in_at is not None, self._read, new, changed)

    async def _announced(self, source_system: str, file: str) -> Delivery:
        if file != STDIN:
            path = _resolved(file)
            with SourceRows(path, self._reading.format, self._reading.delimiter) as source:
                self._reading.names(source.columns)
            return await self._loader.announce(source_system, path.parent, path.name, ACTOR)
        name, mark = f"{render(datetime.now(UTC))}.ndjson", secrets.token_bytes(32)
        return await self._deliveries.announce(
            source_system, STREAM, name, mark, ACTOR, self._reading.entity_type.name
        )


def files_of(given: Sequence[str], reading: Reading, rejects: Path | None) -> list[str]:
    """Return the files that are meant, patterns such as `*.csv` spelled out in order, each once.

    Raises InvalidInputError where one is not there, is no file, or has a name that tells no format.
    """
    files: dict[str, None] = {}
    for word in given:
        found = (
            sorted(glob.glob(word, recursive=True))
            if glob.has_magic(word) and not Path(word).exists()
            else [word]
        )
        if not found:
            raise InvalidInputError.at("FILE", f"no file fits {word!r}")
        files.update(dict.fromkeys(found))
    for file in files:
        if file == STDIN:
            continue
        check_file(Path(file))
        kind_of(Path(file), reading.format)
        if rejects is not None and rejects.resolve() == Path(file).resolve():
            raise InvalidInputError.at("--rejects", f"{file} is one of the files to load")
    return list(files)


def rejects_path(files: Sequence[str]) -> Path:
    """Return where refused rows go unless told otherwise: into the working folder, named for the first file."""
    stem = "stdin" if files[0] == STDIN else Path(files[0]).name.partition(".")[0] or "load"
    return Path(f"{stem}.rejects.ndjson")


def _resolved(file: str) -> Path:
    return Path(file).resolve()


def _parsed(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body


def _words(file: str, error: CatalogError | OSError) -> str:
    if isinstance(error, CatalogError):
        return error.message
    return f"{file} cannot be read: {error.strerror or error}"
