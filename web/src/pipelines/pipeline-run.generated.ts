// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What carries a pipeline out. */
export type PipelineEngine =
  /** A DAG of Airflow. */
  | 'AIRFLOW'
  /** A step that the worker does itself. */
  | 'WORKER';

/** Why a pipeline was run. */
export type PipelineRunCause =
  /** It was started in Airflow. */
  | 'AIRFLOW'
  /** A file came into the lake. */
  | 'NEW_FILE'
  /** Somebody asked for it. */
  | 'REQUEST'
  /** It was due by its schedule. */
  | 'SCHEDULE';

/** How the run of a pipeline stands. */
export type PipelineRunState =
  /** It was called off. */
  | 'CANCELLED'
  /** It failed; `error` says why. */
  | 'FAILED'
  /** Airflow has it and has not begun it. */
  | 'QUEUED'
  /** It goes on. */
  | 'RUNNING'
  /** It ended well. */
  | 'SUCCEEDED'
  /** It is asked for; `stateReason` says for what it waits. */
  | 'WAITING';

export type PipelineRunViewQueryVariables = Exact<{
  id: string;
}>;


export type PipelineRunViewQuery = { pipelineRun: { id: string, pipelineId: string, pipelineName: string, engine: PipelineEngine, work: string, state: PipelineRunState, stateReason: string | null, error: string | null, conf: unknown, cause: PipelineRunCause, requestedBy: string | null, idempotencyKey: string | null, fileKey: string | null, scheduledFor: string | null, requestedAt: string, startedAt: string | null, endedAt: string | null, durationSeconds: number | null, attempts: number, nextAttemptAt: string | null, cancelRequestedAt: string | null, dagRunId: string | null, logsUrl: string | null, result: unknown, taskCount: number, taskTries: Array<{ taskId: string, mapIndex: number, tryNumber: number, state: string | null, operator: string | null, startedAt: string | null, endedAt: string | null, durationSeconds: number | null, error: string | null, logsUrl: string | null, isNewest: boolean }>, lineageRun: { id: string, jobId: string, endedAt: string | null, lastHeardAt: string } | null } | null };

export const PipelineRunView: Document<PipelineRunViewQuery, PipelineRunViewQueryVariables> = {
  name: "PipelineRunView",
  id: "sha256:167fd27537b830fa66c44d74fc0e11529e6a06d30051859f58704916d8a650ad",
  text: "query PipelineRunView($id: ID!) {\n  pipelineRun(id: $id) {\n    id\n    pipelineId\n    pipelineName\n    engine\n    work\n    state\n    stateReason\n    error\n    conf\n    cause\n    requestedBy\n    idempotencyKey\n    fileKey\n    scheduledFor\n    requestedAt\n    startedAt\n    endedAt\n    durationSeconds\n    attempts\n    nextAttemptAt\n    cancelRequestedAt\n    dagRunId\n    logsUrl\n    result\n    taskCount\n    taskTries { taskId mapIndex tryNumber state operator startedAt endedAt durationSeconds error logsUrl isNewest }\n    lineageRun { id jobId endedAt lastHeardAt }\n  }\n}",
};
