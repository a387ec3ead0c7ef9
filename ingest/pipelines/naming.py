"""The names of pipelines' runs in lineage: whose job they are of, and what is told to those that they start."""

from __future__ import annotations

from typing import Any

from graph.identity import JobName
from graph.store.pipeline_runs import PipelineRun
from ingest import datasets
from lineage.emitter import JobRun


def job_of(run: PipelineRun) -> JobName:
    """Return the job that a run of a pipeline is a run of."""
    return JobName(datasets.NAMESPACE, run.pipeline_name)


def job_run(run: PipelineRun) -> JobRun:
    """Return a run of a pipeline as lineage tells of it: what it read and wrote, its parts tell."""
    return JobRun(
        run_id=run.run_id,
        job=job_of(run),
        description=f"The pipeline {run.pipeline_name}, carried out as {run.engine}:{run.work}",
        inputs=(),
        outputs=(),
        kind="PIPELINE",
        nominal_at=run.scheduled_for,
    )


def parent_of(run: PipelineRun) -> dict[str, Any]:
    """Return the run as the parent of what it starts, as manifests keep it."""
    name = {"namespace": job_of(run).namespace, "name": job_of(run).name, "run_id": str(run.run_id)}
    return {"run": name, "root": name}


def parent_conf(run: PipelineRun) -> dict[str, str]:
    """Return what a DAG run is told of its parent, in the words of Airflow's OpenLineage provider."""
    job, run_id = job_of(run), str(run.run_id)
    return {
        "parentRunId": run_id,
        "parentJobNamespace": job.namespace,
        "parentJobName": job.name,
        "rootParentRunId": run_id,
        "rootParentJobNamespace": job.namespace,
        "rootParentJobName": job.name,
    }
