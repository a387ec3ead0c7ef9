"""What source systems say of their records in GraphQL, and what becomes of it, whatever the type of the records."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from graph.errors import InvalidInputError
from graph.golden.record import Origin
from graph.intake import Intake, Outcome
from service.context import Info
from service.errors import shortened
from service.schema.arguments import Long

MOST_RECORDS = 100
"""How many source records one mutation takes; more go to POST /api/v1/records."""


@strawberry.enum(description="What a source record says.")
class SourceRecordKind(enum.Enum):
    """What a source record says."""

    SNAPSHOT = strawberry.enum_value(
        "snapshot", description="At validFrom the record looked like this; holds until its next snapshot."
    )
    CORRECTION = strawberry.enum_value(
        "correction", description="From validFrom to validTo it was in truth like this."
    )
    END = strawberry.enum_value("end", description="From validFrom on there is no such record.")
    RETRACT = strawberry.enum_value("retract", description="What was said before never was true.")


@strawberry.input
class RecordEnvelope:
    """What is said of a source record of any type beside its attributes."""

    source_system: str = strawberry.field(description="The source system, such as crm.")
    key: str = strawberry.field(description="Its key for the record.")
    kind: SourceRecordKind | None = strawberry.field(
        default=None, description="What the record says. Null: a snapshot."
    )
    valid_from: datetime | None = strawberry.field(
        default=None, description="The instant it speaks of. Null: the instant of receipt."
    )
    valid_to: datetime | None = strawberry.field(
        default=None, description="Where a correction ends. Null: never."
    )
    sequence: Long | None = strawberry.field(
        default=None, description="Orders what one record says of one instant; the highest wins."
    )
    message_id: str | None = strawberry.field(
        default=None, description="By which the source recognises a message it sends again."
    )


@strawberry.type(description="One thing wrong with an input.")
class Problem:
    """One thing wrong with an input."""

    path: str = strawberry.field(description="Where: a JSON path inside the record.")
    reason: str = strawberry.field(description="Why.")


@strawberry.enum(description="What became of a source record.")
class RecordStatus(enum.Enum):
    """What became of a source record."""

    ACCEPTED = strawberry.enum_value("accepted", description="It is stored.")
    UNCHANGED = strawberry.enum_value("unchanged", description="It was there already, or says nothing new.")
    REJECTED = strawberry.enum_value("rejected", description="Nothing of it is stored; the problems say why.")


@strawberry.type
class RecordOutcome:
    """What is said of every source record that was sent, whatever its type."""

    index: int = strawberry.field(description="Its place in the list that was sent, from 0.")
    status: RecordStatus = strawberry.field(description="What became of it.")
    problems: list[Problem] = strawberry.field(description="Why it was rejected.")


def outcome_fields(index: int, outcome: Outcome) -> dict[str, Any]:
    """Return the values of RecordOutcome."""
    problems = [Problem(path=found.path, reason=shortened(found.reason)) for found in outcome.problems]
    return {"index": index, "status": RecordStatus(outcome.status), "problems": problems}


@strawberry.type
class RecordCounts:
    """How many source records of a list were stored, and how many were not."""

    accepted: int = strawberry.field(description="How many were stored.")
    unchanged: int = strawberry.field(description="How many were there already or said nothing new.")
    rejected: int = strawberry.field(description="How many were refused.")


def record_counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return the values of RecordCounts."""
    counts = Counter(outcome.status for outcome in outcomes)
    return {
        "accepted": counts["accepted"],
        "unchanged": counts["unchanged"],
        "rejected": counts["rejected"],
    }


def require_count(records: Sequence[object]) -> None:
    """Raise InvalidInputError where one mutation does not take so many records, or none."""
    if not 1 <= len(records) <= MOST_RECORDS:
        raise InvalidInputError.at("$.records", f"must be 1 to {MOST_RECORDS} records, got {len(records)}")


async def taken_in(info: Info, intake: Intake, records: Sequence[object]) -> list[Outcome]:
    """Hand records to intake and return what became of each, in order."""
    outcomes = await intake.take_in(records, Origin(door="graphql", actor=info.context.actor))
    metrics = info.context.services.metrics
    metrics.outcomes(metrics.records, (outcome.status for outcome in outcomes))
    return outcomes
