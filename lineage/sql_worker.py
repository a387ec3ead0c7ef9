"""Analyses SQL in a process of its own, which a poisonous statement can neither stop the service with nor hang it.

`python -m lineage.sql_worker` says `ready`, and then answers each line of JSON by one: a Task in, an Answer out.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

import msgspec

from graph.identity import DatasetName
from lineage.sql_columns import Reason, column_lineage

SECONDS: Final = 10.0
"""How long one analysis may take."""

_LONGEST_LINE: Final = 64 * 2**20
_MEMORY: Final = 2 * 2**30
_READY: Final = b"ready\n"
_START_SECONDS: Final = 60.0


class Task(msgspec.Struct, frozen=True):
    """SQL with the datasets of its event, and the columns of those that are known."""

    sql: str
    dialect: str | None
    inputs: list[DatasetName]
    outputs: list[DatasetName]
    columns: list[tuple[DatasetName, list[str]]]


class Answer(msgspec.Struct, frozen=True):
    """A body in the shape of a columnLineage facet for each output of which something follows, or why there is none."""

    statements: list[tuple[DatasetName, dict[str, Any]]] = []
    reason: str | None = None
    is_failure: bool = False


def answer(task: Task) -> Answer:
    """Return what follows from the SQL."""
    said = column_lineage(task.sql, task.dialect, task.inputs, task.outputs, dict(task.columns))
    if isinstance(said, Reason):
        return Answer(reason=said.words, is_failure=said.is_failure)
    return Answer(list(said.items()))


class SqlWorker:
    """A process that analyses SQL: started when there is some, and again after it was killed."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: Process | None = None
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(Answer)

    @property
    def pid(self) -> int | None:
        """The id of the process, if there is one."""
        return self._process.pid if self._process else None

    async def answer(self, task: Task) -> Answer:
        """Return what follows from the SQL; a failure where that takes too long or the process breaks off."""
        process = await self._started()
        try:
            line = await asyncio.wait_for(_asked(process, self._encoder.encode(task)), self._seconds)
            if line.endswith(b"\n"):
                return self._decoder.decode(line)
            failure = "the analysis of the SQL broke off"
        except TimeoutError:
            failure = f"the analysis of the SQL took longer than {self._seconds:g} s"
        except (ConnectionError, ValueError):
            failure = "the analysis of the SQL broke off"
        except asyncio.CancelledError:
            await self.close()  # its answer would be taken for that to the next question
            raise
        await self.close()
        return Answer(reason=failure, is_failure=True)

    async def _started(self) -> Process:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "lineage.sql_worker", stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE
            )
            if await asyncio.wait_for(_asked(self._process, b""), _START_SECONDS) != _READY:
                await self.close()
                raise RuntimeError("the process that analyses SQL does not start")
        return self._process

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()
        if process.stdin is not None:
            process.stdin.close()


async def _asked(process: Process, question: bytes) -> bytes:
    """Return the line that a process answers; empty where it ended."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the process has no pipes")
    process.stdin.write(question + b"\n" if question else b"")
    await process.stdin.drain()
    return await process.stdout.readline()


def serve(lines: Iterable[bytes]) -> None:
    """Answer every line on standard output."""
    decoder, encoder = msgspec.json.Decoder(Task), msgspec.json.Encoder()
    sys.stdout.buffer.write(_READY)
    sys.stdout.buffer.flush()
    for line in lines:
        sys.stdout.buffer.write(encoder.encode(answer(decoder.decode(line))) + b"\n")
        sys.stdout.buffer.flush()


def _restrain() -> None:
    """Give way to the rest of the machine, and never take all of its memory; other systems than Unix do without."""
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    if sys.platform == "win32":
        return
    os.nice(10)
    resource = import_module("resource")
    with suppress(ValueError, OSError):  # where less is allowed already
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    _restrain()
    serve(sys.stdin.buffer)
