"""What can be worked out of each arriving record alone, here or in another process: its event, its digest, its look."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from graph.errors import InvalidInputError, Problem
from graph.golden.record import SourceEvent, Unreadable, as_text, parse
from graph.identity import SourceKey, id_of
from graph.intake.looks import Look, first_look
from graph.intake.turn import Incoming

if TYPE_CHECKING:
    from graph.golden.entity_type import EntityType
    from graph.golden.record import Origin


def prepared(raw: object, origin: Origin, position: int | None, entity_type: EntityType) -> Incoming:
    """Check a record (parsed JSON, or Unreadable), and work out whatever of it does not depend on others."""
    try:
        event = parse(raw, entity_type)
    except InvalidInputError as error:
        body = raw.text if isinstance(raw, Unreadable) else as_text(raw)
        return Incoming(origin, position, body=body, problems=error.problems)
    spelled = event.spelled
    digest = event.digest_of(spelled)
    event_id = event.identity(entity_type.name, digest)
    look = first_look(event, entity_type)
    return Incoming(origin, position, event, None, event_id, digest, spelled, look, entity_type)


def packed(items: Iterable[Incoming]) -> bytes:
    """Return prepared records, which share their origin and entity type, as bytes; `unpacked` reads them back.

    In plain values, which takes a third of what pickling does. Both sides must be the same Python.
    """
    return marshal.dumps([_packed(item) for item in items])


def unpacked(content: bytes, origin: Origin, entity_type: EntityType) -> list[Incoming]:
    """Return what `packed` was given; only for bytes of our own making."""
    return [_unpacked(item, origin, entity_type) for item in marshal.loads(content)]  # noqa: S302 - our own


def _packed(item: Incoming) -> Sequence[Any]:
    said, look = item.event, item.look
    if said is None or item.event_id is None:
        return item.position, item.body, [(problem.path, problem.reason) for problem in item.problems]
    return (
        item.position, *said.key, said.kind, _text(said.valid_from), _text(said.valid_to), said.sequence, said.message_id,
        item.event_id.bytes, item.digest, item.spelled,
        look and (look.profile, look.identity, look.quality, look.failed_rules, look.spelled, look.keys),
    )  # fmt: skip


def _unpacked(item: Sequence[Any], origin: Origin, entity_type: EntityType) -> Incoming:
    if len(item) == 3:
        position, body, problems = item
        return Incoming(origin, position, body=body, problems=tuple(Problem(*told) for told in problems))
    position, system, key, kind, start, end, sequence, message_id, event_id, digest, spelled, look = item
    attributes = orjson.loads(spelled) if spelled else None
    start, end = start and datetime.fromisoformat(start), end and datetime.fromisoformat(end)
    event = SourceEvent(SourceKey(system, key), kind, start, end, sequence, attributes, message_id)
    return Incoming(
        origin, position, event, None, id_of(event_id), digest, spelled, look and Look(*look), entity_type
    )


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
