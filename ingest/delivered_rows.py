"""The rows of a delivered file, read and prepared slice by slice: here, or ahead of us in a process of its own."""

from __future__ import annotations

import asyncio
import marshal
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import orjson

from graph.errors import InvalidInputError, Problem, UnavailableError
from graph.golden.record import Unreadable, as_text
from graph.intake.preparing import unpacked
from ingest.source_files import Numbered, SourceRows

if TYPE_CHECKING:
    from types import TracebackType

    from graph.golden.entity_type import EntityType
    from graph.golden.record import Origin
    from graph.intake import Incoming, Intake
    from ingest.columns import Reading
    from ingest.source_files import Format

Told = tuple[int, str]
"""The line at which a row ends, and its text."""

MANY_BYTES = 1 << 21
"""A file from this size on is worth a process of its own, which takes half a second to start."""

HEADER = 8
"""How many bytes before a message say how long it is."""


@dataclass(slots=True)
class Ready:
    """Some rows prepared for intake; `done` is how many bytes of the file are read by now."""

    items: list[Incoming]
    done: int
    lines: Mapping[int, int] = field(default_factory=dict[int, int])
    """The lines of those that could not be prepared, by their row number, where these are known already."""


class DeliveredRows(Protocol):
    """The rows of one file, which are asked for in order; row numbers start at 1.

    Raises InvalidInputError for a file that cannot be read on, OSError for one that cannot be read at all.
    """

    async def skip(self, rows: int) -> tuple[int, int]:
        """Pass over rows, and return how many there were, and the bytes read by now."""
        ...

    async def ready(self, first: int, rows: int) -> Ready:
        """Return the next rows, prepared; none at the end of the file."""
        ...

    async def told(self, numbers: Sequence[int]) -> list[Told]:
        """Return rows of the last two slices as they were."""
        ...

    async def sha256(self) -> bytes:
        """Return the digest of all that was read, once every row was."""
        ...


class OpenedFile:
    """The rows of an open file as intake takes them; the last two slices are remembered."""

    def __init__(
        self, path: Path, format: Format, delimiter: str | None, reading: Reading | None, system: str
    ) -> None:
        self.source = SourceRows(path, format, delimiter)
        self._rows = read(self.source, reading, system)
        self._kept: list[tuple[int, list[Numbered]]] = []

    def skip(self, rows: int) -> int:
        """Pass over rows, and return how many there were."""
        return sum(1 for _ in islice(self._rows, rows))

    def slice(self, first: int, rows: int) -> list[Numbered]:
        """Return the next rows, of which the first has this number."""
        found = list(islice(self._rows, rows))
        self._kept = [*self._kept[-1:], (first, found)]
        return found

    def told(self, numbers: Sequence[int]) -> list[Told]:
        """Return rows of the last two slices as they were."""
        known = {first + place: row for first, rows in self._kept for place, row in enumerate(rows)}
        return [(line, _body(row)) for line, row in map(known.__getitem__, numbers)]


class RowsHere(AbstractAsyncContextManager["RowsHere"]):
    """Reads rows in a thread, and prepares them while this process has nothing else to do."""

    def __init__(self, file: OpenedFile, intake: Intake, origin: Origin) -> None:
        self._file = file
        self._intake = intake
        self._origin = origin

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.source.__exit__(kind, error, trace)

    async def skip(self, rows: int) -> tuple[int, int]:
        """See `DeliveredRows`."""
        return await asyncio.to_thread(self._file.skip, rows), self._file.source.done

    async def ready(self, first: int, rows: int) -> Ready:
        """See `DeliveredRows`."""
        some = await asyncio.to_thread(self._file.slice, first, rows)
        items = await self._intake.prepare([row for _, row in some], self._origin, first)
        return Ready(items, self._file.source.done)

    async def told(self, numbers: Sequence[int]) -> list[Told]:
        """See `DeliveredRows`."""
        return self._file.told(numbers)

    async def sha256(self) -> bytes:
        """See `DeliveredRows`."""
        return await asyncio.to_thread(lambda: self._file.source.sha256)


class RowsApart(AbstractAsyncContextManager["RowsApart"]):
    """Has rows read and prepared by a process of its own, on another core; see `ingest.rows_process` for its side."""

    def __init__(self, path: Path, reading: Reading, system: str, intake: Intake, origin: Origin) -> None:
        self._path = path
        self._reading = reading
        self._system = system
        self._intake = intake
        self._origin = origin
        self._kind: EntityType | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> RowsApart:
        """Start the process, and have it open the file."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-c",
            "from ingest.rows_process import serve; serve()",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us; it ends when we close its input, or are no more
        )
        how = self._reading
        kind = _spelled(how.entity_type)
        words = how.format, how.delimiter, dict(how.named), how.ignore_unknown
        try:
            async with self._turn:
                await self._asked("open", str(self._path), self._system, kind, *words)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        await self._end()

    @property
    def process_id(self) -> int:
        """The process that reads."""
        return self._process.pid

    async def _end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()  # it only reads
        await self._process.communicate()

    async def skip(self, rows: int) -> tuple[int, int]:
        """See `DeliveredRows`."""
        async with self._turn:
            skipped, done = await self._asked("skip", rows)
        return skipped, done

    async def ready(self, first: int, rows: int) -> Ready:
        """See `DeliveredRows`."""
        kind = await self._intake.entity_type()
        spelled = None if kind is self._kind else _spelled(kind)
        async with self._turn:
            lines, done, parts = await self._asked("slice", first, rows, spelled)
            self._kind = kind
            items: list[Incoming] = []
            for _ in range(parts):
                items.extend(unpacked(await self._message(), self._origin, kind))
        return Ready(items, done, lines)

    async def told(self, numbers: Sequence[int]) -> list[Told]:
        """See `DeliveredRows`."""
        async with self._turn:
            return await self._asked("told", list(numbers))

    async def sha256(self) -> bytes:
        """See `DeliveredRows`."""
        async with self._turn:
            return await self._asked("sha256")

    async def _asked(self, *question: Any) -> Any:
        writer = cast("asyncio.StreamWriter", self._process.stdin)
        try:
            writer.write(framed(marshal.dumps(question)))
            await writer.drain()
        except ConnectionError:
            await self._lost()
        answer, *told = marshal.loads(await self._message())  # noqa: S302 - from a process of our own
        if answer == "invalid":
            raise InvalidInputError(*(Problem(*problem) for problem in told))
        if answer == "unreadable":
            raise OSError(*told)
        if answer == "bug":
            raise RuntimeError(told[0])
        return told[0] if len(told) == 1 else told

    async def _message(self) -> bytes:
        reader = cast("asyncio.StreamReader", self._process.stdout)
        try:
            length = int.from_bytes(await reader.readexactly(HEADER), "big")
            return await reader.readexactly(length)
        except asyncio.IncompleteReadError:
            await self._lost()
            raise

    async def _lost(self) -> None:
        code = await self._process.wait()
        raise UnavailableError(
            f"the process that reads {self._path.name} ended unexpectedly (exit code {code}); "
            "what is stored stays, load the file again for the rest"
        )


def framed(message: bytes) -> bytes:
    """Return a message as it travels between the two processes."""
    return len(message).to_bytes(HEADER, "big") + message


def is_worth_a_process(path: Path, least: int) -> bool:
    """Return whether a file is so large, and this machine such, that reading it elsewhere makes a load faster."""
    return path.stat().st_size >= least and (os.cpu_count() or 1) > 1


def read(source: SourceRows, reading: Reading | None, source_system: str) -> Iterator[Numbered]:
    """Yield the rows as intake takes them; without a reading they must already have our names."""
    if reading is None:
        for line, row in source:
            yield line, {"source_system": source_system, **row} if isinstance(row, dict) else row
        return
    names = reading.names(source.columns)
    for line, row in source:
        yield line, reading.row(row, names, source_system)


def _body(row: object) -> str:
    return row.text if isinstance(row, Unreadable) else as_text(row)


def _spelled(kind: EntityType) -> bytes:
    return orjson.dumps(kind.document)
