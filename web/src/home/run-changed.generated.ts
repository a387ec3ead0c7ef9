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

export type AnyRunChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AnyRunChangedSubscription = { runChanged: { id: string, state: RunState, cursor: string } };

export const AnyRunChanged: Document<AnyRunChangedSubscription, AnyRunChangedSubscriptionVariables> = {
  name: "AnyRunChanged",
  id: "sha256:6a6cd95c32adf5034ad76e7ac50c133998840f6e46198f736dbe63a177c065dc",
  text: "subscription AnyRunChanged($after: String) {\n  runChanged(after: $after) {\n    id\n    state\n    cursor\n  }\n}",
};
