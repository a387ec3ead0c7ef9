// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What has become of a review task. */
export type ReviewTaskStatus =
  /** Said to be one. */
  | 'APPROVED'
  /** Put off until an instant. */
  | 'DEFERRED'
  /** The data no longer ask for a look. */
  | 'OBSOLETE'
  /** Waits for a steward; also when it was deferred and is due. */
  | 'OPEN'
  /** Said to be two. */
  | 'REJECTED'
  /** Were one golden record, and were taken apart. */
  | 'SPLIT';

export type UnassignTasksMutationVariables = Exact<{
  ids: Array<string> | string;
  note?: string | null | undefined;
}>;


export type UnassignTasksMutation = { unassignReviewTasks: { done: number, failed: number, results: Array<{ id: string, error: { code: string, message: string } | null, task: { id: string, status: ReviewTaskStatus } | null }> } };

export const UnassignTasks: Document<UnassignTasksMutation, UnassignTasksMutationVariables> = {
  name: "UnassignTasks",
  id: "sha256:f2135a77c45efa72c34ad927002d5bf665c1926bd04a9b981faf4637b48724ca",
  text: "mutation UnassignTasks($ids: [ID!]!, $note: String) {\n  unassignReviewTasks(ids: $ids, note: $note) {\n    done\n    failed\n    results { id error { code message } task { id status } }\n  }\n}",
};
