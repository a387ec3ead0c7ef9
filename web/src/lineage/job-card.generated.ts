// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

export type JobCardQueryVariables = Exact<{
  name: string;
  namespace: string;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type JobCardQuery = { job: { id: string, description: string | null, owners: Array<{ name: string }>, sql: { query: string } | null } | null, runs: { nodes: Array<{ id: string, state: RunState, startedAt: string, durationSeconds: number | null }> } };

export const JobCard: Document<JobCardQuery, JobCardQueryVariables> = {
  name: "JobCard",
  id: "sha256:539506c686e45eee049e09dd509f6821742a29f26703f0f9b70062f519f0347b",
  text: "query JobCard($name: String!, $namespace: String!, $asOf: DateTime, $knownAt: DateTime) {\n  job(name: $name, namespace: $namespace, asOf: $asOf, knownAt: $knownAt) {\n    id\n    description\n    owners {\n      name\n    }\n    sql {\n      query\n    }\n  }\n  runs(job: { name: $name, namespace: $namespace }, first: 5, asOf: $asOf, knownAt: $knownAt) {\n    nodes {\n      id\n      state\n      startedAt\n      durationSeconds\n    }\n  }\n}",
};
