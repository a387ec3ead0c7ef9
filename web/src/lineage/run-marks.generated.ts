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

export type RunMarksQueryVariables = Exact<{
  name: string;
  namespace: string;
}>;


export type RunMarksQuery = { runs: { nodes: Array<{ id: string, state: RunState, startedAt: string, job: { displayName: string } }> } };

export const RunMarks: Document<RunMarksQuery, RunMarksQueryVariables> = {
  name: "RunMarks",
  id: "sha256:3934275a34baf640073d482bfb36bb3553a0256a0d9a23923bbabf6a113cb730",
  text: "query RunMarks($name: String!, $namespace: String!) {\n  runs(job: { name: $name, namespace: $namespace }, first: 50) {\n    nodes {\n      id\n      state\n      startedAt\n      job {\n        displayName\n      }\n    }\n  }\n}",
};
