"""How the runs of a job went day by day, in GraphQL."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import strawberry

from graph.errors import InvalidInputError
from lineage import run_history
from lineage.run_history import MOST_DAYS


@strawberry.type(
    description="How many runs there were in each state, and how long those took that went well."
)
class RunCounts:
    """How many runs there were in each state, and how long those took that went well."""

    runs: int = strawberry.field(description="How many there were.")
    complete: int = strawberry.field(description="How many went well.")
    failed: int = strawberry.field(description="How many failed.")
    aborted: int = strawberry.field(description="How many were stopped.")
    going_on: int = strawberry.field(description="How many had not ended.")
    median_seconds: float | None = strawberry.field(description="How long half of the complete took at most.")
    p90_seconds: float | None = strawberry.field(description="How long nine in ten took at most.")
    p99_seconds: float | None = strawberry.field(description="How long 99 in 100 took at most.")
    longest_seconds: float | None = strawberry.field(description="How long the longest took.")

    @classmethod
    def of(cls, counts: run_history.RunCounts) -> RunCounts:
        """Return the counts as GraphQL shows them."""
        return cls(
            runs=counts.runs,
            complete=counts.complete,
            failed=counts.fail,
            aborted=counts.abort,
            going_on=counts.going_on,
            median_seconds=counts.median_seconds,
            p90_seconds=counts.p90_seconds,
            p99_seconds=counts.p99_seconds,
            longest_seconds=counts.longest_seconds,
        )


@strawberry.type(description="How the runs that started on one day went.")
class RunDay:
    """How the runs that started on one day went."""

    day: date = strawberry.field(description="The day, in UTC.")
    counts: RunCounts = strawberry.field(description="How they went.")


@strawberry.type(description="How the runs of a job went, as best known now, by the instant of the basis.")
class JobRunHistory:
    """How the runs of a job went."""

    total: RunCounts = strawberry.field(description="All together.")
    days: list[RunDay] = strawberry.field(description="Each day with runs by itself, the latest first.")

    @classmethod
    def of(cls, history: run_history.RunHistory) -> JobRunHistory:
        """Return the history as GraphQL shows it."""
        return cls(
            total=RunCounts.of(history.total),
            days=[RunDay(day=day, counts=RunCounts.of(counts)) for day, counts in history.days.items()],
        )


def span_of_days(days: int, until: datetime) -> tuple[datetime, datetime]:
    """Return from when until when the last days before an instant are; raises InvalidInputError for too many."""
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInputError.at("$.days", f"must be 1 to {MOST_DAYS}, got {days}")
    last = datetime(until.year, until.month, until.day, tzinfo=until.tzinfo)
    return last - timedelta(days=days - 1), last + timedelta(days=1)
