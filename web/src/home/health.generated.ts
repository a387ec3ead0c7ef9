// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A way in which lineage may be incomplete. */
export type LineageGapKind =
  /** An event whose producer could not make out all of the lineage. */
  | 'EXTRACTION_ERROR'
  /** A job that reads nothing and does not only start others. */
  | 'JOB_WITHOUT_INPUTS'
  /** A job that writes nothing and does not only start others. */
  | 'JOB_WITHOUT_OUTPUTS'
  /** An edge that no run has confirmed for much longer than its job usually takes. */
  | 'STALE_EDGE'
  /** A run that began long ago and never ended; streaming jobs need not end. */
  | 'UNFINISHED_RUN'
  /** A dataset that no job reads. */
  | 'UNREAD_DATASET'
  /** A dataset that no job writes. */
  | 'UNWRITTEN_DATASET';

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

export type HealthQueryVariables = Exact<{
  yesterday: string;
}>;


export type HealthQuery = { overdue: { nodes: Array<
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
    > }, everything: { count: number, facets: Array<{ aspect: string, values: Array<{ value: string, count: number }> }> }, failed: { nodes: Array<{ id: string }> }, latest: { nodes: Array<{ id: string, state: RunState, startedAt: string, endedAt: string | null, durationSeconds: number | null, job: { displayName: string, name: string, namespace: string } }> }, reviewTasks: { totalCount: number }, deadLetters: { tally: { waiting: number } }, lineageGaps: { counts: Array<{ kind: LineageGapKind, count: number }> }, customers: { nodes: Array<{ id: string }> } };

export const Health: Document<HealthQuery, HealthQueryVariables> = {
  name: "Health",
  id: "sha256:650e28a14ce53f958273ea49a5059e29e1831f07badb6101dd36dbe0abc0968c",
  text: "query Health($yesterday: DateTime!) {\n  overdue: assets(kinds: [DATASET], freshness: [OVERDUE], first: 100) {\n    nodes {\n      id\n    }\n  }\n  everything: assets(kinds: [DATASET, JOB], first: 1) {\n    count\n    facets {\n      aspect\n      values {\n        value\n        count\n      }\n    }\n  }\n  failed: runs(state: FAIL, since: $yesterday, first: 100) {\n    nodes {\n      id\n    }\n  }\n  latest: runs(first: 8) {\n    nodes {\n      id\n      job {\n        displayName\n        name\n        namespace\n      }\n      state\n      startedAt\n      endedAt\n      durationSeconds\n    }\n  }\n  reviewTasks(first: 1) {\n    totalCount\n  }\n  deadLetters(first: 1) {\n    tally {\n      waiting\n    }\n  }\n  lineageGaps {\n    counts {\n      kind\n      count\n    }\n  }\n  customers(first: 1) {\n    nodes {\n      id\n    }\n  }\n}",
};
