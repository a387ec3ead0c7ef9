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

export type RunListChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RunListChangedSubscription = { runChanged: { cursor: string, id: string, run: { id: string, jobId: string, state: RunState, startedAt: string, endedAt: string | null, durationSeconds: number | null, lastHeardAt: string, parentRunId: string | null, mapIndex: number | null, isStreaming: boolean, isPart: boolean, nominalFrom: string | null, job: { namespace: string, name: string, displayName: string }, error: { message: string } | null } | null } };

export const RunListChanged: Document<RunListChangedSubscription, RunListChangedSubscriptionVariables> = {
  name: "RunListChanged",
  id: "sha256:3bbb5ea824d47a4ee83d4096bfd0ed69ec5c36d6e2d54ca49b73461a2d7cf17d",
  text: "subscription RunListChanged($after: String) {\n  runChanged(after: $after) {\n    cursor\n    id\n    run { id job { namespace name displayName } jobId state startedAt endedAt durationSeconds lastHeardAt parentRunId mapIndex isStreaming isPart nominalFrom error { message } }\n  }\n}",
};
