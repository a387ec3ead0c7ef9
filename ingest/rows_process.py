"""The process that reads a delivered file and prepares its rows for another one; it ends when nobody asks any more."""

from __future__ import annotations

import gc
import marshal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from graph.errors import InvalidInputError
from graph.golden.entity_type import EntityType
from graph.golden.record import Origin
from graph.intake.preparing import packed, prepared
from ingest.columns import Reading
from ingest.delivered_rows import HEADER, OpenedFile, framed

AT_A_TIME = 250
"""So many records travel in one message: what the other side unpacks without anybody else having a turn."""

_NOBODY = Origin("file")
"""Stands for the origin, which the other side knows."""


class RowsProcess:
    """Answers questions about one file; see `ingest.delivered_rows.RowsApart` for who asks."""

    def __init__(self, to: BinaryIO) -> None:
        self._to = to
        self._file: OpenedFile | None = None
        self._kind: EntityType | None = None
        self._answers: Mapping[str, Callable[..., Sequence[object]]] = {
            "open": self._open,
            "skip": self._skip,
            "told": self._told,
            "sha256": self._sha256,
        }

    @property
    def file(self) -> OpenedFile:
        """The file that was opened."""
        if self._file is None:
            raise ValueError("no file is open")
        return self._file

    def answer(self, question: str, *told: Any) -> None:
        """Answer one question; what goes wrong is an answer too."""
        try:
            if question == "slice":
                self._slice(*told)
            else:
                self._tell("done", *self._answers[question](*told))
        except InvalidInputError as error:
            self._tell("invalid", *((problem.path, problem.reason) for problem in error.problems))
        except OSError as error:
            self._tell("unreadable", error.errno, error.strerror or str(error), str(error.filename or ""))
        except Exception:
            self._tell("bug", traceback.format_exc())

    def _open(
        self,
        path: str,
        system: str,
        kind: bytes,
        format: Any,
        delimiter: str | None,
        named: dict[str, str],
        ignore_unknown: bool,
    ) -> Sequence[object]:
        reading = Reading(EntityType.of(orjson.loads(kind)), format, delimiter, named, ignore_unknown)
        self._file = OpenedFile(Path(path), format, delimiter, reading, system)
        return [None]

    def _skip(self, rows: int) -> Sequence[object]:
        return self.file.skip(rows), self.file.source.done

    def _told(self, numbers: list[int]) -> Sequence[object]:
        return [self.file.told(numbers)]

    def _sha256(self) -> Sequence[object]:
        return [self.file.source.sha256]

    def _slice(self, first: int, rows: int, kind: bytes | None) -> None:
        if kind is not None:
            self._kind = EntityType.of(orjson.loads(kind))
        if self._kind is None:
            raise ValueError("nobody said what the rows are about")
        some = self.file.slice(first, rows)
        items = [prepared(row, _NOBODY, number, self._kind) for number, (_, row) in enumerate(some, first)]
        lines = {first + place: some[place][0] for place, item in enumerate(items) if item.event is None}
        parts = [packed(items[start : start + AT_A_TIME]) for start in range(0, len(items), AT_A_TIME)]
        self._tell("done", lines, self.file.source.done, len(parts))
        for part in parts:
            self._send(part)

    def _tell(self, *answer: Any) -> None:
        self._send(marshal.dumps(answer))

    def _send(self, message: bytes) -> None:
        """Write a message to its end: one that is stopped on the way, or unbuffered, may take a part at a time."""
        left = memoryview(framed(message))
        while left:
            left = left[self._to.write(left) :]
        self._to.flush()


def serve() -> None:
    """Answer what comes in on standard input until it ends."""
    gc.disable()  # records make no cycles, and looking for them takes a tenth
    asked, process = sys.stdin.buffer, RowsProcess(sys.stdout.buffer)
    while header := asked.read(HEADER):
        process.answer(*marshal.loads(asked.read(int.from_bytes(header, "big"))))  # noqa: S302 - from our parent
