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

export type RunListQueryVariables = Exact<{
  namespace?: string | null | undefined;
  state?: RunState | null | undefined;
  since?: string | null | undefined;
  until?: string | null | undefined;
  after?: string | null | undefined;
  withFailed: boolean;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type RunListQuery = { failed?: { nodes: Array<{ id: string, jobId: string, state: RunState, startedAt: string, endedAt: string | null, durationSeconds: number | null, lastHeardAt: string, parentRunId: string | null, mapIndex: number | null, isStreaming: boolean, nominalFrom: string | null, job: { namespace: string, name: string, displayName: string }, error: { message: string } | null }> }, runs: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, basis: { asOf: string, knownAt: string }, nodes: Array<{ id: string, jobId: string, state: RunState, startedAt: string, endedAt: string | null, durationSeconds: number | null, lastHeardAt: string, parentRunId: string | null, mapIndex: number | null, isStreaming: boolean, nominalFrom: string | null, job: { namespace: string, name: string, displayName: string }, error: { message: string } | null }> } };

export const RunList: Document<RunListQuery, RunListQueryVariables> = {
  name: "RunList",
  id: "sha256:e8254390b8d4f71cf4160ad09e3dc067f636e47afd75f79f460abb4d3cf839df",
  text: "query RunList(\n  $namespace: String\n  $state: RunState\n  $since: DateTime\n  $until: DateTime\n  $after: String\n  $withFailed: Boolean!\n  $asOf: DateTime\n  $knownAt: DateTime\n) {\n  failed: runs(namespace: $namespace, state: FAIL, since: $since, until: $until, first: 50, asOf: $asOf, knownAt: $knownAt) @include(if: $withFailed) {\n    nodes { id job { namespace name displayName } jobId state startedAt endedAt durationSeconds lastHeardAt parentRunId mapIndex isStreaming nominalFrom error { message } }\n  }\n  runs(namespace: $namespace, state: $state, since: $since, until: $until, first: 100, after: $after, asOf: $asOf, knownAt: $knownAt) {\n    pageInfo { hasNextPage endCursor }\n    basis { asOf knownAt }\n    nodes { id job { namespace name displayName } jobId state startedAt endedAt durationSeconds lastHeardAt parentRunId mapIndex isStreaming nominalFrom error { message } }\n  }\n}",
};
