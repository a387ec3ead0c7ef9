"""Events and runs as the rows that are kept of them."""

from __future__ import annotations

from typing import Any

import msgspec

from lineage.projection import Change
from lineage.rows import array
from lineage.run_facts import RunFacts

_WARNINGS = msgspec.json.Encoder()


def event_row(change: Change, mention_id: int) -> tuple[Any, ...]:
    """Return the header of an event."""
    content, event = change.event.content, change.event
    warnings = None
    if event.warnings:
        warnings = _WARNINGS.encode(event.warnings).decode()
    return (
        event.event_id,
        change.event_time,
        mention_id,
        change.runs[0].run_id if change.runs else None,
        change.jobs[0].job_id if change.jobs else None,
        change.dataset_id,
        None if change.kind == "R" else change.kind,
        getattr(content, "event_type", None),
        change.facets and change.facets.decode(),
        warnings,
        change.origins and change.origins.digest,
    )


def run_row(run: RunFacts) -> tuple[Any, ...]:
    """Return the row of a run."""
    return (
        run.run_id,
        run.job_id,
        run.started_at,
        run.last_at,
        run.last_start_at,
        run.last_running_at,
        run.last_complete_at,
        run.last_abort_at,
        run.last_fail_at,
        None if run.heard else False,  # what nearly all runs are need not travel
        run.is_part or None,
        run.nominal_from,
        run.nominal_to,
        run.parent_run_id,
        run.root_run_id,
        run.given_id,
        array(run.inputs),
        array(run.outputs),
    )


def run_of(row: Any) -> RunFacts:
    """Return the run that a row tells of."""
    given: dict[str, Any] = {name: row[name] for name in RunFacts.__struct_fields__}
    given |= {side: frozenset(given[side]) for side in ("inputs", "outputs")}
    return RunFacts(**given)
