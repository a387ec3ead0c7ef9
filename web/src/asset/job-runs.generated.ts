// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The whole name of a job. */
export type JobInput = {
  /** Its name. */
  name: string;
  /** Its namespace. */
  namespace: string;
};

/** The state of a run; it follows from the times of its events, not from their order. */
export type RunState =
  /** It was stopped. */
  | 'ABORT'
  /** It ended well. */
  | 'COMPLETE'
  /** It failed; its outputs are attempts. */
  | 'FAIL'
  /** Only events without a state are known. */
  | 'OTHER'
  /** It goes on. */
  | 'RUNNING'
  /** It has begun. */
  | 'START'
  /** Nothing came from it itself: others name it as their parent or root. */
  | 'UNKNOWN';

export type JobRunsQueryVariables = Exact<{
  job: JobInput;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type JobRunsQuery = { runs: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, state: RunState, startedAt: string, endedAt: string | null, durationSeconds: number | null, error: { message: string } | null, outputs: Array<{ displayName: string, namespace: string, name: string, volume: { rowCount: number | null } | null }> }> } };

export const JobRuns: Document<JobRunsQuery, JobRunsQueryVariables> = {
  name: "JobRuns",
  id: "sha256:b2b17b7973daf31ead012584af82f8a375467e81a799f14d6a79fb49d4be917e",
  text: "query JobRuns($job: JobInput!, $asOf: DateTime, $knownAt: DateTime) {\n  runs(job: $job, first: 50, asOf: $asOf, knownAt: $knownAt) {\n    pageInfo { hasNextPage endCursor }\n    nodes { id state startedAt endedAt durationSeconds error { message } outputs { displayName namespace name volume { rowCount } } }\n  }\n}",
};
