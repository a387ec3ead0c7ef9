"""Events that real tools sent, where there are some beside the checkout, and what becomes of them one by one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from graph.errors import InvalidInputError
from lineage.events import Event, decode

FOLDER: Final = Path(__file__).parents[3] / "shared" / "events"
"""A folder for each tool, with files of one event or a list of them."""

Events = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is told of the events of one tool: how many there are, how many differ, and what was wrong, counted by reason."""

    events: int = 0
    distinct: int = 0
    accepted: int = 0
    warned: int = 0
    warnings: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])


def recorded_events() -> dict[str, Events]:
    """Return the events by tool, in the order of the files; files that hold something else are passed over."""
    folders = sorted(path for path in FOLDER.glob("*") if path.is_dir())
    return {
        folder.name: [event for path in sorted(folder.glob("*.json")) for event in _events(path)]
        for folder in folders
    }


def _events(path: Path) -> Events:
    content = json.loads(path.read_text())
    return [one for one in (content if isinstance(content, list) else [content]) if "eventTime" in one]


def statement(events: Iterable[dict[str, Any]]) -> Corpus:
    """Return what becomes of events, each judged alone."""
    bodies = [orjson.dumps(event) for event in events]
    read = [_read(body) for body in bodies]
    accepted = [one for one in read if isinstance(one, Event)]
    return Corpus(
        len(bodies),
        len(set(bodies)),
        len(accepted),
        sum(1 for event in accepted if event.warnings),
        Counter(_reason(one.path, one.reason) for event in accepted for one in event.warnings),
        Counter(
            _reason(one.problems[0].path, one.problems[0].reason)
            for one in read
            if not isinstance(one, Event)
        ),
    )


def _read(body: bytes) -> Event | InvalidInputError:
    try:
        return decode(body)
    except InvalidInputError as error:
        return error


def _reason(path: str, reason: str) -> str:
    """Return path and reason without the places in lists, so that equal ones are counted together."""
    return f"`{re.sub(r'[0-9]+', '', path)}` {reason}"
