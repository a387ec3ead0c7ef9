// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

export type PipelineListQueryVariables = Exact<{
  after?: string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type PipelineListQuery = { dataPipelines: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, source: string, destination: string, isRetired: boolean, runsAs: string | null, schedule: string | null, timeZone: string | null, onNewFile: string | null, nextRunAt: string | null, lastRun: { id: string, state: PipelineRunState, requestedAt: string, startedAt: string | null, endedAt: string | null, durationSeconds: number | null } | null }> } };

export const PipelineList: Document<PipelineListQuery, PipelineListQueryVariables> = {
  name: "PipelineList",
  id: "sha256:c842a79a7043f84be2daa282b8bbc744a11d1d708b8886ce80023a84e08c46dc",
  text: "query PipelineList($after: String, $asOf: DateTime, $knownAt: DateTime) {\n  dataPipelines(first: 100, after: $after, asOf: $asOf, knownAt: $knownAt) {\n    pageInfo { hasNextPage endCursor }\n    nodes {\n      id\n      name\n      source\n      destination\n      isRetired\n      runsAs\n      schedule\n      timeZone\n      onNewFile\n      nextRunAt\n      lastRun { id state requestedAt startedAt endedAt durationSeconds }\n    }\n  }\n}",
};
